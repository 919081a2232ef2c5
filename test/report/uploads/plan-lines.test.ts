// What a plan of uploads says about each file and about the cost.

import { expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import type { UploadEntry } from '../../../src/memory/upload-entry.ts';
import { buildResultRow } from '../../../src/report/uploads/result-row.ts';
import { formatPlanned, planCost } from '../../../src/report/uploads/upload-report.ts';
import { viewFile } from '../../../src/report/uploads/upload-view.ts';
import type { StepsAfterUpload } from '../../../src/upload/call-limit.ts';
import { FileItem } from '../../../src/upload/file-state.ts';
import type { PlanSettings } from '../../../src/upload/plan.ts';
import { picture, planOf, refused, subtitled, video } from '../../support/ledgers.ts';

const EMPTY = new FileError('FILE_EMPTY', 'empty.png', 'is empty');

type Settings = Partial<PlanSettings & StepsAfterUpload>;

const stepsOf = ({ waitMs = 1_800_000, readsArtifacts = false }: Settings) => ({
  waitMs,
  readsArtifacts,
});

const BIG = video('big.mp4', { sizeBytes: 300_000_000 });
const REUSED = { reused: { earlier: { state: 'available' } as UploadEntry } };

it.each<[string, MediaFile, Settings, string]>([
  [
    'an image',
    picture('a.png'),
    {},
    'a.png: planned, PNG, 8 × 4, 1.0 kB, feedshare-image, synchronous',
  ],
  [
    'an image that is polled',
    picture('a.png'),
    { imageUpload: 'asynchronous' },
    'a.png: planned, PNG, 8 × 4, 1.0 kB, feedshare-image, single request',
  ],
  [
    'a big video',
    BIG,
    {},
    'big.mp4: planned, MP4, 64 × 36, 6.0 s, 300 MB, feedshare-video, in parts',
  ],
  [
    'an image with `api: media`, which has no recipes',
    picture('a.png'),
    { api: 'media', readsArtifacts: true },
    'a.png: planned, PNG, 8 × 4, 1.0 kB, single request',
  ],
  [
    'a video with sidecars',
    subtitled('a.mp4'),
    { api: 'media' },
    'a.mp4: planned, MP4, 64 × 36, 6.0 s, captions, thumbnail, 1.0 MB, in parts',
  ],
  ['an empty file', refused('empty.png', EMPTY), {}, 'empty.png: failed, 0 B'],
  [
    'an unreadable file',
    refused('gone.png', new FileError('FILE_UNREADABLE', 'gone.png', 'cannot be read'), {
      identity: null,
    }),
    {},
    'gone.png: failed',
  ],
])(
  'the line of %s in a plan has its state, facts, recipe and mechanism',
  (_, file, settings, line) => {
    const [planned] = planOf([file], settings).files.map((planned) => new FileItem(planned));
    const item = { ...(planned as FileItem), state: planned?.state ?? ('planned' as const) };
    expect(formatPlanned(viewFile(item, buildResultRow(item, 'assets'), 'plan'))).toBe(line);
  },
);

const costOf = (files: readonly MediaFile[], settings: Settings = {}) =>
  planCost(
    { items: planOf(files, settings).files.map((planned) => new FileItem(planned)) },
    stepsOf(settings),
  );

it.each<[string, readonly MediaFile[], string, Settings?]>([
  ['a rejected file', [refused('empty.png', EMPTY)], '0 API calls and 0 uploads (PUT), 0 B'],
  ['one picture', [picture('a.png')], '1 API call and 1 upload (PUT), 1.0 kB'],
  [
    'a big video and an image',
    [BIG, picture('a.png'), refused('empty.png', EMPTY)],
    '4 to 9 API calls and at least 2 uploads (PUT), 300 MB; LinkedIn decides the number of parts',
  ],
  [
    'images with `api: media`, whose status is read in one call',
    [picture('a.png'), picture('b.png'), refused('empty.png', EMPTY), picture('c.png')],
    '4 to 12 API calls and 3 uploads (PUT), 3.0 kB',
    { api: 'media' },
  ],
  [
    'a video with sidecars',
    [subtitled('a.mp4')],
    '3 to 9 API calls and at least 3 uploads (PUT), 1.1 MB; LinkedIn decides the number of parts',
    { api: 'media' },
  ],
])('the cost of %s has API calls, uploads and bytes', (_, files, text, settings = {}) => {
  expect(costOf(files, settings)).toEqual([text]);
});

it('reused files cost at most their status reads', () => {
  const plan = planOf([picture('a.png'), picture('b.png'), video('c.mp4')], { api: 'media' });
  const items = plan.files
    .map((planned, index) => (index === 1 ? planned : { ...planned, ...REUSED }))
    .map((planned) => new FileItem(planned));
  expect(planCost({ items }, stepsOf({}))).toEqual(['2 to 8 API calls and 1 upload (PUT), 1.0 kB']);
});

it('deferred files cost nothing today, and available uploads are reused without a status read', () => {
  const plan = planOf([picture('a.png'), picture('b.png'), picture('c.png')], { api: 'media' });
  const items = plan.files
    .map((planned, index) => (index === 0 ? { ...planned, ...REUSED } : planned))
    .map((planned) => new FileItem(planned))
    .map((item, index) => (index === 2 ? { ...item, state: 'deferred' as const } : item));
  const steps = { ...stepsOf({}), reusesUnread: true };
  expect(planCost({ items }, steps)).toEqual(['2 to 4 API calls and 1 upload (PUT), 1.0 kB']);
});

it.each([
  [100, false],
  [101, true],
])(
  'LinkedIn’s daily allowances are named when %i images may exceed the smaller one: %s',
  (count, isNamed) => {
    const [, ...more] = costOf(
      Array.from({ length: count }, (_, index) => picture(`${index}.png`)),
    );
    expect(more).toEqual(
      isNamed ? [expect.stringMatching(/150 API calls per member and day.*100$/)] : [],
    );
  },
);
