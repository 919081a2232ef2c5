// What patterns find, in which order and how many, what hides from them, and what is refused by name.

import fs from 'node:fs';
import { chmod, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FoundFiles } from '../../../src/media/find/find-files.ts';
import { manifestTempName } from '../../../src/media/manifest-temp.ts';
import { plant } from '../tree.ts';
import { find, inputErrorOf, pathsOf } from './find.ts';

const patternsOf = ({ unmatched }: FoundFiles) => unmatched.map(({ pattern }) => pattern);

const isWindows = process.platform === 'win32';

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
    ['an exclude before the pattern', '!media/drafts/**\nmedia/**', ['media/a.png', 'media/deep/d.png']],
    ['no pattern takes back an exclude', '*.png\n!a.png\na.png', ['b.png']],
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

  it('take in the same, in whatever order their lines stand', async () => {
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
      .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
    await fc.assert(
      fc.asyncProperty(patterns, async ([some, shuffled]) => {
        const found = await find(tree, shuffled.join('\n'));
        const same = await find(tree, some.join('\n'));
        expect(found.files).toEqual(same.files);
        expect(patternsOf(found).sort()).toEqual(patternsOf(same).sort());
      }),
    );
  });

  it('that match a folder take all that it holds', async () => {
    const tree = await plant({ 'a.png': 'x', 'media/sub/d.png': 'x' });
    expect(await pathsOf(tree, '*')).toEqual(['a.png', 'media/sub/d.png']);
    expect(await pathsOf(tree, '*.png')).toEqual(['a.png']);
  });

  it('leave out what a killed run left of a manifest, with hidden files too', async () => {
    const left = [manifestTempName(), `media/${manifestTempName()}`];
    const tree = await plant(Object.fromEntries([...left, 'media/.manifest.tmp'].map((name) => [name, '{'])));
    const found = await find(tree, '**', { includeHiddenFiles: true });
    expect(found.files.map(({ path }) => path)).toEqual(['media/.manifest.tmp']);
    expect(found.skipped).toEqual(left.map((path) => ({ path, reason: 'manifest' })));
  });

  it('leave out the manifest of the run, which is no media, and no other file of its name', async () => {
    const tree = await plant({ 'media/a.png': 'x', 'media/linkedin.json': 'x', 'old/linkedin.json': 'x' });
    const found = await find(tree, 'media\nold', { manifest: join(tree.workspace, 'media/linkedin.json') });
    expect(found.files.map(({ path }) => path)).toEqual(['media/a.png', 'old/linkedin.json']);
    expect(found.skipped).toEqual([{ path: 'media/linkedin.json', reason: 'manifest' }]);
  });

  it.skipIf(process.platform === 'win32')(
    'leave it out by whichever name of its folder it is known',
    async () => {
      const tree = await plant({ 'media/a.png': 'x', 'media/linkedin.json': 'x' });
      await symlink(tree.workspace, join(tree.outside, 'link'));
      const manifest = join(tree.outside, 'link/media/linkedin.json');
      expect(await pathsOf(tree, 'media', { manifest })).toEqual(['media/a.png']);
    },
  );

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
    expect(patternsOf(found)).toEqual(['x/*.png', '*.gif']);
  });

  it.each(['../outside/*.png', 'media/../a.png', 'media/./a.png', '..', '!../x', '!'])(
    '%s is refused by name',
    async (pattern) => {
      const fault = await inputErrorOf(find(await plantNames(), `a.png\n${pattern}`));
      expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
      expect(fault.message).toContain(pattern);
    },
  );

  it.skipIf(isWindows)('work in a workspace whose own name looks like a pattern', async () => {
    const tree = await plant({ 'we[ir]d *?{x}/a.png': 'x', 'wei/a.png': 'x' });
    const workspace = tree.at('we[ir]d *?{x}');
    const found = await find({ workspace }, '*.png');
    expect(found.files).toEqual([{ path: 'a.png', absolutePath: `${workspace}/a.png`, sizeBytes: 1 }]);
  });

  it('work in a workspace below a hidden directory', async () => {
    const tree = await plant({ '.cache/job/a.png': 'x' });
    const found = await find({ workspace: tree.at('.cache/job') }, '**');
    expect(found.files.map((file) => file.path)).toEqual(['a.png']);
  });

  it('tell a workspace that is not there', async () => {
    const tree = await plant();
    const fault = await inputErrorOf(find(tree, '*', { workspace: tree.at('gone') }));
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
    const lowerCase = (text: string) => text.toLowerCase();
    const name = fc.stringMatching(/^[-a-zA-Z0-9_ .\n%:#|<`$(]{1,12}$/).filter((text) => !/^\.*$/.test(text));
    await fc.assert(
      // The disks of macOS are blind to case.
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 8, selector: lowerCase }), async (names) => {
        const tree = await plant(Object.fromEntries(names.map((text) => [text, 'x'])));
        const expected = names.filter((text) => !text.startsWith('.')).sort();
        expect(await pathsOf(tree, '**')).toEqual(expected);
        expect(await pathsOf(tree, '**', { includeHiddenFiles: true })).toEqual(names.toSorted());
      }),
      { numRuns: 30 },
    );
  });
});

describe('sizes', () => {
  it('are those of the files, in bytes', async () => {
    const tree = await plant({ 'a.png': '', 'b.png': 'é', 'c/d.png': Buffer.alloc(70_000) });
    const { files } = await find(tree, '**');
    expect(files.map((file) => file.sizeBytes)).toEqual([0, 2, 70_000]);
  });
});

describe('max-files', () => {
  it('counts what may be sent, and names the count', async () => {
    const tree = await plant({ '1': 'x', '2': 'x', '3': 'x', '.hidden': 'x' });
    expect((await find(tree, '*', { maxFiles: 3 })).files).toHaveLength(3);
    const fault = await inputErrorOf(find(tree, '*', { maxFiles: 2 }));
    expect(fault).toMatchObject({ code: 'FILES_TOO_MANY', input: 'max-files' });
    expect(fault.message).toMatch(/\b2\b.*\b3\b/);
  });

  it('counts no sidecar of a matched video, for it gets no row, where sidecars go along', async () => {
    const names = ['clip.mp4', 'clip.srt', 'clip.thumbnail.png', 'clip', 'lone.srt', 'film.mov'];
    const tree = await plant(Object.fromEntries(names.map((name) => [name, 'x'])));
    expect((await find(tree, '*', { sidecars: true, maxFiles: 4 })).files).toHaveLength(names.length);
    expect((await inputErrorOf(find(tree, '*', { sidecars: true, maxFiles: 3 }))).message).toMatch(
      /\b4 files/,
    );
    expect((await inputErrorOf(find(tree, '*', { maxFiles: 5 }))).message).toMatch(/\b6 files/);
  });
});

it.runIf(process.platform !== 'win32' && process.getuid?.() !== 0)(
  'a folder that may not be read is named, with what to do',
  async () => {
    const tree = await plant({ 'a/b.png': 'x', 'a/locked/c.png': 'x' });
    await chmod(tree.at('a/locked'), 0o000);
    onTestFinished(() => chmod(tree.at('a/locked'), 0o755));
    const fault = await inputErrorOf(find(tree, 'a/**'));
    expect(fault).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
    expect(fault.message).toMatch(/a\/locked: .*\(EACCES\); .*folders beside it/);
  },
);

it('an excluded folder is not read', async () => {
  const tree = await plant({ 'a/b.png': 'x', 'a/locked/c.png': 'x' });
  const read = vi.spyOn(fs.promises, 'readdir');
  const paths = await pathsOf(tree, 'a/**\n!a/locked');
  const folders = read.mock.calls.map(([folder]) => String(folder));
  read.mockRestore();
  expect(paths).toEqual(['a/b.png']);
  expect(folders).toContain(tree.at('a'));
  expect(folders).not.toContain(tree.at('a/locked'));
});

describe('hidden files', () => {
  const HIDDEN = { '.env': 'x', '.git/config': 'x', 'a/.b/c.png': 'x', 'a/d.png': 'x' };

  it('are left out and told', async () => {
    const found = await find(await plant(HIDDEN), '**\n.env');
    expect(found.files.map((file) => file.path)).toEqual(['a/d.png']);
    expect(found.skipped).toEqual(
      ['.env', '.git/config', 'a/.b/c.png'].map((path) => ({ path, reason: 'hidden' })),
    );
    expect(found.unmatched).toEqual([]);
  });

  it('are found when they are asked for', async () => {
    const paths = await pathsOf(await plant(HIDDEN), '**', { includeHiddenFiles: true });
    expect(paths).toEqual(['.env', '.git/config', 'a/.b/c.png', 'a/d.png']);
  });
});
