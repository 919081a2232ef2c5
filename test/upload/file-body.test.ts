// A range of a file as a request body: exact bytes in two buffers, never mixed with the bytes of another body.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../src/media/media-file.ts';
import { BUFFER_BYTES as BUFFER, BufferPool, RangeBody } from '../../src/upload/file-body.ts';
import { sourceOf } from '../support/media.ts';

const FILE = Buffer.alloc(6 * BUFFER + 20_000);
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

/** All bytes, each chunk copied as late as possible: just before the next one is requested. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    await turn();
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** A source whose reads the test ends; their bytes are written at that moment. */
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

describe('bytes of a range body', () => {
  it.each([1, 2, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER - 1, 2 * BUFFER, 2 * BUFFER + 1, 5 * BUFFER + 7])(
    'a body yields exactly the bytes of a range of %i bytes',
    async (sizeBytes) => {
      const { body } = bodyOf(5, sizeBytes);
      expect((await collect(body)).equals(FILE.subarray(5, 5 + sizeBytes))).toBe(true);
    },
  );

  it('a body yields exactly the bytes of any range, each read once, in full buffers except the last', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 3 * BUFFER }),
      fc.integer({ min: -2, max: 2 }).chain((off) => fc.constantFrom(BUFFER + off, 2 * BUFFER + off)),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(BUFFER), sizes, async (firstByte, sizeBytes) => {
        const source = sourceOf(FILE);
        const { body } = bodyOf(firstByte, sizeBytes, source);
        expect((await collect(body)).equals(FILE.subarray(firstByte, firstByte + sizeBytes))).toBe(true);
        expect(source).toMatchObject({ reads: Math.ceil(sizeBytes / BUFFER), readBytes: sizeBytes });
      }),
      { numRuns: 40 },
    );
  });

  it('a body uses two buffers, whatever the size of the range', async () => {
    const { body } = bodyOf(0, 6 * BUFFER);
    const seen = new Set<ArrayBufferLike>();
    for await (const chunk of body) seen.add(chunk.buffer);
    expect(seen.size).toBe(2);
  });

  it('a body reads one buffer ahead, and no further', async () => {
    const source = sourceOf(FILE);
    const { body } = bodyOf(0, 4 * BUFFER, source);
    const chunks = body[Symbol.asyncIterator]();
    expect(source.reads).toBe(0);
    await chunks.next();
    await turn();
    expect(source.reads).toBe(2);
  });

  it('bytes count as sent when the next chunk is requested', async () => {
    const { body, sent } = bodyOf(0, 2 * BUFFER + 9);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    expect([sent, body.sentBytes]).toEqual([[], 0]);
    await chunks.next();
    expect([sent, body.sentBytes]).toEqual([[BUFFER], BUFFER]);
    await chunks.next();
    await chunks.next();
    expect([sent, body.sentBytes]).toEqual([[BUFFER, BUFFER, 9], 2 * BUFFER + 9]);
  });
});

describe('release of a body', () => {
  it('a released body reads and counts nothing more, although its request still pulls', async () => {
    const { source, reads } = slowSource(FILE);
    const { body, sent } = bodyOf(0, 4 * BUFFER, source);
    const chunks = body[Symbol.asyncIterator]();
    const first = chunks.next();
    await turn();
    reads.shift()?.finish();
    await first;
    body.release();
    await expect(chunks.next()).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
    // The read of the second buffer had begun before.
    expect(reads).toHaveLength(1);
  });

  it('a released body yields no chunk of a late read and starts no other read', async () => {
    const { source, reads } = slowSource(FILE);
    const { body } = bodyOf(0, 3 * BUFFER, source);
    const pulled = expect(body[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    await turn();
    body.release();
    reads.shift()?.finish();
    await pulled;
    await turn();
    expect(reads).toHaveLength(0);
  });

  it('a body that is released before its first read reads nothing', async () => {
    const source = sourceOf(FILE);
    const { body } = bodyOf(0, 10, source);
    body.release();
    await expect(collect(body)).rejects.toThrow(RangeError);
    expect(source.reads).toBe(0);
  });
});

describe('buffers of a body', () => {
  /** A body in its first read, with a used buffer from the pool. */
  function reading() {
    const { source, reads } = slowSource(FILE);
    const pool = new BufferPool();
    const used = pool.take();
    pool.giveBack(used);
    const { body } = bodyOf(0, 2 * BUFFER, source, pool);
    const pulled = body[Symbol.asyncIterator]().next();
    pulled.catch(() => {});
    return { pool, used, body, reads, pulled };
  }

  it('a released body returns its buffers to the pool once', async () => {
    const pool = new BufferPool();
    const { body } = bodyOf(0, 10, sourceOf(FILE), pool);
    await collect(body);
    const other = pool.take();
    body.release();
    body.release();
    await turn();
    const used = pool.take();
    expect(used).not.toBe(other);
    expect(pool.take()).not.toBe(used);
  });

  it('a released body that was never read returns its buffers to the pool', async () => {
    const pool = new BufferPool();
    const used = pool.take();
    pool.giveBack(used);
    bodyOf(0, 10, sourceOf(FILE), pool).body.release();
    await turn();
    expect(pool.take()).toBe(used);
  });

  it('a released body returns its buffers when its current read ends, and the release does not wait for it', async () => {
    const { pool, used, body, reads, pulled } = reading();
    await turn();
    body.release();
    await turn();
    expect(pool.take()).not.toBe(used);
    reads.shift()?.finish();
    await expect(pulled).rejects.toThrow(RangeError);
    expect(pool.take()).toBe(used);
  });

  it('a released body returns its buffers when its current read fails', async () => {
    const { pool, used, body, reads, pulled } = reading();
    await turn();
    body.release();
    await turn();
    expect(pool.take()).not.toBe(used);
    reads.shift()?.fail(new Error('on purpose'));
    await expect(pulled).rejects.toThrow('on purpose');
    await turn();
    expect(pool.take()).toBe(used);
  });
});
