// What must hold of a run that is stopped: what stops it, and what it leaves.

import type { Breach } from './breach.ts';
import { FREE_EVENTS, mostEvents } from './budget-rules.ts';
import { isTrueForAll } from './expected.ts';
import { forgiven } from './patience.ts';
import type { Told } from './schedule.ts';
import type { Exchange } from './trace.ts';

/** What is true for all ends the run: the call does not come again, and no file is registered after it. */
export function checkStop(told: Told): Breach[] {
  const { trace, stopped, stopReason, cancelSeq } = told;
  const excused = forgiven(told);
  // What waits for its second moment is under way.
  const begun = new Set(excused.values());
  const late = trace
    .of('register')
    .filter((one) => stopped !== null && one.seq > stopped.seq && !begun.has(one));
  const ends = trace.exchanges.filter((one) => isToStop(one) && !excused.has(one));
  const [end] = ends;
  const isGoingOn = end !== undefined && stopReason === null && cancelSeq === null;
  return [
    ...late.map(({ files }) => ({
      rule: 'STOPS',
      text: `file ${files} was registered after the run was stopped`,
    })),
    ...(isGoingOn
      ? [{ rule: 'STOPS', text: `the run went on after ${end.fault?.kind} on ${end.kind}` }]
      : []),
    ...ends
      .filter(({ key, seq }) => trace.exchanges.some((other) => other.key === key && other.seq > seq))
      .map(({ kind, fault }) => ({ rule: 'STOPS', text: `${kind} came again after ${fault?.kind}` })),
  ];
}

/** Without the token in the call, a 401 speaks of the address alone. */
function isToStop({ fault, hasToken, kind, end }: Exchange): boolean {
  const isHeard = end !== null && (end.status !== null || end.isBroken);
  if (fault === null || !isHeard) return false;
  return fault.kind === '403' ? kind === 'register' : hasToken && isTrueForAll(fault.kind);
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

/** A fault explains why the run was stopped. */
export function checkReason(told: Told): Breach[] {
  const { stopReason, stopped, trace } = told;
  if (stopReason === null || stopped === null) return [];
  const struck = trace.exchanges.filter(
    ({ fault, end }) => fault !== null && end !== null && end.seq <= stopped.seq,
  );
  const kinds = REASONS[stopReason.code];
  const isExplained =
    kinds !== undefined
      ? struck.some(({ fault }) => kinds.includes(fault?.kind ?? ''))
      : struck.some(({ kind }) => kind === 'refresh') || isSpent(told) || isRefused(struck);
  return isExplained
    ? []
    : [{ rule: 'STOPS', text: `no fault explains that the run was stopped: ${stopReason}` }];
}

function isSpent(told: Told): boolean {
  const { stopReason, trace } = told;
  const isTooLong = trace.fired.some(({ kind }) => kind === '429-huge');
  if (stopReason?.code === 'LIMIT_REACHED' && isTooLong) return true;
  return (
    ['LIMIT_REACHED', 'RETRIES_SPENT'].includes(stopReason?.code ?? '') && mostEvents(told) > FREE_EVENTS
  );
}

const REFUSED_FOR_ALL = /^(400-permissions|403|404|405)/;
const REFUSED_IN_A_ROW = 3;

function isRefused(struck: readonly Exchange[]): boolean {
  const refused = struck.filter(({ kind }) => kind === 'register');
  return (
    refused.length >= REFUSED_IN_A_ROW || refused.some(({ fault }) => REFUSED_FOR_ALL.test(fault?.kind ?? ''))
  );
}
