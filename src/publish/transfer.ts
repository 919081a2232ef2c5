// Byte ranges out, receipts back: sends the parts of one session, as many at once as the lane allows.

import { UploadError } from '../errors.ts';
import type { Extra, Part, PartBody, Receipt, UploadSession } from '../linkedin/session.ts';
import { count, grouped } from '../units.ts';
import type { Attempts } from './attempts.ts';
import { type BufferPool, RangeBody } from './body.ts';
import type { Lane } from './lanes.ts';
import { type LazyFile, lazily, type OpenFile } from './opening.ts';
import { type PutPersistence, type Take, takeTurns } from './turns.ts';

interface Transfer {
  readonly session: UploadSession;
  readonly sizeBytes: number;
  /** Closed when the transfer ends. */
  readonly file: LazyFile;
  /** Opens what goes along with it, when its turn comes. */
  readonly openExtra: (kind: Extra['kind']) => Promise<OpenFile>;
  readonly lane: Lane;
  readonly attempts: Attempts;
  readonly pool: BufferPool;
  readonly signal: AbortSignal;
  /** LinkedIn's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  /** Bytes that left; less than none when a try was in vain. */
  readonly onSent: (bytes: number) => void;
  /** Whether nothing more is to be sent for a session with one part: its status shows the upload, or a failure. */
  readonly isUploadHeld: () => Promise<boolean>;
  /** No part of this file waits for the lane any more. */
  readonly onLastAdmitted: () => void;
}

// An address that dies while its bytes are under way costs them all.
const EXPIRY_MARGIN_MS = 30_000;

/**
 * Sends all parts, and the extras beside them, and resolves with the parts' receipts in their order. The first failure
 * stops the others.
 * @throws UploadError PART_PLAN, UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and extras throw
 */
export async function transfer(job: Transfer): Promise<readonly Receipt[]> {
  const { session, sizeBytes, file } = job;
  const { parts, extras } = session;
  assertCover(parts, sizeBytes, session.identity.urn);
  const beside = extras.map((extra) => ({ extra, file: lazily(() => job.openExtra(extra.kind)) }));
  const files = [file, ...beside.map((one) => one.file)];
  const receipts: Receipt[] = [];
  const work = async (index: number, take: Take) => {
    const part = parts[index];
    const along = beside[index - parts.length];
    if (part !== undefined) receipts[index] = await sendPart(part, { index, file, job, take });
    else if (along !== undefined) await sendExtra(along.extra, { file: along.file, job, take });
  };
  try {
    // What a lane knows a file by stays in its memory for a while: the session would keep all addresses.
    const key = session.identity.urn;
    await takeTurns({ ...job, key, count: parts.length + extras.length, work });
    for (const one of files) await (await one.get()).verify();
    return receipts;
  } finally {
    for (const one of files) await one.close();
  }
}

const PART_TRIES = 5;
const WHOLE_TRIES = 4;

interface Turn {
  readonly file: LazyFile;
  readonly job: Transfer;
  readonly take: Take;
}

function sendPart(part: Part, { index, file, job, take }: Turn & { index: number }): Promise<Receipt> {
  const target = { put: async (body: PartBody) => asReceipt(await part.put(body), index, job.session) };
  return take(
    async (signal) => {
      assertAlive(part, job);
      return await send(target, part, { file: await file.get(), job, signal });
    },
    partPersistence(part, job),
  );
}

function sendExtra(extra: Extra, { file, job, take }: Turn): Promise<void> {
  const range = { firstByte: 0, sizeBytes: extra.sizeBytes };
  return take(async (signal) => send(extra, range, { file: await file.get(), job, signal }), {
    limit: PART_TRIES,
  });
}

/** What a lost answer hid, the status tells, where one upload is the whole file. A part is simply sent again. */
function partPersistence({ sizeBytes }: Part, job: Transfer): PutPersistence<Receipt> {
  if (job.session.needsEtags) return { limit: PART_TRIES };
  const probe = async () => {
    if (!(await job.isUploadHeld())) return null;
    // The try that was in vain for all one knew was none.
    job.onSent(sizeBytes);
    return { status: 200, etag: null };
  };
  return { limit: WHOLE_TRIES, probe };
}

/** @throws UploadError ETAG_MISSING: a missing one is never guessed, but the part may be sent again for it */
function asReceipt(receipt: Receipt, index: number, { needsEtags }: UploadSession): Receipt {
  if (!needsEtags || receipt.etag !== null) return receipt;
  throw new UploadError('ETAG_MISSING', `part ${index + 1} came back without a usable ETag`, {
    call: { phase: 'upload', repeat: 'freely', sent: 'all' },
  });
}

interface Sending {
  readonly file: OpenFile;
  readonly job: Transfer;
  readonly signal: AbortSignal;
}

async function send<T>(
  target: { put(body: PartBody): Promise<T> },
  range: { readonly firstByte: number; readonly sizeBytes: number },
  { file, job: { pool, onSent }, signal }: Sending,
): Promise<T> {
  let sentBytes = 0;
  const noteSent = (bytes: number) => {
    sentBytes += bytes;
    onSent(bytes);
  };
  const body = new RangeBody({ source: file, range, pool, onSent: noteSent });
  try {
    return await target.put({ sizeBytes: range.sizeBytes, chunks: body, signal });
  } catch (error) {
    onSent(-sentBytes);
    throw error;
  } finally {
    body.release();
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
      const place = `starts at byte ${grouped(part.firstByte)} and holds ${count(part.sizeBytes, 'byte')}`;
      const text = `part ${index + 1} ${place}, where byte ${grouped(expected)} is due`;
      throw new UploadError('PART_PLAN', text, { urn });
    }
    expected += part.sizeBytes;
  }
  if (expected !== sizeBytes) {
    const text = `the parts hold ${count(expected, 'byte')}, the file ${count(sizeBytes, 'byte')}`;
    throw new UploadError('PART_PLAN', text, { urn });
  }
}

function assertAlive({ expiresAtMs }: Part, { serverNow, session }: Transfer): void {
  if (expiresAtMs === null || serverNow() < expiresAtMs - EXPIRY_MARGIN_MS) return;
  throw new UploadError('UPLOAD_EXPIRED', 'the upload address ran out before its turn came', {
    urn: session.identity.urn,
  });
}
