// Sends the parts of one session and its sidecars, as many at once as the limiter allows, and returns the receipts of the parts.

import type { Clock } from '../deps.ts';
import { ActionError, CallError, toActionError } from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import { NEW_SESSION, ONE_NEW_SESSION } from '../errors/retry-policy.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { LinkedIn, Part, Receipt, SidecarUpload, UploadSession } from '../linkedin/session.ts';
import { type Inspected, type Open, openBytes } from '../media/bytes.ts';
import { readRange } from './file-body.ts';
import type { FileItem, RetryInfo } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { callWithRetries } from './retry/retrier.ts';

interface TransferOptions {
  readonly item: FileItem;
  readonly session: UploadSession;
  /** Gets the bytes sent, and subtracts those of a failed attempt. */
  readonly ledger: Ledger;
  readonly linkedin: Pick<LinkedIn, 'serverNow'>;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open: Open;
  readonly onRetry: (retry: RetryInfo) => void;
  /** Whether the status of a session with one part shows the upload, or a failure: then nothing more is sent. */
  readonly hasEnded: () => Promise<boolean>;
}

interface Transfer extends TransferOptions {
  readonly pieces: readonly Piece[];
  readonly stop: AbortController;
  /** Aborts with the run, and when the pieces are stopped. */
  readonly signal: AbortSignal;
}

/** What one request sends: a part of the file, or a whole sidecar. */
interface Piece {
  readonly file: Inspected;
  readonly part: Part;
  /** The number of a part, counted from 1, or the kind of a sidecar. */
  readonly name: number | SidecarUpload['kind'];
}

// An upload URL that expires during the transfer loses all bytes sent to it.
const EXPIRY_MARGIN_MS = 30_000;

const MAX_PART_ATTEMPTS = 5;
const MAX_WHOLE_ATTEMPTS = 4;

/**
 * Sends all pieces at once, each in a slot. The first failure stops the others, and is thrown when none is in flight. Resolves
 * with the receipts of the parts in their order.
 * @throws ActionError PART_PLAN when the parts do not cover the file, UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and
 * sidecars throw
 */
export async function transfer(options: TransferOptions): Promise<readonly Receipt[]> {
  const { item, session, scheduler } = options;
  const { file } = item.planned;
  const { parts, sidecarUploads } = session;
  const { urn } = session.identity;
  assertPartsCoverFile(parts, file.sizeBytes, urn);
  const pieces: Piece[] = parts.map((part, index) => ({ file, part, name: index + 1 }));
  for (const sidecar of sidecarUploads) {
    const inspected = file.sidecars?.[sidecar.kind];
    if (inspected === undefined) throw new RangeError(`${file.path} has no ${sidecar.kind}`);
    const part = { ...sidecar, firstByte: 0, expiresAtMs: null };
    pieces.push({ file: inspected, part, name: sidecar.kind });
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  // Waiting pieces would take turns from other files only to fail.
  const rejectWaiting = () => scheduler.puts.reject(urn, signal.reason);
  signal.addEventListener('abort', rejectWaiting);
  try {
    const running: Transfer = { ...options, pieces, stop, signal };
    const sending = pieces.map((piece) => sendPiece(piece, running));
    await Promise.allSettled(sending);
    signal.throwIfAborted();
    const receipts = await Promise.all(sending);
    return receipts.slice(0, parts.length);
  } finally {
    signal.removeEventListener('abort', rejectWaiting);
  }
}

/** Repeats the attempts until the piece is stored, or fails and ends the transfer. */
async function sendPiece(piece: Piece, running: Transfer): Promise<Receipt> {
  const { item, session, pieces, ledger, scheduler, clock, signal, hasEnded, onRetry } = running;
  // If one PUT sends the whole file, the status shows whether a lost response was a success. A part is simply sent again.
  const isWhole = pieces.length === 1 && !session.needsEtags;
  const probe = async () => {
    if (!(await hasEnded())) return null;
    // The attempt with the lost response has subtracted its bytes.
    ledger.record(item, { kind: 'sent', bytes: item.planned.file.sizeBytes });
    return { status: 200, etag: null };
  };
  const rules = isWhole ? { maxAttempts: MAX_WHOLE_ATTEMPTS, probe } : { maxAttempts: MAX_PART_ATTEMPTS };
  const slots = { limiter: scheduler.puts, key: session.identity.urn };
  try {
    const options = { ...rules, ...slots, onRetry };
    return await callWithRetries(() => putPiece(piece, running), options, { scheduler, clock, signal });
  } catch (error) {
    endTransfer(error, piece, running);
    throw error;
  }
}

/** Runs in a slot. */
async function putPiece(piece: Piece, running: Transfer): Promise<Receipt> {
  const { item, session, pieces, ledger, linkedin, open, signal } = running;
  const { file, part, name } = piece;
  let sentBytes = 0;
  const chunks = readRange(
    () => openBytes(file, open),
    part,
    (bytes) => {
      sentBytes += bytes;
      ledger.record(item, { kind: 'sent', bytes });
    },
  );
  try {
    if (part.expiresAtMs !== null && linkedin.serverNow() >= part.expiresAtMs - EXPIRY_MARGIN_MS) {
      const { urn } = session.identity;
      throw new ActionError('UPLOAD_EXPIRED', 'the upload URL expired before the upload started', {
        urn,
        retry: NEW_SESSION,
      });
    }
    const receipt = await part.put({ sizeBytes: part.sizeBytes, chunks, signal });
    // An ETag is never guessed, but the part may be sent again for one.
    if (typeof name === 'number' && session.needsEtags && receipt.etag === null)
      throw new CallError('ETAG_MISSING', `the response to part ${name} has no usable ETag`, {
        call: { phase: 'upload', idempotency: 'idempotent', sent: 'all' },
        status: receipt.status,
      });
    return receipt;
  } catch (error) {
    ledger.record(item, { kind: 'sent', bytes: -sentBytes });
    // A failure that is not retried stops the other pieces before the slot goes to the next one.
    const isFinal = toActionError(error).retry.kind !== 'again';
    if (isFinal && pieces.length > 1) endTransfer(error, piece, running);
    throw error;
  } finally {
    // undici may request more chunks of a request that has ended: they are neither read nor counted.
    void chunks.return();
  }
}

/** The first error counts. That of a sidecar names it: the file itself is fine. */
function endTransfer(thrown: unknown, { file, name }: Piece, { stop }: Transfer): void {
  const error = toActionError(thrown);
  if (typeof name === 'number' || !(error instanceof CallError)) {
    stop.abort(thrown);
    return;
  }
  const { code, problem, retry } = error;
  // A redirect, for example, says nothing about the sidecar.
  const isRejected = code === 'REQUEST_REFUSED' && retry.kind === 'no';
  const { hint } = isRejected ? ERROR_CODES.FILE_SIDECAR : error;
  stop.abort(error.reword(`${name} ${file.path}: ${problem}`, { hint }));
}

/**
 * LinkedIn chooses the byte ranges. They must cover the file exactly and in order, or nothing is sent.
 * @throws ActionError PART_PLAN
 */
export function assertPartsCoverFile(parts: readonly Part[], sizeBytes: number, urn: string): void {
  let expected = 0;
  for (const [index, part] of parts.entries()) {
    if (part.firstByte !== expected || part.sizeBytes <= 0) {
      const actual = `${pluralize(part.sizeBytes, 'byte')} from byte ${formatNumber(part.firstByte)}`;
      const text = `part ${index + 1} has ${actual}; expected bytes from byte ${formatNumber(expected)}`;
      throw new ActionError('PART_PLAN', text, { urn, retry: ONE_NEW_SESSION });
    }
    expected += part.sizeBytes;
  }
  if (expected !== sizeBytes) {
    const text = `the parts have ${pluralize(expected, 'byte')} in total, but the file has ${pluralize(sizeBytes, 'byte')}`;
    throw new ActionError('PART_PLAN', text, { urn, retry: ONE_NEW_SESSION });
  }
}
