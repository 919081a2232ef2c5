// Opening files with retries: transient errors are retried three times, and other errors are reported at once.

import { createHash } from 'node:crypto';
import { appendFile, type FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { type Open, openAsSystem, openBytes } from '../../src/media/bytes.ts';
import { findFiles } from '../../src/media/find/find-files.ts';
import { inspectFile } from '../../src/media/inspect.ts';
import { inspectMedia } from '../../src/media/inspection.ts';
import { openWithRetry } from '../../src/upload/file-body.ts';
import { findRuntime } from '../media/find/find.ts';
import { plant } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { mp4, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { rejected } from './failures.ts';
import { urnOf } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, startRun } from './publish-run.ts';

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

const HANDLE = {} as FileHandle;
const FIND = {
  patterns: '*.mp4',
  followSymlinks: false,
  includeHiddenFiles: false,
  maxFiles: 9,
  sidecars: true,
};

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

it('a run opens its files and their sidecars with retries', async () => {
  const tried: string[] = [];
  const open: Open = (path, flags) => {
    const isFirst = !tried.includes(path);
    tried.push(path);
    if (isFirst) return Promise.reject(Object.assign(new Error('on purpose'), { code: 'EMFILE' }));
    return openAsSystem(path, flags);
  };
  const run = await startRun(filesOf(2), { api: 'media', sidecarKinds: ['captions'], open });
  await run.finish();
  expect(endsOf(run)).toEqual({ a: 'available', b: 'available' });
  const each = ['a', 'a.captions', 'b', 'b.captions'].map(run.at);
  expect(tried.toSorted()).toEqual([...each, ...each].toSorted());
});

describe('files of a run', () => {
  /** Opens files and counts opened and closed handles. */
  function counting() {
    const seen = { opened: 0, closed: 0 };
    const open: Open = async (path, flags) => {
      const handle = await openAsSystem(path, flags);
      seen.opened += 1;
      const close = handle.close.bind(handle);
      handle.close = async () => {
        seen.closed += 1;
        await close();
      };
      return handle;
    };
    return { seen, open };
  }

  it('a file is opened once, when it is sent, and not while it is registered', async () => {
    const { seen, open } = counting();
    const registration = gate();
    const run = await startRun({ a: [{ register: registration.pass }] }, { open });
    await run.until(() => run.linkedin.log.length === 1);
    expect(seen.opened).toBe(0);
    registration.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available' });
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('no more files are open than `concurrency` sends at once', async () => {
    const { seen, open } = counting();
    const first = gate();
    const waiting = Object.fromEntries([...'abcdef'].map((name) => [name, [{ put: first.pass }]]));
    const run = await startRun(waiting, { open, concurrency: 2 });
    const registrations = () => run.linkedin.log.filter((line) => line.startsWith('register')).length;
    await run.until(() => registrations() >= 4 && seen.opened >= 2);
    expect(seen).toEqual({ opened: 2, closed: 0 });
    first.open();
    await run.finish();
    expect(seen).toEqual({ opened: 6, closed: 6 });
  });

  it('a file that fails to register, or whose turn does not come, is not opened', async () => {
    const { seen, open } = counting();
    const denied = { register: fails(rejected('ACCESS_DENIED', 403, 'register')) };
    const run = await startRun({ a: [denied], b: [{}], c: [{}] }, { open });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ b: 'skipped RUN_STOPPED', c: 'skipped RUN_STOPPED' });
    expect(seen.opened).toBe(0);
  });

  it('a file that changes during its registration is not sent', async () => {
    const { seen, open } = counting();
    const registration = gate();
    const run = await startRun({ a: [{ register: registration.pass }] }, { open });
    await run.until(() => run.linkedin.log.length === 1);
    await appendFile(run.at('a'), 'more');
    registration.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed FILE_CHANGED' });
    expect(run.linkedin.log).toEqual(['register a-1']);
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });

  it('a file that cannot be opened keeps the URN of its registration', async () => {
    const error = Object.assign(new Error('on purpose'), { code: 'EIO' });
    const run = await startRun(filesOf(1), { open: () => Promise.reject(error) });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed FILE_UNREADABLE' });
    expect(run.of('a').identity?.urn).toBe(urnOf('a'));
  });
});

it.each(['EMFILE', 'EBUSY'])(
  'a video, its digest and its sidecars are inspected with retries (%s)',
  async (code) => {
    const tree = await plant({ 'clip.mp4': mp4(), 'clip.srt': srt(), 'clip.thumbnail.png': png() });
    const tried = new Map<string, number>();
    const clock = new TestClock();
    const { signal } = new AbortController();
    const open = openWithRetry({
      clock,
      signal,
      open: async (path, flags) => {
        const nth = (tried.get(path) ?? 0) + 1;
        tried.set(path, nth);
        if (nth % 2 === 1) throw Object.assign(new Error('on purpose'), { code });
        return openAsSystem(path, flags);
      },
    });
    const sha256Of = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
    const find = { ...tree, ...FIND };
    const found = await findFiles(find, findRuntime());
    const options = { find, sidecars: true, released: [], digests: true, open, signal };
    const inspected = inspectMedia(found.files, options);
    let isOver = false;
    void inspected.finally(() => {
      isOver = true;
    });
    while (!isOver) await clock.advance(1000);
    expect(await inspected).toMatchObject([
      {
        path: 'clip.mp4',
        error: null,
        media: { sha256: expect.any(String) },
        sidecars: {
          captions: { path: 'clip.srt', sha256: sha256Of(srt()) },
          thumbnail: { path: 'clip.thumbnail.png', sha256: sha256Of(png()) },
        },
      },
    ]);
    expect([...tried.values()].toSorted()).toEqual([4, 4, 4]);
  },
);
