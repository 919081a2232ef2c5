// Connects to LinkedIn or the sandbox, uploads the media of the posts that are due, and publishes the posts.

import { randomUUID } from 'node:crypto';
import type { RunMemory } from './action/posts/open-memory.ts';
import type { Env } from './deps.ts';
import { abortReason } from './errors.ts';
import { formatWait, pluralize } from './format.ts';
import { withGracePeriod } from './grace-period.ts';
import type { PostInputs } from './inputs/read-post-inputs.ts';
import type { LinkedInConnection } from './linkedin/open.ts';
import { isMediaLost } from './linkedin/post-replies.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { withLinkedIn } from './open-linkedin.ts';
import { WAIT_LIMIT_MS } from './post/claim-timing.ts';
import type { PlannedPost } from './post/plan.ts';
import { assertMayComment, buildTasks, filesOf } from './post/send/build-tasks.ts';
import { distinctFiles, mediaResults } from './post/send/due-media.ts';
import { nameOf } from './post/send/post-task.ts';
import { publishPosts } from './post/send/publish-posts.ts';
import type { Scopes } from './post/send/scopes.ts';
import { logProgress } from './report/log/progress.ts';
import type { PostRunState } from './report/posts/post-rows.ts';
import type { Runtime } from './runtime.ts';
import { Ledger } from './upload/ledger.ts';
import { type CacheLookup, planUploads } from './upload/plan.ts';
import { publishAll } from './upload/publish.ts';
import { RequestScheduler } from './upload/retry/request-scheduler.ts';

export interface SendContext {
  readonly run: PostRunState & { readonly mediaUrns: Map<string, string> };
  readonly inputs: PostInputs;
  readonly runtime: Runtime;
  readonly memory: RunMemory;
}

/** The uploads of the posts that are due. */
export function planMedia({ run: { ledger, collected }, inputs, runtime, memory }: SendContext): Ledger {
  const due = ledger.openIndices().filter((index) => ledger.at(index).planned.state === 'due');
  const files = distinctFiles(due.flatMap((index) => collected[index] ?? []).map(filesOf));
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
      // publishPosts itself stops at an error that would affect every post.
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
  const uploading = publishAll(media, inputs.publish, { ...runtime, linkedin });
  await withGracePeriod(uploading, runtime, () => {});
  const end = abortReason(runtime.signal);
  if (end === null) return;
  media.interrupt(end);
  throw end;
}

interface Connection {
  readonly linkedin: LinkedInConnection;
  readonly scheduler: RequestScheduler;
  readonly scopes: Scopes;
}

/** Posts whose media are uploaded go out when LinkedIn has processed them, in the order of the posts. */
async function publishReady(media: Ledger, connection: Connection, context: SendContext): Promise<void> {
  const { run, inputs, runtime, memory } = context;
  const { clock, signal, logger, env } = runtime;
  const results = mediaResults(media);
  for (const [path, result] of results) if ('urn' in result) run.mediaUrns.set(path, result.urn);
  const { tasks, readyAtMs } = buildTasks(run.ledger, { files: run.collected, results });
  const waitMs = readyAtMs - clock.now();
  if (waitMs > 0) {
    logger.info(
      `waiting ${formatWait(waitMs)}: the token may not read whether LinkedIn has processed the media`,
    );
    await clock.sleep(waitMs, signal);
  }
  for (const { planned } of tasks) logWaiting(planned, logger);
  const open = run.ledger.openIndices();
  const environment = {
    ...runtime,
    scopes: connection.scopes,
    retrier: connection.scheduler.retrier,
    limiter: connection.scheduler.registrations,
    linkedin: connection.linkedin.posts,
    memory: memory.posts,
    decide: run.ledger.plan.decide,
    apiUrl: apiBaseOf(inputs.connect.apiUrl),
    runUrl: runUrlOf(env),
    serverNow: () => connection.linkedin.serverNow(),
    makeNonce: randomUUID,
  };
  await publishPosts(tasks, environment, (result, index) => {
    const { error, ...outcome } = result;
    const post = open[index] ?? 0;
    if (isMediaLost(error)) forgetMedia(post, context);
    run.ledger.settle(post, { ...outcome, errors: error === null ? [] : [error] });
  });
}

/** LinkedIn does not say which of several pictures it has lost. */
function forgetMedia(index: number, { run, memory, runtime: { logger } }: SendContext): void {
  const files = run.collected[index] === undefined ? [] : filesOf(run.collected[index]);
  memory.uploads.forget(new Set(files.flatMap(({ path }) => run.mediaUrns.get(path) ?? [])));
  logger.info('LinkedIn does not have the media of this post any more, so the next run uploads them again');
}

/** A log that is silent for minutes looks like a hang. */
function logWaiting(planned: PlannedPost, logger: Runtime['logger']): void {
  if (planned.state !== 'sending') return;
  const minutes = pluralize(WAIT_LIMIT_MS / 60_000, 'minute');
  logger.info(`${nameOf(planned)}: ${planned.reason}; waiting up to ${minutes} for its outcome`);
}

/** Empty outside GitHub. */
function runUrlOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Env): string {
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return '';
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
