// The rows of a run with `api: media`: LinkedIn's own URNs, sidecars and media artifacts.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { Artifact } from '../../../src/linkedin/session.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import { buildResultRow } from '../../../src/report/uploads/result-row.ts';
import type { FileEvent } from '../../../src/upload/file-state.ts';
import { TestClock } from '../../support/clock.ts';
import {
  changesUntil,
  itemAt,
  ledgerOf,
  mediaLedgerOf,
  recordAll,
  subtitled,
  video,
} from '../../support/ledgers.ts';

const VIDEO_URN = 'urn:li:video:C5F10AQ';
const DOWNLOAD: Artifact = { kind: 'download', addresses: [{ url: 'https://dms.example/v?sig=1' }] };
const uploaded = changesUntil('uploaded', { kind: 'video', urn: VIDEO_URN, parts: 3 });
const available: FileEvent = { kind: 'settled', state: 'available' };

function rowAfter(file: MediaFile, changes: readonly FileEvent[]) {
  const ledger = mediaLedgerOf([file]);
  recordAll(ledger, 0, changes);
  return buildResultRow(itemAt(ledger, 0), 'media');
}

it('a row has the documented fields in the documented order', async () => {
  const clock = new TestClock();
  const ledger = mediaLedgerOf([subtitled('media/clip.mp4')], clock);
  recordAll(ledger, 0, changesUntil('registered', { kind: 'video', urn: 'urn:li:video:OLD' }));
  ledger.record(itemAt(ledger, 0), { kind: 'abandoned' });
  recordAll(ledger, 0, uploaded);
  await clock.advance(700);
  ledger.record(itemAt(ledger, 0), { kind: 'status', status: 'AVAILABLE' });
  ledger.record(itemAt(ledger, 0), { kind: 'artifacts', artifacts: [DOWNLOAD] });
  ledger.record(itemAt(ledger, 0), available);
  const row = {
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
    durationMs: 700,
    sidecars: { captions: 'media/clip.srt', thumbnail: 'media/clip.thumbnail.png' },
    artifacts: [DOWNLOAD],
    abandonedUrns: ['urn:li:video:OLD'],
  };
  expect(
    JSON.stringify(
      ledger.items.map((item) => buildResultRow(item, 'media')),
      null,
      1,
    ),
  ).toBe(JSON.stringify([row], null, 1));
});

describe('sidecars in a row', () => {
  const failed: FileEvent = {
    kind: 'settled',
    state: 'failed',
    error: new ActionError('PROCESSING_FAILED', 'no'),
  };

  it.each<[string, readonly FileEvent[]]>([
    ['processing', [...uploaded, { kind: 'settled', state: 'processing' }]],
    ['rejected by LinkedIn', [...uploaded, failed]],
    ['not settled yet', uploaded],
  ])('the row of an uploaded video that is %s names its sidecars', (_, changes) => {
    expect(rowAfter(subtitled('a.mp4'), changes).sidecars).toEqual({
      captions: 'a.srt',
      thumbnail: 'a.thumbnail.png',
    });
  });

  it.each<[string, readonly FileEvent[]]>([
    ['planned', [{ kind: 'settled', state: 'planned' }]],
    ['still being uploaded', changesUntil('uploading', { kind: 'video', urn: VIDEO_URN })],
    ['failed during its upload', [...changesUntil('uploading', { kind: 'video', urn: VIDEO_URN }), failed]],
  ])('the row of a video that is %s names no sidecars', (_, changes) => {
    expect(rowAfter(subtitled('a.mp4'), changes)).not.toHaveProperty('sidecars');
  });

  it('a row names no sidecars without sidecar files or with `api: assets`', () => {
    expect(rowAfter(video('a.mp4'), [...uploaded, available])).not.toHaveProperty('sidecars');
    const ledger = ledgerOf([subtitled('a.mp4')]);
    recordAll(ledger, 0, [...uploaded, available]);
    expect(buildResultRow(itemAt(ledger, 0), 'assets')).not.toHaveProperty('sidecars');
  });
});

it.each<[string, readonly FileEvent[]]>([
  ['were not read', []],
  ['could not be read', [{ kind: 'artifacts-unread', error: new ActionError('REPLY_SHAPE', 'no') }]],
  ['are empty', [{ kind: 'artifacts', artifacts: [] }]],
])('a row has neither artifacts nor an error when the artifacts %s', (_, changes) => {
  const row = rowAfter(video('a.mp4'), [...uploaded, ...changes, available]);
  expect(row).not.toHaveProperty('artifacts');
  expect(row).not.toHaveProperty('error');
});
