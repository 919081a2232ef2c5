// Invariants of the access token: it is prepared once and before all other calls, and only a refresh that finally failed
// stops the run.

import { isTokenCall } from './call-name.ts';
import { kindOf } from './fault-kinds.ts';
import { FRESH_TOKEN_WAIT_MS, freshTokenRetries } from './fresh-token-retries.ts';
import type { ScheduleRun } from './run-schedule.ts';
import { callsForToken, isRenewed } from './token-source.ts';
import type { Exchange } from './trace.ts';
import type { Violation } from './violation.ts';

export function checkToken(run: ScheduleRun): Violation[] {
  return [checkOrder, checkCalls, checkRefresh, checkStart, checkFreshTokenRetries].flatMap((rule) =>
    rule(run),
  );
}

const violation = (text: string): Violation[] => [{ rule: 'TOKEN', text }];

/** No other call begins before the token is ready. */
function checkOrder({ trace }: ScheduleRun): Violation[] {
  const last = trace.exchanges.findLast(({ kind }) => isTokenCall(kind));
  const first = trace.exchanges.find(({ kind }) => !isTokenCall(kind));
  if (last === undefined || first === undefined) return [];
  if (first.seq > (last.end?.seq ?? Number.POSITIVE_INFINITY)) return [];
  return violation(`${first.kind} of ${first.files} did not wait for ${last.kind}`);
}

const REFRESH_TRIES = 4;
/** A 429 does not count as an attempt. The retry budget of the run allows ten repetitions. */
const REFRESH_EVENTS = 11;

function triesOf(refreshes: readonly Exchange[]): number {
  return refreshes.filter(({ end }) => end?.status !== 429).length;
}

/** Only calls that the source of the token needs; a check is never repeated. */
function checkCalls({ schedule, trace }: ScheduleRun): Violation[] {
  const wanted = callsForToken(schedule.token);
  return trace.exchanges
    .flatMap(({ kind }) =>
      isTokenCall(kind) && !wanted.includes(kind)
        ? violation(`${kind} of a token that is ${schedule.token}`)
        : [],
    )
    .concat(
      trace.of('introspect').length > 1 ? violation('the token was checked twice') : [],
      isTooOften(trace.of('refresh')) ? violation('the token was refreshed too often') : [],
    );
}

function isTooOften(refreshes: readonly Exchange[]): boolean {
  const tries = triesOf(refreshes);
  return tries > REFRESH_TRIES || refreshes.length - tries > REFRESH_EVENTS;
}

// These responses are true, with other texts.
function hasSucceeded({ end, fault }: Exchange): boolean {
  return end?.status === 200 && (fault === null || ['scopes-echo', 'short-token'].includes(fault.kind));
}

/** A refresh is repeated after recoverable faults, and only after them. */
function checkRefresh({ trace, cancelSeq }: ScheduleRun): Violation[] {
  const refreshes = trace.of('refresh');
  const failed = refreshes.filter((refresh) => !hasSucceeded(refresh));
  const isMendable = ({ fault }: Exchange) =>
    fault !== null && kindOf(fault.kind).recoverableOn.includes('refresh');
  const kinds = failed.map(({ fault }) => fault?.kind).join(', ');
  const dead = failed.find((one) => !isMendable(one));
  if (dead !== undefined && dead !== refreshes.at(-1))
    return violation(`a refresh was repeated after ${kinds}`);
  const isBudgetSpent = triesOf(failed) >= REFRESH_TRIES || failed.length >= REFRESH_EVENTS;
  if (cancelSeq !== null || dead !== undefined || isBudgetSpent) return [];
  return failed.length > 0 && failed.length === refreshes.length
    ? violation(`a refresh was not repeated after ${kinds}`)
    : [];
}

/** With a token the run begins, even if its check failed; without one it stops. */
function checkStart({ schedule, trace, entries, stopReason, cancelSeq }: ScheduleRun): Violation[] {
  if (cancelSeq !== null || schedule.token === 'given') return [];
  const hasBegun = trace.exchanges.some(({ kind }) => !isTokenCall(kind));
  const needsNoCall = entries.every(({ state }) => state === 'reused');
  const hasToken = !isRenewed(schedule.token) || trace.of('refresh').some(hasSucceeded);
  if (hasToken ? hasBegun || needsNoCall : !hasBegun && stopReason !== null) return [];
  return violation(hasToken ? 'the run did not begin' : 'the run went on without a token');
}

/** A call that was rejected for a new token is repeated once, after the wait. */
function checkFreshTokenRetries(run: ScheduleRun): Violation[] {
  if (run.cancelSeq !== null) return [];
  return [...freshTokenRetries(run)].flatMap(([{ kind, files, end }, again]) => {
    // A stopped run makes no status reads, but finishes other retries.
    const isEnded = kind === 'status' && again === null && run.stopReason !== null;
    if (isEnded || again?.atMs === Number(end?.atMs) + FRESH_TOKEN_WAIT_MS) return [];
    return violation(`${kind} of ${files} was repeated at ${again?.atMs} after a 401 at ${end?.atMs}`);
  });
}
