// Files are opened with retries after errors that pass.

import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { type Open, openAsSystem, openBytes, openWithRetry } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect-file.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { png } from '../support/media.ts';
import { plant } from './tree.ts';

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
