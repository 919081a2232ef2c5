// Files that are modified or replaced between their inspection and the end of their upload: every change is detected.

import {
  appendFile,
  chmod,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { identityOf, type OpenBytes, openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect-file.ts';
import { jpeg, png } from '../support/media.ts';
import { plant, plantFifo, type Tree } from './tree.ts';

const isWindows = process.platform === 'win32';

async function inspected(content: Uint8Array = png()) {
  const tree = await plant({ 'a.png': content });
  return { tree, path: tree.at('a.png'), file: await inspectFile(tree.at('a.png'), 'a.png') };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof FileError)) throw new Error(`expected a FileError, got ${thrown}`);
  expect(thrown.message).toContain('a.png');
  return thrown.code;
}

async function reading<T>(bytes: OpenBytes, work: (bytes: OpenBytes) => Promise<T>): Promise<T> {
  try {
    return await work(bytes);
  } finally {
    await bytes.close();
  }
}

describe('openBytes', () => {
  it('openBytes reads any range, and fewer bytes only at the end of the file', async () => {
    const content = png({ width: 90, height: 90 });
    const { file } = await inspected(content);
    await reading(await openBytes(file), async (bytes) => {
      const into = Buffer.alloc(20);
      expect(await bytes.read(into, 5)).toBe(20);
      expect(into).toEqual(content.subarray(5, 25));
      expect(await bytes.read(into, content.length - 3)).toBe(3);
      expect(into.subarray(0, 3)).toEqual(content.subarray(-3));
      expect(await bytes.read(into, content.length)).toBe(0);
      await bytes.verify();
    });
  });

  const swaps: [name: string, swap: (path: string, tree: Tree) => Promise<unknown>][] = [
    ['extended', (path) => appendFile(path, 'x')],
    ['truncated', (path) => truncate(path, 20)],
    [
      'overwritten with other bytes of the same size',
      async (path) => writeFile(path, (await readFile(path)).fill(1, 40)),
    ],
    [
      'overwritten and given an old modification time',
      async (path) => {
        await writeFile(path, (await readFile(path)).fill(1, 40));
        await utimes(path, 1, 1);
      },
    ],
    [
      'replaced by a copy of itself',
      async (path, tree) => {
        await writeFile(tree.at('copy'), await readFile(path));
        await rename(tree.at('copy'), path);
      },
    ],
  ];
  it.each(swaps)(
    'openBytes throws FILE_CHANGED for a file that was %s after its inspection',
    async (_, swap) => {
      const { tree, path, file } = await inspected();
      await swap(path, tree);
      expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
    },
  );

  it.skipIf(isWindows)('openBytes throws FILE_CHANGED for a file that was replaced with a link', async () => {
    const { tree, path, file } = await inspected();
    await rename(path, tree.at('moved.png'));
    await symlink(tree.at('moved.png'), path);
    expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
  });

  it.skipIf(isWindows)(
    'openBytes throws FILE_CHANGED for a file that was replaced with a FIFO, without waiting for a writer',
    async () => {
      const { path, file } = await inspected();
      await rm(path);
      plantFifo(path);
      expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
    },
  );

  it.skipIf(isWindows)('a file in a folder that was swapped for a link is FILE_CHANGED', async () => {
    const tree = await plant({ 'dir/a.png': png(), '../outside/a.png': png({ width: 51, height: 9 }) });
    const file = await inspectFile(tree.at('dir/a.png'), 'a.png');
    await rename(tree.at('dir'), tree.at('aside'));
    await symlink(tree.outside, tree.at('dir'));
    expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
    expect((await inspectFile(tree.at('dir/a.png'), 'a.png')).error?.code).toBe('FILE_CHANGED');
  });

  it('openBytes throws FILE_UNREADABLE for a file that was deleted after its inspection', async () => {
    const { path, file } = await inspected();
    await rm(path);
    expect(await codeOf(openBytes(file))).toBe('FILE_UNREADABLE');
  });
});

const stats = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 4n, ctimeNs: 5n };

it.each(Object.keys(stats))('the identity differs when %s differs', (name) => {
  expect(identityOf({ ...stats, [name]: 9n })).not.toBe(identityOf(stats));
});

it('the identity separates its numbers', () => {
  expect(identityOf({ ...stats, dev: 1n, ino: 12n })).not.toBe(identityOf({ ...stats, dev: 11n, ino: 2n }));
});

describe('modification of an open file', () => {
  it('an open file fails verification after its content changed', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await writeFile(path, jpeg());
      expect(await codeOf(bytes.verify())).toBe('FILE_CHANGED');
    });
  });

  it('an open file throws FILE_CHANGED when it ends before its inspected size', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await truncate(path, 10);
      expect(await codeOf(bytes.read(Buffer.alloc(bytes.sizeBytes), 0))).toBe('FILE_CHANGED');
    });
  });

  it('an open file never returns more bytes than its inspected size, and then fails verification', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await appendFile(path, 'more');
      expect(await bytes.read(Buffer.alloc(bytes.sizeBytes + 4), 0)).toBe(bytes.sizeBytes);
      expect(await codeOf(bytes.verify())).toBe('FILE_CHANGED');
    });
  });

  it.skipIf(isWindows || process.getuid?.() === 0)(
    'a file without read permission is FILE_UNREADABLE',
    async () => {
      const { tree, path } = await inspected();
      await chmod(path, 0);
      expect(await inspectFile(tree.at('a.png'), 'a.png')).toMatchObject({
        error: { code: 'FILE_UNREADABLE' },
      });
    },
  );
});
