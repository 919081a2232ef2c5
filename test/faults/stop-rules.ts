// Invariants of a stopped run: what may stop it, and what may happen afterwards.

import type { ActionError } from '../../src/errors.ts';
import { FREE_EVENTS, maxEvents } from './budget-rules.ts';
import { stopsRun } from './expected.ts';
import { freshTokenRetries } from './fresh-token-retries.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { Exchange } from './trace.ts';
import type { Violation } from './violation.ts';

/** An error that concerns all files stops the run: the call is not repeated, and no file is registered after it. */
export function checkStop(run: ScheduleRun): Violation[] {
  const { trace, stopped, stopReason, cancelSeq } = run;
  const excused = freshTokenRetries(run);
  // These calls began before the stop and wait for their retry.
  const begun = new Set(excused.values());
  const late = trace
    .of('register')
    .filter((one) => stopped !== null && one.seq > stopped.seq && !begun.has(one));
  const ends = trace.exchanges.filter((one) => mustStop(one) && !excused.has(one));
  const [end] = ends;
  const continues = end !== undefined && stopReason === null && cancelSeq === null;
  return [
    ...late.map(({ files }) => ({
      rule: 'STOPS',
      text: `file ${files} was registered after the run was stopped`,
    })),
    ...(continues
      ? [{ rule: 'STOPS', text: `the run went on after ${end.fault?.kind} on ${end.kind}` }]
      : []),
    ...ends
      .filter(({ key, seq }) => trace.exchanges.some((other) => other.key === key && other.seq > seq))
      .map(({ kind, fault }) => ({ rule: 'STOPS', text: `${kind} was repeated after ${fault?.kind}` })),
  ];
}

/** If the call carries no token, a 401 concerns only its URL. */
function mustStop({ fault, hasToken, kind, end }: Exchange): boolean {
  const hasEnded = end !== null && (end.status !== null || end.isBroken);
  if (fault === null || !hasEnded) return false;
  return fault.kind === '403' ? kind === 'register' : hasToken && stopsRun(fault.kind);
}

/** Code of a stop reason → kinds of fault that explain it. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  TOKEN_REFUSED: ['401', '401-echo'],
  MEMBER_RESTRICTED: ['401-restricted'],
  VERSION_INACTIVE: ['426'],
  DAILY_LIMIT: ['429-day'],
  TLS_FAILED: ['bad-certificate'],
  PROXY_REFUSED: ['proxy-denied'],
};

/** A fault explains the stop reason. */
export function checkReason(run: ScheduleRun): Violation[] {
  const { stopReason, stopped, trace, branch } = run;
  if (stopReason === null || stopped === null) return [];
  const struck = trace.exchanges.filter(
    ({ fault, end }) => fault !== null && end !== null && end.seq <= stopped.seq,
  );
  if (stopReason.code === 'BRANCH_PROTECTED')
    return branch?.github.fired.some(({ kind }) => kind === 'protected') ? [] : [unexplained(stopReason)];
  const kinds = REASONS[stopReason.code];
  const isExplained =
    kinds !== undefined
      ? struck.some(({ fault }) => kinds.includes(fault?.kind ?? ''))
      : struck.some(({ kind }) => kind === 'refresh') || isBudgetSpent(run) || isRejected(struck);
  return isExplained ? [] : [unexplained(stopReason)];
}

function unexplained(reason: ActionError): Violation {
  return { rule: 'STOPS', text: `no fault explains that the run was stopped: ${reason}` };
}

function isBudgetSpent(run: ScheduleRun): boolean {
  const { stopReason, trace } = run;
  const isTooLong = trace.fired.some(({ kind }) => kind === '429-huge');
  if (stopReason?.code === 'LIMIT_REACHED' && isTooLong) return true;
  return ['LIMIT_REACHED', 'RETRIES_SPENT'].includes(stopReason?.code ?? '') && maxEvents(run) > FREE_EVENTS;
}

const REJECTED_FOR_ALL = /^(400-permissions|403|404|405)/;
const REJECTED_IN_A_ROW = 3;

function isRejected(struck: readonly Exchange[]): boolean {
  const refused = struck.filter(({ kind }) => kind === 'register');
  return (
    refused.length >= REJECTED_IN_A_ROW ||
    refused.some(({ fault }) => REJECTED_FOR_ALL.test(fault?.kind ?? ''))
  );
}
