// Connects to LinkedIn or the sandbox, uploads the media of the posts that are due, and publishes the posts.

import { randomUUID } from 'node:crypto';
import type { Env } from './deps.ts';
import type { PostInputs } from './inputs/read-post-inputs.ts';
import type { LinkedInConnection } from './linkedin/open.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { withLinkedIn } from './open-linkedin.ts';
import type { RunMemory } from './open-post-memory.ts';
import { dueFiles, takeMedia, waitForMedia } from './post/send/due-media.ts';
import { assertMayComment, type Scopes } from './post/send/scopes.ts';
import { sendPosts } from './post/send/send-posts.ts';
import { logProgress } from './report/log/progress.ts';
import type { PostRunState } from './report/posts/post-rows.ts';
import type { Runtime } from './runtime.ts';
import { Ledger } from './upload/ledger.ts';
import { type CacheLookup, planUploads } from './upload/plan.ts';
import { RequestScheduler } from './upload/retry/request-scheduler.ts';
import { uploadFiles } from './upload/upload-files.ts';

export interface SendContext {
  readonly run: PostRunState;
  readonly inputs: PostInputs;
  readonly runtime: Runtime;
  readonly memory: RunMemory;
}

/** The uploads of the posts that are due. */
export function planMedia({ run: { ledger }, inputs, runtime, memory }: SendContext): Ledger {
  const files = dueFiles(ledger);
  const uploads = inputs.approval.kind === 'none' ? memory.uploads : withoutReuse(memory.uploads);
  const media = new Ledger(planUploads(inputs.plan, files, uploads), runtime.clock);
  memory.uploads.follow(media);
  return media;
}

/** Whoever may write the memory could let the digest of an approved picture lead to another one. */
function withoutReuse(uploads: CacheLookup): CacheLookup {
  return {
    keyOf: (request, digests) => uploads.keyOf(request, digests),
    find: () => null,
    hasFile: () => false,
  };
}

/** Publishes or settles every open post. A cancelled run sends no further one. @throws ActionError that stops the run */
export async function publishToLinkedIn(media: Ledger, context: SendContext): Promise<void> {
  const { inputs, runtime } = context;
  await withLinkedIn(inputs, runtime, media, async (linkedin) => {
    const scheduler = new RequestScheduler({
      ...runtime,
      ...inputs.publish,
      // sendPosts itself stops at an error that would affect every post.
      onFatal: () => {},
      onPause: (pause) => media.recordPause(pause),
    });
    const finished = new AbortController();
    const logging = logProgress(media, { ...runtime, signal: finished.signal });
    try {
      const connection = { linkedin, scheduler, scopes: await prepareToken(media, linkedin, scheduler) };
      assertMayComment(context.run.ledger, connection.scopes);
      await uploadMedia(media, linkedin, context);
      if (media.stopReason !== null) throw media.stopReason;
      await publishReady(media, connection, context);
    } finally {
      finished.abort();
      await logging;
    }
  });
}

/** Before anything else is sent, also for a post without media. */
async function prepareToken(
  media: Ledger,
  { prepare }: LinkedInConnection,
  scheduler: RequestScheduler,
): Promise<Scopes> {
  if (prepare === undefined) return null;
  const info = await scheduler.prepareToken(prepare);
  media.recordToken(info);
  return info.scopes;
}

async function uploadMedia(
  media: Ledger,
  { prepare: _, ...linkedin }: LinkedInConnection,
  { inputs, runtime }: SendContext,
): Promise<void> {
  await uploadFiles(media, inputs.publish, { ...runtime, linkedin });
  runtime.signal.throwIfAborted();
}

interface Connection {
  readonly linkedin: LinkedInConnection;
  readonly scheduler: RequestScheduler;
  readonly scopes: Scopes;
}

/** Posts whose media are uploaded go out when LinkedIn has processed them, in the order of the posts. */
async function publishReady(media: Ledger, connection: Connection, context: SendContext): Promise<void> {
  const { run, inputs, runtime, memory } = context;
  await waitForMedia(takeMedia(run.ledger, media), runtime);
  await sendPosts({
    ...runtime,
    ledger: run.ledger,
    scopes: connection.scopes,
    retrier: connection.scheduler.retrier,
    limiter: connection.scheduler.registrations,
    linkedin: connection.linkedin.posts,
    memory: memory.posts,
    apiUrl: apiBaseOf(inputs.connect.apiUrl),
    runUrl: runUrlOf(runtime.env),
    serverNow: () => connection.linkedin.serverNow(),
    makeNonce: randomUUID,
    forgetMedia: (urns) => memory.uploads.forget(urns),
  });
}

/** Empty outside GitHub. */
function runUrlOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Env): string {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return '';
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
