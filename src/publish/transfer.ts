// Byte ranges out, receipts back: sends the parts of one session, as many at once as the lane allows.

import { UploadError } from '../errors.ts';
import type { Part, Receipt, UploadSession } from '../linkedin/session.ts';
import type { ByteSource } from '../media/media-file.ts';
import { type BufferPool, RangeBody } from './body.ts';
import type { Lane } from './lanes.ts';

/** An open file that can tell whether it is still the one that was judged. */
export interface OpenFile extends ByteSource {
  /** @throws FileError FILE_CHANGED */
  verify(): Promise<void>;
  close(): Promise<void>;
}

interface Transfer {
  readonly session: UploadSession;
  readonly sizeBytes: number;
  /** Opens the file when the first part's turn comes. */
  readonly open: () => Promise<OpenFile>;
  readonly lane: Lane;
  readonly pool: BufferPool;
  readonly signal: AbortSignal;
  /** LinkedIn's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  readonly onSent: (bytes: number) => void;
  /** No part of this file waits for the lane any more. */
  readonly onLastAdmitted: () => void;
}

// An address that dies while its bytes are under way costs them all.
const EXPIRY_MARGIN_MS = 30_000;

/**
 * Sends all parts and resolves with their receipts in part order. The first failure stops the other parts.
 * @throws UploadError PART_PLAN, UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts throw
 */
export async function transfer(job: Transfer): Promise<readonly Receipt[]> {
  const { parts, identity } = job.session;
  assertCover(parts, job.sizeBytes, identity.urn);
  const file = lazily(job.open);
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  let waiting = parts.length;
  const sending = parts.map((part) =>
    job.lane.run(job.session, async () => {
      waiting -= 1;
      if (waiting === 0) job.onLastAdmitted();
      signal.throwIfAborted();
      assertAlive(part, job);
      return await sendPart(part, await file.get(), { ...job, signal });
    }),
  );
  const giveUp = (error: unknown) => {
    stop.abort(error);
    // Waiting only to fail, a thousand parts would hold up this file and take turns from the others.
    job.lane.dismiss(job.session, error);
    if (waiting > 0) job.onLastAdmitted();
    waiting = 0;
  };
  for (const part of sending) part.catch(giveUp);
  try {
    const receipts = await Promise.all(sending);
    await (await file.get()).verify();
    return receipts;
  } finally {
    await Promise.allSettled(sending);
    await file.close();
  }
}

async function sendPart(part: Part, file: OpenFile, job: Transfer): Promise<Receipt> {
  const body = new RangeBody(file, part, job.pool);
  try {
    return await part.put({
      sizeBytes: part.sizeBytes,
      chunks: { [Symbol.asyncIterator]: () => counted(body, job.onSent) },
      signal: job.signal,
    });
  } finally {
    await body.release();
  }
}

async function* counted(body: RangeBody, onSent: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    yield piece;
    onSent(piece.byteLength);
  }
}

/**
 * LinkedIn chooses the ranges; the file is their law. They must cover it exactly, in order, or nothing is sent.
 * @throws UploadError PART_PLAN
 */
export function assertCover(parts: readonly Part[], sizeBytes: number, urn: string): void {
  let expected = 0;
  for (const [index, part] of parts.entries()) {
    if (part.firstByte !== expected || part.sizeBytes <= 0) {
      const text = `part ${index + 1} starts at byte ${part.firstByte} and holds ${part.sizeBytes}, where byte ${expected} is due`;
      throw new UploadError('PART_PLAN', text, { urn });
    }
    expected += part.sizeBytes;
  }
  if (expected !== sizeBytes) {
    throw new UploadError('PART_PLAN', `the parts hold ${expected} bytes, the file ${sizeBytes}`, { urn });
  }
}

function assertAlive({ expiresAtMs }: Part, { serverNow, session }: Transfer): void {
  if (expiresAtMs === null || serverNow() < expiresAtMs - EXPIRY_MARGIN_MS) return;
  throw new UploadError('UPLOAD_EXPIRED', 'the upload address ran out before its turn came', {
    urn: session.identity.urn,
  });
}

/** Opens once, on first use, so that waiting files hold no descriptor. */
function lazily(open: () => Promise<OpenFile>): { get(): Promise<OpenFile>; close(): Promise<void> } {
  let opening: Promise<OpenFile> | null = null;
  return {
    get: () => {
      opening ??= open();
      return opening;
    },
    close: async () => {
      const file = await opening?.catch(() => null);
      // Only read from: what closing finds to complain about changes no byte that was sent.
      await file?.close().catch(() => {});
    },
  };
}
