// What must hold of a run that is stopped: what stops it, and what it leaves.

import type { Breach } from './breach.ts';
import { forgiven } from './patience.ts';
import type { Told } from './schedule.ts';
import type { Exchange } from './trace.ts';

/** What is true for all ends the run: the call does not come again, and no file is registered after it. */
export function checkStop(told: Told): Breach[] {
  const { trace, stopSeq, stopReason, cancelSeq } = told;
  const excused = forgiven(told);
  // What waits for its second moment is under way.
  const begun = new Set(excused.values());
  const late = trace.of('register').filter((one) => stopSeq !== null && one.seq > stopSeq && !begun.has(one));
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

const TRUE_FOR_ALL = [
  ...['401', '401-restricted', '401-echo', '426', '429-day'],
  ...['bad-certificate', 'proxy-denied'],
];

export function isTrueForAll({ fault }: Exchange): boolean {
  return fault !== null && TRUE_FOR_ALL.includes(fault.kind);
}

/** Without the token in the call, a 401 speaks of the address alone. */
function isToStop(exchange: Exchange): boolean {
  const { fault, hasToken, kind, end } = exchange;
  const isHeard = end !== null && (end.status !== null || end.isBroken);
  if (fault === null || !isHeard) return false;
  return fault.kind === '403' ? kind === 'register' : hasToken && isTrueForAll(exchange);
}
