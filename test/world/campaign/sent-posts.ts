// What a story sent to LinkedIn as posts, for whom, and what LinkedIn said of it.

import { isRefusal, postIn } from '../refusals.ts';
import type { Call } from '../world.ts';
import { keyOf, type PostFile, postFilesOf } from './changes.ts';
import { asksAuthor, type EndedRun, endedRuns, isMemoryBehind, rowsOf } from './reading.ts';
import type { Run, Story } from './story.ts';

/** A request for a post, and the file that it was made from. */
export interface SentPost {
  readonly call: Call;
  readonly run: Run;
  readonly file: PostFile;
}

/** The post files of a run. */
export function postsIn({ schedule: { items } }: Story, { checkout }: Pick<Run, 'checkout'>): PostFile[] {
  const { job, count = items.length } = checkout;
  return items.slice(0, count).flatMap(({ changes }, index) => postFilesOf(index, changes, job));
}

/** The files with the intent of a file, in all runs. */
export function versionsOf(story: Story, { intent }: PostFile): PostFile[] {
  return story.runs.flatMap((run) => postsIn(story, run).filter((one) => one.intent === intent));
}

/** In the order in which they were sent. A request whose body did not leave is not among them. */
export function sentPosts(story: Story): SentPost[] {
  return story.world.calls
    .filter(({ name, body }) => name === 'post' && body !== '')
    .flatMap((call) => {
      const run = story.runs.find(({ machine }) => machine.name === call.machine);
      const { commentary } = JSON.parse(call.body);
      const file = run && postsIn(story, run).find(({ text }) => text === commentary);
      return run === undefined || file === undefined ? [] : [{ call, run, file }];
    });
}

/** Whether LinkedIn has made a post of it. */
export function isMade({ call }: SentPost): boolean {
  return postIn(call.handled) !== null;
}

/** Whether LinkedIn has made a post, and its answer says that it has not, so that nobody can know. */
export function isDenied({ call: { fault, status } }: SentPost): boolean {
  return fault?.kind === 'status after effect' && isRefusal(status) && fault.namesPost !== true;
}

/** Whether LinkedIn refuses it for a post with this text that the author wanted on LinkedIn too. */
export function isOfOtherIntent({ file, call }: SentPost, others: readonly SentPost[]): boolean {
  return (
    call.handled?.status === 422 &&
    others.some(
      (one) =>
        isMade(one) &&
        one.file.text === file.text &&
        one.file.intent !== file.intent &&
        one.call.atMs <= call.atMs,
    )
  );
}

/** Whether a row or an annotation says that something is special about a post. */
export function isSaid(run: EndedRun, { path }: PostFile): boolean {
  const row = rowsOf(run).find(({ file }) => file === path);
  return row?.error !== undefined || run.result.annotations.some(({ file }) => file === path);
}

/** States of a post whose entry in the memory the run has found, or made. */
const RECOGNIZED = ['posted', 'edited', 'known', 'unknown'];

/**
 * The files that a run has recognized and could remember, of the runs that ended before. A run that asks the author which post a
 * file is remembers nothing of it.
 */
function seenFiles(story: Story, beforeMs: number): PostFile[] {
  const runs = endedRuns(story).filter(
    (run) =>
      run.endMs < beforeMs &&
      run.machine.cancelledMs === null &&
      !isMemoryBehind(story, run) &&
      // A copy is not remembered.
      !asksAuthor(story, run),
  );
  return runs.flatMap((run) => {
    const rows = rowsOf(run).filter(({ state }) => RECOGNIZED.includes(state));
    return postsIn(story, run).filter(
      (post) => rows.some(({ file }) => file === post.path) && !isUnread(run, post),
    );
  });
}

/** Whether the disk has failed at the media of a post, so that the run does not know its content. */
function isUnread({ disk: { struck } }: Run, { path, isWhole }: PostFile): boolean {
  const itemOf = (name: string) => /(?:posts|media)\/(\d+)/.exec(name)?.[1];
  return isWhole && struck !== null && itemOf(struck) === itemOf(path);
}

/**
 * Whether a run could know that the file of `later` is the one of `earlier`. It cannot if the file got another name and another
 * text before any run had seen either, which is the one hole that the docs name. Nor can a run compare a correction that it could not
 * read with a copy of it.
 */
export function isRecognizable(story: Story, earlier: SentPost, later: SentPost): boolean {
  if (isUnread(later.run, later.file) && later.file.text !== earlier.file.text) return false;
  const own = seenFiles(story, later.call.atMs).filter(({ intent }) => intent === earlier.file.intent);
  const names = new Set([keyOf(earlier.file), earlier.file.text]);
  // Each round adds what is one step further away.
  for (const _ of own)
    for (const file of own)
      if (names.has(keyOf(file)) || names.has(file.text)) names.add(keyOf(file)).add(file.text);
  return names.has(keyOf(later.file)) || names.has(later.file.text);
}
