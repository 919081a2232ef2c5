// Which job of a matrix takes which files: every file goes once, the shares are even, and nothing but names and sizes counts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPathBytes } from '../../../src/media/find/posix-paths.ts';
import { parseShard, type Shard, selectShard } from '../../../src/media/find/shards.ts';
import type { FoundFile } from '../../../src/media/find/workspace.ts';
import { inspectFiles } from '../../../src/media/inspection.ts';
import { png } from '../../support/media.ts';
import { attach, PAIR, summaryOf, VIDEO } from '../sidecar-runs.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

function foundFile(path: string, sizeBytes: number): FoundFile {
  return { path, absolutePath: `/nowhere/${path}`, sizeBytes };
}

function foundFiles(sizes: Record<string, number>): FoundFile[] {
  return Object.entries(sizes).map(([path, sizeBytes]) => foundFile(path, sizeBytes));
}

/** All shares of a matrix of `count` jobs, the first first. */
function sharesOf(files: readonly FoundFile[], count: number, sidecars: boolean): FoundFile[][] {
  return Array.from({ length: count }, (_, at) => [
    ...selectShard(files, { shard: { index: at + 1, count }, sidecars }),
  ]);
}

function pathsIn(shares: readonly FoundFile[][]): string[][] {
  return shares.map((share) => share.map((file) => file.path));
}

function bytesOf(files: readonly FoundFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

describe('parseShard', () => {
  const taken: [text: string, shard: Shard][] = [
    ['1/1', { index: 1, count: 1 }],
    ['2/3', { index: 2, count: 3 }],
    ['3/3', { index: 3, count: 3 }],
    ['1000/1000', { index: 1000, count: 1000 }],
    ['07/10', { index: 7, count: 10 }],
  ];
  it.each(taken)('takes %s', (text, shard) => {
    expect(parseShard(text)).toEqual(shard);
  });

  it.each([
    ...['', '/', '1', '1/', '/2', '0/2', '3/2', '0/0', '1/0', '1/1001', '1001/1001', '1/1/1', '1:2', '1-2'],
    ...['+1/2', '-1/2', '1/-2', '1.0/2', '1e0/2', '0x1/2', ' 1/2', '1/2 ', '1 /2', '1/ 2', '1/2\n', '１/２'],
    ...['a/b', 'NaN/2', '1/Infinity', '1/2x', `${'0'.repeat(400)}1/2`, `1/${'9'.repeat(400)}`],
  ])('refuses %j', (text) => {
    expect(parseShard(text)).toBeNull();
  });
});

describe('takeShard', () => {
  const cases: [name: string, sizes: Record<string, number>, count: number, shares: string[][]][] = [
    ['one share holds all', { a: 1, b: 2 }, 1, [['a', 'b']]],
    ['nothing is shared out as nothing', {}, 2, [[], []]],
    ['more shares than files', { a: 1, b: 2 }, 3, [['b'], ['a'], []]],
    ['equal sizes go round, by path', { a: 5, b: 5, c: 5, d: 5 }, 3, [['a', 'd'], ['b'], ['c']]],
    [
      'the largest goes first, and the small ones beside it',
      { a: 1, b: 2, c: 9, d: 6 },
      2,
      [['c'], ['a', 'b', 'd']],
    ],
    [
      'a share keeps the order of paths',
      { a: 1, b: 9, c: 2, d: 8, e: 3 },
      2,
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      'equal loads go to the first share',
      { a: 4, b: 3, c: 1, d: 1 },
      2,
      [
        ['a', 'd'],
        ['b', 'c'],
      ],
    ],
    ['ties and order go by bytes, not by UTF-16', { '😀': 1, Ａ: 1, é: 1 }, 2, [['é', '😀'], ['Ａ']]],
    ['empty files are files', { a: 0, b: 0, c: 1 }, 2, [['c'], ['a', 'b']]],
  ];
  it.each(cases)('%s', (_, sizes, count, shares) => {
    expect(pathsIn(sharesOf(foundFiles(sizes), count, false))).toEqual(shares);
  });

  it('hands on what it was given', () => {
    const [file] = foundFiles({ 'a.png': 3 });
    expect(
      selectShard(file === undefined ? [] : [file], { shard: { index: 1, count: 1 }, sidecars: true })[0],
    ).toBe(file);
  });

  it('shares out a hundred thousand files among a thousand jobs in a moment', () => {
    const files = Array.from({ length: 100_000 }, (_, at) => foundFile(`${at}.png`, (at * 7919) % 9973));
    const share = selectShard(files, { shard: { index: 1000, count: 1000 }, sidecars: true });
    expect(Math.abs(bytesOf(share) - bytesOf(files) / 1000)).toBeLessThan(9973);
  });
});

describe('with sidecars', () => {
  const cases: [name: string, sizes: Record<string, number>, shares: string[][]][] = [
    [
      'captions and thumbnail go with their video, and weigh with it',
      { 'a.png': 11, 'clip.mp4': 6, 'clip.srt': 3, 'clip.thumbnail.png': 3 },
      [['clip.mp4', 'clip.srt', 'clip.thumbnail.png'], ['a.png']],
    ],
    [
      'whatever the ending of the thumbnail',
      { 'clip.MOV': 1, 'clip.thumbnail.jpeg': 1, 'clip.thumbnail.jpg': 1, z: 2 },
      [['clip.MOV', 'clip.thumbnail.jpeg', 'clip.thumbnail.jpg'], ['z']],
    ],
    [
      'two videos of one stem stay together',
      { 'clip.m4v': 5, 'clip.mov': 5, 'd.mp4': 4 },
      [['clip.m4v', 'clip.mov'], ['d.mp4']],
    ],
    [
      'a sidecar without its video goes by itself',
      { 'clip.srt': 5, 'clip.thumbnail.png': 5 },
      [['clip.srt'], ['clip.thumbnail.png']],
    ],
    [
      'what is beside a picture goes by itself',
      { 'a.png': 5, 'a.thumbnail.png': 5 },
      [['a.png'], ['a.thumbnail.png']],
    ],
    ['another folder is not beside', { 'a/clip.mp4': 5, 'b/clip.srt': 5 }, [['a/clip.mp4'], ['b/clip.srt']]],
    ['another case is no sidecar', { 'clip.SRT': 5, 'clip.mp4': 5 }, [['clip.SRT'], ['clip.mp4']]],
    ['names with dots', { 'a.b.mp4': 5, 'a.b.srt': 1, 'a.srt': 6 }, [['a.b.mp4', 'a.b.srt'], ['a.srt']]],
    ['names of dots', { 'a/..mp4': 5, 'a/..srt': 1, 'a.srt': 6 }, [['a.srt'], ['a/..mp4', 'a/..srt']]],
    [
      'a thumbnail of a video',
      { 'c.mp4': 5, 'c.thumbnail.mp4': 5, 'c.thumbnail.srt': 1 },
      [['c.thumbnail.mp4', 'c.thumbnail.srt'], ['c.mp4']],
    ],
  ];
  it.each(cases)('%s', (_, sizes, shares) => {
    expect(pathsIn(sharesOf(foundFiles(sizes), 2, true))).toEqual(shares);
  });

  it('without the input, every file goes by itself', () => {
    const sizes = { 'clip.mp4': 6, 'clip.srt': 3, 'clip.thumbnail.png': 3 };
    expect(pathsIn(sharesOf(foundFiles(sizes), 2, false))).toEqual([
      ['clip.mp4'],
      ['clip.srt', 'clip.thumbnail.png'],
    ]);
  });

  it('the jobs together give the rows that one job would', async () => {
    const tree = await plant({
      ...PAIR,
      'a.png': png(),
      'b/clip.mov': VIDEO,
      'b/clip.srt': 'bad',
      'c.srt': 'x',
    });
    const { files } = await find(tree, '**');
    const rowsOf = async (share: readonly FoundFile[]) =>
      (await attach(tree, await inspectFiles(share))).map(summaryOf);
    const whole = await rowsOf(files);
    expect(whole).toHaveLength(4);
    for (const count of [2, 3, 7]) {
      const rows = await Promise.all(sharesOf(files, count, true).map(rowsOf));
      expect(rows.flat().sort()).toEqual(whole.toSorted());
    }
  });
});

describe('any files', () => {
  const path = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
    fc
      .tuple(
        fc.constantFrom('', 'a/', 'a.b/'),
        fc.constantFrom('c', 'c.d', 'c.thumbnail', '.c'),
        fc.constantFrom('.mp4', '.MOV', '.m4v', '.srt', '.thumbnail.png', '.thumbnail.jpg', '.png', ''),
      )
      .map((parts) => parts.join('')),
  );
  const sizeBytes = fc.oneof(
    fc.nat({ max: 9 }),
    fc.nat({ max: 1_000_000 }),
    fc.nat({ max: 500_000_000_000 }),
  );
  const files = fc
    .uniqueArray(fc.record({ path, sizeBytes }), { selector: (file) => file.path, maxLength: 40 })
    .map((all) => all.map((file) => foundFile(file.path, file.sizeBytes)));
  const matrix = fc.record({ files, count: fc.integer({ min: 1, max: 12 }), sidecars: fc.boolean() });

  it('are each in exactly one share, which keeps the order of paths', () => {
    fc.assert(
      fc.property(matrix, ({ files, count, sidecars }) => {
        const shares = sharesOf(files, count, sidecars);
        expect(shares.flat().sort(byPathBytes)).toEqual(files.toSorted(byPathBytes));
        for (const share of shares) expect(share).toEqual(share.toSorted(byPathBytes));
      }),
    );
  });

  it('load the shares alike, but for the largest file', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 12 }), (files, count) => {
        const loads = sharesOf(files, count, false).map(bytesOf);
        const largest = Math.max(0, ...files.map((file) => file.sizeBytes));
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  it('give the same shares in whatever order they come', () => {
    const shuffled = matrix.chain((one) =>
      fc.record({
        one: fc.constant(one),
        other: fc.shuffledSubarray(one.files, { minLength: one.files.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ one, other }) => {
        expect(sharesOf(other, one.count, one.sidecars)).toEqual(
          sharesOf(one.files, one.count, one.sidecars),
        );
      }),
    );
  });

  it('keep a sidecar with its video', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 2, max: 12 }), (files, count) => {
        const shares = pathsIn(sharesOf(files, count, true));
        const shareOf = (path: string) => shares.findIndex((share) => share.includes(path));
        for (const { path: video } of files.filter((file) => /.\.(mp4|m4v|mov)$/i.test(file.path))) {
          const stem = video.replace(/\.[^.]*$/, '');
          const theirs = ['.srt', '.thumbnail.png', '.thumbnail.jpg'].map((suffix) => stem + suffix);
          for (const { path } of files.filter((file) => theirs.includes(file.path))) {
            expect(shareOf(path)).toBe(shareOf(video));
          }
        }
      }),
    );
  });
});
