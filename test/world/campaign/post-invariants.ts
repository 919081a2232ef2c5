// What must hold for posts after every schedule.

import { inspect } from 'node:util';
import { commentOf, newTextOf, postPath, textOf } from './items.ts';
import {
  type EndedRun,
  endedRuns,
  hasMemoryError,
  memoryOf,
  type Row,
  rowsOf,
  type Violation,
  violation,
} from './reading.ts';
import type { Run, Story } from './story.ts';

export function findPostViolations(story: Story): Violation[] {
  return story.schedule.items.flatMap((_, index) => [
    ...once(story, index),
    ...reported(story, index),
    ...remembered(story, index),
  ]);
}

/** The path of a post, which may be renamed between two runs, in one run. */
function fileOf({ schedule: { items } }: Story, index: number, { checkout }: Pick<Run, 'checkout'>): string {
  const item = items[index];
  return item === undefined ? '' : postPath(index, item, checkout);
}

/** Whether a person has allowed one further attempt. */
function mayResend({ schedule: { items } }: Story, index: number): boolean {
  return items[index]?.change?.kind === 'resend';
}

function urnsOn({ model }: Story, text: string): string[] {
  return model.storedPosts.flatMap(({ sent, urn }) => (String(sent.commentary).includes(text) ? urn : []));
}

/** Runs → the row of a post. */
function rowsFor(story: Story, index: number): { readonly run: EndedRun; readonly row: Row }[] {
  return endedRuns(story).flatMap((run) =>
    rowsOf(run)
      .filter(({ file }) => file === fileOf(story, index, run))
      .map((row) => ({ run, row })),
  );
}

/** No post or comment goes out twice unless a person allowed it. A LinkedIn that forgets may have the repeat of a lost request. */
function once(story: Story, index: number): Violation[] {
  const { world, model, schedule } = story;
  const made = world.calls.filter(
    ({ name, body, handled }) => name === 'post' && body.includes(textOf(index)) && handled?.status === 201,
  );
  const attempts = [...Map.groupBy(made, ({ machine }) => machine).values()];
  const mayRepeat = (calls: typeof made) =>
    !schedule.rejectsDuplicates &&
    calls.some(({ fault, deliveredMs }) => fault !== null || deliveredMs === null);
  const resends = mayResend(story, index) ? 1 : 0;
  const isTwice =
    attempts.length > 1 + resends || attempts.some((calls) => calls.length > (mayRepeat(calls) ? 2 : 1));
  const comments = model.comments.filter(({ text }) => text === commentOf(index)).length;
  return [
    ...(isTwice ? [{ rule: 'POSTED_ONCE', text: `post ${index} went out ${made.length} times` }] : []),
    ...(comments > 1 + resends
      ? [{ rule: 'POSTED_ONCE', text: `post ${index} has ${comments} first comments` }]
      : []),
  ];
}

/** Each post on LinkedIn is known in the end, by its URN or as one that may be there. */
function reported(story: Story, index: number): Violation[] {
  const posts = urnsOn(story, textOf(index));
  // The new text in the file of a moved post has the id that the file had.
  const urns = [...posts, ...urnsOn(story, newTextOf(index))];
  const wrong = rowsFor(story, index).flatMap(({ run, row: { file, state, urn } }) => {
    const isMissing = urn === undefined ? state === 'posted' : !urns.includes(urn);
    const text = `${file} is ${state} as ${urn}, which is not on LinkedIn`;
    return isMissing ? [violation('POST_REPORTED', run, text)] : [];
  });
  const last = rowsFor(story, index).find(({ run }) => run.part === 'last')?.row;
  const isKnown = posts.length === 0 || (last !== undefined && ['known', 'unknown'].includes(last.state));
  const isNew = last?.state === 'posted' && (posts.length === 1 || mayResend(story, index));
  const text = `post ${index} is on LinkedIn as ${posts}, and in the end ${inspect(last)}`;
  return isKnown || isNew ? wrong : [...wrong, { rule: 'POST_REPORTED', text }];
}

const STATES: Readonly<Record<string, readonly string[]>> = {
  posted: ['posted'],
  known: ['posted'],
  unknown: ['unknown', 'sending'],
};

/**
 * Whether a run that found a claim has called the post `unknown`, and the run of the claim, which had slept, has withdrawn it
 * meanwhile. That is right: only the claimant knows that it sent nothing, and a post that is not remembered goes out later.
 */
function isWithdrawnMeanwhile(story: Story, index: number, run: EndedRun): boolean {
  const isSent = story.world.calls.some(
    ({ name, body, atMs, handled }) =>
      name === 'post' && body.includes(textOf(index)) && atMs <= run.endMs && handled !== null,
  );
  return (
    !isSent &&
    rowsFor(story, index).some(
      ({ run: other, row }) =>
        other !== run &&
        ['skipped', 'failed'].includes(row.state) &&
        other.startMs < run.endMs &&
        other.endMs >= run.startMs,
    )
  );
}

/** After a run the memory has what the run reported, and no claim of a post that it did not send. */
function remembered(story: Story, index: number): Violation[] {
  return rowsFor(story, index).flatMap(({ run, row }) => {
    const isUnsure = hasMemoryError(run) || row.error?.message.includes('claim') === true;
    if (isUnsure) return [];
    const { posts } = memoryOf(run.memory);
    // A run that is cancelled, or stopped while another one sends the post, leaves it to the next one to remember a new name.
    const isLeft = row.error?.message.includes('a later run that publishes waits for it') === true;
    // Another run may have claimed the id of a text that was moved for the new text of its file.
    const isMoved = story.schedule.items[index]?.change?.kind === 'move';
    const entry =
      posts.find(({ urn }) => isMoved && urn === (row.urn ?? 'none')) ??
      posts.find(({ id }) => id === fileOf(story, index, run)) ??
      posts.find(({ id, urn }) =>
        isLeft
          ? story.runs.some((other) => id === fileOf(story, index, other))
          : run.machine.cancelledMs !== null && urn === (row.urn ?? 'none'),
      );
    const states = STATES[row.state];
    const runId = String(1000 + story.runs.indexOf(run));
    const isRight =
      states === undefined
        ? entry?.state !== 'sending' || entry.run?.endsWith(runId) !== true
        : entry !== undefined
          ? states.includes(entry.state) || entry.state === 'posted'
          : row.state === 'unknown' && isWithdrawnMeanwhile(story, index, run);
    const hasUrn = row.urn === undefined || entry?.urn === row.urn;
    if (isRight && hasUrn) return [];
    const reason = `as ${row.urn} (${row.error?.message})`;
    const text = `${row.file} is ${row.state} ${reason}, and the memory has ${inspect(entry)}`;
    return [violation('POST_REMEMBERED', run, text)];
  });
}
