// The manifest on the disk: whose file it may be, what becomes of its mode and its links, and that it is never half.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ActionError, InputError } from '../../../src/errors.ts';
import { replaceFile } from '../../../src/publish/manifest/file-store.ts';
import { openManifest } from '../../../src/publish/manifest/manifest.ts';
import { plantFifo } from '../../media/tree.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import { freshPath, open, reread, written } from './samples.ts';
import { keyOf, pictureOf } from './uploads.ts';

const isWindows = process.platform === 'win32';
const mayWriteAnywhere = process.getuid?.() === 0;

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

async function writeOneMore(path: string): Promise<void> {
  const { manifest } = await open(path);
  manifest.record(keyOf(99), pictureOf(99));
  await manifest.close();
}

/** Lets the clock of `work` run until it is done. */
async function waited(work: Promise<unknown>, clock: TestClock): Promise<void> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver) {
    await setImmediate();
    if (clock.waiting > 0) await clock.advance(100);
  }
}

describe('what is no file of text is refused', () => {
  it.each<[string, (path: string) => void, RegExp]>([
    ['a folder', (path) => mkdirSync(path), /no regular file$/],
    [
      'a file in the place of its folder',
      (path) => {
        rmSync(dirname(path), { recursive: true });
        writeFileSync(dirname(path), '');
      },
      /\(ENOTDIR\)$/,
    ],
    ['bytes that are no UTF-8', (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0xfe])), /no text$/],
    [
      'more than 64 MiB',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 64 * 1024 * 1024 + 1);
      },
      /larger than 64 MiB$/,
    ],
    [
      '64 MiB of nothing',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 64 * 1024 * 1024);
      },
      /line 1: this is no manifest/,
    ],
  ])('%s', async (_, plant, message) => {
    const path = freshPath();
    plant(path);
    const error = await caught(() => open(path), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
    expect(error.message).toMatch(message);
  });

  it.skipIf(isWindows)('a FIFO, without waiting for a writer', async () => {
    const path = freshPath();
    plantFifo(path);
    expect((await caught(() => open(path), InputError)).code).toBe('MANIFEST_INVALID');
  });

  it.skipIf(isWindows || mayWriteAnywhere)('a file that may not be read', async () => {
    const path = await written(1);
    chmodSync(path, 0);
    expect((await caught(() => open(path), InputError)).message).toMatch(/\(EACCES\)$/);
  });
});

describe('where it may be written', () => {
  it('its folder is made by the first write, and not before', async () => {
    const path = freshPath('a/b/manifest.json');
    const { manifest } = await open(path);
    expect(readdirSync(dirname(dirname(dirname(path))))).toEqual([]);
    manifest.record(keyOf(1), pictureOf(1));
    await manifest.flush();
    expect((await reread(path)).find(keyOf(1))).not.toBeNull();
  });

  it.skipIf(isWindows || mayWriteAnywhere).each(['manifest.json', 'folder/manifest.json'])(
    'a folder that takes no files is told before the run, for %s',
    async (name) => {
      const top = dirname(freshPath());
      chmodSync(top, 0o555);
      const error = await caught(() => open(join(top, name)), InputError);
      expect([error.code, error.input]).toEqual(['MANIFEST_WRITE', 'manifest']);
      await reread(join(top, name));
      chmodSync(top, 0o755);
    },
  );

  it.skipIf(isWindows || mayWriteAnywhere)(
    'a folder that takes no files any more is told by flush',
    async () => {
      const path = await written(1);
      const before = readFileSync(path, 'utf8');
      const { manifest } = await open(path);
      chmodSync(dirname(path), 0o555);
      manifest.record(keyOf(2), pictureOf(2));
      expect((await caught(() => manifest.close(), ActionError)).code).toBe('MANIFEST_WRITE');
      expect(readFileSync(path, 'utf8')).toBe(before);
      chmodSync(dirname(path), 0o755);
      expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
    },
  );
});

describe.skipIf(isWindows)('its mode', () => {
  it('is the owner’s alone for a new file', async () => {
    expect(modeOf(await written(1))).toBe(0o600);
  });

  it.each([0o644, 0o664, 0o666, 0o600, 0o640])('stays as it was: %o', async (mode) => {
    const path = await written(1);
    chmodSync(path, mode);
    await writeOneMore(path);
    expect(modeOf(path)).toBe(mode);
  });
});

describe.skipIf(isWindows)('a link', () => {
  it('stays one, and the file that it leads to is replaced', async () => {
    const target = await written(1);
    const link = freshPath('link.json');
    symlinkSync(target, link);
    await writeOneMore(link);
    expect(readlinkSync(link)).toBe(target);
    expect((await reread(target)).find(keyOf(99))).not.toBeNull();
    expect(readdirSync(dirname(link))).toEqual(['link.json']);
    expect(readdirSync(dirname(target))).toEqual(['manifest.json']);
  });

  it.each([
    ['nowhere', (link: string) => `${link}.missing`],
    ['to itself', (link: string) => link],
  ])('that leads %s is refused, and nothing is made', async (_, targetOf) => {
    const link = freshPath('link.json');
    symlinkSync(targetOf(link), link);
    expect((await caught(() => open(link), InputError)).code).toBe('MANIFEST_INVALID');
    expect(readdirSync(dirname(link))).toEqual(['link.json']);
  });

  it('to a file of someone else is refused, and the file untouched', async () => {
    const [link, target] = [freshPath('link.json'), freshPath('.profile')];
    writeFileSync(target, 'export PATH\n');
    symlinkSync(target, link);
    expect((await caught(() => open(link), InputError)).code).toBe('MANIFEST_INVALID');
    expect(readFileSync(target, 'utf8')).toBe('export PATH\n');
  });

  it('that took the place of the file during the run is replaced itself: its target is not written to', async () => {
    const path = await written(1);
    const target = freshPath('.profile');
    const { manifest } = await open(path);
    writeFileSync(target, 'export PATH\n');
    rmSync(path);
    symlinkSync(target, path);
    manifest.record(keyOf(2), pictureOf(2));
    await manifest.close();
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('export PATH\n');
  });
});

describe.skipIf(isWindows)('a link to a folder', () => {
  /** A workspace with a link `out` to a folder beside it, `in` to one of its own, and `gone` to nothing. */
  function plantLinks() {
    const base = dirname(freshPath());
    const workspace = join(base, 'workspace');
    for (const folder of ['workspace', 'workspace/own', 'outside']) mkdirSync(join(base, folder));
    symlinkSync('../outside', join(workspace, 'out'));
    symlinkSync('own', join(workspace, 'in'));
    symlinkSync('missing', join(workspace, 'gone'));
    symlinkSync('workspace', join(base, 'link'));
    return { base, workspace };
  }
  const clock = new TestClock();
  const openIn = (workspace: string, path: string, mode: 'read-only' | 'read-write' = 'read-write') =>
    openManifest({ path: join(workspace, path), workspace, clock, mode });

  it.each([
    ['out/manifest.json', 'read-write'],
    ['out/manifest.json', 'read-only'],
    ['out/new/deep/manifest.json', 'read-write'],
  ] as const)('that leaves the workspace creates no manifest: %s (%s)', async (path, mode) => {
    const { base, workspace } = plantLinks();
    const error = await caught(() => openIn(workspace, path, mode), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
    const target = path.replace('out', join(base, 'outside'));
    expect(error.message).toBe(
      `${join(workspace, path)}: a link takes its folder out of the workspace; give ${target} itself if that is meant`,
    );
    expect(readdirSync(join(base, 'outside'))).toEqual([]);
  });

  it('that leaves the workspace creates no manifest where the workspace is known by a link, too', async () => {
    const { base, workspace } = plantLinks();
    const options = { workspace: join(base, 'link'), clock, mode: 'read-write' } as const;
    for (const path of [join(workspace, 'out/manifest.json'), join(base, 'link/out/manifest.json')])
      expect((await caught(() => openManifest({ ...options, path }), InputError)).input).toBe('manifest');
  });

  it('that leads nowhere creates no manifest', async () => {
    const { workspace } = plantLinks();
    const error = await caught(() => openIn(workspace, 'gone/new/manifest.json'), InputError);
    expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
    expect(error.message).toMatch(/its folder .*\/workspace\/gone leads nowhere$/);
  });

  it.each(['workspace', 'link'])('that stays in the workspace, known as %s, creates one', async (name) => {
    const { base, workspace } = plantLinks();
    const manifest = await openIn(join(base, name), 'in/new/manifest.json');
    manifest.record(keyOf(1), pictureOf(1));
    await manifest.close();
    expect(readdirSync(join(workspace, 'own/new'))).toEqual(['manifest.json']);
  });

  it('may lead to a manifest that exists already', async () => {
    const { base, workspace } = plantLinks();
    await written(1, join(base, 'outside/manifest.json'));
    const manifest = await openIn(workspace, 'out/manifest.json');
    expect(manifest.find(keyOf(0))).not.toBeNull();
  });

  it('is none of the workspace where the path does not lie in it', async () => {
    const { base, workspace } = plantLinks();
    const path = join(base, 'outside/manifest.json');
    const manifest = await openManifest({ path, workspace, clock, mode: 'read-write' });
    manifest.record(keyOf(1), pictureOf(1));
    await manifest.close();
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });
});

describe('a write that fails', () => {
  it('in the middle leaves the old file and no other', async () => {
    const path = await written(2);
    const before = readFileSync(path, 'utf8');
    const breaking = function* () {
      yield Buffer.from('{"schema":1,');
      throw new RangeError('broken');
    };
    await caught(() => replaceFile(path, breaking(), { clock: new TestClock() }), RangeError);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });

  it.each(['EPERM', 'EACCES', 'EBUSY'])(
    'because another program holds the file (%s) is tried twice more',
    async (code) => {
      const path = await written(1);
      const clock = new TestClock();
      const moments: number[] = [];
      const heldUntilMs = (endMs: number) => (from: string, to: string) => {
        moments.push(clock.now());
        if (clock.now() >= endMs) return rename(from, to);
        return Promise.reject(Object.assign(new Error('held'), { code }));
      };
      const replaced = replaceFile(path, [Buffer.from('new')], { clock, move: heldUntilMs(300) });
      await waited(replaced, clock);
      await replaced;
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(moments).toEqual([0, 100, 300]);

      const never = replaceFile(path, [Buffer.from('newer')], { clock, move: heldUntilMs(Infinity) });
      const error = caught(() => never, Error);
      await waited(error, clock);
      expect(await error).toHaveProperty('code', code);
      expect(moments.slice(3)).toHaveLength(3);
      expect(readFileSync(path, 'utf8')).toBe('new');
      expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
    },
  );

  it('in its last step leaves what is in the way and no other', async () => {
    const { manifest, path } = await open(freshPath());
    mkdirSync(path);
    manifest.record(keyOf(2), pictureOf(2));
    const error = await caught(() => manifest.close(), ActionError);
    expect([error.code, (error.cause as NodeJS.ErrnoException).code]).toEqual(['MANIFEST_WRITE', 'EISDIR']);
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });

  it('for more than could be read again leaves the old file', async () => {
    const path = await written(1);
    const before = readFileSync(path, 'utf8');
    const { manifest } = await open(path);
    const file = '\u{ffff}'.repeat(4000);
    for (let n = 0; n < 6000; n += 1) manifest.record(keyOf(n), pictureOf(n, { file: `${n}${file}` }));
    const error = await caught(() => manifest.close(), ActionError);
    expect(error.code).toBe('MANIFEST_WRITE');
    expect(error.message).toContain('64 MiB');
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });
});

it('what a run left that was killed before its last step is in nobody’s way', async () => {
  const path = await written(2);
  const left = join(dirname(path), '.manifest-0d5c6a6e-4d0c-4b43-9a0c-1f5a0c3f9d11.tmp');
  writeFileSync(left, readFileSync(path).subarray(0, 300));
  await writeOneMore(path);
  const again = await reread(path);
  expect([0, 1, 99].map((n) => again.find(keyOf(n))?.file)).toEqual([0, 1, 99].map((n) => pictureOf(n).file));
  expect(readdirSync(dirname(path)).sort()).toEqual([left.slice(dirname(path).length + 1), 'manifest.json']);
});
