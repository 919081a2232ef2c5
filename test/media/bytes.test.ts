// The bytes of a file: each change between inspection and upload is detected; digests, and what is small text.

import { createHash, randomBytes } from 'node:crypto';
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
import {
  digestFile,
  type Inspected,
  identityOf,
  type OpenBytes,
  openBytes,
  openForInspection,
  readTextFile,
} from '../../src/media/bytes.ts';
import { inspectFile } from '../../src/media/inspect-file.ts';
import { caught } from '../support/caught.ts';
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

  it.skipIf(isWindows)(
    'openBytes throws FILE_CHANGED for a file that was replaced with a link',
    async () => {
      const { tree, path, file } = await inspected();
      await rename(path, tree.at('moved.png'));
      await symlink(tree.at('moved.png'), path);
      expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
    },
  );

  it.skipIf(isWindows)(
    'openBytes throws FILE_CHANGED for a file that was replaced with a FIFO, without waiting for a writer',
    async () => {
      const { path, file } = await inspected();
      await rm(path);
      plantFifo(path);
      expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
    },
  );

  it.skipIf(isWindows)(
    'a file in a folder that was swapped for a link is FILE_CHANGED',
    async () => {
      const tree = await plant({
        'dir/a.png': png(),
        '../outside/a.png': png({ width: 51, height: 9 }),
      });
      const file = await inspectFile(tree.at('dir/a.png'), 'a.png');
      await rename(tree.at('dir'), tree.at('aside'));
      await symlink(tree.outside, tree.at('dir'));
      expect(await codeOf(openBytes(file))).toBe('FILE_CHANGED');
      expect((await inspectFile(tree.at('dir/a.png'), 'a.png')).error?.code).toBe('FILE_CHANGED');
    },
  );

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
  expect(identityOf({ ...stats, dev: 1n, ino: 12n })).not.toBe(
    identityOf({ ...stats, dev: 11n, ino: 2n }),
  );
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

const found = (tree: Awaited<ReturnType<typeof plant>>, path: string) => ({
  path,
  absolutePath: tree.at(path),
  sizeBytes: 0,
});

it('a text is read without its byte order mark, and an empty file is an empty text', async () => {
  const tree = await plant({ 'a.md': '\uFEFFGrüße\n', 'empty.md': '' });
  expect((await readTextFile(found(tree, 'a.md'))).text).toBe('Grüße\n');
  expect((await readTextFile(found(tree, 'empty.md'))).text).toBe('');
});

it.each([
  [
    'another encoding',
    Buffer.from([0x66, 0xfc, 0x72]),
    'FILE_UNREADABLE',
    'a.md is not UTF-8 text',
  ],
  ['more than a text', 'x'.repeat(1_000_001), 'FILE_UNREADABLE', 'too large for a text'],
  [
    'a Git LFS pointer',
    `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`,
    'FILE_LFS_POINTER',
    'a.md is a Git LFS pointer',
  ],
])('%s is an error that names the file', async (_, content, code, text) => {
  const tree = await plant({ 'a.md': content });
  const error = await caught(() => readTextFile(found(tree, 'a.md')), FileError);
  expect(error.code).toBe(code);
  expect(error.message).toContain(text);
});

it.skipIf(process.platform === 'win32')('a link is not followed', async () => {
  const tree = await plant({ 'a.md': 'secret' });
  await symlink(tree.at('a.md'), tree.at('b.md'));
  expect((await caught(() => readTextFile(found(tree, 'b.md')), FileError)).code).toBe(
    'FILE_UNREADABLE',
  );
});

const MIB = 1024 * 1024;

/** An inspected file with these bytes, of any type. */
async function inspectedFile(content: Uint8Array): Promise<Inspected> {
  const tree = await plant({ 'clip.mp4': content });
  const absolutePath = tree.at('clip.mp4');
  const bytes = await openForInspection(absolutePath, 'clip.mp4');
  await bytes.close();
  return { path: 'clip.mp4', absolutePath, identity: bytes.identity };
}

it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
  'the digest of %i bytes is their SHA-256',
  async (sizeBytes) => {
    const content = randomBytes(sizeBytes);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await digestFile(await inspectedFile(content))).toBe(sha256);
  },
);

it.each<[string, string, (path: string) => Promise<void>]>([
  ['FILE_CHANGED', 'extended', (path) => appendFile(path, 'x')],
  ['FILE_CHANGED', 'truncated', (path) => truncate(path, 10)],
  ['FILE_UNREADABLE', 'deleted', (path) => rm(path)],
])(
  'the digest of a file throws %s when it was %s after its inspection',
  async (code, _, change) => {
    const file = await inspectedFile(randomBytes(100));
    await change(file.absolutePath);
    expect((await caught(() => digestFile(file), FileError)).code).toBe(code);
  },
);

it('the digest of a file throws FILE_CHANGED when it is modified during the read, and the reason of the signal', async () => {
  const file = await inspectedFile(Buffer.alloc(8 * MIB));
  const digest = caught(() => digestFile(file), FileError);
  await appendFile(file.absolutePath, 'x');
  expect((await digest).code).toBe('FILE_CHANGED');
  const reason = new RangeError('over');
  const again = { ...(await inspectedFile(Buffer.alloc(MIB))) };
  expect(
    await caught(() => digestFile(again, { signal: AbortSignal.abort(reason) }), RangeError),
  ).toBe(reason);
});
