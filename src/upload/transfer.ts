// Sends the parts of one session and then the sidecars, as many at once as the limiter allows, and returns the receipts of the
// parts.

import { toActionError, UploadError } from '../errors.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { Part, Receipt, SidecarUpload, UploadSession } from '../linkedin/session.ts';
import type { OpenBytes } from '../media/bytes.ts';
import { type LazyFile, lazyFile, readRange } from './file-body.ts';
import type { Limiter } from './retry/limiter.ts';
import type { Retrier, RetryOptions } from './retry/retrier.ts';
import { classify } from './retry/retry-policy.ts';

interface TransferOptions {
  readonly session: UploadSession;
  readonly sizeBytes: number;
  /** Closed when the transfer ends. */
  readonly file: LazyFile;
  /** Opens a sidecar when its turn comes. */
  readonly openSidecar: (kind: SidecarUpload['kind']) => Promise<OpenBytes>;
  readonly limiter: Limiter;
  readonly retrier: Retrier;
  readonly signal: AbortSignal;
  /** LinkedIn's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  /** Gets the number of bytes sent; negative for those of a failed attempt. */
  readonly onSent: (bytes: number) => void;
  /** Whether the status of a session with one part shows the upload, or a failure: then nothing more is sent. */
  readonly hasEnded: () => Promise<boolean>;
  /** Called when no part of this file waits for a slot any more. */
  readonly onLastAcquired: () => void;
}

/** What one request sends: a part of the file, or a whole sidecar. */
interface Piece {
  readonly file: LazyFile;
  /** Null for a sidecar. */
  readonly part: Part | null;
  readonly target: Part | SidecarUpload;
}

// An upload URL that expires during the transfer loses all bytes sent to it.
const EXPIRY_MARGIN_MS = 30_000;

const MAX_PART_ATTEMPTS = 5;
const MAX_WHOLE_ATTEMPTS = 4;
// While one piece is admitted, the next one already has its place in the rotation between files.
const IN_LINE = 2;

/**
 * Each piece queues when an earlier one is admitted, so ten thousand parts need only two waiting promises. The first failure
 * stops all pieces, and is thrown when none is in flight.
 */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #pieces: readonly Piece[];
  readonly #files: readonly LazyFile[];
  readonly #receipts: Receipt[] = [];
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | null = null;
  #started = 0;
  #admitted = 0;
  #sent = 0;
  #ended = 0;
  #isVerified = false;

  /** @throws UploadError PART_PLAN when the parts do not cover the file */
  constructor(options: TransferOptions) {
    const { session, sizeBytes, file, openSidecar } = options;
    assertPartsCoverFile(session.parts, sizeBytes, session.identity.urn);
    const parts = session.parts.map((part): Piece => ({ file, part, target: part }));
    const sidecars = session.sidecarUploads.map((sidecar): Piece => {
      return { file: lazyFile(() => openSidecar(sidecar.kind)), part: null, target: sidecar };
    });
    this.#options = options;
    this.#pieces = [...parts, ...sidecars];
    this.#files = [file, ...sidecars.map((one) => one.file)];
  }

  /**
   * Resolves with the receipts of the parts in their order.
   * @throws UploadError UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and sidecars throw
   */
  async run(): Promise<readonly Receipt[]> {
    const { signal, session } = this.#options;
    const onAbort = () => this.#fail(signal.reason);
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', onAbort);
      for (let ahead = 0; ahead < IN_LINE; ahead += 1) void this.#startNext();
      if (this.#started > 0) await this.#end.promise;
      // A part whose response was lost may have been found on LinkedIn instead.
      if (!this.#isVerified) await this.#verifyAndClose();
      return this.#receipts.slice(0, session.parts.length);
    } finally {
      signal.removeEventListener('abort', onAbort);
      for (const file of this.#files) await file.close();
    }
  }

  /** Sends the next piece, if there is one, until it is stored or fails. Never rejects. */
  async #startNext(): Promise<void> {
    const index = this.#started;
    const piece = this.#pieces[index];
    if (piece === undefined || this.#failure !== null) return;
    this.#started += 1;
    const { limiter, retrier, session } = this.#options;
    const rules = this.#retryRulesOf(piece);
    let isAdmitted = false;
    const attempt = async () => {
      if (!isAdmitted) this.#admit();
      isAdmitted = true;
      try {
        const receipt = await this.#send(piece, index);
        this.#sent += 1;
        // Before the slot is released, so that no more files are open than slots are taken.
        if (this.#sent === this.#pieces.length) await this.#verifyAndClose();
        return receipt;
      } catch (error) {
        // If neither a retry nor a probe can help, the other pieces stop before the slot goes to the next one.
        const canRecover = rules.probe !== undefined || classify(toActionError(error)).next === 'retry';
        if (!canRecover) this.#fail(error);
        throw error;
      }
    };
    try {
      // The key is not the session, which holds all upload URLs: the limiter keeps old keys in memory for a while.
      const place = { limiter, key: session.identity.urn, signal: this.#stop.signal };
      this.#receipts[index] = await retrier.run(attempt, { ...rules, ...place });
    } catch (error) {
      this.#fail(error);
    }
    this.#finish();
  }

  #finish(): void {
    this.#ended += 1;
    if (this.#ended < this.#started) return;
    if (this.#failure === null) this.#end.resolve();
    else this.#end.reject(this.#failure.error);
  }

  #admit(): void {
    this.#admitted += 1;
    if (this.#failure !== null) return;
    if (this.#admitted === this.#pieces.length) this.#options.onLastAcquired();
    else void this.#startNext();
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { error };
    this.#stop.abort(error);
    const { limiter, session, onLastAcquired } = this.#options;
    // Waiting pieces would take turns from other files only to fail.
    limiter.reject(session.identity.urn, error);
    if (this.#admitted < this.#pieces.length) onLastAcquired();
  }

  async #send({ file, part, target }: Piece, index: number): Promise<Receipt> {
    const { onSent, session } = this.#options;
    const { sizeBytes } = target;
    if (part !== null) assertNotExpired(part, this.#options);
    const range = { firstByte: part?.firstByte ?? 0, sizeBytes };
    let sentBytes = 0;
    const chunks = readRange(await file.get(), range, (bytes) => {
      sentBytes += bytes;
      onSent(bytes);
    });
    try {
      const receipt = await target.put({ sizeBytes, chunks, signal: this.#stop.signal });
      if (part !== null) assertReceipt(receipt, index, session);
      return receipt;
    } catch (error) {
      onSent(-sentBytes);
      throw error;
    } finally {
      // undici may request further chunks of a request that has ended: they are neither read nor counted.
      void chunks.return();
    }
  }

  async #verifyAndClose(): Promise<void> {
    for (const file of this.#files) await (await file.get()).verify();
    this.#isVerified = true;
    for (const file of this.#files) await file.close();
  }

  /** If one PUT sends the whole file, the status shows whether a lost response was a success. A part is simply sent again. */
  #retryRulesOf({ part }: Piece): Pick<RetryOptions<Receipt>, 'maxAttempts' | 'probe'> {
    const { session, hasEnded, onSent } = this.#options;
    if (part === null || session.needsEtags) return { maxAttempts: MAX_PART_ATTEMPTS };
    const probe = async () => {
      if (!(await hasEnded())) return null;
      // The attempt with the lost response has subtracted its bytes.
      onSent(part.sizeBytes);
      return { status: 200, etag: null };
    };
    return { maxAttempts: MAX_WHOLE_ATTEMPTS, probe };
  }
}

/** @throws UploadError ETAG_MISSING: an ETag is never guessed, but the part may be sent again for one */
function assertReceipt({ etag }: Receipt, index: number, { needsEtags }: UploadSession): void {
  if (!needsEtags || etag !== null) return;
  throw new UploadError('ETAG_MISSING', `the response to part ${index + 1} has no usable ETag`, {
    call: { phase: 'upload', idempotency: 'idempotent', sent: 'all' },
  });
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

function assertNotExpired({ expiresAtMs }: Part, { serverNow, session }: TransferOptions): void {
  if (expiresAtMs === null || serverNow() < expiresAtMs - EXPIRY_MARGIN_MS) return;
  throw new UploadError('UPLOAD_EXPIRED', 'the upload URL expired before the upload started', {
    urn: session.identity.urn,
  });
}
