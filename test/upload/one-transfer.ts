// One transfer of an in-memory file with scripted parts, and a record of its effects.

import {
  type Part,
  type PartBody,
  type SidecarUpload,
  toMediaIdentity,
  type UploadSession,
} from '../../src/linkedin/session.ts';
import { BufferPool, lazyFile, type OpenFile } from '../../src/upload/file-body.ts';
import { Limiter } from '../../src/upload/retry/limiter.ts';
import { RequestScheduler } from '../../src/upload/retry/request-scheduler.ts';
import { transfer } from '../../src/upload/transfer.ts';
import { TestClock } from '../support/clock.ts';
import { sourceOf } from '../support/media.ts';

export const URN = 'urn:li:digitalmediaAsset:1';
export const FILE = Buffer.from('0123456789'.repeat(10));
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Resolves with the ETag; otherwise each part gets a default one. */
export type Put = (body: PartBody, index: number) => Promise<unknown>;

/** Reads all bytes, as LinkedIn does. */
export const takeAll: Put = async ({ chunks }) => {
  for await (const _ of chunks);
};

/** A `put` that takes a turn of the event loop, and the peak of concurrent ones. */
export function counting(): { put: Put; readonly peak: number } {
  let now = 0;
  const counted = {
    peak: 0,
    put: async () => {
      now += 1;
      counted.peak = Math.max(counted.peak, now);
      await turn();
      now -= 1;
    },
  };
  return counted;
}

export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

/** A sidecar of FILE: its bytes and its scripted calls. Omitted calls succeed. */
export interface ScriptedSidecar {
  readonly kind: SidecarUpload['kind'];
  readonly bytes: Uint8Array;
  readonly put?: (body: PartBody) => Promise<unknown>;
  readonly open?: () => Promise<OpenFile>;
  readonly verify?: () => Promise<void>;
}

interface Setup {
  readonly sidecars?: readonly ScriptedSidecar[];
  readonly sizes?: readonly number[];
  readonly put?: Put;
  readonly limit?: number;
  readonly limiter?: Limiter;
  readonly pool?: BufferPool;
  readonly expiresAtMs?: number;
  readonly nowMs?: number;
  readonly signal?: AbortSignal;
  readonly verify?: () => Promise<void>;
  readonly open?: () => Promise<OpenFile>;
  readonly close?: () => Promise<void>;
  /** False for a session whose one part is the whole file. */
  readonly needsEtags?: boolean;
  readonly isUploadStored?: () => Promise<boolean>;
}

/** Starts a transfer of FILE and records its effects. */
export function startTransfer(setup: Setup = {}) {
  const { sizes = [FILE.length], put = takeAll, limit = 3, expiresAtMs = null, nowMs = 0 } = setup;
  const seen = { opened: 0, closed: 0, verified: 0, admitted: 0, sentBytes: 0, begun: [] as number[] };
  /** The sidecar operations in order, such as `open captions`. */
  const operations: string[] = [];
  const file: OpenFile = {
    ...sourceOf(FILE),
    verify: async () => {
      seen.verified += 1;
      await setup.verify?.();
    },
    close: async () => {
      seen.closed += 1;
      await setup.close?.();
    },
  };
  let firstByte = 0;
  const parts = sizes.map((sizeBytes, index): Part => {
    const part: Part = {
      firstByte,
      sizeBytes,
      expiresAtMs,
      put: async (body) => {
        seen.begun.push(index);
        const etag = await put(body, index);
        return { status: 200, etag: typeof etag === 'string' || etag === null ? etag : `part ${index}` };
      },
    };
    firstByte += sizeBytes;
    return part;
  });
  const { limiter = new Limiter(limit), pool = new BufferPool(), sidecars = [], needsEtags = true } = setup;
  const clock = new TestClock();
  const session = {
    ...sessionOf(parts),
    needsEtags,
    sidecarUploads: sidecars.map((one) => sidecarUploadOf(one, operations)),
  };
  const receipts = transfer({
    session,
    sizeBytes: FILE.length,
    file: lazyFile(async () => {
      seen.opened += 1;
      return (await setup.open?.()) ?? file;
    }),
    openSidecar: async (kind) => {
      const one = sidecars.find((candidate) => candidate.kind === kind);
      if (one === undefined) throw new RangeError(`this file has no ${kind}`);
      operations.push(`open ${kind}`);
      return (await one.open?.()) ?? openSidecarFile(one, operations);
    },
    limiter,
    retrier: new RequestScheduler({
      concurrency: limit,
      clock,
      signal: new AbortController().signal,
      onFatal: () => {},
      onPause: () => {},
    }).retrier,
    isUploadStored: setup.isUploadStored ?? (async () => false),
    pool,
    signal: setup.signal ?? new AbortController().signal,
    serverNow: () => nowMs,
    onSent: (bytes) => {
      seen.sentBytes += bytes;
    },
    onLastAcquired: () => {
      seen.admitted += 1;
    },
  });
  receipts.catch(() => {});
  return { receipts, seen, operations, limiter, session, clock };
}

function sidecarUploadOf({ kind, bytes, put }: ScriptedSidecar, operations: string[]): SidecarUpload {
  return {
    kind,
    sizeBytes: bytes.length,
    put: async (body) => {
      operations.push(`put ${kind}`);
      await (put?.(body) ?? takeAll(body, 0));
      return { status: 200, etag: null };
    },
  };
}

function openSidecarFile({ kind, bytes, verify }: ScriptedSidecar, operations: string[]): OpenFile {
  return {
    ...sourceOf(bytes),
    verify: async () => {
      operations.push(`verify ${kind}`);
      await verify?.();
    },
    close: async () => void operations.push(`close ${kind}`),
  };
}

function sessionOf(parts: readonly Part[]): UploadSession {
  const recipe = 'urn:li:digitalmediaRecipe:feedshare-video';
  const session = {
    identity: toMediaIdentity(URN, 'video'),
    parts,
    sidecarUploads: [],
    processedOnUpload: false,
    needsEtags: true,
    query: { api: 'assets', urn: URN, kind: 'video', recipe } as const,
    complete: async () => {},
  };
  return session;
}
