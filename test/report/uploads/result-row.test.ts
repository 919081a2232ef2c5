// The rows of `results`: the documented fields, in the documented order, for every state and stage.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../../src/errors/action-error.ts';
import { buildResultRow, isSuccess } from '../../../src/report/uploads/result-row.ts';
import type { Outcome } from '../../../src/upload/file-state.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { TestClock } from '../../support/clock.ts';
import {
  assetUrn,
  changesUntil,
  itemAt,
  ledgerOf,
  picture,
  recordAll,
  refused,
  settle,
  video,
} from '../../support/ledgers.ts';

function onlyRow(ledger: Ledger) {
  return buildResultRow(itemAt(ledger, 0), 'assets');
}

describe('result row', () => {
  it('a row has the documented fields in the documented order', async () => {
    const clock = new TestClock();
    const ledger = ledgerOf([picture('media/hero.png')], clock);
    await clock.advance(50);
    recordAll(ledger, 0, changesUntil('uploaded'));
    ledger.record(itemAt(ledger, 0), { kind: 'status', status: 'AVAILABLE' });
    await clock.advance(812.4);
    ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'available' });
    expect(JSON.stringify(onlyRow(ledger), null, 1)).toBe(
      JSON.stringify(
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
        null,
        1,
      ),
    );
  });

  it('the row of a video has its duration, and the row of a GIF has its frame count', () => {
    const gif = { kind: 'image', mediaType: 'image/gif', frames: 12 } as const;
    const { items } = ledgerOf([video('a.mp4'), picture('b.gif', { media: gif })]);
    const [first, second] = items.map((item) => buildResultRow(item, 'assets'));
    expect(first).toMatchObject({ kind: 'video', durationSeconds: 6 });
    expect(first).not.toHaveProperty('sha256');
    expect(second).toMatchObject({ mediaType: 'image/gif', frames: 12 });
    expect(second).not.toHaveProperty('width');
  });

  it('the row of an unreadable file has no size, and the row of an empty file has size 0', () => {
    const gone = refused(
      'gone.png',
      new FileError('FILE_UNREADABLE', 'gone.png', 'cannot be read (ENOENT)'),
      {
        identity: null,
      },
    );
    const empty = refused('empty.png', new FileError('FILE_EMPTY', 'empty.png', 'is empty'));
    const { items } = ledgerOf([gone, empty]);
    const [first, second] = items.map((item) => buildResultRow(item, 'assets'));
    expect(first).toEqual({
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
    expect(second).toMatchObject({ bytes: 0, error: { code: 'FILE_EMPTY' } });
  });

  it('a row lists abandoned URNs, and counts each registration that returned an asset as an attempt', () => {
    const ledger = ledgerOf([picture('a.png')]);
    recordAll(ledger, 0, changesUntil('registered', { id: 'OLD' }));
    ledger.record(itemAt(ledger, 0), { kind: 'abandoned' });
    expect(onlyRow(ledger)).toMatchObject({ attempts: 1, abandonedUrns: [assetUrn('OLD')] });
    expect(onlyRow(ledger)).not.toHaveProperty('assetUrn');
    settle(ledger, 0, { state: 'available', id: 'NEW' });
    expect(onlyRow(ledger)).toMatchObject({
      attempts: 2,
      assetUrn: assetUrn('NEW'),
      abandonedUrns: [assetUrn('OLD')],
    });
  });
});

describe('success and error of a row', () => {
  const timeout = new ActionError('PROCESSING_TIMEOUT', 'LinkedIn still reports PROCESSING after 30 min');
  const rejected = new ActionError('MEDIA_REJECTED', 'no', { urn: assetUrn('A0') });

  it.each<[Outcome, boolean]>([
    [{ state: 'available' }, true],
    [{ state: 'unverified' }, true],
    [{ state: 'processing' }, true],
    [{ state: 'processing', error: timeout }, false],
    [{ state: 'processing', error: new RunError('RUN_CANCELLED', 'cancelled') }, false],
    [{ state: 'failed', error: rejected }, false],
  ])('the outcome %j gives a row with the same error, and is a success: %j', (outcome, success) => {
    const ledger = ledgerOf([picture('a.png')]);
    settle(ledger, 0, outcome);
    const { error } = outcome;
    const row = onlyRow(ledger);
    expect(row.state).toBe(outcome.state);
    expect(row.assetUrn).toBe(assetUrn('A0'));
    expect(isSuccess(row)).toBe(success);
    expect(row.error).toEqual(error && { code: error.code, message: error.message, hint: error.hint });
  });

  it('a skipped row is a failure, and planned, reused and deferred rows are successes', () => {
    const ledger = ledgerOf(['a.png', 'b.png', 'c.png', 'd.png'].map((name) => picture(name)));
    const error = new RunError('RUN_STOPPED', 'not started: the run was stopped');
    ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'skipped', error });
    ledger.record(itemAt(ledger, 1), { kind: 'settled', state: 'planned' });
    ledger.record(itemAt(ledger, 2), { kind: 'settled', state: 'reused' });
    ledger.record(itemAt(ledger, 3), { kind: 'settled', state: 'deferred' });
    const rows = ledger.items.map((item) => buildResultRow(item, 'assets'));
    expect(rows.map(({ state, attempts, durationMs }) => [state, attempts, durationMs])).toEqual([
      ['skipped', 0, 0],
      ['planned', 0, 0],
      ['reused', 0, 0],
      ['deferred', 0, 0],
    ]);
    expect(rows.map(isSuccess)).toEqual([false, true, true, true]);
    expect(rows[0]?.error?.code).toBe('RUN_STOPPED');
  });
});

describe('row of an unfinished file', () => {
  it.each([
    ['waiting', 'skipped', undefined],
    ['registering', 'failed', undefined],
    ['registered', 'failed', assetUrn('A1')],
    ['uploading', 'failed', assetUrn('A1')],
    ['uploaded', 'processing', assetUrn('A1')],
  ] as const)(
    'the row of a file that is %s has the state %s, and the URN if LinkedIn has returned one',
    async (stage, state, urn) => {
      const clock = new TestClock();
      const ledger = ledgerOf([picture('a.png')], clock);
      if (stage !== 'waiting') recordAll(ledger, 0, changesUntil(stage));
      await clock.advance(5000);
      const row = onlyRow(ledger);
      expect(row).toMatchObject({ state, durationMs: 0, error: { code: 'RUN_STOPPED' } });
      expect(row.assetUrn).toBe(urn);
      expect(isSuccess(row)).toBe(false);
    },
  );
});
