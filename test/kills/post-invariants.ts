// What must hold after every kill of the post action, and at the end of a round.

import type { Violation } from '../faults/violation.ts';
import { TOKEN } from '../support/publishing.ts';
import { textOf } from './post-kill-plan.ts';
import { entriesIn, type PostRoundResult, type PostRunResult } from './post-round.ts';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly urn?: string;
}

export function findPostKillViolations(round: PostRoundResult): Violation[] {
  const ofRuns = round.runs.flatMap((run, index) =>
    [...checkMemory(run), ...checkClaims(run), ...checkEnd(run)].map(({ rule, text }) => ({
      rule,
      text: `run ${index + 1} of ${round.runs.length}: ${text}`,
    })),
  );
  const breaches = round.breaches.map((text) => ({ rule: 'GITHUB', text }));
  return [...ofRuns, ...checkOnce(round), ...checkReports(round), ...breaches];
}

function rowsOf({ run }: PostRunResult): Row[] {
  const text = run.outputs.results ?? '';
  return text === '' ? [] : (JSON.parse(text) as Row[]);
}

function* checkMemory({ manifest }: PostRunResult): Generator<Violation> {
  try {
    entriesIn(manifest);
  } catch (error) {
    yield { rule: 'MEMORY_LOADS', text: String(error) };
  }
  if (manifest?.includes(TOKEN)) yield { rule: 'NO_SECRETS', text: 'the memory holds the token' };
}

function* checkClaims({ unclaimed }: PostRunResult): Generator<Violation> {
  for (const text of unclaimed) yield { rule: 'CLAIMED', text: `${text} without a claim` };
}

/** A cancelled run ends, with its outputs. */
function* checkEnd({ kill, isStruck, run, requests }: PostRunResult): Generator<Violation> {
  if (kill === null) {
    if (rowsOf({ run } as PostRunResult).length === 0)
      yield { rule: 'ENDS', text: `the run reported nothing:\n${run.log.join('\n')}` };
    return;
  }
  // Before its first request it may not listen yet.
  if (!isStruck || kill.signal === 'SIGKILL' || requests === 0) return;
  const { signal, outputs } = run;
  if (signal === null && outputs['failed-count'] === undefined)
    yield { rule: 'ENDS', text: 'the cancelled run wrote no outputs' };
}

function* checkOnce({ plan, sandbox: { model } }: PostRoundResult): Generator<Violation> {
  const texts = model.storedPosts.map(({ sent }) => sent.commentary);
  for (const [index] of plan.posts.entries()) {
    const posts = texts.filter((text) => text === textOf(index)).length;
    if (posts > 1) yield { rule: 'ONCE', text: `post ${index} is on LinkedIn ${posts} times` };
    const comments = model.comments.filter(({ text }) => text === `Comment ${index}`).length;
    if (comments > 1) yield { rule: 'ONCE', text: `the comment of post ${index} was made ${comments} times` };
  }
}

/** The last run knows what became of each post, and no report names a post that is not there. */
function* checkReports({ plan, runs, sandbox: { model } }: PostRoundResult): Generator<Violation> {
  const last = runs.at(-1);
  const rows = last === undefined ? [] : rowsOf(last);
  for (const [index] of plan.posts.entries()) {
    const id = `posts/${index}.md`;
    const row = rows.find((one) => one.id === id);
    const urn = model.storedPosts.find(({ sent }) => sent.commentary === textOf(index))?.urn;
    const isRight =
      row?.state === 'unknown' || ((row?.state === 'posted' || row?.state === 'known') && row.urn === urn);
    if (!isRight)
      yield { rule: 'REPORTED', text: `${id} is ${row?.state} with ${row?.urn}, and LinkedIn has ${urn}` };
  }
  const urns = new Set(model.storedPosts.map(({ urn }) => urn));
  for (const { urn, id } of runs.flatMap(rowsOf))
    if (urn !== undefined && !urns.has(urn)) yield { rule: 'TRUE', text: `${id} is reported with ${urn}` };
}
