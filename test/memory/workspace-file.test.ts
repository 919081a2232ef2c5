// The manifest on disk: accepted paths, file mode, links, failed writes, and a text that git can compare.

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ActionError, InputError } from '../../src/errors/action-error.ts';
import { EMPTY } from '../../src/memory/content.ts';
import { Memory } from '../../src/memory/memory.ts';
import { WorkspaceFile } from '../../src/memory/workspace-file.ts';
import { replaceFile } from '../../src/replace-file.ts';
import { plantFifo } from '../media/tree.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { testRun } from '../support/run.ts';
import { imageOf, keyOf } from './entries.ts';
import { freshPath, open, reread, TODAY_MS, uploadsOver, written } from './samples.ts';

const isWindows = process.platform === 'win32';
const mayWriteAnywhere = process.getuid?.() === 0;

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

async function writeOneMore(path: string): Promise<void> {
  const { uploads, memory } = await open(path);
  uploads.record(keyOf(99), imageOf(99));
  await memory.close();
}

/** Advances the clock until `work` is done. */
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

it.each<[string, (path: string) => void, RegExp]>([
  ['a folder', (path) => mkdirSync(path), /not a regular file$/],
  [
    'a file in the place of its folder',
    (path) => {
      rmSync(dirname(path), { recursive: true });
      writeFileSync(dirname(path), '');
    },
    /\(ENOTDIR\)$/,
  ],
  [
    '64 MiB of zero bytes',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 64 * 1024 * 1024);
    },
    /it is not valid JSON/,
  ],
])('a manifest file is rejected: %s', async (_, plant, message) => {
  const path = freshPath();
  plant(path);
  const error = await caught(() => open(path), InputError);
  expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
  expect(error.message).toMatch(message);
});

it.skipIf(isWindows)('a FIFO is rejected without waiting for a writer', async () => {
  const path = freshPath();
  plantFifo(path);
  expect((await caught(() => open(path), InputError)).code).toBe('MANIFEST_INVALID');
});

it.skipIf(isWindows || mayWriteAnywhere)(
  'a manifest file that may not be read is rejected',
  async () => {
    const path = await written(1);
    chmodSync(path, 0);
    expect((await caught(() => open(path), InputError)).message).toMatch(/\(EACCES\)$/);
  },
);

it('the folder of the manifest is created by the first write, and not by a read', async () => {
  const path = freshPath('a/b/manifest.json');
  const { uploads, memory } = await open(path);
  expect(readdirSync(dirname(dirname(dirname(path))))).toEqual([]);
  uploads.record(keyOf(1), imageOf(1));
  await memory.close();
  expect((await reread(path)).find(keyOf(1))).not.toBeNull();
});

it.skipIf(isWindows || mayWriteAnywhere).each(['manifest.json', 'folder/manifest.json'])(
  'a folder that cannot be written to is reported before anything is sent, for %s',
  async (name) => {
    const top = dirname(freshPath());
    const { memory, clock } = await open(join(top, name));
    chmodSync(top, 0o555);
    const prepared = caught(() => memory.prepareWrites(), ActionError);
    await waited(prepared, clock);
    expect((await prepared).code).toBe('MANIFEST_WRITE');
    chmodSync(top, 0o755);
  },
);

it.skipIf(isWindows)(
  'a new manifest has the mode 0600, and an existing one keeps its mode',
  async () => {
    const path = await written(1);
    expect(modeOf(path)).toBe(0o600);
    for (const [n, mode] of [0o644, 0o664, 0o666, 0o640].entries()) {
      chmodSync(path, mode);
      const { uploads, memory } = await open(path);
      uploads.record(keyOf(10 + n), imageOf(10 + n));
      await memory.close();
      expect(modeOf(path)).toBe(mode);
    }
  },
);

describe.skipIf(isWindows)('links to a manifest', () => {
  it('a link to a manifest stays a link, and its target is replaced', async () => {
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
  ])('a link that leads %s is rejected, and nothing is created', async (_, targetOf) => {
    const link = freshPath('link.json');
    symlinkSync(targetOf(link), link);
    expect((await caught(() => open(link), InputError)).code).toBe('MANIFEST_INVALID');
    expect(readdirSync(dirname(link))).toEqual(['link.json']);
  });
});

describe.skipIf(isWindows)('links to the folder of a manifest', () => {
  /** A workspace with a link `out` to a folder beside it, `in` to a folder inside it, and `gone` to nothing. */
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
  const fileIn = (workspace: string, path: string) =>
    new WorkspaceFile({ path: resolve(workspace, path), workspace }, testRun());

  it.each(['out/manifest.json', 'out/new/deep/manifest.json'])(
    'a folder link that leaves the workspace creates no manifest: %s',
    async (path) => {
      const { base, workspace } = plantLinks();
      const error = await caught(() => fileIn(workspace, path).read(), InputError);
      expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
      const target = path.replace('out', join(base, 'outside'));
      expect(error.problem).toBe(
        `${join(workspace, path)}: a link leads its folder outside the workspace; if this is intended, set ${target}`,
      );
      expect(readdirSync(join(base, 'outside'))).toEqual([]);
    },
  );

  it.each([
    [
      'by a folder link inside the workspace',
      'workspace',
      'in/new/manifest.json',
      'workspace/own/new',
    ],
    ['in a workspace that is a link', 'link', 'in/new/manifest.json', 'workspace/own/new'],
    ['outside the workspace, without a link', 'workspace', '../outside/manifest.json', 'outside'],
  ])('a manifest is created %s', async (_, name, path, folder) => {
    const { base } = plantLinks();
    const file = fileIn(join(base, name), path);
    const memory = new Memory(file, testRun(), new URL('https://api.linkedin.com'));
    (await uploadsOver(memory)).record(keyOf(1), imageOf(1));
    await memory.close();
    expect(readdirSync(join(base, folder))).toEqual(['manifest.json']);
  });
});

it('a failed write leaves the old manifest and no other file', async () => {
  const path = await written(2);
  const before = readFileSync(path, 'utf8');
  const rename = () => {
    throw Object.assign(new Error('on purpose'), { code: 'ENOSPC' });
  };
  expect(() => replaceFile(path, '{}', rename)).toThrow(
    expect.objectContaining({ code: 'ENOSPC' }),
  );
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
});

it.each(['EPERM', 'EACCES', 'EBUSY'])(
  'a write that fails because another program holds the file (%s) is retried twice',
  async (code) => {
    const path = await written(1);
    const clock = new TestClock();
    const moments: number[] = [];
    const heldUntilMs = (endMs: number) => (from: string, to: string) => {
      moments.push(clock.now());
      if (clock.now() < endMs) throw Object.assign(new Error('held'), { code });
      renameSync(from, to);
    };
    const write = (endMs: number) => {
      const options = { path, workspace: null, rename: heldUntilMs(endMs) };
      return new WorkspaceFile(options, testRun({ clock })).write(EMPTY);
    };
    const replaced = write(300);
    await waited(replaced, clock);
    await replaced;
    const empty = readFileSync(path, 'utf8');
    expect(empty).toContain('"uploads":[');
    expect(moments).toEqual([0, 100, 300]);

    const error = caught(() => write(Number.POSITIVE_INFINITY), ActionError);
    await waited(error, clock);
    expect((await error).message).toBe(code);
    expect(moments.slice(3)).toHaveLength(3);
    expect(readFileSync(path, 'utf8')).toBe(empty);
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  },
);

/** The lines of the entries, without header, footer and commas. */
function linesOf(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(1, -3).map((line) => line.replace(/,$/, ''));
}

function filesOf(path: string): string[] {
  return linesOf(path).map((line) => JSON.parse(line).file);
}

describe('manifest file', () => {
  it('the manifest has one entry per line, sorted by file and key', async () => {
    const { uploads, memory, path } = await open(freshPath());
    for (const n of [3, 1, 2]) uploads.record(keyOf(n), imageOf(n));
    for (const n of [8, 9]) uploads.record(keyOf(n), imageOf(n, { file: 'a.png' }));
    await memory.close();
    expect(filesOf(path)).toEqual(['a.png', 'a.png', ...[1, 2, 3].map((n) => imageOf(n).file)]);
    const [first, second] = linesOf(path).map((line) => JSON.parse(line).sha256);
    expect([first, second]).toEqual([keyOf(8).sha256, keyOf(9).sha256].sort());
  });

  it('the manifest has the fields of each entry in a fixed order', async () => {
    const { uploads, memory, path } = await open(freshPath());
    const backwards = <T extends object>(record: T) =>
      Object.fromEntries(Object.entries(record).reverse()) as T;
    const checked = { status: 'AVAILABLE', checkedAt: '2026-11-25T11:00:00.000Z' };
    uploads.record(backwards(keyOf(1)), backwards(imageOf(1, checked)));
    await memory.close();
    expect(Object.keys(JSON.parse(linesOf(path)[0] ?? '')).join(' ')).toBe(
      'file kind sha256 sizeBytes owner api recipe apiUrl urn state status checkedAt updatedAt',
    );
  });

  it.each([
    ...[
      'with\nnewline',
      '::add-mask::x',
      '"quoted"\\',
      '\u{1f3ac}',
      '\ud800',
      '__proto__',
      '],}',
      '\u2028',
    ],
  ])('the entry of a file named %j takes one line', async (file) => {
    const { uploads, memory, path } = await open(freshPath());
    uploads.record(keyOf(1), imageOf(1, { file }));
    await memory.close();
    expect(linesOf(path)).toHaveLength(1);
    expect((await reread(path)).find(keyOf(1))?.file).toBe(file);
  });

  it('a run that changes nothing but dates does not write the manifest', async () => {
    const path = await written(3);
    const before = [readFileSync(path, 'utf8'), statSync(path).ino];
    const { uploads, memory, clock } = await open(
      path,
      new TestClock({ epochMs: TODAY_MS + 86_400_000 }),
    );
    for (const n of [2, 0, 1]) uploads.record(keyOf(n), imageOf(n));
    expect(clock.waiting).toBe(0);
    await memory.close();
    expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(before);
  });
});

/** Waits in real time until the file holds so many entries. */
async function untilHolds(path: string, entries: number): Promise<void> {
  await expect.poll(() => filesOf(path), { timeout: 60_000 }).toHaveLength(entries);
}

it('a write begins 200 ms after the first change and includes all changes until then', async () => {
  const { uploads, clock, path } = await open(freshPath());
  uploads.record(keyOf(1), imageOf(1));
  await clock.advance(199);
  uploads.record(keyOf(2), imageOf(2));
  expect(clock.waiting).toBe(1);
  expect(readdirSync(dirname(path))).toEqual([]);
  await clock.advance(1);
  await untilHolds(path, 2);
  expect(clock.waiting).toBe(0);
});

it('a change during a write goes into the next write, 200 ms later', async () => {
  const { uploads, clock, path } = await open(freshPath());
  uploads.record(keyOf(1), imageOf(1));
  await clock.advance(200);
  uploads.record(keyOf(2), imageOf(2));
  uploads.record(keyOf(1), imageOf(1, { state: 'available' }));
  await untilHolds(path, 1);
  await expect.poll(() => clock.waiting, { timeout: 60_000 }).toBe(1);
  expect((await reread(path)).find(keyOf(1))?.state).toBe('uploaded');
  await clock.advance(200);
  await untilHolds(path, 2);
  expect((await reread(path)).find(keyOf(1))?.state).toBe('available');
});
