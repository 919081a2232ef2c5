// The search for files: patterns, order, limits, hidden files, links and odd files, patterns that are rejected; and files that a post names.

import fs from 'node:fs';
import { chmod, link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileError, InputError } from '../../../src/errors/action-error.ts';
import { type FoundFiles, findNamed } from '../../../src/media/find/find-files.ts';
import { inNaturalOrder, openWorkspace } from '../../../src/media/find/workspace.ts';
import { tempName } from '../../../src/replace-file.ts';
import { caught } from '../../support/caught.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { withoutDebugLines } from '../../world/runner.ts';
import { plant, plantFifo, type Tree } from '../tree.ts';
import { find, pathsOf } from './find.ts';

const patternsOf = ({ unmatched }: FoundFiles) => unmatched.map(({ pattern }) => pattern);

const isWindows = process.platform === 'win32';

describe('patterns', () => {
  const NAMES = [
    'a.png',
    'b.png',
    'c.txt',
    'media/a.png',
    'media/deep/d.png',
    'media/drafts/e.png',
  ];
  const plantNames = () => plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));

  it.each([
    ['one file', 'media/a.png', ['media/a.png']],
    ['a star', '*.png', ['a.png', 'b.png']],
    [
      'two stars',
      '**/*.png',
      ['a.png', 'b.png', 'media/a.png', 'media/deep/d.png', 'media/drafts/e.png'],
    ],
    ['a directory', 'media', ['media/a.png', 'media/deep/d.png', 'media/drafts/e.png']],
    [
      'a directory with a slash',
      'media/',
      ['media/a.png', 'media/deep/d.png', 'media/drafts/e.png'],
    ],
    ['an exclude', 'media/**\n!media/drafts/**', ['media/a.png', 'media/deep/d.png']],
    ['an excluded directory', 'media\n!media/drafts', ['media/a.png', 'media/deep/d.png']],
    [
      'an exclude before the pattern',
      '!media/drafts/**\nmedia/**',
      ['media/a.png', 'media/deep/d.png'],
    ],
    ['a pattern after its exclude', '*.png\n!a.png\na.png', ['b.png']],
    ['two negations', '!!a.png', ['a.png']],
    [
      'comments, blank lines and spaces',
      '\n# images\n  a.png  \r\n\t\r\nb.png\n',
      ['a.png', 'b.png'],
    ],
    ['two patterns for one file', 'a.png\n*.png', ['a.png', 'b.png']],
    ['a leading dot', './a.png', ['a.png']],
    ['the workspace itself', '.', [...NAMES]],
    ['no pattern', '', []],
    ['only excludes', '!*.png', []],
  ])('a search with %s finds the expected files', async (_, patterns, expected) => {
    expect(await pathsOf(await plantNames(), patterns)).toEqual(expected);
  });

  it('the order of the lines does not change the found files', async () => {
    const tree = await plantNames();
    const lines = [
      '*.png',
      '**/*.png',
      'media',
      'media/a.png',
      '!media/drafts/**',
      '!**/d.png',
      '!b.*',
      '!a.png',
    ];
    const patterns = fc
      .subarray(lines, { minLength: 2 })
      .chain((some) =>
        fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
      );
    await fc.assert(
      fc.asyncProperty(patterns, async ([some, shuffled]) => {
        const found = await find(tree, shuffled.join('\n'));
        const same = await find(tree, some.join('\n'));
        expect(found.files).toEqual(same.files);
        expect(patternsOf(found).sort()).toEqual(patternsOf(same).sort());
      }),
      fuzzed(100),
    );
  });

  it('temporary manifest files of a killed run are skipped, also with `include-hidden-files: true`', async () => {
    const left = [tempName(), `media/${tempName()}`];
    const tree = await plant(
      Object.fromEntries([...left, 'media/.manifest.tmp'].map((name) => [name, '{'])),
    );
    const found = await find(tree, '**', { includeHiddenFiles: true });
    expect(found.files.map(({ path }) => path)).toEqual(['media/.manifest.tmp']);
    expect(found.skipped).toEqual(left.map((path) => ({ path, reason: 'manifest' })));
  });

  it('the manifest of the run is skipped, and other files with its name are found', async () => {
    const tree = await plant({
      'media/a.png': 'x',
      'media/linkedin.json': 'x',
      'old/linkedin.json': 'x',
    });
    const found = await find(tree, 'media\nold', {
      manifest: join(tree.workspace, 'media/linkedin.json'),
    });
    expect(found.files.map(({ path }) => path)).toEqual(['media/a.png', 'old/linkedin.json']);
    expect(found.skipped).toEqual([{ path: 'media/linkedin.json', reason: 'manifest' }]);
  });

  it.skipIf(process.platform === 'win32')(
    'the manifest of the run is skipped when its path leads through a link',
    async () => {
      const tree = await plant({ 'media/a.png': 'x', 'media/linkedin.json': 'x' });
      await symlink(tree.workspace, join(tree.outside, 'link'));
      const manifest = join(tree.outside, 'link/media/linkedin.json');
      expect(await pathsOf(tree, 'media', { manifest })).toEqual(['media/a.png']);
    },
  );

  it('a pattern may be absolute', async () => {
    const tree = await plantNames();
    expect(await pathsOf(tree, tree.at('*.png'))).toEqual(['a.png', 'b.png']);
  });

  it('each unmatched pattern is returned as it was written', async () => {
    const found = await find(await plantNames(), 'x/*.png\n*.png\n!c.txt\n*.gif ');
    expect(patternsOf(found)).toEqual(['x/*.png', '*.gif']);
  });

  it.each([
    ['../outside/*.png', 'write outside/*.png, relative'],
    ['media/../a.png', 'write a.png, relative'],
    ['media/./a.png', 'write media/a.png, relative'],
    ['..', 'write ., relative'],
    ['!../x', 'write !x, relative'],
    ['!', 'is empty'],
  ])(
    'the pattern %s is rejected with an error that names it and the right form',
    async (pattern, advice) => {
      const error = await caught(
        async () => find(await plantNames(), `a.png\n${pattern}`),
        InputError,
      );
      expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(error.message).toContain(`the pattern ${pattern} `);
      expect(error.message).toContain(advice);
    },
  );

  it
    .skipIf(isWindows)
    .each([
      '!/media/drafts/**',
      '!media/{drafts,old}/**',
      '!"media/drafts/**"',
      '!media/drafts/** # x',
      '!e.png',
      '!media/Drafts/**',
      '!media/wip/**',
    ])('the exclude %s excludes nothing, and is reported', async (line) => {
    const found = await find(await plantNames(), `**\n${line}\n!a.png`);
    expect(found.idle).toEqual([line]);
    expect(found.files.map(({ path }) => path)).toContain('media/drafts/e.png');
  });

  it('an exclude that excludes a file of one pattern is not reported, and none is if nothing matches', async () => {
    expect(
      (await find(await plantNames(), '*.png\nmedia/**\n!media/drafts\n!**/b.png')).idle,
    ).toEqual([]);
    expect((await find(await plantNames(), 'none/**\n!b.png')).idle).toEqual([]);
  });

  it.skipIf(isWindows)(
    'a search works in a workspace whose name looks like a pattern',
    async () => {
      const tree = await plant({ 'we[ir]d *?{x}/a.png': 'x', 'wei/a.png': 'x' });
      const workspace = tree.at('we[ir]d *?{x}');
      const found = await find({ workspace }, '*.png');
      expect(found.files).toEqual([
        { path: 'a.png', absolutePath: `${workspace}/a.png`, sizeBytes: 1 },
      ]);
    },
  );

  it('a search works in a workspace that is hidden, or below a hidden directory', async () => {
    const tree = await plant({ '.cache/job/a.png': 'x', '.github/a.png': 'x' });
    for (const workspace of [tree.at('.cache/job'), tree.at('.github')])
      expect((await find({ workspace }, '**')).files.map(({ path }) => path)).toEqual(['a.png']);
  });

  it('a missing workspace is an input error', async () => {
    const tree = await plant();
    const error = await caught(() => find(tree, '*', { workspace: tree.at('gone') }), InputError);
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      subject: { variable: 'GITHUB_WORKSPACE' },
    });
  });
});

it('a pattern with `*` matches only its own letter case, except on Windows, which ignores it', async () => {
  const tree = await plant({ 'media/Hero.PNG': 'x', 'media/team.png': 'y' });
  const both = ['media/Hero.PNG', 'media/team.png'];
  expect(await pathsOf(tree, 'media/*.png')).toEqual(isWindows ? both : ['media/team.png']);
  expect(await pathsOf(tree, 'media/*.PNG')).toEqual(isWindows ? both : ['media/Hero.PNG']);
  expect(await pathsOf(tree, 'media/*.png\nmedia/*.PNG')).toEqual(both);
});

it.skipIf(isWindows)('files with any names are found in natural order', async () => {
  const lowerCase = (text: string) => text.toLowerCase();
  const name = fc
    .stringMatching(/^[-a-zA-Z0-9_ .\n%:#|<`$(]{1,12}$/)
    .filter((text) => !/^\.*$/.test(text));
  await fc.assert(
    // The disks of macOS are case-insensitive.
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8, selector: lowerCase }), async (names) => {
      const tree = await plant(Object.fromEntries(names.map((text) => [text, 'x'])));
      const expected = names.filter((text) => !text.startsWith('.')).sort(inNaturalOrder);
      expect(await pathsOf(tree, '**')).toEqual(expected);
      expect(await pathsOf(tree, '**', { includeHiddenFiles: true })).toEqual(
        names.toSorted(inNaturalOrder),
      );
    }),
    fuzzed(30),
  );
});

it.runIf(process.platform !== 'win32' && process.getuid?.() !== 0)(
  'a folder without read permission is an input error that names it and the fix',
  async () => {
    const tree = await plant({ 'a/b.png': 'x', 'a/locked/c.png': 'x' });
    await chmod(tree.at('a/locked'), 0o000);
    onTestFinished(() => chmod(tree.at('a/locked'), 0o755));
    const error = await caught(() => find(tree, 'a/**'), InputError);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
    expect(error.message).toMatch(/a\/locked: .*\(EACCES\); grant it, or narrow the pattern/);
  },
);

const HIDDEN = { '.env': 'x', '.git/config': 'x', 'a/.b/c.png': 'x', 'a/d.png': 'x' };

it('hidden files are skipped with their reason', async () => {
  const found = await find(await plant(HIDDEN), '**\n.env');
  expect(found.files.map((file) => file.path)).toEqual(['a/d.png']);
  expect(found.skipped).toEqual(
    ['.env', '.git/config', 'a/.b/c.png'].map((path) => ({ path, reason: 'hidden' })),
  );
  expect(found.unmatched).toEqual([]);
});

it('hidden files are found with `include-hidden-files: true`', async () => {
  const paths = await pathsOf(await plant(HIDDEN), '**', { includeHiddenFiles: true });
  expect(paths).toEqual(['.env', '.git/config', 'a/.b/c.png', 'a/d.png']);
});

describe.skipIf(process.platform === 'win32')('a line that is the exact path of a file', () => {
  const names = [
    '[1] pic.png',
    '1 pic.png',
    'what?.png',
    'whats.png',
    'media/a[b].png',
    'media/ab.png',
  ];
  const tree = () => plant(Object.fromEntries(names.map((name) => [name, name])));

  it.each([
    ['[1] pic.png', ['[1] pic.png']],
    ['what?.png', ['what?.png']],
    ['media/a[b].png', ['media/a[b].png']],
    ['media/*.png\n!media/a[b].png', ['media/ab.png']],
    ['what[?s].png', ['what?.png', 'whats.png']],
  ])(
    'such a line matches that file, whatever glob characters it has: %s',
    async (patterns, expected) => {
      expect(await pathsOf(await tree(), patterns)).toEqual(expected);
    },
  );

  it('an absolute path matches that file too', async () => {
    const planted = await tree();
    expect(await pathsOf(planted, planted.at('[1] pic.png'))).toEqual(['[1] pic.png']);
  });
});

const FILES = { 'media/a.png': 'x', 'media/sub/b.png': 'x', 'media/z.png': 'x' };

/** Calls `change` with each listing of the folder `media`, and lists what it returns. */
function whenListed(tree: Tree, change: (names: string[]) => Promise<string[]>): void {
  const { readdir } = fs.promises;
  const listing = vi.spyOn(fs.promises, 'readdir').mockImplementation(async (folder) => {
    const names = (await readdir(folder)) as unknown as string[];
    return (folder === tree.at('media') ? await change(names) : names) as never;
  });
  onTestFinished(() => listing.mockRestore());
}

it.each([false, true])(
  'a search during which files are deleted one after another is repeated, up to three times (follow-symlinks: %s)',
  async (followSymlinks) => {
    const gone = ['media/a.png', 'media/sub', 'media/none.png'];
    const tree = await plant(FILES);
    let listings = 0;
    whenListed(tree, async (names) => {
      listings += 1;
      const name = gone.shift();
      if (name !== undefined) await rm(tree.at(name), { recursive: true, force: true });
      return names;
    });
    const { files, skipped } = await find(tree, 'media/**', { followSymlinks });
    const left = Object.keys(FILES).filter((path) => fs.existsSync(tree.at(path)));
    expect([files.map(({ path }) => path), skipped, listings]).toEqual([
      left,
      [],
      followSymlinks ? 1 : 3,
    ]);
  },
);

it('a folder whose files are deleted during each search is an error that says so', async () => {
  const tree = await plant(FILES);
  whenListed(tree, async (names) => [...names, 'brief.tmp']);
  const error = await caught(() => find(tree, 'media/**'), InputError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
  expect(error.message).toMatch(
    /media\/\*\*.* at media\/brief\.tmp: it was deleted during the search/,
  );
});

it('a pattern with a file in place of a folder matches nothing', async () => {
  const { files, unmatched } = await find(await plant(FILES), 'media/a.png/b.png\nmedia/a.png');
  expect(files.map(({ path }) => path)).toEqual(['media/a.png']);
  expect(unmatched).toMatchObject([
    { pattern: 'media/a.png/b.png', reason: 'media/sub/b.png exists' },
  ]);
});

/** The error of a file that cannot be used. */
function missing({ workspace }: Tree, path: string, near?: string): Promise<FileError> {
  return withoutDebugLines(() => caught(() => findByPath(workspace, path, near), FileError));
}

async function findByPath(workspace: string, path: string, near?: string) {
  return await findNamed(path, await openWorkspace({ workspace, includeHiddenFiles: true }), near);
}

it('a file is found by its path, also a hidden one', async () => {
  const tree = await plant({ 'media/a.png': 'x', '.github/posts/b.png': 'y' });
  expect(await findByPath(tree.workspace, 'media/a.png')).toEqual({
    path: 'media/a.png',
    absolutePath: tree.at('media/a.png'),
    sizeBytes: 1,
  });
  expect((await findByPath(tree.workspace, '.github/posts/b.png')).path).toBe(
    '.github/posts/b.png',
  );
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
      for (const side of ['in', 'out'])
        await symlink(`${side}/${name}`, tree.at(`${side}-${index}`));
    const found = await find(tree, 'in-*\nout-*\n!out/*', { followSymlinks: true });
    expect(found.files.map(({ path }) => path)).toEqual(names.map((_, index) => `in-${index}`));
    expect(found.skipped).toEqual(
      names.map((_, index) => ({ path: `out-${index}`, reason: 'excluded' })),
    );
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
    const tree = await plant({
      'a.png': 'x',
      '../outside/o.png': 'o',
      '../workspace-2/p.png': 'p',
    });
    for (const pattern of [
      `${tree.outside}/*.png`,
      `${tree.workspace}-2/*.png`,
      '/dev/null',
      '~/a.png',
    ]) {
      const error = await caught(
        () => find(tree, `a.png\n${pattern}`, { followSymlinks }),
        InputError,
      );
      expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(error.message).toMatch(/write the path from the workspace, such as /);
    }
    const { files, idle } = await find(tree, `a.png\n!${tree.outside}/*\n!/a.png`, {
      followSymlinks,
    });
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
