// The rows of `results`: the documented fields, in the documented order, for every state and stage.

import { expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../../src/errors/action-error.ts';
import type { Artifact } from '../../../src/linkedin/session.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import { buildResultRow, isSuccess } from '../../../src/report/uploads/result-row.ts';
import type { FileEvent, Outcome } from '../../../src/upload/file-state.ts';
import { TestClock } from '../../support/clock.ts';
import {
  assetUrn,
  changesUntil,
  itemAt,
  ledgerOf,
  mediaLedgerOf,
  picture,
  recordAll,
  refused,
  subtitled,
  video,
} from '../../support/ledgers.ts';

const VIDEO_URN = 'urn:li:video:C5F10AQ';
const DOWNLOAD: Artifact = {
  kind: 'download',
  addresses: [{ url: 'https://dms.example/v?sig=1' }],
};
const uploaded = changesUntil('uploaded', { kind: 'video', urn: VIDEO_URN, parts: 3 });
const uploading = changesUntil('uploading', { kind: 'video', urn: VIDEO_URN });
const available: FileEvent = { kind: 'settled', state: 'available' };
const FAILED: FileEvent = {
  kind: 'settled',
  state: 'failed',
  error: new ActionError('PROCESSING_FAILED', 'no'),
};

function rowAfter(
  file: MediaFile,
  changes: readonly FileEvent[],
  api: 'assets' | 'media' = 'assets',
) {
  const ledger = (api === 'media' ? mediaLedgerOf : ledgerOf)([file]);
  recordAll(ledger, 0, changes);
  return buildResultRow(itemAt(ledger, 0), api);
}

it('a row has the documented fields in the documented order', async () => {
  const clock = new TestClock();
  const image = ledgerOf([picture('media/hero.png')], clock);
  const clip = mediaLedgerOf([subtitled('media/clip.mp4')], clock);
  recordAll(image, 0, changesUntil('uploaded'));
  recordAll(clip, 0, changesUntil('registered', { kind: 'video', urn: 'urn:li:video:OLD' }));
  recordAll(clip, 0, [
    { kind: 'abandoned' },
    ...uploaded,
    { kind: 'artifacts', artifacts: [DOWNLOAD] },
  ]);
  await clock.advance(812.4);
  for (const ledger of [image, clip])
    recordAll(ledger, 0, [{ kind: 'status', status: 'AVAILABLE' }, available]);
  const rows = [
    buildResultRow(itemAt(image, 0), 'assets'),
    buildResultRow(itemAt(clip, 0), 'media'),
  ];
  const documented = [
    {
      file: 'media/hero.png',
      state: 'available',
      kind: 'image',
      mediaType: 'image/png',
      bytes: 1000,
      sha256: 'abc',
      width: 8,
      height: 4,
      api: 'assets',
      recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
      assetUrn: 'urn:li:digitalmediaAsset:A1',
      mediaUrn: 'urn:li:image:A1',
      urnSource: 'derived',
      status: 'AVAILABLE',
      attempts: 1,
      durationMs: 812,
    },
    {
      file: 'media/clip.mp4',
      state: 'available',
      kind: 'video',
      mediaType: 'video/mp4',
      bytes: 1_000_000,
      width: 64,
      height: 36,
      durationSeconds: 6,
      api: 'media',
      mediaUrn: VIDEO_URN,
      urnSource: 'linkedin',
      status: 'AVAILABLE',
      attempts: 2,
      durationMs: 812,
      sidecars: { captions: 'media/clip.srt', thumbnail: 'media/clip.thumbnail.png' },
      artifacts: [DOWNLOAD],
      abandonedUrns: ['urn:li:video:OLD'],
    },
  ];
  expect(JSON.stringify(rows, null, 1)).toBe(JSON.stringify(documented, null, 1));
});

it('a row lacks what is not known: the size of an unreadable file, the width of a GIF, the URN that is abandoned', () => {
  const unreadable = new FileError('FILE_UNREADABLE', 'gone.png', 'cannot be read (ENOENT)');
  expect(rowAfter(refused('gone.png', unreadable, { identity: null }), [])).toEqual({
    file: 'gone.png',
    state: 'failed',
    api: 'assets',
    attempts: 0,
    durationMs: 0,
    error: {
      code: 'FILE_UNREADABLE',
      message: 'gone.png cannot be read (ENOENT)',
      hint: expect.stringContaining('permissions'),
    },
  });
  const empty = refused('empty.png', new FileError('FILE_EMPTY', 'empty.png', 'is empty'));
  expect(rowAfter(empty, [])).toMatchObject({ bytes: 0, error: { code: 'FILE_EMPTY' } });
  const gif = picture('b.gif', { media: { kind: 'image', mediaType: 'image/gif', frames: 12 } });
  expect(rowAfter(gif, [])).toMatchObject({ mediaType: 'image/gif', frames: 12 });
  expect(rowAfter(gif, [])).not.toHaveProperty('width');
  const abandoned = rowAfter(picture('a.png'), [
    ...changesUntil('registered', { id: 'OLD' }),
    { kind: 'abandoned' },
  ]);
  expect(abandoned).toMatchObject({ attempts: 1, abandonedUrns: [assetUrn('OLD')] });
  expect(abandoned).not.toHaveProperty('assetUrn');
});

it.each<[string, MediaFile, readonly FileEvent[], boolean]>([
  [
    'is processed',
    subtitled('a.mp4'),
    [...uploaded, { kind: 'settled', state: 'processing' }],
    true,
  ],
  ['is rejected by LinkedIn', subtitled('a.mp4'), [...uploaded, FAILED], true],
  ['is not settled yet', subtitled('a.mp4'), uploaded, true],
  ['is planned', subtitled('a.mp4'), [{ kind: 'settled', state: 'planned' }], false],
  ['is being uploaded', subtitled('a.mp4'), uploading, false],
  ['failed during its upload', subtitled('a.mp4'), [...uploading, FAILED], false],
  ['has none', video('a.mp4'), [...uploaded, available], false],
])(
  'a row names the sidecars that were sent: those of a video that %s: %s',
  (_, file, changes, isNamed) => {
    const sidecars = { captions: 'a.srt', thumbnail: 'a.thumbnail.png' };
    expect(rowAfter(file, changes, 'media').sidecars).toEqual(isNamed ? sidecars : undefined);
    expect(rowAfter(file, changes, 'assets')).not.toHaveProperty('sidecars');
  },
);

it.each<[string, readonly FileEvent[]]>([
  [
    'could not be read',
    [{ kind: 'artifacts-unread', error: new ActionError('REPLY_SHAPE', 'no') }],
  ],
  ['are empty', [{ kind: 'artifacts', artifacts: [] }]],
])('a row has neither artifacts nor an error when the artifacts %s', (_, changes) => {
  const row = rowAfter(video('a.mp4'), [...uploaded, ...changes, available], 'media');
  expect(row).not.toHaveProperty('artifacts');
  expect(row).not.toHaveProperty('error');
});

const timeout = new ActionError(
  'PROCESSING_TIMEOUT',
  'LinkedIn still reports PROCESSING after 30 min',
);

it.each<[Outcome['state'], boolean, Outcome['error']?]>([
  ['available', true],
  ['unverified', true],
  ['processing', true],
  ['processing', false, timeout],
  ['failed', false, timeout],
  ['skipped', false, new RunError('RUN_STOPPED', 'not started: the run was stopped')],
  ['planned', true],
  ['reused', true],
  ['deferred', true],
])(
  'a row with the state %s is a success: %s (without an error), and has the error of its file',
  (state, success, error) => {
    const outcome = (error === undefined ? { state } : { state, error }) as Outcome;
    const row = rowAfter(picture('a.png'), [{ kind: 'settled', ...outcome }]);
    expect(row).toMatchObject({ state: outcome.state, attempts: 0, durationMs: 0 });
    expect(row.error).toEqual(
      error && { code: error.code, message: error.message, hint: error.hint },
    );
    expect(isSuccess(row)).toBe(success);
  },
);

it.each([
  ['waiting', 'skipped', undefined],
  ['registering', 'failed', undefined],
  ['registered', 'failed', assetUrn('A1')],
  ['uploading', 'failed', assetUrn('A1')],
  ['uploaded', 'processing', assetUrn('A1')],
] as const)(
  'the row of a file that is %s has the state %s, and the URN if LinkedIn has returned one',
  (stage, state, urn) => {
    const row = rowAfter(picture('a.png'), stage === 'waiting' ? [] : changesUntil(stage));
    expect(row).toMatchObject({ state, durationMs: 0, error: { code: 'RUN_STOPPED' } });
    expect(row.assetUrn).toBe(urn);
    expect(isSuccess(row)).toBe(false);
  },
);
