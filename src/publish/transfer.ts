// Byte ranges out, receipts back: sends the parts of one session, as many at once as the lane allows.

import { asActionError, UploadError } from '../errors.ts';
import type { Extra, Part, PartBody, Receipt, UploadSession } from '../linkedin/session.ts';
import type { ByteSource } from '../media/media-file.ts';
import type { Attempts, Persistence } from './attempts.ts';
import { type BufferPool, RangeBody } from './body.ts';
import type { Lane } from './lanes.ts';
import { verdictOn } from './verdict.ts';

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
  /** Opens what goes along with it. */
  readonly openExtra: (kind: Extra['kind']) => Promise<OpenFile>;
  readonly lane: Lane;
  readonly attempts: Attempts;
  readonly pool: BufferPool;
  readonly signal: AbortSignal;
  /** LinkedIn's clock, epoch milliseconds. */
  readonly serverNow: () => number;
  /** Bytes that left; less than none when a try was in vain. */
  readonly onSent: (bytes: number) => void;
  /** Whether LinkedIn holds the upload of a session with one part, by its status. */
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
  const { parts, extras, identity } = job.session;
  assertCover(parts, job.sizeBytes, identity.urn);
  const file = lazily(job.open);
  const beside = extras.map((extra) => ({ extra, file: lazily(() => job.openExtra(extra.kind)) }));
  const files = [file, ...beside.map((one) => one.file)];
  const turns = new Turns(job, parts.length + extras.length);
  const receipts = parts.map((part, index) => {
    const target = { put: async (body: PartBody) => asReceipt(await part.put(body), index, job.session) };
    return turns.take(
      async (signal) => {
        assertAlive(part, job);
        return await send(target, part, { file: await file.get(), job, signal });
      },
      partPersistence(part, job),
    );
  });
  const sent = beside.map(({ extra, file: own }) =>
    turns.take(
      async (signal) => {
        const range = { firstByte: 0, sizeBytes: extra.sizeBytes };
        await send(extra, range, { file: await own.get(), job, signal });
      },
      { limit: PART_TRIES },
    ),
  );
  try {
    await Promise.all([...receipts, ...sent]);
    for (const one of files) await (await one.get()).verify();
    return await Promise.all(receipts);
  } finally {
    await Promise.allSettled([...receipts, ...sent]);
    for (const one of files) await one.close();
  }
}

const PART_TRIES = 5;
const WHOLE_TRIES = 4;

type PutPersistence<T> = Pick<Persistence<T>, 'limit' | 'probe'>;

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

/** The turns of one session in the lane: as soon as one fails, none of the others is worth its place. */
class Turns {
  readonly #job: Transfer;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #waiting: number;

  constructor(job: Transfer, count: number) {
    this.#job = job;
    this.#signal = AbortSignal.any([job.signal, this.#stop.signal]);
    this.#waiting = count;
  }

  take<T>(work: (signal: AbortSignal) => Promise<T>, persistence: PutPersistence<T>): Promise<T> {
    const { lane, session, attempts } = this.#job;
    // What no other try can mend ends the file before its place goes to the next part; a probe may still mend it.
    const isFinal = (error: unknown) =>
      persistence.probe === undefined && verdictOn(asActionError(error)).next !== 'again';
    let isFirst = true;
    const turn = attempts.run(
      async () => {
        if (isFirst) this.#admit();
        isFirst = false;
        try {
          return await work(this.#signal);
        } catch (error) {
          if (isFinal(error)) this.#giveUp(error);
          throw error;
        }
      },
      { ...persistence, lane, key: session, signal: this.#signal },
    );
    turn.catch((error: unknown) => this.#giveUp(error));
    return turn;
  }

  #admit(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#job.onLastAdmitted();
  }

  #giveUp(error: unknown): void {
    this.#stop.abort(error);
    // Waiting only to fail, a thousand parts would hold up this file and take turns from the others.
    this.#job.lane.dismiss(this.#job.session, error);
    if (this.#waiting > 0) this.#job.onLastAdmitted();
    this.#waiting = 0;
  }
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
  const count = (bytes: number) => {
    sentBytes += bytes;
    onSent(bytes);
  };
  const body = new RangeBody({ source: file, range, pool, onSent: count });
  try {
    return await target.put({ sizeBytes: range.sizeBytes, chunks: body, signal });
  } catch (error) {
    onSent(-sentBytes);
    throw error;
  } finally {
    await body.release();
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

interface LazyFile {
  get(): Promise<OpenFile>;
  close(): Promise<void>;
}

/** Opens once, on first use, so that waiting files hold no descriptor. */
function lazily(open: () => Promise<OpenFile>): LazyFile {
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
