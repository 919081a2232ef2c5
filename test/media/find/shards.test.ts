// Shards of a matrix: every file is in one shard, shards have similar sizes, and only paths and sizes decide.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseShard, type Shard, selectShard } from '../../../src/media/find/shards.ts';
import { byPath, type FoundFile } from '../../../src/media/find/workspace.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { png } from '../../support/media.ts';
import { attach, inspectAll, PAIR, summaryOf, VIDEO } from '../sidecar-runs.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

function foundFile(path: string, sizeBytes: number): FoundFile {
  return { path, absolutePath: `/nowhere/${path}`, sizeBytes };
}

function foundFiles(sizes: Record<string, number>): FoundFile[] {
  return Object.entries(sizes).map(([path, sizeBytes]) => foundFile(path, sizeBytes));
}

/** The shards of all jobs in a matrix of `count` jobs, in order. */
function shardsOf(files: readonly FoundFile[], count: number): FoundFile[][] {
  return Array.from({ length: count }, (_, at) => [
    ...selectShard(files, { index: at + 1, count }),
  ]);
}

/** `a d | b`: the first shard has the files a and d. */
function pathsIn(shards: readonly FoundFile[][]): string {
  return shards.map((shard) => shard.map((file) => file.path).join(' ')).join(' | ');
}

function bytesOf(files: readonly FoundFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

const accepted: [text: string, shard: Shard][] = [
  ['1/1', { index: 1, count: 1 }],
  ['2/3', { index: 2, count: 3 }],
  ['3/3', { index: 3, count: 3 }],
  ['1000/1000', { index: 1000, count: 1000 }],
  ['07/10', { index: 7, count: 10 }],
];
it.each(accepted)('parseShard accepts %s', (text, shard) => {
  expect(parseShard(text)).toEqual(shard);
});

it.each([
  ...[
    '',
    '/',
    '1',
    '1/',
    '/2',
    '0/2',
    '3/2',
    '0/0',
    '1/0',
    '1/1001',
    '1001/1001',
    '1/1/1',
    '1:2',
    '1-2',
  ],
  ...[
    '+1/2',
    '-1/2',
    '1/-2',
    '1.0/2',
    '1e0/2',
    '0x1/2',
    ' 1/2',
    '1/2 ',
    '1 /2',
    '1/ 2',
    '1/2\n',
    '１/２',
  ],
  ...['a/b', 'NaN/2', '1/Infinity', '1/2x'],
])('parseShard rejects %j', (text) => {
  expect(parseShard(text)).toBeNull();
});

it.each([
  ['400 zeros before its index', `${'0'.repeat(400)}1/2`],
  ['a count of 400 digits', `1/${'9'.repeat(400)}`],
])('parseShard rejects %s', (_, text) => {
  expect(parseShard(text)).toBeNull();
});

const cases: [name: string, sizes: Record<string, number>, count: number, shards: string][] = [
  ['a single shard has all files', { a: 1, b: 2 }, 1, 'a b'],
  ['no files give empty shards', {}, 2, ' | '],
  ['more shards than files leave shards empty', { a: 1, b: 2 }, 3, 'b | a | '],
  [
    'files of equal size go to the shards in turn, by path',
    { a: 5, b: 5, c: 5, d: 5 },
    3,
    'a d | b | c',
  ],
  [
    'the largest file has its own shard, and the others are in the second',
    { a: 1, b: 2, c: 9, d: 6 },
    2,
    'c | a b d',
  ],
  ['a shard keeps the order of paths', { a: 1, b: 9, c: 2, d: 8, e: 3 }, 2, 'a b c | d e'],
  [
    'the first of several equally loaded shards gets the next file',
    { a: 4, b: 3, c: 1, d: 1 },
    2,
    'a d | b c',
  ],
  [
    'ties and order are decided by the natural order of the paths',
    { 'step-10': 1, 'step-2': 1, 'step-1': 1 },
    2,
    'step-1 step-10 | step-2',
  ],
  ['empty files are in a shard too', { a: 0, b: 0, c: 1 }, 2, 'c | a b'],
];
it.each(cases)('%s', (_, sizes, count, shards) => {
  expect(pathsIn(shardsOf(foundFiles(sizes), count))).toEqual(shards);
});

it('selectShard splits 100,000 files evenly over 1000 jobs', () => {
  const files = Array.from({ length: 100_000 }, (_, at) =>
    foundFile(`${at}.png`, (at * 7919) % 9973),
  );
  const shard = selectShard(files, { index: 1000, count: 1000 });
  expect(Math.abs(bytesOf(shard) - bytesOf(files) / 1000)).toBeLessThan(9973);
});

it.each<[name: string, sizes: Record<string, number>, shards: string]>([
  [
    'captions and thumbnail stay with their video, and their sizes count',
    { 'a.png': 11, 'clip.mp4': 6, 'clip.srt': 3, 'clip.thumbnail.png': 3 },
    'clip.mp4 clip.srt clip.thumbnail.png | a.png',
  ],
  [
    'a thumbnail with any extension stays with its video',
    { 'clip.MOV': 1, 'clip.thumbnail.jpeg': 1, 'clip.thumbnail.jpg': 1, z: 2 },
    'clip.MOV clip.thumbnail.jpeg clip.thumbnail.jpg | z',
  ],
  [
    'files with the same stem stay together',
    { 'clip.m4v': 5, 'clip.mov': 5, 'd.mp4': 4 },
    'clip.m4v clip.mov | d.mp4',
  ],
  [
    'captions in another folder are a separate file',
    { 'a/clip.mp4': 5, 'b/clip.srt': 5 },
    'a/clip.mp4 | b/clip.srt',
  ],
  [
    'captions with an ending in upper case are with their video',
    { 'clip.SRT': 5, 'clip.mp4': 5 },
    'clip.mp4 clip.SRT | ',
  ],
  [
    'a video with dots in its name keeps its captions',
    { 'a.b.mp4': 5, 'a.b.srt': 1, 'a.srt': 6 },
    'a.b.mp4 a.b.srt | a.srt',
  ],
  [
    'a video that is named like a thumbnail keeps its captions',
    { 'c.mp4': 5, 'c.thumbnail.mp4': 5, 'c.thumbnail.srt': 1 },
    'c.thumbnail.mp4 c.thumbnail.srt | c.mp4',
  ],
  [
    'an alternative text is in the shard of its picture',
    { 'a.alt.txt': 9, 'a.jpg': 4, 'a.png': 5, 'b.alt.txt': 9, 'b.png': 1, 'lone.alt.txt': 1 },
    'a.alt.txt a.jpg a.png | b.alt.txt b.png lone.alt.txt',
  ],
])('%s', (_, sizes, shards) => {
  expect(pathsIn(shardsOf(foundFiles(sizes), 2))).toEqual(shards);
});

it('all jobs together give the same rows as one job', async () => {
  const tree = await plant({
    ...PAIR,
    'a.png': png(),
    'a.alt.txt': 'A text that is longer than the picture. '.repeat(100),
    'b/clip.mov': VIDEO,
    'b/clip.srt': 'bad',
    'c.srt': 'x',
  });
  const { files } = await find(tree, '**');
  const rowsOf = async (shard: readonly FoundFile[]) =>
    (await attach(tree, await inspectAll(shard, tree))).map(summaryOf);
  const whole = await rowsOf(files);
  expect(whole).toHaveLength(4);
  for (const count of [2, 3, 7]) {
    const rows = await Promise.all(shardsOf(files, count).map(rowsOf));
    expect(rows.flat().sort()).toEqual(whole.toSorted());
  }
});

const path = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc
    .tuple(
      fc.constantFrom('', 'a/', 'a.b/'),
      fc.constantFrom('c', 'c.d', 'c.thumbnail', '.c'),
      fc.constantFrom(
        '.mp4',
        '.MOV',
        '.m4v',
        '.srt',
        '.thumbnail.png',
        '.thumbnail.jpg',
        '.png',
        '',
      ),
    )
    .map((parts) => parts.join('')),
);
const files = fc
  .uniqueArray(fc.record({ path, sizeBytes: fc.nat({ max: 500_000_000_000 }) }), {
    selector: (file) => file.path,
    maxLength: 40,
  })
  .map((all) => all.map((file) => foundFile(file.path, file.sizeBytes)));
const shuffled = files.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
);

it('each file is in exactly one shard, which keeps the order of paths, whatever the order of the files', () => {
  const property = fc.property(shuffled, fc.integer({ min: 1, max: 12 }), ([all, other], count) => {
    const shards = shardsOf(all, count);
    expect(shards.flat().sort(byPath)).toEqual(all.toSorted(byPath));
    for (const shard of shards) expect(shard).toEqual(shard.toSorted(byPath));
    expect(shardsOf(other, count)).toEqual(shards);
  });
  fc.assert(property, fuzzed(200));
});

it('the sizes of shards of files with stems of their own differ by at most the largest file', () => {
  const property = fc.property(files, fc.integer({ min: 1, max: 12 }), (all, count) => {
    const separate = all.map((file, index) => foundFile(`${index}/${file.path}`, file.sizeBytes));
    const loads = shardsOf(separate, count).map(bytesOf);
    const largest = Math.max(0, ...separate.map((file) => file.sizeBytes));
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest);
  });
  fc.assert(property, fuzzed(100));
});
