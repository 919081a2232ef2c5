// A range of a file as a request body: exact, repeatable, and never mixed with the bytes of another body.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import type { ByteSource } from '../../src/media/media-file.ts';
import { BufferPool, KEPT_BYTES, PIECE_BYTES as PIECE, RangeBody } from '../../src/publish/body.ts';
import { sourceOf } from '../support/media.ts';

const FILE = Buffer.alloc(KEPT_BYTES + 4 * PIECE + 20_000);
for (let at = 0; at + 4 <= FILE.length; at += 4) FILE.writeUInt32LE((at * 2_654_435_761) >>> 0, at);

const turn = () => new Promise((resolve) => setImmediate(resolve));

function bodyOf(
  firstByte: number,
  sizeBytes: number,
  source: ByteSource = sourceOf(FILE),
  pool = new BufferPool(),
) {
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
  it.each([
    ...[1, 2, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1, 4 * PIECE + 7],
    ...[KEPT_BYTES - 1, KEPT_BYTES, KEPT_BYTES + 1, KEPT_BYTES + 2 * PIECE + 9],
  ])('are exactly those of a range of %i', async (sizeBytes) => {
    const { body } = bodyOf(5, sizeBytes);
    expect((await collect(body)).equals(FILE.subarray(5, 5 + sizeBytes))).toBe(true);
  });

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

  it.each([
    ['kept as a whole', 3 * PIECE + 5, 3 * PIECE + 5],
    ['too large to be kept', KEPT_BYTES + 3, 2 * (KEPT_BYTES + 3) + 2 * PIECE],
  ])(
    'come again from the first one for another try, of a range that is %s',
    async (_, sizeBytes, readBytes) => {
      const source = sourceOf(FILE);
      const { body } = bodyOf(9, sizeBytes, source);
      const wanted = FILE.subarray(9, 9 + sizeBytes);
      for await (const piece of body) {
        expect(piece.byteLength).toBe(PIECE);
        break;
      }
      expect((await collect(body)).equals(wanted)).toBe(true);
      expect((await collect(body)).equals(wanted)).toBe(true);
      expect(source.readBytes).toBe(readBytes);
    },
  );

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
    body.release();
    await expect(pieces.next()).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });
});

describe('a try that broke while the disk was slow', () => {
  it.each([3 * PIECE, KEPT_BYTES + PIECE])(
    'does not mix its late bytes with those of the next try: %i',
    async (sizeBytes) => {
      const { source, reads } = slowSource(FILE);
      const { body } = bodyOf(0, sizeBytes, source);
      const broken = body[Symbol.asyncIterator]();
      for (let pieces = 0; pieces < 2; pieces += 1) {
        const piece = broken.next();
        await turn();
        reads.shift()?.finish();
        await piece;
        await turn();
      }
      // Its third piece is under way, into the place of its first one, which the next try needs.
      const again = collect(body);
      while (reads.length > 0) {
        const late = reads.splice(0);
        expect(late).toHaveLength(1);
        for (const read of late) read.finish();
        await turn();
        await turn();
      }
      expect((await again).equals(FILE.subarray(0, sizeBytes))).toBe(true);
      await expect(broken.next()).rejects.toThrow(RangeError);
    },
  );

  it('reads nothing more after the release, although its request still pulls', async () => {
    const { source, reads } = slowSource(FILE);
    const { pool, body } = bodyOf(0, 3 * PIECE, source);
    const pulled = body[Symbol.asyncIterator]().next();
    const refused = expect(pulled).rejects.toThrow(RangeError);
    await turn();
    body.release();
    reads.shift()?.finish();
    await refused;
    await turn();
    expect(reads).toHaveLength(0);
    expect(pool.take(1)).not.toBe(pool.take(1));
  });
});

describe('release', () => {
  it('gives the buffer back when a read under way is over, and does not wait for it', async () => {
    const { source, reads } = slowSource(FILE);
    const pool = new BufferPool();
    const used = pool.take(2 * PIECE);
    pool.giveBack(used);
    const { body } = bodyOf(0, 2 * PIECE, source, pool);
    const refused = expect(body[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    await turn();
    body.release();
    await turn();
    expect(pool.take(2 * PIECE)).not.toBe(used);
    reads.shift()?.finish();
    await refused;
    expect(pool.take(2 * PIECE)).toBe(used);
  });

  it('keeps a buffer from all others whose read never ends, or failed and may go on', async () => {
    const { source, reads } = slowSource(FILE);
    const pool = new BufferPool();
    const used = pool.take(2 * PIECE);
    pool.giveBack(used);
    const { body } = bodyOf(0, 2 * PIECE, source, pool);
    const failed = expect(body[Symbol.asyncIterator]().next()).rejects.toThrow('on purpose');
    await turn();
    body.release();
    await turn();
    expect(pool.take(1)).not.toBe(used);
    reads.shift()?.fail(new Error('on purpose'));
    await failed;
    expect(pool.take(1)).not.toBe(used);
  });

  it('gives the buffers back once, for the next body to use', async () => {
    const { pool, body } = bodyOf(0, 10);
    const used = new Set<ArrayBufferLike>();
    for await (const piece of body) used.add(piece.buffer);
    body.release();
    body.release();
    const first = pool.take(10);
    expect(used).toEqual(new Set([first.buffer]));
    expect(pool.take(10).buffer).not.toBe(first.buffer);
  });

  it('works without any try', async () => {
    const { pool, body } = bodyOf(0, 10);
    body.release();
    const buffer = pool.take(10);
    pool.giveBack(buffer);
    expect(pool.take(10)).toBe(buffer);
  });

  it('ends the body: no try begins after it', async () => {
    const source = sourceOf(FILE);
    const { body } = bodyOf(0, 10, source);
    body.release();
    await expect(collect(body)).rejects.toThrow(RangeError);
    expect(source.reads).toBe(0);
  });
});

describe('the pool', () => {
  it('hands out the smallest that fits', () => {
    const pool = new BufferPool();
    const [small, large] = [pool.take(PIECE), pool.take(4 * PIECE)];
    for (const buffer of [large, small]) pool.giveBack(buffer);
    expect(pool.take(PIECE - 1)).toBe(small);
    expect(pool.take(2 * PIECE)).toBe(large);
  });

  it('never holds more buffers than bodies were under way at once, nor larger ones than they need', () => {
    const sizes = fc.integer({ min: 1, max: KEPT_BYTES });
    fc.assert(
      fc.property(fc.array(fc.array(sizes, { maxLength: 5 }), { maxLength: 9 }), (rounds) => {
        const pool = new BufferPool();
        const seen = new Set<Uint8Array>();
        for (const round of rounds) {
          const taken = round.map((sizeBytes) => {
            const buffer = pool.take(sizeBytes);
            expect(buffer.byteLength).toBeGreaterThanOrEqual(sizeBytes);
            seen.add(buffer);
            return buffer;
          });
          expect(new Set(taken).size).toBe(taken.length);
          for (const buffer of taken) pool.giveBack(buffer);
        }
        const most = Math.max(0, ...rounds.map(({ length }) => length));
        const left = Array.from({ length: most + 1 }, () => pool.take(1)).filter((one) => seen.has(one));
        expect(left.length).toBeLessThanOrEqual(most);
        for (const { byteLength } of left)
          expect(byteLength).toBeLessThanOrEqual(Math.max(64 * 1024, 2 * Math.max(...rounds.flat())));
      }),
    );
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
    body.release();
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
    const returned = pieces.return?.(undefined);
    body.release();
    reads.shift()?.fail(new Error('on purpose'));
    await returned;
    await turn();
  });

  it('is a changed file when the bytes end too early, never what the buffer held before', async () => {
    const { body } = bodyOf(80, 20, sourceOf(FILE.subarray(0, 90)));
    await expect(collect(body)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    body.release();
  });

  it('fails the next try of the same body too: it may still write into the buffer', async () => {
    const { source, reads } = slowSource(FILE);
    const { body } = bodyOf(0, 2 * PIECE, source);
    const broken = collect(body);
    await turn();
    reads.shift()?.finish();
    await turn();
    reads.shift()?.fail(new Error('on purpose'));
    await expect(broken).rejects.toThrow('on purpose');
    await expect(collect(body)).rejects.toThrow('on purpose');
    expect(reads).toHaveLength(0);
    body.release();
  });
});
