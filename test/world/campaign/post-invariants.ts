// What must hold for posts after every schedule, of what a story sent to LinkedIn as posts, for whom, and what LinkedIn said of it.

import { inspect } from 'node:util';
import { isRefusal, postIn } from '../refusals.ts';
import type { Call } from '../world.ts';
import { keyOf, type PostFile, postFilesOf } from './changes.ts';
import {
  asksAuthor,
  type EndedRun,
  endedRuns,
  isAlone,
  isLateEdit,
  isMemoryBehind,
  isSuccess,
  memoryOf,
  type Row,
  rowsOf,
  struckCalls,
  type Violation,
  violation,
} from './reading.ts';
import type { Run, Story } from './story.ts';

/** A post file in a run that has ended. */
interface Told {
  readonly run: EndedRun;
  readonly file: PostFile;
  readonly row: Row;
}

export function findPostViolations(story: Story): Violation[] {
  const sent = sentPosts(story);
  const told = endedRuns(story).flatMap((run) => {
    const rows = rowsOf(run);
    return postsIn(story, run).flatMap((file) => {
      const row = rows.find((one) => one.file === file.path);
      return row === undefined ? [] : [{ run, file, row }];
    });
  });
  return [
    ...once(story, sent),
    ...commentedOnce(story),
    ...told.flatMap((one) => [
      ...trulyReported(story, one),
      ...remembered(story, sent, one),
      ...(one.run.part === 'last'
        ? [...finallyOut(story, sent, one), ...finallyEdited(story, one)]
        : []),
    ]),
  ];
}

/** Nothing that an author wants on LinkedIn once goes out twice, unless a person allowed it, or the run that repeats says so. */
function once(story: Story, sent: readonly SentPost[]): Violation[] {
  const intents = Map.groupBy(sent, ({ file: { intent } }) => intent);
  return [...intents.values()].flatMap((all) => {
    const made = all.filter(isMade);
    let resends = 0;
    return made.flatMap((later, index) => {
      const earlier = made.slice(0, index).filter((one) => isRecognizable(story, one, later));
      if (earlier.every((one) => isBelievedDenial(one, all, later))) return [];
      const { run, file } = later;
      if (earlier.some((one) => one.run === run) && isRepeatSaid(later)) return [];
      if (wasAsked(story, later)) return [];
      if (file.resend > resends) {
        // An attempt that LinkedIn denies is not the one that was allowed.
        if (!isDenied(later)) resends += 1;
        return [];
      }
      return [violation('POSTED_ONCE', run, `${file.path} (${file.text}) went out again`)];
    });
  });
}

/**
 * Whether an earlier run asked the author which post the file is, and the author left it so: then a given `id` makes it another one. Or
 * it said that another text does: a run that could not read the file to which a text has moved takes the first file for that of the post.
 */
function wasAsked(story: Story, { file: { path }, call }: SentPost): boolean {
  const isStruck = story.runs.some(({ disk }) => disk.struck !== null);
  const runs = endedRuns(story).filter(({ endMs }) => endMs < call.atMs);
  return runs.some(
    (run) =>
      rowsOf(run).some(({ file, error }) => file === path && error?.code === 'POST_KEY') ||
      (isStruck &&
        run.result.annotations.some((one) => one.file === path && isCopyWarning(one.message))),
  );
}

const isCopyWarning = (message: string) => message.includes('another text makes it another post');

/** LinkedIn denied that it has made the post, and no later refusal told a run that it is there. */
function isBelievedDenial(post: SentPost, all: readonly SentPost[], later: SentPost): boolean {
  const { atMs } = post.call;
  const refused = all.filter(({ call }) => call.atMs > atMs && call.atMs < later.call.atMs);
  const isHidden = (one: SentPost) => isDenied(one) || one.call.fault?.kind === 'truncated answer';
  return (
    isDenied(post) && refused.every((one) => one.call.handled?.status !== 422 || isHidden(one))
  );
}

/** A run that was lost says nothing. Those after it find its claim. */
function isRepeatSaid({ run, file }: SentPost): boolean {
  return run.result === null || isSaid({ ...run, result: run.result }, file);
}

function commentedOnce({ model }: Story): Violation[] {
  return [...Map.groupBy(model.comments, ({ postUrn }) => postUrn)]
    .filter(([, comments]) => comments.length > 1)
    .map(([urn, { length }]) => ({
      rule: 'POSTED_ONCE',
      text: `${urn} has ${length} first comments`,
    }));
}

/** A row names the post on LinkedIn that has the text of its file, or says that the text differs. */
function trulyReported(story: Story, { run, file, row }: Told): Violation[] {
  const { state, urn } = row;
  if (urn === undefined)
    return ['posted', 'edited', 'known'].includes(state)
      ? [violation('POST_REPORTED', run, `${file.path} is ${state} without a URN`)]
      : [];
  const post = story.model.storedPosts.find((one) => one.urn === urn);
  const text = `${file.path} is ${state} as ${urn}`;
  if (post === undefined)
    return [violation('POST_REPORTED', run, `${text}, which is not on LinkedIn`)];
  const edits = editsOf(story, urn);
  const texts = [String(post.sent.commentary), ...edits.map((edit) => edit.text)];
  const isOwnEdit = edits.some(
    (edit) => edit.text === file.text && edit.machine === run.machine.name,
  );
  // Another run, on another commit, may send its edit under the same number first.
  const isEditedMeanwhile = edits.length > 0 && file.revision > 0 && !isAlone(story, run);
  const hasText = state === 'edited' ? isOwnEdit : texts.includes(file.text) || isEditedMeanwhile;
  // A post whose edit was not sent has a URN too.
  if (!['posted', 'edited', 'known'].includes(state)) return [];
  if (!hasText && (state !== 'known' || !isSaid(run, file)))
    return [violation('POST_REPORTED', run, `${text}, which is "${texts.at(-1)}"`)];
  // A file that gets an `id` has a notice for that.
  const hasId = versionsOf(story, file).some(({ id }) => id !== null);
  const notices = run.result.annotations.filter(
    ({ level, message, file: of }) =>
      level === 'notice' && of === file.path && message.includes('has changed'),
  );
  // A picture that changed on the disk during a run makes another content.
  const isStruck = story.runs.some(({ disk }) => disk.struck !== null);
  if (
    hasText &&
    state === 'known' &&
    edits.length === 0 &&
    !hasId &&
    !isStruck &&
    notices.length > 0
  )
    return [violation('POST_REPORTED', run, `${text}, and a notice says that it has changed`)];
  return [];
}

/** The texts with which LinkedIn has replaced that of a post, oldest first. */
function editsOf(
  { world }: Story,
  urn: string,
): { readonly text: string; readonly machine: string }[] {
  return world.calls.flatMap(({ name, path, body, machine, handled }) => {
    if (name !== 'revise' || handled?.status !== 204 || !decodeURIComponent(path).endsWith(urn))
      return [];
    return [{ text: String(JSON.parse(body).patch.$set.commentary), machine }];
  });
}

/** In the end, LinkedIn shows the text of the greatest revision, unless the run asks the author which post a file is. */
function finallyEdited(story: Story, { run, file, row }: Told): Violation[] {
  const isAskedFor = file.revision > 0 && file.text.endsWith('revised');
  if (!isAskedFor || !isSuccess(row) || row.urn === undefined) return [];
  if (isCopied(story, run, file) || asksAuthor(story, run)) return [];
  const rowsOfPost = endedRuns(story)
    .flatMap(rowsOf)
    .filter(({ urn }) => urn === row.urn);
  if (rowsOfPost.some(isLateEdit)) return [];
  const shown = story.model.storedPosts.find(({ urn }) => urn === row.urn)?.fields.commentary;
  if (shown === file.text) return [];
  return [violation('EDITED', run, `${file.path} is ${row.state}, and LinkedIn shows "${shown}"`)];
}

function isCopied(story: Story, run: EndedRun, file: PostFile): boolean {
  return postsIn(story, run).some((one) => one.path !== file.path && one.text === file.text);
}

/** In the end, each text is on LinkedIn, or there is a cause for what its row says. */
function finallyOut(
  story: Story,
  sent: readonly SentPost[],
  { run, file, row }: Told,
): Violation[] {
  const own = sent.filter((one) => one.file.intent === file.intent);
  const isRefused = own.some((one) => isOfOtherIntent(one, sent));
  if (isSuccess(row) || asksAuthor(story, run) || isRefused) return [];
  if (row.state === 'unknown' && hasCause(story, sent, file)) return [];
  const text = `${file.path} is ${row.state} (${row.error?.code}: ${row.error?.message})`;
  return [violation('FINALLY', run, text)];
}

/** Whether something went wrong after which nobody knows whether LinkedIn has a post. */
function hasCause(story: Story, sent: readonly SentPost[], file: PostFile): boolean {
  // An attempt under the same name, or with the same text, may have been one for another intent.
  const isOwn = (one: PostFile) =>
    one.intent === file.intent || keyOf(one) === keyOf(file) || one.text === file.text;
  // A request that broke before its end names no post.
  const brokenMidway = struckCalls(story).filter(
    ({ name, body }) => name === 'post' && body === '',
  );
  return (
    sent.some((one) => isOwn(one.file) && one.call.fault !== null) ||
    story.runs
      .filter((run) => postsIn(story, run).some(isOwn))
      .some(
        (run) =>
          run.machine.isDead ||
          run.machine.cancelledMs !== null ||
          run.machine.hasSlept ||
          isMemoryBehind(story, run) ||
          brokenMidway.some((call) => call.machine === run.machine.name),
      )
  );
}

const STATES: Readonly<Record<string, readonly string[]>> = {
  posted: ['posted'],
  edited: ['posted'],
  known: ['posted'],
  unknown: ['unknown', 'sending', 'posted'],
};

/** After a run the memory has what the run reported, and no claim of a post that it did not send. */
function remembered(
  story: Story,
  sent: readonly SentPost[],
  { run, file, row }: Told,
): Violation[] {
  // A copy of a post is known, and not remembered.
  if (isMemoryBehind(story, run) || (row.state === 'known' && asksAuthor(story, run))) return [];
  const { posts } = memoryOf(run.memory);
  const keys = versionsOf(story, file).map(keyOf);
  const entries = posts.filter(({ ids }) => ids.some((id) => keys.includes(id)));
  const states = STATES[row.state];
  const runId = String(1000 + story.runs.indexOf(run));
  // Nothing is stored for a copy, or for an id that another run, on another commit, has made another post meanwhile.
  const isCopy = run.result.annotations.some(
    (one) => one.file === file.path && one.level !== 'error',
  );
  const stored = isCopy || (row.state === 'known' && !isAlone(story, run)) ? posts : entries;
  const isRight =
    states === undefined
      ? entries.every((entry) => entry.state !== 'sending' || entry.run?.endsWith(runId) !== true)
      : row.urn === undefined
        ? stored.some((entry) => states.includes(entry.state)) ||
          isWithdrawnMeanwhile(story, sent, { run, file, row })
        : stored.some((entry) => entry.urn === row.urn);
  if (isRight) return [];
  const text = `${file.path} is ${row.state} as ${row.urn} (${row.error?.code}), and the memory has ${inspect(entries)}`;
  return [violation('POST_REMEMBERED', run, text)];
}

/**
 * Whether a run that found a claim has called the post `unknown`, and the run of the claim has withdrawn it meanwhile, or the run itself
 * after its outputs. That is right: only the claimant knows that it sent nothing, and a post that is not remembered goes out later.
 */
function isWithdrawnMeanwhile(
  story: Story,
  sent: readonly SentPost[],
  { run, file }: Told,
): boolean {
  const isSent = sent.some(
    ({ call, file: { intent } }) =>
      intent === file.intent && call.atMs <= run.endMs && call.handled !== null,
  );
  return (
    !isSent &&
    (run.machine.cancelledMs !== null ||
      endedRuns(story).some(
        (other) =>
          other !== run &&
          other.startMs < run.endMs &&
          other.endMs >= run.startMs &&
          rowsOf(other).some(({ state }) => ['skipped', 'failed'].includes(state)),
      ))
  );
}

/** A request for a post, and the file that it was made from. */
interface SentPost {
  readonly call: Call;
  readonly run: Run;
  readonly file: PostFile;
}

/** The post files of a run. */
function postsIn({ schedule: { items } }: Story, { checkout }: Pick<Run, 'checkout'>): PostFile[] {
  const { job, count = items.length } = checkout;
  return items.slice(0, count).flatMap(({ changes }, index) => postFilesOf(index, changes, job));
}

/** The files with the intent of a file, in all runs. */
function versionsOf(story: Story, { intent }: PostFile): PostFile[] {
  return story.runs.flatMap((run) => postsIn(story, run).filter((one) => one.intent === intent));
}

/** In the order in which they were sent. A request whose body did not leave is not among them. */
function sentPosts(story: Story): SentPost[] {
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
function isMade({ call }: SentPost): boolean {
  return postIn(call.handled) !== null;
}

/** Whether LinkedIn has a post, and its answer neither says so nor names it, so that nobody can know. */
function isDenied({ call: { fault, status, handled } }: SentPost): boolean {
  const isNamed = fault?.namesPost === true && postIn(handled) !== null;
  return fault?.kind === 'status after effect' && isRefusal(status) && !isNamed;
}

/** Whether LinkedIn refuses it for a post with this text that the author wanted on LinkedIn too. */
function isOfOtherIntent({ file, call }: SentPost, others: readonly SentPost[]): boolean {
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
function isSaid(run: EndedRun, { path }: PostFile): boolean {
  const row = rowsOf(run).find(({ file }) => file === path);
  // Posts with the same warning share it.
  return (
    row?.error !== undefined ||
    run.result.annotations.some(({ file, message }) => file === path || message.includes(path))
  );
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
 * read with a copy of it, or a copy with a picture that has changed since.
 */
function isRecognizable(story: Story, earlier: SentPost, later: SentPost): boolean {
  const { run, file } = later;
  const files = postsIn(story, run);
  const isChanged =
    run.disk.changed !== null && files.filter(({ text }) => text === file.text).length > 1;
  if (isUnread(run, file) && (isChanged || file.text !== earlier.file.text)) return false;
  const own = seenFiles(story, later.call.atMs).filter(
    ({ intent }) => intent === earlier.file.intent,
  );
  if (isReplaced(story, own, later) || isTaken(story, earlier, later)) return false;
  const names = new Set([keyOf(earlier.file), earlier.file.text]);
  // Each round adds what is one step further away.
  for (const _ of own)
    for (const one of own)
      if (names.has(keyOf(one)) || names.has(one.text)) names.add(keyOf(one)).add(one.text);
  return names.has(keyOf(file)) || names.has(file.text);
}

/**
 * Whether the file of an entry is another one: one with its newest id. The text of `later`, with an older id, was seen by no run. The
 * newest id may be that of an older commit, if its run was not alone.
 */
function isReplaced(
  story: Story,
  seen: readonly PostFile[],
  { run, file, call }: SentPost,
): boolean {
  if (seen.some(({ text }) => text === file.text)) return false;
  const keys = endedRuns(story)
    .filter((one) => one.endMs < call.atMs && !isAlone(story, one))
    .flatMap((one) => postsIn(story, one).filter(({ intent }) => intent === file.intent))
    .map(keyOf);
  return postsIn(story, run).some((one) => one.path !== file.path && keys.includes(keyOf(one)));
}

/** Whether a run on another commit has found the post meanwhile under another given id: then the id of `later` is another occasion. */
function isTaken(story: Story, { call, file }: SentPost, later: SentPost): boolean {
  const isOther = (run: EndedRun, { urn, file: path }: Row) =>
    urn === postIn(call.handled) &&
    postsIn(story, run).some((one) => one.path === path && one.intent !== file.intent);
  return (
    later.file.id !== null &&
    endedRuns(story).some(
      (run) => !isAlone(story, run) && rowsOf(run).some((row) => isOther(run, row)),
    )
  );
}
