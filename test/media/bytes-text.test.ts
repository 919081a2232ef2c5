// Small text files: their encoding, their size, and what is no text.

import { symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { readTextFile } from '../../src/media/bytes.ts';
import { caught } from '../support/caught.ts';
import { plant } from './tree.ts';

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
  ['another encoding', Buffer.from([0x66, 0xfc, 0x72]), 'FILE_UNREADABLE', 'a.md is not UTF-8 text'],
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
  expect((await caught(() => readTextFile(found(tree, 'b.md')), FileError)).code).toBe('FILE_UNREADABLE');
});
