// Uploads one file in one session: register, transfer, complete. The caller decides about another session.

import type { Clock } from '../deps.ts';
import {
  ActionError,
  HttpError,
  LinkedInError,
  ReplyShapeError,
  runStoppedError,
  toActionError,
} from '../errors.ts';
import {
  type FailedStatus,
  isUploadProven,
  type LinkedIn,
  type SessionRequest,
  type StatusQuery,
  type UploadSession,
} from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import { type Open, openBytes } from '../media/bytes.ts';
import { lazyFile } from './file-body.ts';
import type { RetryInfo } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { mayHaveTakenEffect } from './retry/retry-policy.ts';
import { Transfer } from './transfer.ts';

/** What each upload of a run needs. */
export interface UploadContext {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open: Open;
  /** The index of the file that each registered URN belongs to. */
  readonly indexByUrn: Map<string, number>;
}

/** One session after its upload. */
interface UploadResult {
  readonly session: UploadSession;
  /** Set when a response was lost and the status was then a failure, which does not prove an upload. */
  readonly failure: FailedStatus | null;
}

const MAX_REGISTER_ATTEMPTS = 5;
const MAX_LOST_REGISTRATIONS = 2;
const MAX_COMPLETE_ATTEMPTS = 4;

/** @throws errors of LinkedIn, the network or the file. The ledger keeps every URN that was returned before. */
export async function uploadInSession(index: number, context: UploadContext): Promise<UploadResult> {
  const { ledger, scheduler, signal, linkedin, open } = context;
  const { file, request } = ledger.entry(index).planned;
  if (request === null) throw new RangeError('a rejected file cannot be uploaded');
  const onRetry = (retry: RetryInfo) => ledger.record(index, { kind: 'retry', ...retry });
  const releaseSlot = await scheduler.registrationsAhead.acquire(index);
  try {
    const session = await register(index, request, { ...context, onRetry });
    const proof: Proof = { failure: null };
    const lost = { ...context, onRetry, query: session.query, proof };
    const transfer = new Transfer({
      session,
      linkedin,
      scheduler,
      signal,
      onRetry,
      sizeBytes: request.sizeBytes,
      // Opened when its first bytes are sent, so that no more files are open than slots are taken.
      file: lazyFile(() => openBytes(file, open)),
      openSidecar: async (kind) => {
        const sidecar = file.sidecars?.[kind];
        if (sidecar === undefined) throw new RangeError(`${file.path} has no ${kind}`);
        return await openBytes(sidecar, open);
      },
      onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
      hasEnded: () => hasEnded({ ...lost, maxReads: 2 }),
      onLastAcquired: releaseSlot,
    });
    const receipts = await transfer.run();
    const { complete } = session;
    if (complete !== null && proof.failure === null) await finish(index, () => complete(receipts), lost);
    // Other receipts, such as those after a lost response, also count as stored, but do not prove processing.
    const processedOnUpload = session.processedOnUpload && receipts.every(({ status }) => status === 201);
    return { session: { ...session, processedOnUpload }, failure: proof.failure };
  } finally {
    releaseSlot();
  }
}

interface Attempts extends UploadContext {
  readonly onRetry: (retry: RetryInfo) => void;
}

function register(index: number, request: SessionRequest, context: Attempts): Promise<UploadSession> {
  const { ledger, scheduler, onRetry } = context;
  const { calls: limiter, retrier } = scheduler;
  return retrier.run(() => openSession(index, request, context), {
    key: index,
    limiter,
    maxAttempts: MAX_REGISTER_ATTEMPTS,
    // LinkedIn supports no idempotency key, so each lost response to a registration may leave another asset.
    maxLostResponses: MAX_LOST_REGISTRATIONS,
    onLostResponse: () => ledger.record(index, { kind: 'possible-orphan' }),
    onRetry,
  });
}

async function openSession(
  index: number,
  request: SessionRequest,
  context: UploadContext,
): Promise<UploadSession> {
  const { ledger, linkedin, scheduler, signal, indexByUrn } = context;
  if (ledger.stopReason !== null) throw runStoppedError('not registered', ledger.stopReason);
  ledger.record(index, { kind: 'registering' });
  try {
    const session = await linkedin.openSession(request);
    const { identity, parts } = session;
    const { urn } = identity;
    const first = indexByUrn.get(urn) ?? index;
    indexByUrn.set(urn, first);
    if (first !== index) {
      // Two files with one URN would both be reported as published, but only one of them would be.
      const text = `LinkedIn returned ${urn}, which already belongs to ${ledger.entry(first).planned.file.path}`;
      throw new ReplyShapeError('REPLY_SHAPE', text);
    }
    ledger.record(index, { kind: 'registered', identity, parts: parts.length });
    scheduler.recordRegistration(null);
    return session;
  } catch (thrown) {
    const error = toActionError(thrown);
    recordUrn(index, error, { ledger, signal, kind: request.kind });
    if (!signal.aborted) scheduler.recordRegistration(error);
    throw error;
  }
}

/** A failed registration may have returned a URN. One that was aborted in flight may have reached LinkedIn. */
function recordUrn(
  index: number,
  error: ActionError,
  { ledger, signal, kind }: Pick<UploadContext, 'ledger' | 'signal'> & Pick<SessionRequest, 'kind'>,
): void {
  const { urn } = error;
  if (urn !== undefined)
    ledger.record(index, { kind: 'registered', identity: toMediaIdentity(urn, kind), parts: 0 });
  // A rejected registration has made no asset.
  else if (signal.aborted && (!(error instanceof HttpError) || mayHaveTakenEffect(error)))
    ledger.record(index, { kind: 'possible-orphan' });
}

/** Completes an upload. After a lost response, the status shows whether the completion succeeded. */
async function finish(index: number, complete: () => Promise<void>, lost: LostResponse): Promise<void> {
  const { scheduler, onRetry } = lost;
  const { calls: limiter, retrier } = scheduler;
  await retrier.run(() => complete().then(() => true), {
    key: index,
    limiter,
    maxAttempts: MAX_COMPLETE_ATTEMPTS,
    probe: async () => (await hasEnded({ ...lost, maxReads: 1 })) || null,
    onRetry,
  });
}

const SECOND_READ_MS = 1000;

/** What status reads show of one session after lost responses. */
interface Proof {
  /** The failure that LinkedIn reported, or null. */
  failure: FailedStatus | null;
}

interface LostResponse extends Attempts {
  readonly query: StatusQuery;
  readonly proof: Proof;
}

/**
 * Reads the status after a lost response, so that nothing is sent twice. With two reads, it reads again a second later if
 * LinkedIn does not show the upload yet. Returns whether the session needs no further request: LinkedIn has the upload, or
 * reports a failure.
 * @throws the error of the last status read; the signal's reason
 */
async function hasEnded({
  linkedin,
  clock,
  signal,
  query,
  proof,
  maxReads,
}: LostResponse & { maxReads: 1 | 2 }): Promise<boolean> {
  for (let reads = 1; ; reads += 1) {
    const [reading] = linkedin.statuses.read([query]);
    const result = await reading;
    if (result === undefined) throw new RangeError('a status read returned no result');
    const isError = result instanceof ActionError;
    const isProven = !isError && isUploadProven(result);
    const mayAppearLater = isError
      ? result instanceof LinkedInError && result.status === 404
      : result.state === 'waiting' && !isProven;
    if (!mayAppearLater || reads === maxReads) {
      if (isError) throw result;
      if (result.state === 'failed') proof.failure = result;
      return result.state === 'failed' || isProven;
    }
    await clock.sleep(SECOND_READ_MS, signal);
  }
}
