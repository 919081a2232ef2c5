// What must hold of the requests themselves: where they go, what they carry, how often they come again and when.

import type { Breach } from './breach.ts';
import { isTokenCall } from './call-name.ts';
import { isLie } from './expected.ts';
import { forgiven } from './patience.ts';
import { API_URL, type Told } from './schedule.ts';
import type { Exchange } from './trace.ts';

export function checkTraffic(told: Told): Breach[] {
  const rules = [
    checkPlaces,
    checkCompletions,
    checkPatience,
    checkRepeats,
    checkStop,
    checkFirst,
    checkCrowd,
  ];
  return rules.flatMap((rule) => rule(told));
}

const TOKEN_URL = 'https://www.linkedin.com';

/** To LinkedIn alone, with the token where it is asked for and nowhere else. */
function checkPlaces({ trace }: Told): Breach[] {
  return trace.exchanges.flatMap(({ origin, kind, files, hasToken, needsToken }) => {
    const breaches: Breach[] = [];
    if (origin !== (isTokenCall(kind) ? TOKEN_URL : API_URL))
      breaches.push({ rule: 'TRUSTED_HOSTS', text: `${kind} of ${files} went to ${origin}` });
    if (files.length === 0 && !isTokenCall(kind))
      breaches.push({ rule: 'TRUSTED_HOSTS', text: `${kind} went to an unknown address` });
    if (hasToken !== needsToken)
      breaches.push({
        rule: 'TOKEN_IN_PLACE',
        text: `${kind} of ${files} ${hasToken ? 'carried' : 'lacked'} the token`,
      });
    return breaches;
  });
}

// Words of the sandbox for a completion whose parts are missing, crossed or not as it answered them.
const MISFIT =
  /receipts for|not uploaded|ETag of part|another status|must be signed|not in the order|Asked for and not sent|as handed out/;
/** No completion with a part missing, crossed, or under an older receipt. */
function checkCompletions({ model, trace }: Told): Breach[] {
  // Who was told that all is there cannot know better.
  if (trace.fired.some(isLie)) return [];
  return model.log
    .filter(({ kind, reason }) => kind === 'complete' && MISFIT.test(reason))
    .map(({ reason }) => ({ rule: 'PARTS_FIT', text: `LinkedIn refused a completion: ${reason}` }));
}

/**
 * Nothing comes again before LinkedIn wants it; after a 429, nothing at all does. But a limit of checks of a token says
 * nothing of the API, and a call that is made again for a new token has its moment already.
 */
function checkPatience(told: Told): Breach[] {
  const { trace } = told;
  const timed = new Set(forgiven(told).values());
  const asked = trace.exchanges.filter(({ end }) => end !== null && end.notBeforeMs !== null);
  return asked.flatMap(({ end, key, files, kind }) => {
    const early = trace.exchanges.find((other) => !timed.has(other) && isEarly(other, { end, key, kind }));
    if (early === undefined) return [];
    const wish = `${kind} of ${files} was answered ${end?.status} at ${end?.atMs}: not before ${end?.notBeforeMs}`;
    return [{ rule: 'RETRY_AFTER', text: `${wish}; ${early.kind} of ${early.files} came at ${early.atMs}` }];
  });
}

function isEarly(other: Exchange, { end, key, kind }: Pick<Exchange, 'end' | 'key' | 'kind'>): boolean {
  if (end === null || end.notBeforeMs === null || other.seq < end.seq) return false;
  const isOfAll = end.status === 429 && kind !== 'introspect';
  // What was on its way in the same instant cannot have heard of it.
  const isLater = other.key === key || (isOfAll && other.atMs > end.atMs);
  return isLater && other.atMs < end.notBeforeMs;
}

const FREE_REPEATS = 20;
const CALLS_PER_REPEAT = 5;

/** The budget of the run: repeats are paid for by calls that worked, and where none did, twenty are all there are. */
function checkRepeats(told: Told): Breach[] {
  const { trace, entries, cancelSeq } = told;
  const { exchanges } = trace;
  const worked = exchanges.filter(({ end }) => end?.status != null && end.status < 300).length;
  if (worked === 0 && exchanges.length > entries.length + FREE_REPEATS)
    return [
      { rule: 'BUDGET', text: `${exchanges.length} calls for ${entries.length} files, and none worked` },
    ];
  const byKey = Map.groupBy(
    exchanges.filter(({ kind }) => kind !== 'status'),
    ({ key }) => key,
  ).values();
  // A file that was given up is registered anew under the same key.
  const anew = entries.reduce((sum, entry) => sum + entry.abandonedUrns.length, 0);
  // Patience with a new token is not paid for.
  const free =
    anew + [...forgiven(told).values()].filter((one) => one !== null && one.kind !== 'status').length;
  const again = [...byKey].reduce((sum, same) => sum + same.length - 1, 0) - free;
  // A read that failed for good comes not again, and ends its file: one each.
  const reads = trace.of('status').filter(isFailedRead).length - entries.length;
  const repeats = again + (cancelSeq === null ? Math.max(0, reads) : 0);
  const most = FREE_REPEATS + worked / CALLS_PER_REPEAT;
  if (repeats <= most) return [];
  return [{ rule: 'BUDGET', text: `${repeats} repeats, where ${worked} calls that worked allow ${most}` }];
}

function isFailedRead({ end }: Exchange): boolean {
  return end !== null && (end.status === null || [408, 429].includes(end.status) || end.status >= 500);
}

/** What is true for all ends the run: the call does not come again, and no file is registered after it. */
function checkStop(told: Told): Breach[] {
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

/** Without the token in the call, a 401 speaks of the address alone. */
function isToStop({ fault, hasToken, kind, end }: Exchange): boolean {
  const isHeard = end !== null && (end.status !== null || end.isBroken);
  if (fault === null || !isHeard) return false;
  return fault.kind === '403' ? kind === 'register' : hasToken && TRUE_FOR_ALL.includes(fault.kind);
}

/** The first registration of a run goes alone: a dead token costs one call. */
function checkFirst({ trace }: Told): Breach[] {
  const [first, second] = trace.of('register');
  if (second === undefined || second.seq > (first?.end?.seq ?? Number.POSITIVE_INFINITY)) return [];
  return [
    { rule: 'FIRST_ALONE', text: `file ${second.files} was registered before the first one was answered` },
  ];
}

/** No more uploads at once than were allowed. */
function checkCrowd({ trace, plan }: Told): Breach[] {
  const uploads = trace.of('upload');
  const most = Math.max(
    0,
    ...uploads.map(({ seq }) => uploads.filter((other) => isOpenAt(other, seq)).length),
  );
  if (most <= plan.concurrency) return [];
  return [{ rule: 'CONCURRENCY', text: `${most} uploads at once, where ${plan.concurrency} are allowed` }];
}

function isOpenAt({ seq, end }: Exchange, moment: number): boolean {
  return seq <= moment && (end === null || end.seq > moment);
}
