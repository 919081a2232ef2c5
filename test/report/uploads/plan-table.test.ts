// The plan table: one row for each file, and the cost of publishing.

import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import type { ManifestEntry } from '../../../src/memory/manifest.ts';
import { planLines, planTable } from '../../../src/report/uploads/plan-table.ts';
import type { StepsAfterUpload } from '../../../src/upload/calls/request-estimate.ts';
import { newItem } from '../../../src/upload/file-state.ts';
import type { PlanSettings } from '../../../src/upload/plan.ts';
import { picture, planOf, refused, subtitled, video } from '../../support/ledgers.ts';

type Settings = Partial<PlanSettings & StepsAfterUpload>;

function plannedTable(files: readonly MediaFile[], settings: Settings = {}) {
  return planTable(planOf(files, settings).files.map(newItem), stepsOf(settings));
}

function stepsOf({ waitMs = 1_800_000, readsArtifacts = false }: Settings) {
  return { waitMs, readsArtifacts };
}

const BIG = video('big.mp4', { sizeBytes: 300_000_000 });
const EMPTY = refused('empty.png', new FileError('FILE_EMPTY', 'empty.png', 'is empty'));
const REUSED = { reused: { earlier: { state: 'available' } as ManifestEntry } };
const GONE = refused('gone.png', new FileError('FILE_UNREADABLE', 'gone.png', 'cannot be read'), {
  identity: null,
});

describe('plan rows', () => {
  it.each<[string, MediaFile, Settings, readonly string[]]>([
    [
      'an image',
      picture('a.png'),
      {},
      ['image/png', '1.0 kB', '8 × 4', 'can be uploaded', 'feedshare-image', 'synchronous', '', '1'],
    ],
    [
      'an image that is polled',
      picture('a.png'),
      { imageUpload: 'asynchronous' },
      ['image/png', '1.0 kB', '8 × 4', 'can be uploaded', 'feedshare-image', 'single request', '', '2 to 3'],
    ],
    [
      'a small video',
      video('a.mp4'),
      {},
      [
        'video/mp4',
        '1.0 MB',
        '64 × 36, 6.0 s',
        'can be uploaded',
        'feedshare-video',
        'single request',
        '',
        '2 to 7',
      ],
    ],
    [
      'a big video',
      BIG,
      {},
      [
        'video/mp4',
        '300 MB',
        '64 × 36, 6.0 s',
        'can be uploaded',
        'feedshare-video',
        'multi-part',
        'by LinkedIn',
        '3 to 8',
      ],
    ],
    [
      'a big video without waiting for its status',
      BIG,
      { waitMs: 0 },
      [
        'video/mp4',
        '300 MB',
        '64 × 36, 6.0 s',
        'can be uploaded',
        'feedshare-video',
        'multi-part',
        'by LinkedIn',
        '2',
      ],
    ],
    [
      'an image whose artifacts are read',
      picture('a.png'),
      { readsArtifacts: true },
      ['image/png', '1.0 kB', '8 × 4', 'can be uploaded', 'feedshare-image', 'synchronous', '', '2'],
    ],
    [
      'an image with `api: media`',
      picture('a.png'),
      { api: 'media', readsArtifacts: true },
      ['image/png', '1.0 kB', '8 × 4', 'can be uploaded', '', 'single request', '', '2 to 5'],
    ],
    [
      'a small video with `api: media`',
      video('a.mp4'),
      { api: 'media', waitMs: 0 },
      ['video/mp4', '1.0 MB', '64 × 36, 6.0 s', 'can be uploaded', '', 'multi-part', 'by LinkedIn', '2'],
    ],
    [
      'a video with sidecars',
      subtitled('a.mp4'),
      { api: 'media' },
      [
        'video/mp4',
        '1.0 MB',
        '64 × 36, 6.0 s',
        'can be uploaded',
        '',
        'multi-part',
        'by LinkedIn + captions + thumbnail',
        '3 to 25',
      ],
    ],
    ['an empty file', EMPTY, {}, ['', '0 B', '', 'rejected: FILE_EMPTY', '', '', '', '0']],
    ['an unreadable file', GONE, {}, ['', '', '', 'rejected: FILE_UNREADABLE', '', '', '', '0']],
  ])(
    'the row of %s has its type, size, dimensions, verdict, recipe, mechanism, parts and API calls',
    (_, file, settings, cells) => {
      const [row = {}] = plannedTable([file], settings).rows;
      expect(Object.values(row)).toEqual([file.path, ...cells]);
    },
  );
});

it('the columns of the plan table are aligned with the header', () => {
  const lines = planLines(plannedTable([picture('a-long-name.png'), BIG, EMPTY]));
  const cost = lines.pop();
  expect(cost).toMatch(/ API calls and at least 2 uploads/);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^file +type +size +dimensions +verdict +recipe +mechanism +parts +API calls$/);
  const starts = lines.map((line) => line.search(/type|image\/png|video\/mp4|–/));
  expect(new Set(starts).size).toBe(1);
  for (const line of lines) expect(line).toBe(line.trimEnd());
});

it('columns that no file fills are left out', () => {
  const [head] = planLines(plannedTable([picture('a.png')], { api: 'media' }));
  expect(head).toMatch(/^file +type +size +dimensions +verdict +mechanism +API calls$/);
});

it.each<[string, readonly MediaFile[], string, Settings?]>([
  ['an empty plan', [], '0 API calls and 0 uploads (PUT), 0 B'],
  ['a rejected file', [EMPTY], '0 API calls and 0 uploads (PUT), 0 B'],
  ['one picture', [picture('a.png')], '1 API call and 1 upload (PUT), 1.0 kB'],
  [
    'a big video and an image',
    [BIG, picture('a.png'), EMPTY],
    '4 to 9 API calls and at least 2 uploads (PUT), 300 MB; LinkedIn decides the number of parts',
  ],
  [
    'images with `api: media`, whose status is read in one call',
    [picture('a.png'), picture('b.png'), EMPTY, picture('c.png')],
    '4 to 11 API calls and 3 uploads (PUT), 3.0 kB',
    { api: 'media' },
  ],
  [
    'a video with sidecars',
    [subtitled('a.mp4')],
    '3 to 25 API calls and at least 3 uploads (PUT), 1.1 MB; LinkedIn decides the number of parts',
    { api: 'media' },
  ],
])('the cost of %s has API calls, uploads and bytes', (_, files, text, settings = {}) => {
  expect(plannedTable(files, settings).totals).toEqual([text]);
});

it('reused files cost at most their status reads', () => {
  const plan = planOf([picture('a.png'), picture('b.png'), video('c.mp4')], { api: 'media' });
  const files = plan.files.map((planned, index) => (index === 1 ? planned : { ...planned, ...REUSED }));
  const { rows, totals } = planTable(files.map(newItem), stepsOf({}));
  expect(rows.map((row) => [row.verdict, row.mechanism, row['API calls']])).toEqual([
    ['reused', '', '0 to 2'],
    ['can be uploaded', 'single request', '2 to 5'],
    ['reused', '', '0 to 2'],
  ]);
  expect(totals).toEqual([
    '2 to 8 API calls and 1 upload (PUT), 1.0 kB; 2 files reused, with a status read if the last one is a day old',
  ]);
});

it('deferred files cost nothing today, and available uploads are reused without a status read', () => {
  const plan = planOf([picture('a.png'), picture('b.png'), picture('c.png')], { api: 'media' });
  const files = plan.files.map((planned, index) => (index === 0 ? { ...planned, ...REUSED } : planned));
  const items = files
    .map(newItem)
    .map((item, index) => (index === 2 ? { ...item, state: 'deferred' as const } : item));
  const { rows, totals } = planTable(items, { ...stepsOf({}), reusesUnread: true });
  expect(rows.map((row) => [row.verdict, row['API calls']])).toEqual([
    ['reused', '0'],
    ['can be uploaded', '2 to 5'],
    ['deferred', '2 to 5'],
  ]);
  expect(totals).toEqual(['2 to 5 API calls and 1 upload (PUT), 1.0 kB; 1 file reused']);
});

it.each([
  [100, 'synchronous', false],
  [101, 'synchronous', true],
  [33, 'asynchronous', false],
  [34, 'asynchronous', true],
] as const)(
  'LinkedIn’s daily allowances are named when %i %s images may exceed the smaller one: %s',
  (count, imageUpload, isNamed) => {
    const files = Array.from({ length: count }, (_, index) => picture(`${index}.png`));
    const [, ...more] = plannedTable(files, { imageUpload }).totals;
    expect(more).toEqual(isNamed ? [expect.stringMatching(/150 API calls per member and day.*100$/)] : []);
  },
);
