// Uploads one file in one session: registers it, sends its parts and its sidecars, completes the upload, and waits for its outcome.
// The caller decides about another session.

import {
  ActionError,
  CallError,
  runStoppedError,
  statusOf,
  toActionError,
} from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import { NEW_SESSION, ONE_NEW_SESSION } from '../errors/retry-policy.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { Limiter } from '../limiter.ts';
import {
  type FailedStatus,
  isUploadProven,
  type MediaStatus,
  type Part,
  type Receipt,
  type SidecarUpload,
  type StatusQuery,
  type UploadSession,
} from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import { type Inspected, type OpenBytes, openBytes } from '../media/bytes.ts';
import type { CallLimit } from './call-limit.ts';
import type { FileItem, Outcome, RetryInfo } from './file-state.ts';
import type { StatusPoller, Uploads } from './status-poller.ts';

export interface UploadRun extends Uploads {
  readonly poller: StatusPoller;
  /** Null if the API calls are not limited. */
  readonly callLimit: CallLimit | null;
  /** Limits the files that are started and not yet uploaded, which also bounds the cost of an outage. */
  readonly startedFiles: Limiter;
  /** The file that each registered URN belongs to. */
  readonly itemByUrn: Map<string, FileItem>;
}

const REGISTRATION = {
  maxAttempts: 5,
  // LinkedIn supports no idempotency key, so each registration in doubt may leave another asset.
  maxInDoubt: 2,
} as const;
const MAX_COMPLETE_ATTEMPTS = 4;
const MAX_PART_ATTEMPTS = 5;
const MAX_WHOLE_ATTEMPTS = 4;

/**
 * Resolves with the outcome of the file; null if it needs another session. `number`: of the session, counted from 1. Calls `onSent`
 * when all bytes are sent: the next file may start.
 * @throws errors of LinkedIn, the network or the file. The ledger keeps every URN that was returned before.
 */
export async function uploadInSession(
  item: FileItem,
  { number, onSent }: { readonly number: number; readonly onSent: () => void },
  run: UploadRun,
): Promise<Outcome | null> {
  const { ledger, limits, poller } = run;
  const onRetry = (retry: RetryInfo) => ledger.record(item, { kind: 'retry', ...retry });
  const options = { key: item, onRetry };
  const session = await limits.call(() => register(item, run), {
    ...{ ...options, ...REGISTRATION },
    onInDoubt: ({ urn }) => {
      if (urn === undefined) ledger.record(item, { kind: 'possible-orphan' });
    },
  });
  const { query, complete, processedOnUpload } = session;
  // The failure that LinkedIn reported after an attempt in doubt. It is in an object, because TypeScript takes a `let` that only a
  // closure sets for null.
  const probed: { failure: FailedStatus | null } = { failure: null };
  const hasEnded = async () => {
    const end = await readEnd(query, run);
    if (end?.state === 'failed') probed.failure = end;
    return end !== null;
  };
  const receipts = await transfer({ ...run, item, session, onRetry, hasEnded });
  if (complete !== null && probed.failure === null) {
    // If the completion is in doubt, the status shows whether it succeeded.
    const probe = async () => (await hasEnded()) || null;
    const rules = { ...options, maxAttempts: MAX_COMPLETE_ATTEMPTS, probe };
    await limits.call(() => complete(receipts).then(() => true), rules);
  }
  const { failure } = probed;
  ledger.record(
    item,
    failure === null ? { kind: 'uploaded' } : { kind: 'status', status: failure.status },
  );
  onSent();
  // A failure after an attempt in doubt does not prove an upload.
  if (failure !== null) return poller.afterFailure(item, failure, number);
  // Only a 201 proves processing. The receipt that stands in for an attempt in doubt has another status.
  const isProcessed = processedOnUpload && receipts.every(({ status }) => status === 201);
  if (!isProcessed) return await poller.watch(item, query, number);
  await poller.recordArtifacts(item, query);
  return { state: 'available' };
}

async function register(item: FileItem, run: UploadRun): Promise<UploadSession> {
  const { ledger, linkedin, limits, itemByUrn } = run;
  const { request } = item.planned;
  if (request === null) throw new RangeError('a rejected file cannot be uploaded');
  if (ledger.stopReason !== null) throw runStoppedError('not registered', ledger.stopReason);
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
    limits.recordRegistration(null);
    return session;
  } catch (thrown) {
    const error = toActionError(thrown);
    // A failed registration may have returned a URN.
    if (error.urn !== undefined) {
      const identity = toMediaIdentity(error.urn, request.kind);
      ledger.record(item, { kind: 'registered', identity, parts: 0 });
    }
    limits.recordRegistration(error);
    throw error;
  }
}

const SECOND_READ_MS = 1000;

/**
 * Reads the status after an attempt in doubt, so that nothing is sent twice. Resolves with a status that shows the upload or a
 * failure, after which nothing more is sent; else with null. Reads again a second later if LinkedIn does not show it yet.
 * @throws the error of the last status read; the signal's reason
 */
async function readEnd(
  query: StatusQuery,
  { linkedin, clock, signal }: UploadRun,
): Promise<MediaStatus | null> {
  for (let reads = 1; ; reads += 1) {
    const [reading] = linkedin.statuses.read([query]);
    const result = await reading;
    if (result === undefined) throw new RangeError('a status read returned no result');
    const isUnread = result.state === 'unread';
    const isProven = !isUnread && isUploadProven(result);
    const mayAppearLater = isUnread
      ? statusOf(result.error) === 404
      : result.state === 'waiting' && !isProven;
    if (!mayAppearLater || reads === 2) {
      if (isUnread) throw result.error;
      return result.state === 'failed' || isProven ? result : null;
    }
    await clock.sleep(SECOND_READ_MS, signal);
  }
}

interface Transfer extends UploadRun {
  readonly item: FileItem;
  readonly session: UploadSession;
  readonly onRetry: (retry: RetryInfo) => void;
  /** Whether the status of a session with one part shows the upload, or a failure: then nothing more is sent. */
  readonly hasEnded: () => Promise<boolean>;
}

/** What one request sends: a part of the file, or a whole sidecar. */
interface Piece {
  readonly file: Inspected;
  readonly part: Part;
  /** The number of a part, counted from 1, or the kind of a sidecar. */
  readonly name: number | SidecarUpload['kind'];
}

/**
 * Sends all pieces at once, each in a slot. The first failure stops the others, and is thrown when none is in flight. Resolves
 * with the receipts of the parts in their order.
 */
async function transfer(run: Transfer): Promise<readonly Receipt[]> {
  const { file } = run.item.planned;
  const { parts, sidecarUploads, identity } = run.session;
  assertPartsCoverFile(parts, file.sizeBytes, identity.urn);
  const pieces: Piece[] = parts.map((part, index) => ({ file, part, name: index + 1 }));
  for (const part of sidecarUploads) {
    const inspected = file.sidecars?.[part.kind];
    if (inspected === undefined) throw new RangeError(`${file.path} has no ${part.kind}`);
    pieces.push({ file: inspected, part, name: part.kind });
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  // Waiting pieces would take turns from other files only to fail.
  const rejectWaiting = () => run.limits.puts.reject(identity.urn, signal.reason);
  signal.addEventListener('abort', rejectWaiting);
  try {
    const sending = pieces.map((piece) =>
      sendPiece(piece, { ...run, signal }).catch((thrown) => {
        stop.abort(errorOfPiece(thrown, piece));
        throw thrown;
      }),
    );
    await Promise.allSettled(sending);
    signal.throwIfAborted();
    const receipts = await Promise.all(sending);
    return receipts.slice(0, parts.length);
  } finally {
    signal.removeEventListener('abort', rejectWaiting);
  }
}

/** Repeats the attempts until the piece is stored, or fails. `signal` aborts with the run, and when another piece has failed. */
async function sendPiece(piece: Piece, transfer: Transfer): Promise<Receipt> {
  const { item, session, ledger, limits, signal, hasEnded, onRetry } = transfer;
  const probe = async () => {
    if (!(await hasEnded())) return null;
    // Counts the bytes again, which the failed attempt has taken back.
    ledger.record(item, { kind: 'sent', bytes: item.planned.file.sizeBytes });
    return { status: 200, etag: null };
  };
  // If one PUT sends the whole file, the status shows whether an attempt in doubt was a success. A part is simply sent again.
  const isWhole = session.complete === null;
  const rules = isWhole
    ? { maxAttempts: MAX_WHOLE_ATTEMPTS, probe }
    : { maxAttempts: MAX_PART_ATTEMPTS };
  const slot = { limiter: limits.puts, key: session.identity.urn, signal };
  return await limits.call(attemptOf(piece, transfer), { ...rules, ...slot, onRetry });
}

// An upload URL that expires during the transfer loses all bytes sent to it.
const EXPIRY_MARGIN_MS = 30_000;

/** The returned function sends the piece once. It runs in a slot. */
function attemptOf(piece: Piece, transfer: Transfer): () => Promise<Receipt> {
  const { item, session, ledger, linkedin, open, signal } = transfer;
  const { file, part, name } = piece;
  return async () => {
    let sentBytes = 0;
    const onSent = (bytes: number) => {
      sentBytes += bytes;
      ledger.record(item, { kind: 'sent', bytes });
    };
    const buffers = takeBuffers(part.sizeBytes);
    const chunks = readRange(() => openBytes(file, open), { ...part, buffers }, onSent);
    try {
      if (
        part.expiresAtMs !== null &&
        linkedin.serverNow() >= part.expiresAtMs - EXPIRY_MARGIN_MS
      ) {
        const details = { urn: session.identity.urn, retry: NEW_SESSION };
        throw new ActionError(
          'UPLOAD_EXPIRED',
          'the upload URL expired before the upload started',
          details,
        );
      }
      const receipt = await part.put({ sizeBytes: part.sizeBytes, chunks, signal });
      // An ETag is never guessed, but the part may be sent again for one.
      if (typeof name === 'number' && session.complete !== null && receipt.etag === null)
        throw new CallError('ETAG_MISSING', `the response to part ${name} has no usable ETag`, {
          call: { phase: 'upload', idempotency: 'idempotent', sent: 'all' },
          status: receipt.status,
        });
      // Not after a failure: a socket may still hold bytes of the buffers.
      if (part.sizeBytes >= CHUNK_BYTES) idleBuffers.push(buffers);
      return receipt;
    } catch (error) {
      ledger.record(item, { kind: 'sent', bytes: -sentBytes });
      throw error;
    } finally {
      // undici may request more chunks of a request that has ended: they are neither read nor counted.
      void chunks.return();
    }
  };
}

/** The error of a sidecar names it: the file itself is fine. */
function errorOfPiece(thrown: unknown, { file, name }: Piece): unknown {
  const error = toActionError(thrown);
  if (typeof name === 'number' || statusOf(error) === null) return thrown;
  const { code, problem, retry } = error;
  // A redirect, for example, says nothing about the sidecar.
  const isRejected = code === 'REQUEST_REFUSED' && retry.kind === 'no';
  const { hint } = isRejected ? ERROR_CODES.FILE_SIDECAR : error;
  return error.reword(`${name} ${file.path}: ${problem}`, { hint });
}

/**
 * LinkedIn chooses the byte ranges. They must cover the file exactly and in order, or nothing is sent.
 * @throws ActionError PART_PLAN
 */
export function assertPartsCoverFile(parts: readonly Part[], sizeBytes: number, urn: string): void {
  const reject = (text: string) =>
    new ActionError('PART_PLAN', text, { urn, retry: ONE_NEW_SESSION });
  let expected = 0;
  for (const [index, part] of parts.entries()) {
    if (part.firstByte !== expected || part.sizeBytes <= 0) {
      const actual = `${pluralize(part.sizeBytes, 'byte')} from byte ${formatNumber(part.firstByte)}`;
      throw reject(
        `part ${index + 1} has ${actual}; expected bytes from byte ${formatNumber(expected)}`,
      );
    }
    expected += part.sizeBytes;
  }
  if (expected === sizeBytes) return;
  const total = pluralize(expected, 'byte');
  throw reject(
    `the parts have ${total} in total, but the file has ${pluralize(sizeBytes, 'byte')}`,
  );
}

/** The size of one read. Smaller reads take more time for each byte; larger ones take memory in each upload. */
export const CHUNK_BYTES = 256 * 1024;

/** Opens an inspected file. @throws FileError FILE_CHANGED when it is another one now */
export type OpenFile = () => Promise<OpenedFile>;

type OpenedFile = Pick<OpenBytes, 'read' | 'verify' | 'close'>;

/** Two buffers take turns, because the socket may still hold the end of the chunk before. */
type Buffers = readonly [Buffer<ArrayBuffer>, Buffer<ArrayBuffer>];

/** Used again by the next part: a new pair for each part would stay in memory until a garbage collection. */
const idleBuffers: Buffers[] = [];

/**
 * A small part gets a new pair of its own size, which is not used again: ten thousand small files take 30 MiB less than with full
 * buffers.
 */
function takeBuffers(sizeBytes: number): Buffers {
  const bytes = Math.min(CHUNK_BYTES, sizeBytes);
  const idle = bytes < CHUNK_BYTES ? undefined : idleBuffers.pop();
  return idle ?? [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)];
}

/**
 * The bytes of one range, for one attempt. Opens the file for the first chunk and closes it after the last one, so that no more
 * files are open than bodies are sent. Reads a chunk on request: memory depends on the bodies sent at once, not on the file size.
 * A chunk keeps its bytes until the second one after it is requested. `onSent` gets its size when the next one is requested.
 * @throws ActionError FILE_CHANGED before the last chunk, when the file has changed: LinkedIn never gets all of its bytes
 */
export async function* readRange(
  open: OpenFile,
  {
    firstByte,
    sizeBytes,
    buffers,
  }: Pick<Part, 'firstByte' | 'sizeBytes'> & { readonly buffers: Buffers },
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  const file = await open();
  try {
    const endByte = firstByte + sizeBytes;
    let [buffer, other] = buffers;
    for (let offset = firstByte; offset < endByte; ) {
      const chunk = buffer.subarray(0, endByte - offset);
      [buffer, other] = [other, buffer];
      const readBytes = await file.read(chunk, offset);
      offset += readBytes;
      if (offset === endByte) await file.verify();
      yield chunk;
      onSent(readBytes);
    }
  } finally {
    // The file was only read, so an error of closing affects no sent byte. Not awaited: undici resets a connection whose response
    // arrives before the end of the body.
    void file.close().catch(() => {});
  }
}
