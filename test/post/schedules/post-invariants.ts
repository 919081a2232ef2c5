// What must hold after every schedule of posts, whatever went wrong.

import type { Violation } from '../../faults/violation.ts';
import type { Report, Row } from '../post-process.ts';
import type { Arrival } from '../post-services.ts';
import { type FinishedPostSchedule, postOf } from './run-post-schedule.ts';

const REPEAT_LATEST_MS = 4 * 60_000;
const REPEAT_EARLIEST_MS = 30_000;
const CANCEL_MS = 2000;

export function findPostViolations(run: FinishedPostSchedule): Violation[] {
  return [
    ...claimedFirst(run),
    ...repeats(run),
    ...once(run),
    ...commentedOnce(run),
    ...reported(run),
    ...trueUrns(run),
    ...settled(run),
    ...inTime(run),
  ];
}

const posts = ({ arrivals }: FinishedPostSchedule) => arrivals.filter(({ kind }) => kind === 'post');
const created = (run: FinishedPostSchedule) => posts(run).filter(({ urn }) => urn !== null);
const allReports = ({ reports, audits }: FinishedPostSchedule): Report[] => [...reports, ...audits];
const allRows = (run: FinishedPostSchedule): Row[] => allReports(run).flatMap(({ rows }) => rows);

function indexOf(run: FinishedPostSchedule, { claim, text }: Arrival): number {
  if (claim !== null) return postOf(claim.id);
  return run.schedule.posts.findIndex((post) => text.includes(`Text ${post.text}`));
}

function hasChange({ changes }: FinishedPostSchedule, index: number, change: 'resend' | 'urn'): boolean {
  return changes.get(index)?.has(change) === true;
}

function hasTwin({
  schedule: {
    posts: [first, second],
  },
}: FinishedPostSchedule): boolean {
  return second !== undefined && first?.text === second.text;
}

/** A renamed file cannot be told from another one with the same text. */
function isTwinRenamed(run: FinishedPostSchedule): boolean {
  return hasTwin(run) && [...run.changes.values()].some((set) => set.has('rename'));
}

/** A person may allow a further attempt for a post that is on LinkedIn. */
function isSentAgain({ changes }: FinishedPostSchedule): boolean {
  return [...changes.values()].some((set) => set.has('resend'));
}

/** Nothing is sent before its claim is stored. */
function claimedFirst({ arrivals, changes }: FinishedPostSchedule): Violation[] {
  // A person may settle a post while it is being sent.
  const isSettledByHand = [...changes.values()].some((set) => set.has('urn'));
  return arrivals
    .filter(({ claim }) => claim === null && !isSettledByHand)
    .map(({ kind, sender, atMs }) => ({
      rule: 'CLAIMED',
      text: `${sender} sent a ${kind} at ${atMs} without a claim`,
    }));
}

/** After a lost response, a claim has one further request: the same bytes, after 30 s, within 4 minutes. */
function repeats(run: FinishedPostSchedule): Violation[] {
  const byClaim = Map.groupBy(posts(run), ({ claim }) => claim?.nonce ?? null);
  byClaim.delete(null);
  return [...byClaim].flatMap(([nonce, all]) => {
    const [first, ...others] = all
      .slice(all.findIndex(({ isLost }) => isLost))
      .filter(({ isLost }) => isLost);
    if (first === undefined || !all.some(({ isLost }) => isLost)) return [];
    const later = all.slice(all.indexOf(first) + 1);
    const wrong = [
      ...(later.filter(({ isLost, urn }) => isLost || urn !== null).length > 1 ? ['was repeated twice'] : []),
      ...(later.some(({ body }) => body !== first.body) ? ['was repeated with other bytes'] : []),
      ...(later.some(({ atMs }) => atMs - first.atMs > REPEAT_LATEST_MS) ? ['was repeated too late'] : []),
      ...(later.some(({ atMs }) => atMs - first.atMs < REPEAT_EARLIEST_MS) ? ['was repeated too soon'] : []),
      ...(others.length > 1 ? ['was lost twice and sent again'] : []),
    ];
    return wrong.map((text) => ({ rule: 'REPEAT', text: `the request of ${nonce} ${text}` }));
  });
}

/**
 * A LinkedIn that refuses duplicates never has two posts of one id. One that forgets them has a second one only after a
 * lost response, by the process that has the claim, or because a person allowed a further attempt.
 */
function once(run: FinishedPostSchedule): Violation[] {
  return [...Map.groupBy(created(run), (arrival) => indexOf(run, arrival))].flatMap(([index, all]) => {
    const nonces = new Set(all.map(({ claim }) => claim?.nonce));
    const text = `post ${index} is on LinkedIn ${all.length} times, by ${nonces.size} claims`;
    if (run.schedule.duplicates === 'refused') return all.length > 1 ? [{ rule: 'ONCE', text }] : [];
    const allowed = hasChange(run, index, 'resend') ? 2 : 1;
    return nonces.size > allowed ? [{ rule: 'ONCE', text }] : [];
  });
}

function commentedOnce({ arrivals }: FinishedPostSchedule): Violation[] {
  const comments = arrivals.filter(({ kind, urn }) => kind === 'comment' && urn !== null);
  return [...Map.groupBy(comments, ({ body }) => (JSON.parse(body) as { object: string }).object)]
    .filter(([, all]) => all.length > 1)
    .map(([post, all]) => ({ rule: 'COMMENTED_ONCE', text: `${post} has ${all.length} first comments` }));
}

/** No post on LinkedIn is unreported, and the memory leads the last run to it. */
function reported(run: FinishedPostSchedule): Violation[] {
  const last = run.audits.at(-1)?.rows ?? [];
  return created(run).flatMap((arrival) => {
    const index = indexOf(run, arrival);
    const ofPost = ({ id }: Row) => postOf(id) === index;
    const isTold = ({ urn, state, ...row }: Row) =>
      urn === arrival.urn ||
      (ofPost({ urn, state, ...row }) && (state === 'unknown' || (state === 'known' && isTwinRenamed(run))));
    const isSecond = created(run).filter((other) => indexOf(run, other) === index).length > 1;
    const isKnown = last.some((row) => ofPost(row) && ['posted', 'known', 'unknown'].includes(row.state));
    const text = `post ${index} (${arrival.urn})`;
    return [
      ...(allRows(run).some(isTold) || isSecond
        ? []
        : [{ rule: 'REPORTED', text: `${text} is in no report` }]),
      ...(isKnown ? [] : [{ rule: 'REMEMBERED', text: `${text} is not known to the last run` }]),
    ];
  });
}

/** A reported URN is that of the post. */
function trueUrns(run: FinishedPostSchedule): Violation[] {
  const isAmbiguous = isTwinRenamed(run) || (hasTwin(run) && isSentAgain(run));
  return allReports(run).flatMap(({ name, rows }) =>
    rows.flatMap(({ id, urn, state }) => {
      if (urn === null) return [];
      const source = created(run).find((arrival) => arrival.urn === urn);
      if (source !== undefined && (indexOf(run, source) === postOf(id) || isAmbiguous)) return [];
      return [{ rule: 'TRUE', text: `${name} reports ${id} as ${state} with ${urn}` }];
    }),
  );
}

/** Without anything that goes wrong each post is published, and nothing changes any more at the end. */
function settled(run: FinishedPostSchedule): Violation[] {
  const { audits, arrivals, arrivalsBefore, schedule } = run;
  // The comment of a post that the first audit has found is made by the second.
  const late = arrivals.slice(arrivalsBefore).filter(({ kind, urn }) => kind === 'post' && urn !== null);
  const restless = late.map(({ kind }) => ({ rule: 'SETTLED', text: `the last run still made a ${kind}` }));
  const rows = audits.at(-1)?.rows ?? [];
  const isWrong = ({ state, error }: Row) =>
    state !== 'known' && state !== 'unknown' && !(hasTwin(run) && error?.code === 'POST_DUPLICATE');
  const unsettled = rows.filter(isWrong).map(({ id, state, error }) => ({
    rule: 'SETTLED',
    text: `${id} is ${state} at the end (${error?.message})`,
  }));
  const isMissing = rows.length < schedule.posts.length || audits.some(({ error }) => error !== null);
  return [
    ...restless,
    ...unsettled,
    ...(isMissing ? [{ rule: 'SETTLED', text: 'an audit did not report' }] : []),
  ];
}

/** A cancelled run has its results within 2 s. */
function inTime(run: FinishedPostSchedule): Violation[] {
  return allReports(run).flatMap(({ name, publishMs, cancelledMs, endMs, wasSuspended }) => {
    if (publishMs === null || cancelledMs === null || wasSuspended) return [];
    const tookMs = endMs - Math.max(publishMs, cancelledMs);
    return tookMs > CANCEL_MS
      ? [{ rule: 'IN_TIME', text: `${name} took ${tookMs} ms after its cancellation` }]
      : [];
  });
}
