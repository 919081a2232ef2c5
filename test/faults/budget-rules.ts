// Invariants of repeated calls: the retry budget limits them, and an outage costs a number of calls that depends only on
// the concurrency.

import { stopsRun } from './expected.ts';
import { kindOf } from './fault-kinds.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { Exchange } from './trace.ts';
import type { Violation } from './violation.ts';

export const FREE_EVENTS = 10;
const CALLS_PER_EVENT = 10;
/** Calls that begin within this time after a failure belong to the same event. */
const EVENT_MS = 1000;

/** No call is repeated once the failures so far have used up the budget of the run. */
export function checkBudget(run: ScheduleRun): Violation[] {
  const called = new Set<string>();
  let [events, worked, eventEndMs] = [0, 0, Number.NEGATIVE_INFINITY];
  return byEnd(run).flatMap((exchange) => {
    const isFirst = exchange.kind === 'status' || !called.has(exchange.key);
    called.add(exchange.key);
    if (hasWorked(exchange) && isFirst) worked += 1;
    if (!costsBudget(exchange)) return [];
    if (exchange.atMs >= eventEndMs) {
      events += 1;
      eventEndMs = endMsOf(exchange) + EVENT_MS;
    }
    const most = FREE_EVENTS + worked / CALLS_PER_EVENT;
    if (events <= most || !isRepeated(exchange, run)) return [];
    const text = `${exchange.kind} of ${exchange.files} was repeated after ${events} failures, where ${most} are allowed`;
    return [{ rule: 'BUDGET', text }];
  });
}

/**
 * An outage begins after ten failures in a row, plus the calls in flight. After each of eleven pauses, one call is made.
 * A lost response also costs a status read.
 */
export function checkOutage(run: ScheduleRun): Violation[] {
  const most = 2 * (10 + 11 + run.schedule.concurrency);
  let [inARow, longest] = [0, 0];
  for (const exchange of byEnd(run)) {
    if (costsBudget(exchange)) inARow += 1;
    else if (hasWorked(exchange)) inARow = 0;
    longest = Math.max(longest, inARow);
  }
  if (longest <= most) return [];
  return [{ rule: 'BUDGET', text: `${longest} calls failed in a row, where ${most} are an outage` }];
}

function byEnd({ trace }: ScheduleRun): Exchange[] {
  const seqOf = ({ end }: Exchange) => end?.seq ?? 0;
  return trace.exchanges.filter(({ end }) => end !== null).toSorted((a, b) => seqOf(a) - seqOf(b));
}

function endMsOf({ end }: Exchange): number {
  return end?.atMs ?? Number.POSITIVE_INFINITY;
}

function hasWorked({ end }: Exchange): boolean {
  return end !== null && end.status !== null && end.status < 300;
}

const TEMPORARY = [408, 429];

/** Failures that certainly cost part of the budget. A failed token check is not repeated. */
function costsBudget(exchange: Exchange): boolean {
  const { kind, end, fault } = exchange;
  const isFinal = fault?.kind === '429-huge' || stopsRun(fault?.kind ?? '');
  if (kind === 'introspect' || end === null || isFinal) return false;
  if (end.status !== null) return TEMPORARY.includes(end.status) || end.status >= 500;
  return end.isBroken || (fault !== null && kindOf(fault.kind).effect.how === 'hang');
}

/** Upper bound of what the failures of a run cost: every failed call and every pause. */
export function maxEvents(run: ScheduleRun): number {
  let [events, eventEndMs] = [run.pauses.length, Number.NEGATIVE_INFINITY];
  for (const exchange of byEnd(run)) {
    const isFailed = exchange.fault !== null || !hasWorked(exchange);
    if (!isFailed || exchange.atMs < eventEndMs) continue;
    events += 1;
    eventEndMs = endMsOf(exchange) + EVENT_MS;
  }
  return events;
}

/** A status read is the same call if it has a file in common. */
function isRepeated({ kind, key, files, end }: Exchange, { trace }: ScheduleRun): boolean {
  return trace.exchanges.some((other) => {
    const isSame = kind === 'status' ? other.files.some((file) => files.includes(file)) : other.key === key;
    return isSame && other.kind === kind && other.seq > (end?.seq ?? 0);
  });
}
