// Files that change between their inspection and the last byte sent: none of it goes unnoticed.

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
import { FileError } from '../../src/errors.ts';
import { identityOf, type OpenBytes, openBytes } from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect.ts';
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
    (fault: unknown) => fault,
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
  it('reads any range, and less only at the end', async () => {
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
    ['grown', (path) => appendFile(path, 'x')],
    ['cut short', (path) => truncate(path, 20)],
    [
      'written again with other bytes of the same size',
      async (path) => writeFile(path, (await readFile(path)).fill(1, 40)),
    ],
    [
      'written again and dated back',
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
  it.each(swaps)('refuses a file that was %s', async (_, swap) => {
    const { tree, path, file } = await inspected();
    await swap(path, tree);
    expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
  });

  it.skipIf(isWindows)('refuses a link in place of the file', async () => {
    const { tree, path, file } = await inspected();
    await rename(path, tree.at('moved.png'));
    await symlink(tree.at('moved.png'), path);
    expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
  });

  it.skipIf(isWindows)('refuses a FIFO in place of the file, without waiting for a writer', async () => {
    const { path, file } = await inspected();
    await rm(path);
    plantFifo(path);
    expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
  });

  it.skipIf(isWindows)(
    'lets no foreign byte through while its directory is swapped all the time',
    async () => {
      const [ours, theirs] = [png({ width: 50, height: 9 }), png({ width: 51, height: 9 })];
      const tree = await plant({ 'dir/a.png': ours, 'evil/a.png': theirs });
      const file = await inspectFile(tree.at('dir/a.png'), 'a.png');
      let isOver = false;
      const swapper = (async () => {
        while (!isOver) {
          await rename(tree.at('dir'), tree.at('aside'));
          await symlink('evil', tree.at('dir'));
          await rm(tree.at('dir'));
          await rename(tree.at('aside'), tree.at('dir'));
        }
      })();
      for (let attempt = 0; attempt < 1000; attempt += 1) {
        const bytes = await openBytes(file).catch((fault: unknown) => fault);
        if (bytes instanceof FileError) continue;
        const read = Buffer.alloc(ours.length);
        await reading(bytes as OpenBytes, (open) => open.read(read, 0));
        expect(read).toEqual(ours);
      }
      isOver = true;
      await swapper;
    },
  );

  it('tells a file that is gone', async () => {
    const { path, file } = await inspected();
    await rm(path);
    expect(await codeOf(openBytes(file))).toBe('FILE_UNREADABLE');
  });

  it('throws the fault of a file that has one', async () => {
    const { file } = await inspected(Buffer.alloc(0));
    expect(await codeOf(openBytes(file))).toBe('FILE_EMPTY');
  });
});

describe('the identity of a file', () => {
  const stats = { dev: 1n, ino: 2n, size: 3n, mtimeNs: 4n, ctimeNs: 5n };

  it.each(Object.keys(stats))('is another one with another %s', (name) => {
    expect(identityOf({ ...stats, [name]: 9n })).not.toBe(identityOf(stats));
  });

  it('keeps its numbers apart', () => {
    expect(identityOf({ ...stats, dev: 1n, ino: 12n })).not.toBe(identityOf({ ...stats, dev: 11n, ino: 2n }));
  });
});

describe('a file that changes while it is open', () => {
  it('does not verify after its content changed', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await writeFile(path, jpeg());
      expect(await codeOf(bytes.verify())).toBe('FILE_CHANGED');
    });
  });

  it('gives no fewer bytes than it promised', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await truncate(path, 10);
      expect(await codeOf(bytes.read(Buffer.alloc(bytes.sizeBytes), 0))).toBe('FILE_CHANGED');
    });
  });

  it('gives no more bytes than it promised', async () => {
    const { path, file } = await inspected();
    await reading(await openBytes(file), async (bytes) => {
      await appendFile(path, 'more');
      expect(await bytes.read(Buffer.alloc(bytes.sizeBytes + 4), 0)).toBe(bytes.sizeBytes);
      expect(await codeOf(bytes.verify())).toBe('FILE_CHANGED');
    });
  });

  it.skipIf(isWindows || process.getuid?.() === 0)('tells a file that may not be read', async () => {
    const { tree, path } = await inspected();
    await chmod(path, 0);
    expect(await inspectFile(tree.at('a.png'), 'a.png')).toMatchObject({
      fault: { code: 'FILE_UNREADABLE' },
    });
  });
});
