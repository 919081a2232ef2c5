// Links, cycles, FIFOs, sockets, devices, names that are not valid UTF-8, and files outside the workspace.

import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { caught } from '../../support/caught.ts';
import { plant, plantFifo, type Tree } from '../tree.ts';
import { find, pathsOf } from './find.ts';

const isWindows = process.platform === 'win32';

describe.skipIf(isWindows)('links', () => {
  /** A workspace with every kind of link. */
  async function plantLinks(): Promise<Tree> {
    const tree = await plant({
      'real/a.png': 'a',
      'real/b.png': 'b',
      '.secret/key.png': 'k',
      '../outside/o.png': 'o',
    });
    await symlink('real/a.png', tree.at('link.png'));
    await symlink('real', tree.at('dir-link'));
    await symlink('gone.png', tree.at('broken.png'));
    await symlink('.secret/key.png', tree.at('shown.png'));
    await symlink(`${tree.outside}/o.png`, tree.at('out.png'));
    await symlink(tree.outside, tree.at('out-dir'));
    await link(tree.at('real/a.png'), tree.at('hard.png'));
    return tree;
  }

  it('links are skipped, each with its reason, and hard links are found as files', async () => {
    const found = await find(await plantLinks(), '**\n*/*.png');
    expect(found.files.map((file) => file.path)).toEqual(['hard.png', 'real/a.png', 'real/b.png']);
    expect(found.skipped).toEqual([
      { path: '.secret/key.png', reason: 'hidden' },
      { path: 'broken.png', reason: 'broken-link' },
      { path: 'dir-link', reason: 'link' },
      { path: 'link.png', reason: 'link' },
      { path: 'out-dir', reason: 'outside' },
      { path: 'out.png', reason: 'outside' },
      { path: 'shown.png', reason: 'link' },
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'a link whose name differs only in case from its target is skipped, as is one in the middle of a path',
    async () => {
      const tree = await plant({ 'media/hero.png': 'h' });
      await symlink('hero.png', tree.at('media/HERO.png'));
      await symlink('media', tree.at('Media'));
      const found = await find(tree, 'media/*\nMedia/hero.png');
      expect(found.files.map(({ path }) => path)).toEqual(['media/hero.png']);
      expect(found.skipped).toEqual([
        { path: 'media/HERO.png', reason: 'link' },
        { path: 'Media/hero.png', reason: 'link' },
      ]);
    },
  );

  it('a link in the middle of a path is skipped too', async () => {
    const tree = await plantLinks();
    await mkdir(tree.at('real/sub'));
    await writeFile(tree.at('real/sub/c.png'), 'c');
    const found = await find(tree, 'dir-link/sub/*.png\nout-dir/*.png');
    expect(found.files).toEqual([]);
    expect(found.skipped).toEqual([{ path: 'dir-link/sub/c.png', reason: 'link' }]);
  });

  it('links are followed only inside the workspace, and each file is found once, under its first name', async () => {
    const tree = await plantLinks();
    const found = await find(tree, '**', { followSymlinks: true });
    expect(found.files).toMatchObject([
      { path: 'dir-link/a.png', absolutePath: tree.at('real/a.png') },
      { path: 'dir-link/b.png', absolutePath: tree.at('real/b.png') },
      { path: 'hard.png', absolutePath: tree.at('hard.png') },
    ]);
    expect(found.skipped).toEqual([
      { path: '.secret/key.png', reason: 'hidden' },
      { path: 'link.png', reason: 'duplicate' },
      { path: 'out-dir/o.png', reason: 'outside' },
      { path: 'out.png', reason: 'outside' },
      { path: 'real/a.png', reason: 'duplicate' },
      { path: 'real/b.png', reason: 'duplicate' },
      { path: 'shown.png', reason: 'hidden' },
    ]);
  });

  it.each(['secret', 'secret/', 'secret/**', '**/s*.png'])(
    'a followed link does not expose a file that `!%s` excludes',
    async (exclude) => {
      const tree = await plant({ 'secret/s.png': 's', 'open/o.png': 'o' });
      await symlink('secret/s.png', tree.at('file.png'));
      await symlink('secret', tree.at('dir'));
      await symlink('open/o.png', tree.at('free.png'));
      const found = await find(tree, `*.png\ndir/*\n!${exclude}`, { followSymlinks: true });
      expect(found.files.map(({ path }) => path)).toEqual(['free.png']);
      expect(found.skipped).toContainEqual({ path: 'file.png', reason: 'excluded' });
    },
  );

  it('links are excluded by their targets, also when the names of targets contain spaces, line breaks or pattern characters', async () => {
    const names = ['t[1] .png', 't*?.png', 'end ', 'two\nlines.png', 'back\\slash.png'];
    const tree = await plant(
      Object.fromEntries(
        names.flatMap((name) => [
          [`in/${name}`, '1'],
          [`out/${name}`, '2'],
        ]),
      ),
    );
    for (const [index, name] of names.entries())
      for (const side of ['in', 'out']) await symlink(`${side}/${name}`, tree.at(`${side}-${index}`));
    const found = await find(tree, 'in-*\nout-*\n!out/*', { followSymlinks: true });
    expect(found.files.map(({ path }) => path)).toEqual(names.map((_, index) => `in-${index}`));
    expect(found.skipped).toEqual(names.map((_, index) => ({ path: `out-${index}`, reason: 'excluded' })));
  });

  it('the search ends although links form a cycle', async () => {
    const tree = await plant({ 'a/b/c.png': 'x' });
    await symlink('..', tree.at('a/b/up'));
    await symlink('.', tree.at('a/self'));
    expect(await pathsOf(tree, '**')).toEqual(['a/b/c.png']);
    const followed = await find(tree, '**/*.png', { followSymlinks: true });
    expect(followed.files.map((file) => file.absolutePath)).toEqual([tree.at('a/b/c.png')]);
  });

  it('a link to itself is a broken link, or an input error when links are followed', async () => {
    const tree = await plant({ 'a.png': 'x' });
    await symlink('loop.png', tree.at('loop.png'));
    const found = await find(tree, '*.png');
    expect(found.files.map((file) => file.path)).toEqual(['a.png']);
    expect(found.skipped).toEqual([{ path: 'loop.png', reason: 'broken-link' }]);
    const error = await caught(() => find(tree, '*.png', { followSymlinks: true }), InputError);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
    expect(error.message).toMatch(
      /\*\.png.* at loop\.png: .*ELOOP.*remove it, or leave `follow-symlinks` at false/,
    );
  });

  it('a link in the path of the workspace itself is followed without `follow-symlinks`', async () => {
    const tree = await plant({ 'real/a.png': 'x' });
    await symlink('real', tree.at('workspace-link'));
    const found = await find(tree, '*.png', { workspace: tree.at('workspace-link') });
    expect(found.files).toMatchObject([{ path: 'a.png', absolutePath: tree.at('real/a.png') }]);
    const spelledOut = await find(tree, `${tree.at('workspace-link')}/*.png`, {
      workspace: tree.at('workspace-link'),
    });
    expect(spelledOut.files).toEqual(found.files);
  });
});

it.each([false, true])(
  'a pattern outside the workspace is an input error (follow-symlinks: %s), and such a `!` line excludes nothing',
  async (followSymlinks) => {
    const tree = await plant({ 'a.png': 'x', '../outside/o.png': 'o', '../workspace-2/p.png': 'p' });
    for (const pattern of [`${tree.outside}/*.png`, `${tree.workspace}-2/*.png`, '/dev/null', '~/a.png']) {
      const error = await caught(() => find(tree, `a.png\n${pattern}`, { followSymlinks }), InputError);
      expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(error.message).toMatch(/write the path from the workspace, such as /);
    }
    const { files, idle } = await find(tree, `a.png\n!${tree.outside}/*\n!/a.png`, { followSymlinks });
    expect([files.length, idle]).toEqual([1, [`!${tree.outside}/*`, '!/a.png']]);
  },
);

describe.skipIf(isWindows)('special files', () => {
  it('a FIFO is skipped without waiting for a writer', async () => {
    const tree = await plant({ 'a.png': 'x', 'dir.png/b.png': 'x' });
    plantFifo(tree.at('fifo.png'));
    const found = await find(tree, '*.png');
    expect(found.files.map((file) => file.path)).toEqual(['a.png', 'dir.png/b.png']);
    expect(found.skipped).toEqual([{ path: 'fifo.png', reason: 'not-a-file' }]);
  });
});

describe.skipIf(process.platform !== 'linux')('names that are not UTF-8', () => {
  it('a name that is not valid UTF-8 is an input error that names its directory', async () => {
    const tree = await plant({ 'media/a.png': 'x', 'media/a.txt': 'x' });
    await writeFile(
      Buffer.concat([Buffer.from(tree.at('media/caf')), Buffer.from([0xe9]), Buffer.from('.png')]),
      'x',
    );
    const error = await caught(() => find(tree, 'media/*.png'), InputError);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
    expect(error.message).toMatch(
      /media\/\*\.png.* at media\/caf.*not valid UTF-8 \(ENOENT\); rename it, or narrow the pattern: a `!` line does not/,
    );
    expect(await pathsOf(tree, 'media/*.txt')).toEqual(['media/a.txt']);
  });
});
