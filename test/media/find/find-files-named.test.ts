// Files that a post names by their path: where they may be, and what helps after a mistake.

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { findNamed } from '../../../src/media/find/find-files.ts';
import { openWorkspace } from '../../../src/media/find/workspace.ts';
import { caught } from '../../support/caught.ts';
import { withoutDebugLines } from '../../world/runner.ts';
import { plant, type Tree } from '../tree.ts';

/** The error of a file that cannot be used. */
function missing({ workspace }: Tree, path: string, near?: string): Promise<FileError> {
  return withoutDebugLines(() => caught(() => find(workspace, path, near), FileError));
}

async function find(workspace: string, path: string, near?: string) {
  return await findNamed(path, await openWorkspace({ workspace, includeHiddenFiles: true }), near);
}

it('a file is found by its path, also a hidden one', async () => {
  const tree = await plant({ 'media/a.png': 'x', '.github/posts/b.png': 'y' });
  expect(await find(tree.workspace, 'media/a.png')).toEqual({
    path: 'media/a.png',
    absolutePath: tree.at('media/a.png'),
    sizeBytes: 1,
  });
  expect((await find(tree.workspace, '.github/posts/b.png')).path).toBe('.github/posts/b.png');
  expect((await missing(tree, 'media/*.png')).hint).toMatch(
    /^A path is not a pattern: write one line for each file/,
  );
});

it('a missing file is named, with the one in another letter case or the contents of the folder', async () => {
  const tree = await plant({ 'media/Hero.PNG': 'x' });
  const messageOf = async (path: string) => (await missing(tree, path)).message;
  expect(await messageOf('none/a.png')).toBe(
    'none/a.png does not exist (the folder none does not exist; the workspace contains media)',
  );
  expect(await messageOf('media/team.png')).toBe(
    'media/team.png does not exist (the folder media contains Hero.PNG)',
  );
  expect(await messageOf('a.png')).toBe('a.png does not exist (the workspace contains media)');
  expect(await messageOf('Hero.PNG')).toBe('Hero.PNG does not exist (media/Hero.PNG exists)');
  expect(await messageOf('media/Herr.PNG')).toBe(
    'media/Herr.PNG does not exist (did you mean media/Hero.PNG?)',
  );
  if (process.platform === 'linux')
    expect(await messageOf('media/hero.png')).toBe(
      'media/hero.png does not exist (media/Hero.PNG exists, and names are case-sensitive)',
    );
  expect(await messageOf('“media/Hero.PNG”')).toContain('curly quotes are part of the name');
  await mkdir(tree.at('folder.png'));
  expect(await messageOf('folder.png')).toBe('folder.png is a folder');
});

it('a path as seen from a folder above the post file is corrected', async () => {
  const tree = await plant({ 'brands/zen/media/team.png': 'x' });
  const error = await missing(tree, 'media/team.png', 'brands/zen');
  expect(error.message).toBe('media/team.png does not exist (brands/zen/media/team.png exists)');
  expect(error.hint).toBe('');
  const unknown = await missing(tree, 'none/zzz.png');
  expect(unknown.hint).toContain('actions/checkout');
});

it.skipIf(process.platform === 'win32')(
  'a link is not followed, inside the workspace or out of it',
  async () => {
    const tree = await plant({ 'a.png': 'x' });
    await writeFile(`${tree.outside}/secret`, 's');
    await symlink(tree.at('a.png'), tree.at('inside.png'));
    await symlink(`${tree.outside}/secret`, tree.at('out.png'));
    await symlink(tree.outside, tree.at('elsewhere'));
    const { message } = await missing(tree, 'elsewhere/none.png');
    expect(message).toMatch(/^elsewhere\/none\.png does not exist/);
    expect(message).not.toContain('secret');
    for (const path of ['inside.png', 'out.png']) {
      const { message } = await missing(tree, path);
      expect(message).toMatch(/link|outside/);
      // The inputs that would allow it belong to the other action.
      expect(message).not.toContain('follow-symlinks');
    }
  },
);
