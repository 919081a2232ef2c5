// Plans and publishes the posts of a run: checks their approval, uploads the media of those that are due, and sends them.

import { toActionError } from '../errors/action-error.ts';
import { formatFirst, pluralize } from '../format.ts';
import { Approvals, toReviewedPost } from '../github/approval.ts';
import type { GitHubClient } from '../github/github-client.ts';
import { runUrl } from '../github/run-page.ts';
import { apiBaseOf } from '../http/allowed-hosts.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import { existsExactly } from '../media/find/workspace.ts';
import { postName, type WrittenPost } from '../post/file/post.ts';
import { hasNews, learnChange } from '../post/identity.ts';
import type { PostFile, Posts } from '../post/memory/post-entry.ts';
import { type PostPlan, planPosts } from '../post/plan.ts';
import type { PostLedger } from '../post/post-ledger.ts';
import type { Publication } from '../post/publication.ts';
import {
  assertMayComment,
  filesOf,
  settleFailedMedia,
  waitForMedia,
} from '../post/send/due-media.ts';
import { sendPosts } from '../post/send/post-sender.ts';
import { inGroup, withProgress } from '../report/log/progress.ts';
import type { Run } from '../run.ts';
import { Ledger } from '../upload/ledger.ts';
import { type Plan, planUploads } from '../upload/plan.ts';
import { rememberUploads } from '../upload/remember-uploads.ts';
import { uploadFiles } from '../upload/upload-files.ts';
import { withLinkedIn } from './open-linkedin.ts';
import type { RememberedPosts } from './open-memory.ts';

/** Null if the run does not ask for approvals. Simulated posts are not on LinkedIn. */
export function openApprovals(
  run: Pick<PublishRun, 'inputs' | 'env' | 'github'>,
): Approvals | null {
  const { approval, mode } = run.inputs;
  return approval !== 'none' && mode === 'publish' ? new Approvals(run) : null;
}

/** A run that publishes without its memory sends nothing. A simulation sends all. */
export async function planRun(
  written: readonly WrittenPost[],
  { memory, posts, error }: RememberedPosts,
  { inputs, approvals }: Pick<PublishRun, 'inputs' | 'approvals'>,
): Promise<PostPlan> {
  const { mode, owner, apiUrl, maxPosts, maxAgeHours, workspace } = inputs;
  const settings = {
    owner,
    maxAgeHours,
    apiUrl: apiBaseOf(apiUrl),
    maxPosts: mode === 'simulate' ? Number.POSITIVE_INFINITY : maxPosts,
    isKnown: error === null,
    knowsPublished: error === null && mode !== 'simulate',
    fileExists: (file: string) => existsExactly(workspace, file),
    countsAsSeen: (post: Pick<PostFile, 'file'>) => approvals?.isApproved(post) ?? true,
    waitedMs: (content: string) => memory.waiting.waitedMs(owner, content),
  };
  const decide = () =>
    planPosts(written, settings, { posts: posts.entries(), nowMs: posts.nowMs() });
  let plan = decide();
  if (approvals !== null && error === null) {
    for (const post of plan.posts.filter(hasNews)) await approvals.check(toReviewedPost(post));
    plan = decide();
  }
  return error === null || mode === 'plan' ? plan : { ...plan, stop: error };
}

export interface PublishRun extends Run {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly inputs: PostInputs;
  readonly remembered: RememberedPosts;
  /** Null if the run does not ask for approvals. */
  readonly approvals: Approvals | null;
}

/**
 * Settles the posts of the run, except those that an error or a cancellation leaves open. Never throws: an error stops the ledger.
 */
export async function publishPosts(ledger: PostLedger, run: PublishRun): Promise<void> {
  const { inputs, signal, approvals } = run;
  const { memory, error: memoryError } = run.remembered;
  if (signal.aborted) return;
  if (inputs.mode === 'plan') {
    ledger.guardNewMemory();
    if (ledger.stopReason === null) settleWaiting(ledger, run);
    return ledger.settleAsPlanned();
  }
  if (memoryError !== null) return;
  try {
    await approvals?.refuseUnapproved(() => ledger.items.filter(takesId));
    if (ledger.stopReason === null) {
      await approvals?.refuseUnapproved(() =>
        ledger.items.filter(({ post }) => post.state === 'edit'),
      );
      // One more than may go out shows whether posts wait: a lost memory makes hundreds of posts due.
      await approvals?.refuseUnapproved(() => ledger.due.slice(0, inputs.maxPosts + 1));
    }
    for (const item of ledger.open) if (item.post.state === 'claimed') item.end(null);
    ledger.guardNewMemory();
    warnOfTurns(ledger, run);
    rememberKnown(ledger, run);
    if (ledger.stopReason !== null || ledger.open.length === 0) return;
    const media = newMediaLedger(ledger, run);
    ledger.uploads = media;
    await memory.prepareWrites();
    await withProgress(media, run, () => uploadAndSend(media, ledger, run));
    if (!signal.aborted && ledger.stopReason === null) {
      settleWaiting(ledger, run);
      rememberTurns(ledger, run);
    }
    // Another run may have published a post under another name meanwhile.
    rememberKnown(ledger, run);
  } catch (error) {
    if (!signal.aborted) ledger.stop(toActionError(error));
  }
}

/** Without an approval, such a file could make another post of its id known, which would then never go out. */
function takesId({ post: { identity } }: Publication): boolean {
  return identity.kind === 'by-hand' || (identity.kind === 'own' && identity.isRenamed);
}

function settleWaiting(ledger: PostLedger, { inputs, logger }: PublishRun): void {
  const waiting = ledger.settleWaiting();
  if (waiting.length === 0) return;
  const count = pluralize(waiting.length, 'due post');
  const names = formatFirst(
    waiting.map(({ post }) => postName(post)),
    5,
  );
  const text = `\`max-posts\` is ${inputs.maxPosts}, so ${count} must wait, in this order: ${names}. ${NEXT_RUN}`;
  logger.warning(text, { title: 'input max-posts' });
}

const NEXT_RUN =
  'The next run of this workflow goes on with them: its schedule starts it, a push, or a person (Actions, Run workflow).';

/** A simulation plays all posts, because its memory has no earlier ones. */
function warnOfTurns({ due }: PostLedger, { inputs, logger }: PublishRun): void {
  const { mode, maxPosts } = inputs;
  if (mode !== 'simulate' || due.length <= maxPosts) return;
  const text = `the simulation plays all ${due.length} posts that are due, but a run sends at most ${maxPosts} (\`max-posts\`), and the others wait for later runs; a first run, before the manifest has a post, sends nothing then`;
  logger.warning(text, { title: 'input max-posts' });
}

/** Which posts waited is stored with the next write, or at the end. A post without `at` never expires. */
function rememberTurns({ items }: PostLedger, { inputs, remembered, approvals }: PublishRun): void {
  const dated = items.filter(({ post }) => post.at !== null);
  const waiting = dated.filter(({ post, state }) => post.state === 'due' && state === 'scheduled');
  // A text that nobody has approved may be that of a post that waits.
  const counts = ({ post }: Publication) => approvals?.isApproved(post) ?? true;
  const published = dated.filter(
    (item) => item.state === 'posted' || (item.state === 'known' && counts(item)),
  );
  const contentOf = ({ post }: Publication) => post.content ?? [];
  remembered.memory.waiting.record({
    author: inputs.owner,
    waiting: waiting.flatMap(contentOf),
    published: published.flatMap(contentOf),
  });
}

/**
 * The ids and contents that this run has seen, and URNs that a person gave, are stored with the next write, or at the end. What
 * nobody has approved must not decide about a later post.
 */
function rememberKnown({ items, plan }: PostLedger, { remembered, approvals }: PublishRun): void {
  const { posts } = remembered;
  const change = (stored: Posts) => {
    // Another run may have seen meanwhile that the text of a file has moved. What the file holds now is another post then.
    const latest = plan.decideAll(stored, posts.nowMs());
    return items
      .filter((_, index) => latest[index]?.identity.kind !== 'error')
      .filter(({ post }) => approvals?.isApproved(post) ?? true)
      .map((item) => learnChange(item.latest, posts.now())(stored))
      .includes(true);
  };
  if (change(posts.entries())) posts.stage(change);
}

function planMedia(items: readonly Publication[], { inputs, remembered }: PublishRun): Plan {
  const { uploads } = remembered.memory;
  // Whoever may write the memory could let the digest of an approved picture lead to another one.
  const reusable =
    inputs.approval === 'none' ? uploads : { apiBase: uploads.apiBase, find: () => null };
  return planUploads(inputs, filesOf(items), reusable);
}

function newMediaLedger(ledger: PostLedger, run: PublishRun): Ledger {
  const media = new Ledger(planMedia(ledger.takeTurns(), run), run.clock);
  rememberUploads(media, run.remembered.memory);
  // The rows name the URN of each file once LinkedIn has returned it, even if the file fails or the run ends.
  media.subscribe({
    onFile: ({ planned: { file }, identity }) => {
      if (identity !== null) ledger.mediaUrns.set(file.path, identity.mediaUrn);
    },
  });
  return media;
}

/**
 * Settles every open post that gets a turn. A post whose media fail gives its turn to the next one, whose media are uploaded
 * then. A cancelled run sends no further one. @throws ActionError that stops the run
 */
async function uploadAndSend(media: Ledger, ledger: PostLedger, run: PublishRun): Promise<void> {
  const { approvals, inputs, signal, logger, env } = run;
  await withLinkedIn(inputs, run, media, async (connection) => {
    assertGoesOn(media, run);
    const scopes = media.tokenInfo?.scopes ?? null;
    const sending = { ...run, ...connection, ledger, scopes, runUrl: runUrl(env) ?? '' };
    for (let going = ledger.takeTurns(); ; going = ledger.takeTurns()) {
      assertMayComment(going, scopes);
      await inGroup(media, logger, () => uploadFiles(media, inputs, { ...run, ...connection }));
      assertGoesOn(media, run);
      await waitForMedia(settleFailedMedia(going, media), run);
      await sendPosts(ledger.openAmong(going), sending);
      if (signal.aborted || ledger.stopReason !== null) return;
      await approvals?.refuseUnapproved(() => ledger.takeTurns());
      if (ledger.takeTurns().length === 0) return;
      media.add(planMedia(ledger.takeTurns(), run));
    }
  });
}

/** @throws why the run sends nothing more: a cancellation, or an error that would affect every file and every post */
function assertGoesOn({ stopReason }: Ledger, { signal }: PublishRun): void {
  signal.throwIfAborted();
  if (stopReason !== null) throw stopReason;
}
