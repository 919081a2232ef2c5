// The blobs of a file in the workspace are those that git computes, for files of any size.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { possibleBlobs } from '../../src/github/git-blob.ts';
import { caught } from '../support/caught.ts';

const MIB = 1024 * 1024;
const TEXT = { isText: true };
const hasGit = spawnSync('git', ['--version']).status === 0;

const gitBlob = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

async function workspaceWith(content: Buffer): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'blobs-'));
  await mkdir(join(workspace, 'media'));
  await writeFile(join(workspace, 'media/a.bin'), content);
  return workspace;
}

it.each([0, 1, 7999, MIB - 1, MIB, MIB + 1, 2.5 * MIB])(
  'a file of %d bytes has its own blob and that of its pointer',
  async (bytes) => {
    const content = Buffer.alloc(bytes, 'abcdefg\0');
    const blobs = await possibleBlobs(await workspaceWith(content), 'media/a.bin', TEXT);
    const oid = createHash('sha256').update(content).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes}\n`;
    expect([...blobs].slice(0, 2)).toEqual([gitBlob(content), gitBlob(Buffer.from(pointer))]);
  },
);

it.skipIf(!hasGit)('the blobs are those of git', async () => {
  const content = Buffer.from('a\r\nb\n\xff', 'latin1');
  const workspace = await workspaceWith(content);
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: workspace, encoding: 'utf8' }).stdout.trim();
  git('init', '-q');
  const converted = git('-c', 'core.autocrlf=true', 'hash-object', '--path=a.txt', 'media/a.bin');
  const blobs = await possibleBlobs(workspace, 'media/a.bin', TEXT);
  expect(blobs).toContain(git('hash-object', '--no-filters', 'media/a.bin'));
  expect(blobs).toContain(converted);
});

it.each([
  ['a zero byte in its first 8,000', 'a\r\n\0', false],
  ['a zero byte later', `${'a\r\n'.repeat(3000)}\0`, true],
  ['no zero byte', 'a\r\nb\r\n', true],
])('a file with %s is a text: %#', async (_, text, isText) => {
  const blobs = await possibleBlobs(await workspaceWith(Buffer.from(text)), 'media/a.bin', TEXT);
  expect(blobs.has(gitBlob(Buffer.from(text.replaceAll('\r\n', '\n'))))).toBe(isText);
});

it('a file that is no text is compared byte by byte, though it looks like a text', async () => {
  const content = Buffer.from('%PDF-1.7\r\n');
  const blobs = await possibleBlobs(await workspaceWith(content), 'media/a.bin', { isText: false });
  expect(blobs).toContain(gitBlob(content));
  expect(blobs).not.toContain(gitBlob(Buffer.from('%PDF-1.7\n')));
});

it('a text of more than 1 MiB is not converted', async () => {
  const content = Buffer.alloc(MIB + 2, 'a\r\n');
  expect((await possibleBlobs(await workspaceWith(content), 'media/a.bin', TEXT)).size).toBe(2);
});

it('a file that does not exist has no blob', async () => {
  const workspace = await workspaceWith(Buffer.from('a'));
  expect((await possibleBlobs(workspace, 'media/b.bin', TEXT)).size).toBe(0);
  expect((await possibleBlobs(workspace, 'none/b.bin', TEXT)).size).toBe(0);
});

it('a folder, and a file behind a link, are errors', async () => {
  const workspace = await workspaceWith(Buffer.from('a'));
  await symlink(join(workspace, 'media'), join(workspace, 'linked'));
  expect((await caught(() => possibleBlobs(workspace, 'media', TEXT), FileError)).code).toBe(
    'FILE_UNREADABLE',
  );
  await caught(() => possibleBlobs(workspace, 'linked/a.bin', TEXT), FileError);
});

it('a workspace behind a link is its target', async () => {
  const workspace = await workspaceWith(Buffer.from('a'));
  const link = `${workspace}-link`;
  await symlink(workspace, link);
  expect(await possibleBlobs(link, 'media/a.bin', TEXT)).toContain(gitBlob(Buffer.from('a')));
});
