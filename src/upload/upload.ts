// Uploads one file in one session: register, transfer, complete. The caller decides about another session.

import type { Clock } from '../deps.ts';
import { ActionError, runStoppedError, statusOf, toActionError } from '../errors/action-error.ts';
import {
  type FailedStatus,
  isUploadProven,
  type LinkedIn,
  type MediaStatus,
  type SessionRequest,
  type StatusQuery,
  type UploadSession,
} from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import type { Open } from '../media/bytes.ts';
import type { FileItem, RetryInfo } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { SentUpload } from './polling/polled-file.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { callWithRetries } from './retry/retrier.ts';
import { transfer } from './transfer.ts';

export interface UploadContext {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open: Open;
  /** The file that each registered URN belongs to. */
  readonly itemByUrn: Map<string, FileItem>;
}

/** One session after its upload. */
interface UploadResult extends SentUpload {
  /** Set when a response was lost and the status was then a failure, which does not prove an upload. */
  readonly failure: FailedStatus | null;
}

const REGISTRATION = {
  maxAttempts: 5,
  // LinkedIn supports no idempotency key, so each lost response to a registration may leave another asset.
  maxLostResponses: 2,
} as const;
const MAX_COMPLETE_ATTEMPTS = 4;

/** @throws errors of LinkedIn, the network or the file. The ledger keeps every URN that was returned before. */
export async function uploadInSession(item: FileItem, context: UploadContext): Promise<UploadResult> {
  const { ledger, scheduler } = context;
  const { request } = item.planned;
  if (request === null) throw new RangeError('a rejected file cannot be uploaded');
  const onRetry = (retry: RetryInfo) => ledger.record(item, { kind: 'retry', ...retry });
  const retryOptions = { key: item, limiter: scheduler.calls, onRetry };
  const onLostResponse = ({ urn }: ActionError) => {
    if (urn === undefined) ledger.record(item, { kind: 'possible-orphan' });
  };
  const session = await callWithRetries(
    () => register(item, request, context),
    { ...retryOptions, ...REGISTRATION, onLostResponse },
    context,
  );
  const { query, complete, processedOnUpload } = session;
  // The failure that LinkedIn reported after a lost response. TypeScript does not see that `hasEnded` would set a variable.
  const probed: { failure: FailedStatus | null } = { failure: null };
  const hasEnded = async (maxReads: 1 | 2) => {
    const end = await readEnd(query, maxReads, context);
    if (end?.state === 'failed') probed.failure = end;
    return end !== null;
  };
  // A second read may spare sending the whole file again.
  const receipts = await transfer({ ...context, item, session, onRetry, hasEnded: () => hasEnded(2) });
  if (complete !== null && probed.failure === null) {
    // After a lost response, the status shows whether the completion succeeded. One read is enough: a completion may be repeated.
    const probe = async () => (await hasEnded(1)) || null;
    const rules = { ...retryOptions, maxAttempts: MAX_COMPLETE_ATTEMPTS, probe };
    await callWithRetries(() => complete(receipts).then(() => true), rules, context);
  }
  // Other receipts, such as those after a lost response, also count as stored, but do not prove processing.
  const isProcessed = processedOnUpload && receipts.every(({ status }) => status === 201);
  return { query, isProcessed, failure: probed.failure };
}

async function register(
  item: FileItem,
  request: SessionRequest,
  context: UploadContext,
): Promise<UploadSession> {
  const { ledger, linkedin, scheduler, itemByUrn } = context;
  if (ledger.runState.stopReason !== null)
    throw runStoppedError('not registered', ledger.runState.stopReason);
  ledger.record(item, { kind: 'registering' });
  try {
    const session = await linkedin.openSession(request);
    const { identity, parts } = session;
    const { urn } = identity;
    const owner = itemByUrn.get(urn) ?? item;
    itemByUrn.set(urn, owner);
    if (owner !== item) {
      // Two files with one URN would both be reported as published, but only one of them would be.
      const text = `LinkedIn returned ${urn}, which already belongs to ${owner.planned.file.path}`;
      throw new ActionError('REPLY_SHAPE', text);
    }
    ledger.record(item, { kind: 'registered', identity, parts: parts.length });
    scheduler.recordRegistration(null);
    return session;
  } catch (thrown) {
    const error = toActionError(thrown);
    const { urn } = error;
    // A failed registration may have returned a URN.
    if (urn !== undefined) {
      const identity = toMediaIdentity(urn, request.kind);
      ledger.record(item, { kind: 'registered', identity, parts: 0 });
    }
    scheduler.recordRegistration(error);
    throw error;
  }
}

const SECOND_READ_MS = 1000;

/**
 * Reads the status after a lost response, so that nothing is sent twice. Resolves with a status that shows the upload or a failure,
 * after which nothing more is sent; else with null. With two reads, reads again a second later if LinkedIn does not show it yet.
 * @throws the error of the last status read; the signal's reason
 */
async function readEnd(
  query: StatusQuery,
  maxReads: 1 | 2,
  { linkedin, clock, signal }: UploadContext,
): Promise<MediaStatus | null> {
  for (let reads = 1; ; reads += 1) {
    const [reading] = linkedin.statuses.read([query]);
    const result = await reading;
    if (result === undefined) throw new RangeError('a status read returned no result');
    const isError = result instanceof ActionError;
    const isProven = !isError && isUploadProven(result);
    const mayAppearLater = isError ? statusOf(result) === 404 : result.state === 'waiting' && !isProven;
    if (!mayAppearLater || reads === maxReads) {
      if (isError) throw result;
      return result.state === 'failed' || isProven ? result : null;
    }
    await clock.sleep(SECOND_READ_MS, signal);
  }
}
