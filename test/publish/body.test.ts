// A range of a file as a request body: exact, repeatable, and never mixed with the bytes of another body.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import type { ByteSource } from '../../src/media/media-file.ts';
import { BufferPool, RangeBody } from '../../src/publish/body.ts';
import { sourceOf } from '../support/media.ts';

const PIECE = 512 * 1024;
const FILE = Buffer.alloc(4 * PIECE + 20_000);
for (let at = 0; at + 4 <= FILE.length; at += 4) FILE.writeUInt32LE((at * 2_654_435_761) >>> 0, at);

const turn = () => new Promise((resolve) => setImmediate(resolve));

function bodyOf(firstByte: number, sizeBytes: number, source: ByteSource = sourceOf(FILE)) {
  const pool = new BufferPool();
  const sent: number[] = [];
  const onSent = (bytes: number) => sent.push(bytes);
  return { pool, sent, body: new RangeBody({ source, range: { firstByte, sizeBytes }, pool, onSent }) };
}

/** All bytes, copied as late as a consumer may: the next piece has been read by then, but was not asked for. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) {
    await turn();
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

/** A source whose reads end when the test says so; the bytes are written at that moment. */
function slowSource(bytes: Uint8Array) {
  const reads: { finish(): void; fail(error: unknown): void }[] = [];
  const source: ByteSource = {
    sizeBytes: bytes.length,
    read: (into, offset) =>
      new Promise((resolve, fail) => {
        const part = bytes.subarray(offset, offset + into.length);
        const finish = () => {
          into.set(part);
          resolve(part.length);
        };
        reads.push({ finish, fail });
      }),
  };
  return { source, reads };
}

describe('the bytes', () => {
  it.each([1, 2, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1, 4 * PIECE + 7])(
    'are exactly those of a range of %i',
    async (sizeBytes) => {
      const { body } = bodyOf(5, sizeBytes);
      expect((await collect(body)).equals(FILE.subarray(5, 5 + sizeBytes))).toBe(true);
    },
  );

  it('are exactly those of any range, in pieces that are full but for the last', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 3 * PIECE }),
      fc.integer({ min: -2, max: 2 }).chain((off) => fc.constantFrom(PIECE + off, 2 * PIECE + off)),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(PIECE), sizes, async (firstByte, sizeBytes) => {
        const source = sourceOf(FILE);
        const { body } = bodyOf(firstByte, sizeBytes, source);
        expect((await collect(body)).equals(FILE.subarray(firstByte, firstByte + sizeBytes))).toBe(true);
        expect(source).toMatchObject({ reads: Math.ceil(sizeBytes / PIECE), readBytes: sizeBytes });
      }),
      { numRuns: 40 },
    );
  });

  it('come again from the first one for another try', async () => {
    const { body } = bodyOf(9, 2 * PIECE);
    const wanted = FILE.subarray(9, 9 + 2 * PIECE);
    for await (const piece of body) {
      expect(piece.byteLength).toBe(PIECE);
      break;
    }
    expect((await collect(body)).equals(wanted)).toBe(true);
    expect((await collect(body)).equals(wanted)).toBe(true);
  });

  it('are read one piece ahead, and no further', async () => {
    const source = sourceOf(FILE);
    const { body } = bodyOf(0, 4 * PIECE, source);
    const pieces = body[Symbol.asyncIterator]();
    expect(source.reads).toBe(0);
    await pieces.next();
    await turn();
    expect(source.reads).toBe(2);
  });
});

describe('what was sent', () => {
  it('is told piece by piece, each when the next is asked for', async () => {
    const { body, sent } = bodyOf(0, 2 * PIECE + 9);
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    expect(sent).toEqual([]);
    await pieces.next();
    expect(sent).toEqual([PIECE]);
    await pieces.next();
    await pieces.next();
    expect(sent).toEqual([PIECE, PIECE, 9]);
  });

  it('is not told any more after the release, although its request still pulls', async () => {
    const { body, sent } = bodyOf(0, 2 * PIECE);
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    await body.release();
    await expect(pieces.next()).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });
});

describe('a try that broke while the disk was slow', () => {
  it('does not mix its late bytes with those of the next try', async () => {
    const { source, reads } = slowSource(FILE);
    const { body } = bodyOf(0, 3 * PIECE, source);
    const broken = body[Symbol.asyncIterator]();
    const first = broken.next();
    await turn();
    reads.shift()?.finish();
    await first;
    await turn();
    // Its second piece is under way, into the buffer that the next try fills second.
    const again = collect(body);
    while (reads.length > 0) {
      const late = reads.splice(0);
      expect(late).toHaveLength(1);
      for (const read of late) read.finish();
      await turn();
      await turn();
    }
    expect((await again).equals(FILE.subarray(0, 3 * PIECE))).toBe(true);
    await expect(broken.next()).rejects.toThrow(RangeError);
  });

  it('reads nothing more after the release, although its request still pulls', async () => {
    const { source, reads } = slowSource(FILE);
    const { pool, body } = bodyOf(0, 3 * PIECE, source);
    const pulled = body[Symbol.asyncIterator]().next();
    const refused = expect(pulled).rejects.toThrow(RangeError);
    await turn();
    const released = body.release();
    reads.shift()?.finish();
    await released;
    await refused;
    await turn();
    expect(reads).toHaveLength(0);
    expect(pool.take()).not.toBe(pool.take());
  });
});

describe('release', () => {
  it('waits for a read under way before the buffers go back', async () => {
    const { source, reads } = slowSource(FILE);
    const { pool, body } = bodyOf(0, 2 * PIECE, source);
    const pulled = body[Symbol.asyncIterator]().next();
    await turn();
    let isReleased = false;
    const released = body.release().then(() => {
      isReleased = true;
    });
    await turn();
    expect(isReleased).toBe(false);
    const others = pool.take();
    reads.shift()?.finish();
    await released;
    expect(pool.take()).not.toBe(others);
    await expect(pulled).rejects.toThrow(RangeError);
  });

  it('gives the buffers back once, for the next body to use', async () => {
    const { pool, body } = bodyOf(0, 10);
    const used = new Set<ArrayBufferLike>();
    for await (const piece of body) used.add(piece.buffer);
    await body.release();
    await body.release();
    const [first] = pool.take();
    expect(used).toEqual(new Set([first.buffer]));
    expect(pool.take()[0].buffer).not.toBe(first.buffer);
  });

  it('works without any try', async () => {
    const { pool, body } = bodyOf(0, 10);
    await body.release();
    const pair = pool.take();
    pool.giveBack(pair);
    expect(pool.take()).toBe(pair);
  });

  it('ends the body: no try begins after it', async () => {
    const source = sourceOf(FILE);
    const { body } = bodyOf(0, 10, source);
    await body.release();
    await expect(collect(body)).rejects.toThrow(RangeError);
    expect(source.reads).toBe(0);
  });
});

describe('a failing read', () => {
  it('is met once, by who asks for its piece', async () => {
    const { source, reads } = slowSource(FILE);
    const { body } = bodyOf(0, 3 * PIECE, source);
    const pieces = body[Symbol.asyncIterator]();
    const first = pieces.next();
    await turn();
    reads.shift()?.finish();
    expect((await first).done).toBe(false);
    await turn();
    const fault = new FileError('FILE_UNREADABLE', 'on purpose');
    reads.shift()?.fail(fault);
    // Nobody asked yet: the rejection must not count as unhandled.
    await turn();
    await expect(pieces.next()).rejects.toBe(fault);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
    await body.release();
  });

  it('is nobody’s when the request ended before it', async () => {
    const { source, reads } = slowSource(FILE);
    const { body } = bodyOf(0, 3 * PIECE, source);
    const pieces = body[Symbol.asyncIterator]();
    const first = pieces.next();
    await turn();
    reads.shift()?.finish();
    await first;
    await turn();
    const released = Promise.all([pieces.return?.(undefined), body.release()]);
    reads.shift()?.fail(new Error('on purpose'));
    await released;
    await turn();
  });

  it('is a changed file when the bytes end too early, never what the buffer held before', async () => {
    const { body } = bodyOf(80, 20, sourceOf(FILE.subarray(0, 90)));
    await expect(collect(body)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await body.release();
  });
});
