// A range of a file as a request body: exact bytes in two buffers, never mixed with the bytes of another body. Files are opened
// with retries after errors that pass.

import type { FileHandle } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { type Open, openAsSystem, openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect.ts';
import type { ByteSource } from '../../src/media/media-file.ts';
import { BUFFER_BYTES as BUFFER, BufferPool, openWithRetry, RangeBody } from '../../src/upload/file-body.ts';
import { plant } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { png, sourceOf } from '../support/media.ts';

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

const HANDLE = {} as FileHandle;

/** Fails with `codes` in order, then calls `open`; records the moments. */
function failing(codes: readonly string[], open: Open = async () => HANDLE) {
  const clock = new TestClock();
  const cancel = new AbortController();
  const moments: number[] = [];
  const left = [...codes];
  const openFile = openWithRetry({
    clock,
    signal: cancel.signal,
    open: (path, flags) => {
      moments.push(clock.now());
      const code = left.shift();
      return code === undefined
        ? open(path, flags)
        : Promise.reject(Object.assign(new Error(code), { code }));
    },
  });
  return { clock, cancel, moments, open: openFile };
}

describe('transient open errors', () => {
  it.each(['EMFILE', 'ENFILE', 'EBUSY'])(
    'a file with a transient open error (%s) is opened when the error is over',
    async (code) => {
      const { clock, moments, open } = failing([code, code, code]);
      const opened = open('a', 0);
      await clock.advance(60_000);
      expect(await opened).toBe(HANDLE);
      // Three quarters of 2, 4 and 8 s.
      expect(moments).toEqual([0, 1500, 4500, 10_500]);
    },
  );

  it('a transient open error is retried three times', async () => {
    const { clock, moments, open } = failing(Array.from({ length: 9 }, () => 'EMFILE'));
    const error = caught(() => open('a', 0), Error);
    await clock.advance(60_000);
    expect(await error).toMatchObject({ code: 'EMFILE' });
    expect(moments).toHaveLength(4);
  });

  it('a transient open error is not retried when the run is cancelled', async () => {
    const { clock, cancel, moments, open } = failing(['EBUSY', 'EBUSY']);
    const error = caught(() => open('a', 0), Error);
    await clock.advance(10);
    cancel.abort();
    expect(await error).toMatchObject({ code: 'EBUSY' });
    expect([moments.length, clock.waiting]).toEqual([1, 0]);
  });
});

it.each(['ENOENT', 'EACCES', 'EIO', 'ELOOP', 'EISDIR'])(
  'the open error %s is reported at once',
  async (code) => {
    const { moments, open } = failing([code]);
    expect(await caught(() => open('a', 0), Error)).toMatchObject({ code });
    expect(moments).toEqual([0]);
  },
);

it('an inspected file is opened again with retries, and its error names the file', async () => {
  const tree = await plant({ 'a.png': png() });
  const file = await inspectFile(tree.at('a.png'), 'a.png');
  const once = failing(['EMFILE'], openAsSystem);
  const opened = openBytes(file, once.open);
  await once.clock.advance(1500);
  await (await opened).close();
  const never = failing(['EMFILE', 'EMFILE', 'EMFILE', 'EMFILE']);
  const error = caught(() => openBytes(file, never.open), FileError);
  await never.clock.advance(60_000);
  expect(await error).toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'a.png cannot be read (EMFILE)',
  });
});
