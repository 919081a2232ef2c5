// A range of a file as a request body: exactly its bytes, read chunk by chunk, and no further once its request has ended.

import { utimesSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { openForInspection } from '../../src/media/bytes.ts';
import type { ByteSource } from '../../src/media/media-file.ts';
import { CHUNK_BYTES as CHUNK, type OpenFile, readRange } from '../../src/upload/upload.ts';
import { plant } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import { sourceOf } from '../support/media.ts';

const FILE = Buffer.alloc(6 * CHUNK + 20_000);
for (let at = 0; at + 4 <= FILE.length; at += 4) FILE.writeUInt32LE((at * 2_654_435_761) >>> 0, at);

const BUFFERS = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)] as const;

function bodyOf(firstByte: number, sizeBytes: number, source: ByteSource = sourceOf(FILE)) {
  const sent: number[] = [];
  const seen: string[] = [];
  const open: OpenFile = async () => {
    seen.push('open');
    return {
      read: (into, offset) => source.read(into, offset),
      verify: async () => void seen.push('verify'),
      close: async () => void seen.push('close'),
    };
  };
  const onSent = (bytes: number) => void sent.push(bytes);
  const chunks = readRange(open, { firstByte, sizeBytes, buffers: BUFFERS }, onSent);
  return { sent, seen, chunks };
}

/** All bytes, each chunk copied as late as possible: when the next one has arrived. */
async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  let last: Uint8Array = Buffer.alloc(0);
  for await (const chunk of chunks) {
    copies.push(Buffer.from(last));
    last = chunk;
  }
  return Buffer.concat([...copies, last]);
}

it('a range of any size has exactly its bytes, each read once', async () => {
  const sizes = fc.oneof(
    fc.integer({ min: 1, max: 5 * CHUNK }),
    fc.integer({ min: -2, max: 2 }).chain((off) => fc.constantFrom(CHUNK + off, 2 * CHUNK + off)),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(CHUNK), sizes, async (firstByte, sizeBytes) => {
      const source = sourceOf(FILE);
      const { chunks } = bodyOf(firstByte, sizeBytes, source);
      const bytes = await collect(chunks);
      expect(bytes.equals(FILE.subarray(firstByte, firstByte + sizeBytes))).toBe(true);
      expect(source).toMatchObject({ reads: Math.ceil(sizeBytes / CHUNK), readBytes: sizeBytes });
    }),
    fuzzed(40),
  );
});

it('a chunk is read when it is requested, and counts as sent when the next one is requested', async () => {
  const source = sourceOf(FILE);
  const { chunks, sent } = bodyOf(0, CHUNK + 9, source);
  expect(source.reads).toBe(0);
  await chunks.next();
  await setImmediate();
  expect([source.reads, sent]).toEqual([1, []]);
  await chunks.next();
  expect([source.reads, sent]).toEqual([2, [CHUNK]]);
  await chunks.next();
  expect([source.reads, sent]).toEqual([2, [CHUNK, 9]]);
});

it('a file is opened for its first chunk, verified before its last one, and closed after it', async () => {
  const { chunks, seen } = bodyOf(0, CHUNK + 9);
  expect(seen).toEqual([]);
  await chunks.next();
  expect(seen).toEqual(['open']);
  await chunks.next();
  expect(seen).toEqual(['open', 'verify']);
  await chunks.next();
  expect(seen).toEqual(['open', 'verify', 'close']);
});

it('a file that changes while it is sent fails before its last chunk', async () => {
  const tree = await plant({ 'a.bin': FILE });
  const path = tree.at('a.bin');
  const open = () => openForInspection(path, 'a.bin');
  const chunks = readRange(
    open,
    { firstByte: 0, sizeBytes: FILE.length, buffers: BUFFERS },
    () => {},
  );
  await chunks.next();
  utimesSync(path, new Date(0), new Date(0));
  expect(await caught(() => collect(chunks), FileError)).toMatchObject({ code: 'FILE_CHANGED' });
});

it('a range whose request has ended is not read or counted further, although the request still asks for chunks', async () => {
  const source = sourceOf(FILE);
  const { chunks, sent, seen } = bodyOf(0, 3 * CHUNK, source);
  await chunks.next();
  void chunks.return();
  expect(await chunks.next()).toEqual({ done: true, value: undefined });
  expect([source.reads, sent, seen]).toEqual([1, [], ['open', 'close']]);
});
