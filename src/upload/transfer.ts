// Sends the parts of one session, as many at once as the limiter allows, and returns their receipts.

import { UploadError } from '../errors.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { Part, Receipt, SidecarUpload, UploadSession } from '../linkedin/session.ts';
import { type BufferPool, type LazyFile, lazyFile, type OpenFile, RangeBody } from './file-body.ts';
import { type PartRetryRules, PartRunner } from './part-runner.ts';
import type { Limiter } from './retry/limiter.ts';
import type { Retrier } from './retry/retrier.ts';

interface TransferOptions {
  readonly session: UploadSession;
  readonly sizeBytes: number;
  /** Closed when the transfer ends. */
  readonly file: LazyFile;
  /** Opens a sidecar when its turn comes. */
  readonly openSidecar: (kind: SidecarUpload['kind']) => Promise<OpenFile>;
  readonly limiter: Limiter;
  readonly retrier: Retrier;
  readonly pool: BufferPool;
  readonly signal: AbortSignal;
  /** LinkedIn's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  /** Gets the number of bytes sent; negative for those of a failed attempt. */
  readonly onSent: (bytes: number) => void;
  /** Whether nothing more is to be sent for a session with one part: its status shows the upload, or a failure. */
  readonly isUploadStored: () => Promise<boolean>;
  /** Called when no part of this file waits for a slot any more. */
  readonly onLastAcquired: () => void;
}

// An upload URL that expires during the transfer loses all bytes sent to it.
const EXPIRY_MARGIN_MS = 30_000;

const MAX_PART_ATTEMPTS = 5;
const MAX_WHOLE_ATTEMPTS = 4;

/**
 * Sends all parts and then the sidecars, and resolves with the parts' receipts in their order. The first failure stops the
 * others.
 * @throws UploadError PART_PLAN, UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and sidecars throw
 */
export async function transfer(job: TransferOptions): Promise<readonly Receipt[]> {
  const { session, sizeBytes, file } = job;
  const { parts, identity } = session;
  assertPartsCoverFile(parts, sizeBytes, identity.urn);
  const sidecars = session.sidecarUploads.map((sidecar) => ({
    sidecar,
    file: lazyFile(() => job.openSidecar(sidecar.kind)),
  }));
  const files = [file, ...sidecars.map((one) => one.file)];
  const count = parts.length + sidecars.length;
  const send = sender(job, sidecars);
  const progress = { sent: 0, isVerified: false };
  const verifyAndClose = async () => {
    for (const one of files) await (await one.get()).verify();
    progress.isVerified = true;
    for (const one of files) await one.close();
  };
  try {
    const runner = new PartRunner({
      ...job,
      // Not the session, which holds all upload URLs: the limiter keeps old keys in memory for a while.
      key: identity.urn,
      count,
      send: async (index, signal) => {
        const receipt = await send(index, signal);
        progress.sent += 1;
        // Before the slot is released, so that no more files are open than slots are taken.
        if (progress.sent === count) await verifyAndClose();
        return receipt;
      },
      retryRulesOf: (index) => retryRulesOf(parts[index], job),
    });
    const receipts = await runner.run();
    // A part whose response was lost may have been found on LinkedIn instead.
    if (!progress.isVerified) await verifyAndClose();
    return receipts.slice(0, parts.length);
  } finally {
    for (const one of files) await one.close();
  }
}

interface LazySidecar {
  readonly sidecar: SidecarUpload;
  readonly file: LazyFile;
}

/** Sends a part, or after the last part a sidecar, once. */
function sender(job: TransferOptions, sidecars: readonly LazySidecar[]) {
  const { session, pool, onSent } = job;
  return async (index: number, signal: AbortSignal): Promise<Receipt> => {
    const part = session.parts[index];
    const { sidecar, file } = sidecars[index - session.parts.length] ?? { file: job.file };
    const target = part ?? sidecar;
    if (target === undefined) throw new RangeError(`there is no part ${index + 1}`);
    if (part !== undefined) assertNotExpired(part, job);
    const { sizeBytes } = target;
    const range = { firstByte: part?.firstByte ?? 0, sizeBytes };
    const body = new RangeBody({ source: await file.get(), range, pool, onSent });
    try {
      const receipt = await target.put({ sizeBytes, chunks: body, signal });
      if (part !== undefined) assertReceipt(receipt, index, session);
      return receipt;
    } catch (error) {
      onSent(-body.sentBytes);
      throw error;
    } finally {
      body.release();
    }
  };
}

/** If one PUT sends the whole file, the status shows whether a lost response was a success. A part is simply sent again. */
function retryRulesOf(part: Part | undefined, job: TransferOptions): PartRetryRules<Receipt> {
  if (part === undefined || job.session.needsEtags) return { maxAttempts: MAX_PART_ATTEMPTS };
  const probe = async () => {
    if (!(await job.isUploadStored())) return null;
    // The attempt with the lost response has subtracted its bytes.
    job.onSent(part.sizeBytes);
    return { status: 200, etag: null };
  };
  return { maxAttempts: MAX_WHOLE_ATTEMPTS, probe };
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
