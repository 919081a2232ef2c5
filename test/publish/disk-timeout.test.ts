// A disk that does not respond: operations on it time out, and late results are neither used nor left open.

import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { STALL_MS } from '../../src/http/idle-timeout.ts';
import { type Open, openAsSystem, openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect.ts';
import { DISK_MS, openInTime } from '../../src/publish/lazy-file.ts';
import { plant } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { png } from '../support/media.ts';

const NEVER = () => new Promise<never>(() => {});

/** A file handle whose functions never settle, except the given ones. */
function fakeHandle(
  given: Partial<Record<'read' | 'stat' | 'close', () => Promise<unknown>>> = {},
): FileHandle {
  return { read: NEVER, stat: NEVER, close: NEVER, ...given } as unknown as FileHandle;
}

function openingBy(open: Open) {
  const clock = new TestClock();
  return { clock, opening: openInTime(clock, open)('/a.png', 0) };
}

describe('disk timeout', () => {
  it.each(['read', 'stat'] as const)('a %s on a disk that does not respond times out', async (what) => {
    const { clock, opening } = openingBy(async () => fakeHandle());
    const handle = await opening;
    const ask: Record<typeof what, () => Promise<unknown>> = {
      read: () => handle.read(new Uint8Array(1)),
      stat: () => handle.stat(),
    };
    const error = caught(ask[what], Error);
    await clock.advance(DISK_MS - 1);
    expect(clock.waiting).toBe(1);
    await clock.advance(1);
    expect(await error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(clock.waiting).toBe(0);
  });

  it('an open on a disk that does not respond times out, and a late handle is closed', async () => {
    const late = Promise.withResolvers<FileHandle>();
    const { clock, opening } = openingBy(() => late.promise);
    const error = caught(() => opening, Error);
    await clock.advance(DISK_MS);
    expect(await error).toMatchObject({ code: 'ETIMEDOUT' });
    const closed = Promise.withResolvers<void>();
    late.resolve(fakeHandle({ close: async () => closed.resolve() }));
    await closed.promise;
  });

  it('a close does not wait for a disk that does not respond', async () => {
    const { clock, opening } = openingBy(async () => fakeHandle());
    await (await opening).close();
    expect(clock.waiting).toBe(0);
  });

  it('the disk timeout is shorter than the idle timeout of a request', () => {
    expect(DISK_MS).toBeLessThan(STALL_MS);
  });

  it('a disk timeout is an error that names the file', async () => {
    const tree = await plant({ 'a.png': png() });
    const file = await inspectFile(tree.at('a.png'), 'a.png');
    const clock = new TestClock();
    const open = openInTime(clock, async (...asked) =>
      Object.assign(await openAsSystem(...asked), { read: NEVER }),
    );
    const bytes = await openBytes(file, open);
    const error = caught(() => bytes.read(Buffer.alloc(9), 0), FileError);
    await clock.advance(DISK_MS);
    expect(await error).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'a.png cannot be read (ETIMEDOUT)',
    });
    await bytes.close();
  });
});

it('a disk that responds causes no timeout, and its own errors pass through', async () => {
  const broken = Object.assign(new Error('on purpose'), { code: 'EIO' });
  const read = async () => ({ bytesRead: 7 });
  const { clock, opening } = openingBy(async () => fakeHandle({ read, stat: () => Promise.reject(broken) }));
  const handle = await opening;
  expect(await handle.read(new Uint8Array(1))).toEqual({ bytesRead: 7 });
  await expect(handle.stat()).rejects.toBe(broken);
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});
