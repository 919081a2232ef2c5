// What must hold of the requests themselves: where they go, what they carry, how often they come again and when.

import type { Breach } from './breach.ts';
import { checkBudget, checkOutage } from './budget-rules.ts';
import { isTokenCall } from './call-name.ts';
import { isLie } from './expected.ts';
import { forgiven } from './patience.ts';
import type { Told } from './schedule.ts';
import { API_URL } from './setting.ts';
import { checkReason, checkStop } from './stop-rules.ts';
import type { Exchange } from './trace.ts';

export function checkTraffic(told: Told): Breach[] {
  const rules = [
    checkPlaces,
    checkCompletions,
    checkPatience,
    checkBudget,
    checkOutage,
    checkStop,
    checkReason,
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
