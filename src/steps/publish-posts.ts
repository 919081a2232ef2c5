// Publishes the posts of a run: checks their approval, uploads the media of those that are due, and sends them.

import { randomUUID } from 'node:crypto';
import { toActionError } from '../errors/action-error.ts';
import { checkApprovals } from '../github/approval/check-approvals.ts';
import type { GitHubClient } from '../github/github-client.ts';
import { runUrl } from '../github/run-page.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import { apiBaseOf } from '../memory/upload-entry.ts';
import type { PostLedger } from '../post/post-ledger.ts';
import { assertMayComment, dueFiles, settleFailedMedia, waitForMedia } from '../post/send/due-posts.ts';
import { sendPosts } from '../post/send/send-posts.ts';
import { inGroup, withProgress } from '../report/log/progress.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { Ledger } from '../upload/ledger.ts';
import { planUploads, type UploadLookup } from '../upload/plan.ts';
import { rememberUploads } from '../upload/remember-uploads.ts';
import { withLinkedIn } from './open-linkedin.ts';
import type { RememberedPosts } from './open-memory.ts';
import { uploadMedia } from './upload-media.ts';

export interface PublishRun extends Runtime {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly inputs: PostInputs;
  readonly remembered: RememberedPosts;
}

/**
 * Settles the posts of the run, except those that an error or a cancellation leaves open. Returns the uploads; null without
 * any. Never throws: an error stops the ledger.
 */
export async function publishPosts(ledger: PostLedger, run: PublishRun): Promise<Ledger | null> {
  const { inputs, clock, signal } = run;
  const { memory, error: memoryError } = run.remembered;
  if (signal.aborted) return null;
  if (inputs.mode === 'plan') {
    ledger.limitPosts();
    ledger.settleAsPlanned();
  }
  if (inputs.mode === 'plan' || memoryError !== null) return null;
  let uploads: Ledger | null = null;
  try {
    const { approval, mode } = inputs;
    // Simulated posts are not on LinkedIn.
    if (approval.kind !== 'none' && mode === 'publish') await checkApprovals(ledger, approval, run);
    ledger.limitPosts();
    await rememberKnown(ledger, run);
    if (ledger.stopReason !== null || ledger.open.length === 0) return null;
    const reusable = approval.kind === 'none' ? memory.uploads : withoutReuse(memory.uploads);
    const media = new Ledger(planUploads(inputs.planSettings, dueFiles(ledger), reusable), clock);
    uploads = media;
    rememberUploads(media, memory);
    // The rows name the URN of each file once LinkedIn has returned it, even if the file fails or the run ends.
    media.subscribe({
      onFile: ({ planned: { file }, identity }) => {
        if (identity !== null) ledger.mediaUrns.set(file.path, identity.mediaUrn);
      },
    });
    await withGracePeriod(memory.prepareWrites(), run);
    await withProgress(media, run, () => uploadAndSend(media, ledger, run));
  } catch (error) {
    if (!signal.aborted) ledger.stop(toActionError(error));
  }
  return uploads;
}

/** Stores posts that were renamed, or published by hand. */
async function rememberKnown(ledger: PostLedger, run: PublishRun): Promise<void> {
  const known = ledger.items.filter(
    ({ planned, state }) => planned.toRemember !== null && state !== 'failed',
  );
  if (known.length === 0) return;
  await withGracePeriod(run.remembered.memory.prepareWrites(), run);
  await run.remembered.posts.remember(known.map(({ planned }) => planned));
}

/** Whoever may write the memory could let the digest of an approved picture lead to another one. */
function withoutReuse({ apiBase }: UploadLookup): UploadLookup {
  return { apiBase, find: () => null };
}

/** Settles every open post. A cancelled run sends no further one. @throws ActionError that stops the run */
async function uploadAndSend(uploads: Ledger, ledger: PostLedger, run: PublishRun): Promise<void> {
  const { inputs, clock, signal, logger, env } = run;
  const { memory, posts } = run.remembered;
  await withLinkedIn(inputs, run, uploads, async (connection) => {
    const { linkedin, limits } = connection;
    assertGoesOn(uploads, run);
    const scopes = uploads.runState.tokenInfo?.scopes ?? null;
    assertMayComment(ledger, scopes);
    await inGroup(uploads, logger, () => uploadMedia(uploads, inputs.upload, { ...run, ...connection }));
    assertGoesOn(uploads, run);
    const readyAtMs = settleFailedMedia(ledger, uploads);
    await waitForMedia(readyAtMs, run);
    await sendPosts({
      clock,
      signal,
      logger,
      memory: posts,
      ledger,
      scopes,
      limits,
      linkedin: linkedin.posts,
      serverNow: () => linkedin.serverNow(),
      sharedNow: () => memory.epochMs(),
      apiUrl: apiBaseOf(inputs.connect.apiUrl),
      runUrl: runUrl(env) ?? '',
      makeNonce: randomUUID,
      forgetMedia: (urns) => memory.uploads.forget(urns),
    });
  });
}

/** @throws why the run sends nothing more: a cancellation, or an error that would affect every file and every post */
function assertGoesOn({ runState: { stopReason } }: Ledger, { signal }: PublishRun): void {
  signal.throwIfAborted();
  if (stopReason !== null) throw stopReason;
}
