// What must hold of the access token: it is seen to before anything else, once, and only a refresh that failed for good
// ends the run.

import type { Breach } from './breach.ts';
import { isTokenCall } from './call-name.ts';
import { kindOf } from './kinds.ts';
import { forgiven, PATIENCE_MS } from './patience.ts';
import type { Told } from './schedule.ts';
import { callsForToken, isRenewed } from './token-source.ts';
import type { Exchange } from './trace.ts';

export function checkToken(told: Told): Breach[] {
  return [checkOrder, checkCalls, checkRefresh, checkGoingOn, checkPatient].flatMap((rule) => rule(told));
}

const breach = (text: string): Breach[] => [{ rule: 'TOKEN', text }];

/** No other call is under way before the token is there. */
function checkOrder({ trace }: Told): Breach[] {
  const last = trace.exchanges.findLast(({ kind }) => isTokenCall(kind));
  const first = trace.exchanges.find(({ kind }) => !isTokenCall(kind));
  if (last === undefined || first === undefined) return [];
  if (first.seq > (last.end?.seq ?? Number.POSITIVE_INFINITY)) return [];
  return breach(`${first.kind} of ${first.files} did not wait for ${last.kind}`);
}

const REFRESH_TRIES = 4;
/** A 429 does not count as a try. The retry budget of the run pays for ten repeats. */
const REFRESH_EVENTS = 11;

function triesOf(refreshes: readonly Exchange[]): number {
  return refreshes.filter(({ end }) => end?.status !== 429).length;
}

/** No call that the source of the token does not ask for; a check is never repeated. */
function checkCalls({ plan, trace }: Told): Breach[] {
  const wanted = callsForToken(plan.token);
  return trace.exchanges
    .flatMap(({ kind }) =>
      isTokenCall(kind) && !wanted.includes(kind) ? breach(`${kind} of a token that is ${plan.token}`) : [],
    )
    .concat(
      trace.of('introspect').length > 1 ? breach('the token was checked twice') : [],
      isTooOften(trace.of('refresh')) ? breach('the token was asked for too often') : [],
    );
}

function isTooOften(refreshes: readonly Exchange[]): boolean {
  const tries = triesOf(refreshes);
  return tries > REFRESH_TRIES || refreshes.length - tries > REFRESH_EVENTS;
}

// Its answer is true, though in other words.
function isGood({ end, fault }: Exchange): boolean {
  return end?.status === 200 && (fault === null || ['scopes-echo', 'short-token'].includes(fault.kind));
}

/** What can be mended is mended, what cannot is not tried again. */
function checkRefresh({ trace, cancelSeq }: Told): Breach[] {
  const refreshes = trace.of('refresh');
  const failed = refreshes.filter((refresh) => !isGood(refresh));
  const isMendable = ({ fault }: Exchange) => fault !== null && kindOf(fault.kind).mends.includes('refresh');
  const kinds = failed.map(({ fault }) => fault?.kind).join(', ');
  const dead = failed.find((one) => !isMendable(one));
  if (dead !== undefined && dead !== refreshes.at(-1)) return breach(`a refresh came again after ${kinds}`);
  const isSpent = triesOf(failed) >= REFRESH_TRIES || failed.length >= REFRESH_EVENTS;
  if (cancelSeq !== null || dead !== undefined || isSpent) return [];
  return failed.length > 0 && failed.length === refreshes.length
    ? breach(`a refresh was not tried again after ${kinds}`)
    : [];
}

/** With a token the run begins, whatever a check of it met; without one it ends. */
function checkGoingOn({ plan, trace, entries, stopReason, cancelSeq }: Told): Breach[] {
  if (cancelSeq !== null || plan.token === 'given') return [];
  const hasBegun = trace.exchanges.some(({ kind }) => !isTokenCall(kind));
  const isNothingToAsk = entries.every(({ state }) => state === 'reused');
  const hasToken = !isRenewed(plan.token) || trace.of('refresh').some(isGood);
  if (hasToken ? hasBegun || isNothingToAsk : !hasBegun && stopReason !== null) return [];
  return breach(hasToken ? 'the run did not begin' : 'the run went on without a token');
}

/** A token that was just made is given a moment, and once. */
function checkPatient(told: Told): Breach[] {
  if (told.cancelSeq !== null) return [];
  return [...forgiven(told)].flatMap(([{ kind, files, end }, again]) => {
    // The end of a run ends its reads, but not what it was about to do.
    const isEnded = kind === 'status' && again === null && told.stopReason !== null;
    if (isEnded || again?.atMs === Number(end?.atMs) + PATIENCE_MS) return [];
    return breach(`${kind} of ${files} came again at ${again?.atMs} after a 401 at ${end?.atMs}`);
  });
}
