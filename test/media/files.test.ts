// Trees of traps: what patterns may find, what is left out by which rule, and what is refused by name.

import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { type FindOptions, findFiles, inspectFiles } from '../../src/media/files.ts';
import { gif, png } from '../support/media.ts';
import { plant, plantFifo, type Tree } from './tree.ts';

const isWindows = process.platform === 'win32';

function find(tree: Tree, patterns: string, options: Partial<FindOptions> = {}) {
  return findFiles({
    patterns,
    workspace: tree.workspace,
    followSymlinks: false,
    includeHiddenFiles: false,
    maxFiles: 100,
    ...options,
  });
}

async function pathsOf(tree: Tree, patterns: string, options?: Partial<FindOptions>): Promise<string[]> {
  return (await find(tree, patterns, options)).files.map((file) => file.path);
}

async function faultOf(work: Promise<unknown>): Promise<InputError> {
  const thrown = await work.then(
    () => null,
    (fault: unknown) => fault,
  );
  if (thrown instanceof InputError) return thrown;
  throw new Error(`expected an InputError, got ${thrown}`);
}

describe('patterns', () => {
  const NAMES = ['a.png', 'b.png', 'c.txt', 'media/a.png', 'media/deep/d.png', 'media/drafts/e.png'];
  const plantNames = () => plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));

  it.each([
    ['one file', 'media/a.png', ['media/a.png']],
    ['a star', '*.png', ['a.png', 'b.png']],
    ['two stars', '**/*.png', ['a.png', 'b.png', 'media/a.png', 'media/deep/d.png', 'media/drafts/e.png']],
    ['a directory means what is in it', 'media', ['media/a.png', 'media/deep/d.png', 'media/drafts/e.png']],
    ['a directory with a slash', 'media/', ['media/a.png', 'media/deep/d.png', 'media/drafts/e.png']],
    ['an exclude', 'media/**\n!media/drafts/**', ['media/a.png', 'media/deep/d.png']],
    ['an excluded directory', 'media\n!media/drafts', ['media/a.png', 'media/deep/d.png']],
    ['a pattern that takes back an exclude', '*.png\n!*.png\nb.png', ['b.png']],
    ['an exclude cuts what stands before it only', '!*.png\na.png', ['a.png']],
    ['two negations', '!!a.png', ['a.png']],
    ['comments, blank lines and spaces', '\n# pictures\n  a.png  \r\n\t\r\nb.png\n', ['a.png', 'b.png']],
    ['one file by two patterns', 'a.png\n*.png', ['a.png', 'b.png']],
    ['a leading dot', './a.png', ['a.png']],
    ['the workspace itself', '.', [...NAMES]],
    ['nothing', '', []],
    ['excludes alone', '!*.png', []],
  ])('%s', async (_, patterns, expected) => {
    expect(await pathsOf(await plantNames(), patterns)).toEqual(expected);
  });

  it('may be absolute', async () => {
    const tree = await plantNames();
    expect(await pathsOf(tree, tree.at('*.png'))).toEqual(['a.png', 'b.png']);
  });

  it('start at the workspace, not where the process runs', async () => {
    const tree = await plantNames();
    expect(tree.workspace).not.toBe(process.cwd());
    expect(await pathsOf(tree, relative(process.cwd(), 'package.json'))).toEqual([]);
  });

  it('that matched nothing are named one by one, as they were written', async () => {
    const found = await find(await plantNames(), 'x/*.png\n*.png\n!c.txt\n*.gif ');
    expect(found.unmatched).toEqual(['x/*.png', '*.gif']);
  });

  it.each(['../outside/*.png', 'media/../a.png', 'media/./a.png', '..', '!../x', '!'])(
    '%s is refused by name',
    async (pattern) => {
      const fault = await faultOf(find(await plantNames(), `a.png\n${pattern}`));
      expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(fault.message).toContain(pattern);
    },
  );

  it.skipIf(isWindows)('work in a workspace whose own name looks like a pattern', async () => {
    const tree = await plant({ 'we[ir]d *?{x}/a.png': 'x', 'wei/a.png': 'x' });
    const workspace = tree.at('we[ir]d *?{x}');
    const found = await findFiles({ ...optionsOf(tree), patterns: '*.png', workspace });
    expect(found.files).toEqual([{ path: 'a.png', absolutePath: `${workspace}/a.png` }]);
  });

  it('work in a workspace below a hidden directory', async () => {
    const tree = await plant({ '.cache/job/a.png': 'x' });
    const found = await findFiles({ ...optionsOf(tree), patterns: '**', workspace: tree.at('.cache/job') });
    expect(found.files.map((file) => file.path)).toEqual(['a.png']);
  });

  it('tell a workspace that is not there', async () => {
    const tree = await plant();
    const fault = await faultOf(find(tree, '*', { workspace: tree.at('gone') }));
    expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
  });
});

describe('order', () => {
  it('goes by the bytes of the path', async () => {
    // UTF-16 would put the emoji before the full-width letter.
    const names = ['B.png', 'a.png', 'a/b.png', 'é.png', 'Ａ.png', '😀.png'];
    const tree = await plant(Object.fromEntries(names.toReversed().map((name) => [name, 'x'])));
    expect(await pathsOf(tree, '**')).toEqual(names);
  });

  it.skipIf(isWindows)('is the same, and the result a part of the tree, for any names', async () => {
    const name = fc.stringMatching(/^[-a-zA-Z0-9_ .\n%:#|<`$(]{1,12}$/).filter((text) => !/^\.*$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8 }), async (names) => {
        const tree = await plant(Object.fromEntries(names.map((text) => [text, 'x'])));
        const expected = names.filter((text) => !text.startsWith('.')).sort();
        expect(await pathsOf(tree, '**')).toEqual(expected);
        expect(await pathsOf(tree, '**', { includeHiddenFiles: true })).toEqual(names.toSorted());
      }),
      { numRuns: 30 },
    );
  });
});

describe('max-files', () => {
  it('counts what may be sent, and names the count', async () => {
    const tree = await plant({ '1': 'x', '2': 'x', '3': 'x', '.hidden': 'x' });
    expect((await find(tree, '*', { maxFiles: 3 })).files).toHaveLength(3);
    const fault = await faultOf(find(tree, '*', { maxFiles: 2 }));
    expect(fault).toMatchObject({ code: 'FILES_TOO_MANY', input: 'max-files' });
    expect(fault.message).toMatch(/\b2\b.*\b3\b/);
  });
});

describe('hidden files', () => {
  const HIDDEN = { '.env': 'x', '.git/config': 'x', 'a/.b/c.png': 'x', 'a/d.png': 'x' };

  it('are left out and told', async () => {
    const found = await find(await plant(HIDDEN), '**\n.env');
    expect(found.files.map((file) => file.path)).toEqual(['a/d.png']);
    expect(found.leftOut).toEqual(
      ['.env', '.git/config', 'a/.b/c.png'].map((path) => ({ path, rule: 'hidden' })),
    );
    expect(found.unmatched).toEqual([]);
  });

  it('are found when they are asked for', async () => {
    const paths = await pathsOf(await plant(HIDDEN), '**', { includeHiddenFiles: true });
    expect(paths).toEqual(['.env', '.git/config', 'a/.b/c.png', 'a/d.png']);
  });
});

describe.skipIf(isWindows)('links', () => {
  /** Every kind of link that may lie in a workspace. */
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

  it('are left out, each by its rule, and hard links are files', async () => {
    const found = await find(await plantLinks(), '**\n*/*.png');
    expect(found.files.map((file) => file.path)).toEqual(['hard.png', 'real/a.png', 'real/b.png']);
    expect(found.leftOut).toEqual([
      { path: '.secret/key.png', rule: 'hidden' },
      { path: 'broken.png', rule: 'broken-link' },
      { path: 'dir-link', rule: 'link' },
      { path: 'link.png', rule: 'link' },
      { path: 'out-dir', rule: 'outside' },
      { path: 'out.png', rule: 'outside' },
      { path: 'shown.png', rule: 'link' },
    ]);
  });

  it('in the middle of a path are links too', async () => {
    const tree = await plantLinks();
    await mkdir(tree.at('real/sub'));
    await writeFile(tree.at('real/sub/c.png'), 'c');
    const found = await find(tree, 'dir-link/sub/*.png\nout-dir/*.png');
    expect(found.files).toEqual([]);
    expect(found.leftOut).toEqual([{ path: 'dir-link/sub/c.png', rule: 'link' }]);
  });

  it('are followed inside the workspace only, and each file goes once, under its first name', async () => {
    const tree = await plantLinks();
    const found = await find(tree, '**', { followSymlinks: true });
    expect(found.files).toEqual([
      { path: 'dir-link/a.png', absolutePath: tree.at('real/a.png') },
      { path: 'dir-link/b.png', absolutePath: tree.at('real/b.png') },
      { path: 'hard.png', absolutePath: tree.at('hard.png') },
    ]);
    expect(found.leftOut).toEqual([
      { path: '.secret/key.png', rule: 'hidden' },
      { path: 'broken.png', rule: 'broken-link' },
      { path: 'link.png', rule: 'duplicate' },
      { path: 'out-dir', rule: 'outside' },
      { path: 'out-dir/o.png', rule: 'outside' },
      { path: 'out.png', rule: 'outside' },
      { path: 'real/a.png', rule: 'duplicate' },
      { path: 'real/b.png', rule: 'duplicate' },
      { path: 'shown.png', rule: 'hidden' },
    ]);
  });

  it('name a followed file by the path that matched', async () => {
    const tree = await plantLinks();
    expect(await pathsOf(tree, 'link.png', { followSymlinks: true })).toEqual(['link.png']);
    expect(await pathsOf(tree, 'dir-link/*.png', { followSymlinks: true })).toEqual([
      'dir-link/a.png',
      'dir-link/b.png',
    ]);
  });

  it('that lead in a circle end the search, not hang it', async () => {
    const tree = await plant({ 'a/b/c.png': 'x' });
    await symlink('..', tree.at('a/b/up'));
    await symlink('.', tree.at('a/self'));
    expect(await pathsOf(tree, '**')).toEqual(['a/b/c.png']);
    const followed = await find(tree, '**/*.png', { followSymlinks: true });
    expect(followed.files.map((file) => file.absolutePath)).toEqual([tree.at('a/b/c.png')]);
  });

  it('to themselves are broken links, or a clean fault when links are followed', async () => {
    const tree = await plant({ 'a.png': 'x' });
    await symlink('loop.png', tree.at('loop.png'));
    const found = await find(tree, '*.png');
    expect(found.files.map((file) => file.path)).toEqual(['a.png']);
    expect(found.leftOut).toEqual([{ path: 'loop.png', rule: 'broken-link' }]);
    const fault = await faultOf(find(tree, '*.png', { followSymlinks: true }));
    expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
    expect(fault.message).toMatch(/\*\.png.*loop\.png.*ELOOP/);
  });

  it('on the way to the workspace itself are no links', async () => {
    const tree = await plant({ 'real/a.png': 'x' });
    await symlink('real', tree.at('workspace-link'));
    const found = await find(tree, '*.png', { workspace: tree.at('workspace-link') });
    expect(found.files).toEqual([{ path: 'a.png', absolutePath: tree.at('real/a.png') }]);
    const spelledOut = await find(tree, `${tree.at('workspace-link')}/*.png`, {
      workspace: tree.at('workspace-link'),
    });
    expect(spelledOut.files).toEqual(found.files);
  });
});

describe('files outside the workspace', () => {
  it.each([false, true])('are never found (follow-symlinks: %s)', async (followSymlinks) => {
    const tree = await plant({ 'a.png': 'x', '../outside/o.png': 'o', '../workspace-2/p.png': 'p' });
    const found = await find(tree, `${tree.outside}/*.png\n${tree.workspace}-2/*.png`, { followSymlinks });
    expect(found.files).toEqual([]);
    expect(found.leftOut.map(({ rule }) => rule)).toEqual(['outside', 'outside']);
    expect(found.unmatched).toEqual([]);
  });
});

describe.skipIf(isWindows)('what is no regular file', () => {
  it('is left out without waiting for it', async () => {
    const tree = await plant({ 'a.png': 'x', 'dir.png/b.png': 'x' });
    plantFifo(tree.at('fifo.png'));
    const server = createServer().listen(tree.at('socket.png'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const found = await find(tree, '*.png');
    expect(found.files.map((file) => file.path)).toEqual(['a.png', 'dir.png/b.png']);
    expect(found.leftOut).toEqual(['fifo.png', 'socket.png'].map((path) => ({ path, rule: 'not-a-file' })));
  });

  it.skipIf(process.platform !== 'linux')('devices are outside', async () => {
    const found = await find(await plant(), '/dev/null\n/dev/zero');
    expect(found.leftOut.map(({ rule }) => rule)).toEqual(['outside', 'outside']);
  });
});

describe.skipIf(process.platform !== 'linux')('a name that is not UTF-8', () => {
  it.each([false, true])(
    'is a fault that names its directory (follow-symlinks: %s)',
    async (followSymlinks) => {
      const tree = await plant({ 'media/a.png': 'x', 'media/a.txt': 'x' });
      await writeFile(
        Buffer.concat([Buffer.from(tree.at('media/caf')), Buffer.from([0xe9]), Buffer.from('.png')]),
        'x',
      );
      const fault = await faultOf(find(tree, 'media/*.png', { followSymlinks }));
      expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(fault.message).toMatch(/media\/\*\.png.* at media\/caf.*not valid UTF-8/);
      expect(await pathsOf(tree, 'media/*.txt', { followSymlinks })).toEqual(['media/a.txt']);
    },
  );
});

describe('inspectFiles', () => {
  it('gives one result a file, in order, faults among them', async () => {
    const tree = await plant({ 'a.png': png(), 'b.gif': gif({ frames: 2 }), 'c.txt': 'text', 'd.png': '' });
    const { files } = await find(tree, '*');
    const inspected = await inspectFiles(files);
    expect(inspected.map((file) => file.fault?.code ?? file.media?.mediaType)).toEqual([
      'image/png',
      'image/gif',
      'FILE_TYPE',
      'FILE_EMPTY',
    ]);
  });

  it('takes the committed samples without fault or warning', async () => {
    const workspace = process.cwd();
    const { files } = await findFiles({ ...optionsOf({ workspace }), patterns: 'samples/*\n!samples/*.sh' });
    const inspected = await inspectFiles(files);
    expect(inspected.map((file) => [file.path, file.media?.mediaType, file.fault, file.warnings])).toEqual([
      ['samples/hero.png', 'image/png', null, []],
      ['samples/launch.mp4', 'video/mp4', null, []],
      ['samples/spinner.gif', 'image/gif', null, []],
      ['samples/team.jpg', 'image/jpeg', null, []],
    ]);
  });
});

function optionsOf({ workspace }: Pick<Tree, 'workspace'>): FindOptions {
  return { patterns: '', workspace, followSymlinks: false, includeHiddenFiles: false, maxFiles: 100 };
}
