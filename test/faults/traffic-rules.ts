// Invariants of the requests: where they go, what they carry, how often they are repeated and when.

import { checkBudget, checkOutage } from './budget-rules.ts';
import { isTokenCall } from './call-name.ts';
import { API_URL } from './environment.ts';
import { isFalseConfirmation } from './expected.ts';
import { freshTokenRetries } from './fresh-token-retries.ts';
import type { ScheduleRun } from './run-schedule.ts';
import { checkReason, checkStop } from './stop-rules.ts';
import type { Exchange } from './trace.ts';
import type { Violation } from './violation.ts';

export function checkTraffic(run: ScheduleRun): Violation[] {
  const rules = [
    checkHostsAndToken,
    checkCompletions,
    checkRetryAfter,
    checkBudget,
    checkOutage,
    checkStop,
    checkReason,
    checkFirstRegistration,
    checkConcurrency,
  ];
  return rules.flatMap((rule) => rule(run));
}

const TOKEN_URL = 'https://www.linkedin.com';

/** Requests go only to LinkedIn, and carry the token exactly where it is required. */
function checkHostsAndToken({ trace }: ScheduleRun): Violation[] {
  return trace.exchanges.flatMap(({ origin, kind, files, hasToken, needsToken }) => {
    const violations: Violation[] = [];
    if (origin !== (isTokenCall(kind) ? TOKEN_URL : API_URL))
      violations.push({ rule: 'TRUSTED_HOSTS', text: `${kind} of ${files} went to ${origin}` });
    if (files.length === 0 && !isTokenCall(kind))
      violations.push({ rule: 'TRUSTED_HOSTS', text: `${kind} went to an unknown address` });
    if (hasToken !== needsToken)
      violations.push({
        rule: 'TOKEN_IN_PLACE',
        text: `${kind} of ${files} ${hasToken ? 'carried' : 'lacked'} the token`,
      });
    return violations;
  });
}

// Error messages of the sandbox for a completion whose parts are missing, swapped, or different from its responses.
const MISMATCH =
  /receipts for|not uploaded|ETag of part|another status|must be signed|not in the order|Asked for and not sent|as handed out/;
/** No completion has missing or swapped parts, or an outdated receipt. */
function checkCompletions({ model, trace }: ScheduleRun): Violation[] {
  // After a false confirmation, the client cannot know that a part is missing.
  if (trace.fired.some(isFalseConfirmation)) return [];
  return model.log
    .filter(({ kind, reason }) => kind === 'complete' && MISMATCH.test(reason))
    .map(({ reason }) => ({ rule: 'PARTS_MATCH', text: `LinkedIn refused a completion: ${reason}` }));
}

/**
 * No call is repeated before its Retry-After has passed; after a 429, no call at all begins before it. Exceptions: a 429
 * for a token check does not concern the API, and retries for a new token have a time of their own.
 */
function checkRetryAfter(run: ScheduleRun): Violation[] {
  const { trace } = run;
  const retried = new Set(freshTokenRetries(run).values());
  const asked = trace.exchanges.filter(({ end }) => end !== null && end.notBeforeMs !== null);
  return asked.flatMap(({ end, key, files, kind }) => {
    const early = trace.exchanges.find((other) => !retried.has(other) && isEarly(other, { end, key, kind }));
    if (early === undefined) return [];
    const request = `${kind} of ${files} was answered ${end?.status} at ${end?.atMs}: not before ${end?.notBeforeMs}`;
    return [
      { rule: 'RETRY_AFTER', text: `${request}; ${early.kind} of ${early.files} came at ${early.atMs}` },
    ];
  });
}

function isEarly(other: Exchange, { end, key, kind }: Pick<Exchange, 'end' | 'key' | 'kind'>): boolean {
  if (end === null || end.notBeforeMs === null || other.seq < end.seq) return false;
  const isOfAll = end.status === 429 && kind !== 'introspect';
  // A call that began at the same moment could not know of the response.
  const isLater = other.key === key || (isOfAll && other.atMs > end.atMs);
  return isLater && other.atMs < end.notBeforeMs;
}

/** The first registration of a run is sent alone, so that an invalid token costs one call. */
function checkFirstRegistration({ trace }: ScheduleRun): Violation[] {
  const [first, second] = trace.of('register');
  if (second === undefined || second.seq > (first?.end?.seq ?? Number.POSITIVE_INFINITY)) return [];
  return [
    { rule: 'FIRST_ALONE', text: `file ${second.files} was registered before the first one was answered` },
  ];
}

/** The number of simultaneous uploads stays within the concurrency. */
function checkConcurrency({ trace, schedule }: ScheduleRun): Violation[] {
  const uploads = trace.of('upload');
  const most = Math.max(
    0,
    ...uploads.map(({ seq }) => uploads.filter((other) => isOpenAt(other, seq)).length),
  );
  if (most <= schedule.concurrency) return [];
  return [
    { rule: 'CONCURRENCY', text: `${most} uploads at once, where ${schedule.concurrency} are allowed` },
  ];
}

function isOpenAt({ seq, end }: Exchange, moment: number): boolean {
  return seq <= moment && (end === null || end.seq > moment);
}
