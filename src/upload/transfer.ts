// Sends the parts of one session and its sidecars, as many at once as the limiter allows, and returns the receipts of the parts.

import type { Clock } from '../deps.ts';
import { ERROR_CODES } from '../error-codes.ts';
import { toActionError, UploadError } from '../errors.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { LinkedIn, Part, Receipt, SidecarUpload, UploadSession } from '../linkedin/session.ts';
import { type OpenedFile, type OpenFile, readRange } from './file-body.ts';
import type { RetryInfo } from './file-state.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { callWithRetries } from './retry/retrier.ts';
import { classify } from './retry/retry-policy.ts';

interface TransferOptions {
  readonly session: UploadSession;
  readonly sizeBytes: number;
  /** Opens a sidecar, or for null the file itself. */
  readonly open: (sidecar: SidecarUpload['kind'] | null) => Promise<OpenedFile>;
  /** The name of a sidecar for users. */
  readonly pathOf: (sidecar: SidecarUpload['kind']) => string;
  readonly linkedin: Pick<LinkedIn, 'serverNow'>;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRetry: (retry: RetryInfo) => void;
  /** Gets the number of bytes sent; negative for those of a failed attempt. */
  readonly onSent: (bytes: number) => void;
  /** Whether the status of a session with one part shows the upload, or a failure: then nothing more is sent. */
  readonly hasEnded: () => Promise<boolean>;
}

/** What one request sends: a part of the file, or a whole sidecar. */
interface Piece {
  readonly open: OpenFile;
  readonly part: Part;
  /** The number of a part, counted from 1, or the kind of a sidecar. */
  readonly name: number | SidecarUpload['kind'];
}

// An upload URL that expires during the transfer loses all bytes sent to it.
const EXPIRY_MARGIN_MS = 30_000;

const MAX_PART_ATTEMPTS = 5;
const MAX_WHOLE_ATTEMPTS = 4;

/** Sends all pieces at once, each in a slot. The first failure stops the others, and is thrown when none is in flight. */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #pieces: readonly Piece[];
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  /** @throws UploadError PART_PLAN when the parts do not cover the file */
  constructor(options: TransferOptions) {
    const { session, sizeBytes, open, signal } = options;
    assertPartsCoverFile(session.parts, sizeBytes, session.identity.urn);
    const parts = session.parts.map((part, index) => ({
      open: () => open(null),
      part,
      name: index + 1,
    }));
    const sidecars = session.sidecarUploads.map((sidecar) => {
      const whole = { ...sidecar, firstByte: 0, expiresAtMs: null };
      return { open: () => open(sidecar.kind), part: whole, name: sidecar.kind };
    });
    this.#options = options;
    this.#pieces = [...parts, ...sidecars];
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /**
   * Resolves with the receipts of the parts in their order.
   * @throws UploadError UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and sidecars throw
   */
  async run(): Promise<readonly Receipt[]> {
    const { scheduler, session } = this.#options;
    // Waiting pieces would take turns from other files only to fail.
    const rejectWaiting = () => scheduler.puts.reject(session.identity.urn, this.#signal.reason);
    this.#signal.addEventListener('abort', rejectWaiting);
    try {
      const sending = this.#pieces.map((piece) => this.#send(piece));
      await Promise.allSettled(sending);
      this.#signal.throwIfAborted();
      const receipts = await Promise.all(sending);
      return receipts.slice(0, session.parts.length);
    } finally {
      this.#signal.removeEventListener('abort', rejectWaiting);
    }
  }

  /** Repeats the attempts until the piece is stored, or fails and ends the transfer. */
  async #send(piece: Piece): Promise<Receipt> {
    const { session, sizeBytes, hasEnded, onSent, onRetry, scheduler } = this.#options;
    // If one PUT sends the whole file, the status shows whether a lost response was a success. A part is simply sent again.
    const isWhole = this.#pieces.length === 1 && !session.needsEtags;
    const probe = async () => {
      if (!(await hasEnded())) return null;
      // The attempt with the lost response has subtracted its bytes.
      onSent(sizeBytes);
      return { status: 200, etag: null };
    };
    const rules = isWhole ? { maxAttempts: MAX_WHOLE_ATTEMPTS, probe } : { maxAttempts: MAX_PART_ATTEMPTS };
    const slots = { limiter: scheduler.puts, key: session.identity.urn };
    try {
      const context = { ...this.#options, signal: this.#signal };
      return await callWithRetries(() => this.#put(piece), { ...rules, ...slots, onRetry }, context);
    } catch (error) {
      this.#end(error, piece);
      throw error;
    }
  }

  /** Runs in a slot. */
  async #put(piece: Piece): Promise<Receipt> {
    const { onSent, session, linkedin } = this.#options;
    const { open, part, name } = piece;
    let sentBytes = 0;
    const chunks = readRange(open, part, (bytes) => {
      sentBytes += bytes;
      onSent(bytes);
    });
    try {
      if (part.expiresAtMs !== null && linkedin.serverNow() >= part.expiresAtMs - EXPIRY_MARGIN_MS) {
        const { urn } = session.identity;
        throw new UploadError('UPLOAD_EXPIRED', 'the upload URL expired before the upload started', { urn });
      }
      const receipt = await part.put({ sizeBytes: part.sizeBytes, chunks, signal: this.#signal });
      // An ETag is never guessed, but the part may be sent again for one.
      if (typeof name === 'number' && session.needsEtags && receipt.etag === null)
        throw new UploadError('ETAG_MISSING', `the response to part ${name} has no usable ETag`, {
          call: { phase: 'upload', idempotency: 'idempotent', sent: 'all' },
        });
      return receipt;
    } catch (error) {
      onSent(-sentBytes);
      // A failure that is not retried stops the other pieces before the slot goes to the next one.
      const isFinal = classify(toActionError(error)).next !== 'retry';
      if (isFinal && this.#pieces.length > 1) this.#end(error, piece);
      throw error;
    } finally {
      // undici may request more chunks of a request that has ended: they are neither read nor counted.
      void chunks.return();
    }
  }

  /** The first error counts. That of a sidecar names it: the file itself is fine. */
  #end(thrown: unknown, { name }: Piece): void {
    const error = toActionError(thrown);
    const { code, problem, call } = error;
    if (typeof name === 'number' || call === undefined) {
      this.#stop.abort(thrown);
      return;
    }
    // A redirect, for example, says nothing about the sidecar.
    const isRejected = code === 'REQUEST_REFUSED' && classify(error).next === 'fail';
    const hint = isRejected ? ERROR_CODES.FILE_SIDECAR.hint : error.hint;
    const text = `${name} ${this.#options.pathOf(name)}: ${problem}`;
    this.#stop.abort(new UploadError(code, text, { hint, call, cause: error }));
  }
}

/**
 * LinkedIn chooses the byte ranges. They must cover the file exactly and in order, or nothing is sent.
 * @throws UploadError PART_PLAN
 */
export function assertPartsCoverFile(parts: readonly Part[], sizeBytes: number, urn: string): void {
  let expected = 0;
  for (const [index, part] of parts.entries()) {
    if (part.firstByte !== expected || part.sizeBytes <= 0) {
      const actual = `${pluralize(part.sizeBytes, 'byte')} from byte ${formatNumber(part.firstByte)}`;
      const text = `part ${index + 1} has ${actual}; expected bytes from byte ${formatNumber(expected)}`;
      throw new UploadError('PART_PLAN', text, { urn });
    }
    expected += part.sizeBytes;
  }
  if (expected !== sizeBytes) {
    const text = `the parts have ${pluralize(expected, 'byte')} in total, but the file has ${pluralize(sizeBytes, 'byte')}`;
    throw new UploadError('PART_PLAN', text, { urn });
  }
}
