// What a run comes to: totals, whether the step fails, the headline, and the problems, each told once.

import { describe, expect, it } from 'vitest';
import type { FailOn, Mode } from '../../../src/action/inputs/definitions.ts';
import { buildReport } from '../../../src/action/report/report.ts';
import {
  ActionError,
  FileError,
  LinkedInError,
  RunError,
  toActionError,
  UploadError,
} from '../../../src/errors.ts';
import type { Shard } from '../../../src/media/find/shards.ts';
import type { Ledger } from '../../../src/publish/ledger.ts';
import { changesUntil, ledgerOf, picture, recordAll, refused, settle } from '../ledgers.ts';

const EMPTY = new FileError('FILE_EMPTY', 'empty.png is empty');
const REJECTED = new UploadError('MEDIA_REJECTED', 'LinkedIn could not use the file (CLIENT_ERROR)');
const DEAD = new LinkedInError('TOKEN_REFUSED', 'LinkedIn refused the registration (401)', { status: 401 });
const STOPPED = new RunError('RUN_STOPPED', 'not started: the run was stopped');
const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGTERM)');
const BEFORE = new RunError('RUN_CANCELLED', 'the run was cancelled before its turn');

interface Settings {
  readonly mode?: Mode;
  readonly failOn?: FailOn;
  readonly end?: ActionError;
  readonly shard?: Shard;
}

function report(ledger: Ledger, { mode = 'publish', failOn = 'any', end, shard }: Settings = {}) {
  return buildReport(ledger, { mode, failOn, shard: shard ?? null, plan: { api: 'assets' } }, end ?? null);
}

/** Files that end as told, `s` a success and `f` a failure. */
function ended(ends: string): Ledger {
  const ledger = ledgerOf([...ends].map((_, index) => picture(`${index}.png`)));
  for (const [index, end] of [...ends].entries()) {
    if (end === 's') settle(ledger, index, { state: 'available' });
    else settle(ledger, index, { state: 'failed', error: REJECTED });
  }
  return ledger;
}

describe('the step fails', () => {
  it.each([
    ['any', 'ss', false],
    ['any', 'sf', true],
    ['any', 'ff', true],
    ['any', '', false],
    ['all', 'ss', false],
    ['all', 'sf', false],
    ['all', 'ff', true],
    ['all', '', false],
    ['never', 'ss', false],
    ['never', 'sf', false],
    ['never', 'ff', false],
    ['never', '', false],
  ] as const)('with fail-on: %s and files that ended %j: %j', (failOn, ends, failed) => {
    expect(report(ended(ends), { failOn }).failed).toBe(failed);
    expect(report(ended(ends), { failOn, end: CANCELLED }).failed).toBe(true);
  });

  it.each([
    ['any', true],
    ['all', false],
    ['never', false],
  ] as const)('by fail-on: %s when LinkedIn stopped the run: %j', (failOn, failed) => {
    const ledger = ended('sf');
    ledger.stop(DEAD);
    expect(report(ledger, { failOn }).failed).toBe(failed);
    expect(report(ledger, { failOn }).annotations[0]?.title).toBe('TOKEN_REFUSED');
  });

  it('whatever fail-on says when a bug stopped the run, though every file is a success', () => {
    const ledger = ended('ss');
    ledger.stop(toActionError(new TypeError('x is not a function')));
    const { failed, annotations, totals } = report(ledger, { failOn: 'never' });
    expect(failed).toBe(true);
    expect(annotations).toMatchObject([
      { title: 'INTERNAL', message: 'unexpected TypeError: x is not a function' },
    ]);
    expect(totals.uploaded).toBe(2);
  });
});

describe('totals', () => {
  it('count every file once', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => picture(name));
    const ledger = ledgerOf([...files, refused('empty.png', EMPTY)]);
    settle(ledger, 0, { state: 'available' });
    settle(ledger, 1, { state: 'unverified' });
    settle(ledger, 2, { state: 'processing' });
    settle(ledger, 3, { state: 'processing', error: new UploadError('PROCESSING_TIMEOUT', 'still') });
    ledger.record(4, { kind: 'settled', state: 'skipped', error: STOPPED });
    ledger.record(5, { kind: 'settled', state: 'reused' });
    // An earlier run sent it, and LinkedIn still works on it.
    ledger.record(6, { kind: 'settled', state: 'processing' });
    ledger.countRequest('register');
    ledger.countRequest('upload');
    ledger.countRequest('status');
    const { totals, requests } = report(ledger);
    expect(totals).toEqual({ files: 8, uploaded: 3, reused: 2, planned: 0, failed: 3, bytesSent: 1600 });
    expect(requests).toEqual({ calls: 2, uploads: 1 });
  });

  it('of a plan count planned files in nothing else', () => {
    const ledger = ledgerOf([picture('a'), refused('empty.png', EMPTY)]);
    ledger.settleAsPlanned();
    expect(report(ledger, { mode: 'plan' }).totals).toEqual({
      files: 2,
      uploaded: 0,
      reused: 0,
      planned: 1,
      failed: 1,
      bytesSent: 0,
    });
  });
});

describe('the headline', () => {
  it.each<[string, Ledger, Settings, string]>([
    ['all well', ended('sss'), {}, '3 uploaded of 3 files'],
    ['one file', ended('s'), {}, '1 uploaded of 1 file'],
    ['some failed', ended('ssf'), {}, '2 uploaded, 1 failed of 3 files'],
    ['simulated', ended('s'), { mode: 'simulate' }, 'Simulated: 1 uploaded of 1 file'],
    ['cancelled', ended('sf'), { end: CANCELLED }, 'Cancelled. 1 uploaded, 1 failed of 2 files'],
    ['no file', ended(''), {}, 'No files found, nothing to do'],
    ['no file, planned', ended(''), { mode: 'plan' }, 'Plan: No files found, nothing to do'],
    ['an empty share', ended(''), { shard: { index: 2, count: 4 } }, 'No files in share 2/4, nothing to do'],
    ['a share', ended('s'), { shard: { index: 2, count: 4 } }, '1 uploaded of 1 file'],
    ['no file, cancelled', ended(''), { end: CANCELLED }, 'Cancelled. No files found, nothing to do'],
  ])('%s', (_, ledger, settings, text) => {
    expect(report(ledger, settings).headline).toBe(text);
  });

  it('of a plan', () => {
    const ledger = ledgerOf([picture('a'), refused('empty.png', EMPTY)]);
    ledger.settleAsPlanned();
    expect(report(ledger, { mode: 'plan' }).headline).toBe('Plan: 1 can be uploaded, 1 refused of 2 files');
  });

  it('tells what was not started, and what an earlier run did', () => {
    const ledger = ledgerOf(['a', 'b', 'c', 'd'].map((name) => picture(name)));
    settle(ledger, 0, { state: 'failed', error: DEAD });
    ledger.record(1, { kind: 'settled', state: 'skipped', error: STOPPED });
    ledger.record(2, { kind: 'settled', state: 'skipped', error: STOPPED });
    ledger.record(3, { kind: 'settled', state: 'reused' });
    expect(report(ledger).headline).toBe('0 uploaded, 1 reused, 3 failed (2 not started) of 4 files');
  });
});

describe('problems', () => {
  it('are one a failed file, in file order, with the file named once', () => {
    const ledger = ledgerOf([refused('empty.png', EMPTY), picture('b.png'), picture('c.png')]);
    settle(ledger, 1, { state: 'available' });
    settle(ledger, 2, { state: 'failed', error: REJECTED });
    expect(report(ledger).annotations).toEqual([
      { title: 'FILE_EMPTY', message: 'empty.png is empty', hint: EMPTY.hint, file: 'empty.png' },
      { title: 'MEDIA_REJECTED', message: `c.png: ${REJECTED.message}`, hint: REJECTED.hint, file: 'c.png' },
    ]);
  });

  it('what stopped the run is told first and once, and not again for the files that it kept from starting', () => {
    const ledger = ledgerOf([refused('empty.png', EMPTY), picture('b.png'), picture('c.png')]);
    ledger.stop(DEAD);
    settle(ledger, 1, { state: 'failed', error: DEAD });
    ledger.record(2, { kind: 'settled', state: 'skipped', error: STOPPED });
    expect(report(ledger).annotations.map(({ title, file }) => [title, file])).toEqual([
      ['TOKEN_REFUSED', undefined],
      ['FILE_EMPTY', 'empty.png'],
    ]);
  });

  it('another refusal with the same code is its own', () => {
    const ledger = ledgerOf([picture('b.png')]);
    ledger.stop(
      new LinkedInError('ACCESS_DENIED', 'LinkedIn refused the registration (403)', { status: 403 }),
    );
    const error = new LinkedInError('ACCESS_DENIED', 'LinkedIn refused the upload (403)', { status: 403 });
    settle(ledger, 0, { state: 'failed', error });
    expect(report(ledger).annotations).toHaveLength(2);
  });

  it('a cancelled run is one problem, not one a file', () => {
    const ledger = ledgerOf([picture('a.png'), picture('b.png'), refused('empty.png', EMPTY)]);
    settle(ledger, 0, {
      state: 'processing',
      error: new RunError('RUN_CANCELLED', 'while it was processed'),
    });
    ledger.record(1, { kind: 'settled', state: 'skipped', error: BEFORE });
    const { annotations, rows } = report(ledger, { end: CANCELLED });
    expect(annotations.map(({ title }) => title)).toEqual(['RUN_CANCELLED', 'FILE_EMPTY']);
    expect(rows.map(({ error }) => error?.code)).toEqual(['RUN_CANCELLED', 'RUN_CANCELLED', 'FILE_EMPTY']);
  });

  it('a bug that ended the run is told as one, and fails it whatever fail-on says', () => {
    const ledger = ledgerOf([picture('a.png'), picture('b.png')]);
    const bug = new ActionError('INTERNAL', 'unexpected TypeError: x');
    for (const index of [0, 1]) ledger.record(index, { kind: 'settled', state: 'skipped', error: STOPPED });
    const { annotations, failed, headline } = report(ledger, { end: bug, failOn: 'never' });
    expect(annotations).toEqual([{ title: 'INTERNAL', message: bug.message, hint: bug.hint }]);
    expect(failed).toBe(true);
    expect(headline).not.toContain('Cancelled');
  });

  it('can be asked for while files are on their way', () => {
    const ledger = ledgerOf([picture('a.png')]);
    recordAll(ledger, 0, changesUntil('uploading'));
    const { rows, failed, annotations } = report(ledger);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'RUN_STOPPED' } }]);
    expect(failed).toBe(true);
    expect(annotations).toEqual([]);
  });
});
