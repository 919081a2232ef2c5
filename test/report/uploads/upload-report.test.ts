// The report of a run: whether the step fails, the headline, and annotations without duplicates.

import { expect, it } from 'vitest';
import {
  ActionError,
  CallError,
  FileError,
  RunError,
  runStoppedError,
  toActionError,
} from '../../../src/errors/action-error.ts';
import { formatVerdict } from '../../../src/report/row-view.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { factsOf } from '../../errors/failures.ts';
import { itemAt, ledgerOf, picture, refused, settle, video } from '../../support/ledgers.ts';
import { type ReportOptions, reportOf } from '../reporter-fixture.ts';

const EMPTY = new FileError('FILE_EMPTY', 'empty.png', 'is empty');
const REJECTED = new ActionError(
  'MEDIA_REJECTED',
  'LinkedIn could not use the file (CLIENT_ERROR)',
);
const DEAD = new CallError('TOKEN_REFUSED', 'LinkedIn refused the registration (401)', {
  status: 401,
  call: factsOf('register'),
});
const STOPPED = runStoppedError(
  'not started',
  new ActionError('INTERNAL', 'unexpected TypeError: x'),
);
const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGTERM)');

/** Files that end as given: `s` for a success, `f` for a failure, `d` for a deferred file. */
function ended(ends: string): Ledger {
  const ledger = ledgerOf([...ends].map((_, index) => picture(`${index}.png`)));
  for (const [index, end] of [...ends].entries()) {
    if (end === 's') settle(ledger, index, { state: 'available' });
    else if (end === 'd')
      ledger.record(itemAt(ledger, index), { kind: 'settled', state: 'deferred' });
    else settle(ledger, index, { state: 'failed', error: REJECTED });
  }
  return ledger;
}

it.each([
  ['any', 'ss', false],
  ['any', 'sf', true],
  ['any', 'sd', false],
  ['any', 'fd', true],
  ['any', '', false],
  ['all', 'ss', false],
  ['all', 'sf', false],
  ['all', 'ff', true],
  ['all', 'sfd', false],
  ['all', 'fd', true],
  ['all', 'dd', false],
  ['never', 'ff', false],
] as const)(
  'the step fails with fail-on: %s and the file results %j: %j',
  (failOn, ends, failed) => {
    expect(reportOf(ended(ends), { failOn }).failed).toBe(failed);
    expect(reportOf(ended(ends), { failOn, end: CANCELLED }).failed).toBe(true);
  },
);

it.each([
  ['any', true],
  ['all', false],
  ['never', false],
] as const)('the step fails with fail-on: %s if LinkedIn stopped the run: %j', (failOn, failed) => {
  const ledger = ended('sf');
  ledger.stop(DEAD);
  expect(reportOf(ledger, { failOn }).failed).toBe(failed);
  expect(reportOf(ledger, { failOn }).annotations[0]?.title).toBe('TOKEN_REFUSED');
});

it('the step fails with any fail-on after an unexpected error, even if every file is a success', () => {
  const ledger = ended('ss');
  ledger.stop(toActionError(new TypeError('x is not a function')));
  const { failed, annotations, outputs } = reportOf(ledger, { failOn: 'never' });
  expect(failed).toBe(true);
  expect(annotations).toMatchObject([
    { title: 'INTERNAL', message: 'unexpected TypeError: x is not a function' },
  ]);
  expect(outputs['uploaded-count']).toBe(2);
});

it.each<[string, Ledger, ReportOptions, string]>([
  ['a run without failures', ended('sss'), {}, '3 files are on LinkedIn: 3 uploaded'],
  [
    'a run that leaves files for another day',
    ended('sddf'),
    {},
    '1 of 4 files is on LinkedIn: 1 failed, 1 uploaded, 2 deferred',
  ],
  [
    'a simulated run',
    ended('s'),
    { mode: 'simulate' },
    'Simulated: 1 file is uploaded: 1 uploaded',
  ],
  [
    'a cancelled run',
    ended('sf'),
    { end: CANCELLED },
    'Cancelled. 1 of 2 files is on LinkedIn: 1 failed, 1 uploaded',
  ],
  ['a run without files', ended(''), {}, 'No files found, nothing to do'],
  [
    'an empty shard',
    ended(''),
    { shard: { index: 2, count: 4 } },
    'No files in shard 2/4, nothing to do',
  ],
])('the verdict and its counts sum up %s', (_, ledger, settings, text) => {
  expect(formatVerdict(reportOf(ledger, settings))).toBe(text);
});

it('the verdict of a plan counts the files that can be uploaded and those that are rejected', () => {
  const ledger = ledgerOf([picture('a'), refused('empty.png', EMPTY)]);
  ledger.settle(ledger.open, { state: 'planned' });
  expect(formatVerdict(reportOf(ledger, { mode: 'plan' }))).toBe(
    '1 of 2 files is valid: 1 failed, 1 planned',
  );
});

it.each([
  [0, '3 files are valid: 3 planned'],
  [1, '3 files are valid, 1 with a warning: 3 planned'],
  [2, '3 files are valid, 2 with warnings: 3 planned'],
])('the verdict of a plan counts the files with warnings: %i', (count, verdict) => {
  const ledger = ledgerOf(
    ['a', 'b', 'c'].map((name, index) => ({
      ...picture(name),
      warnings: index < count ? ['has an odd shape', 'is long'] : [],
    })),
  );
  ledger.settle(ledger.open, { state: 'planned' });
  expect(formatVerdict(reportOf(ledger, { mode: 'plan' }))).toBe(verdict);
});

it('the counts have the files that were not started, and those reused from an earlier run', () => {
  const ledger = ledgerOf(['a', 'b', 'c', 'd'].map((name) => picture(name)));
  settle(ledger, 0, { state: 'failed', error: DEAD });
  ledger.record(itemAt(ledger, 1), { kind: 'settled', state: 'skipped', error: STOPPED });
  ledger.record(itemAt(ledger, 2), { kind: 'settled', state: 'skipped', error: STOPPED });
  ledger.record(itemAt(ledger, 3), { kind: 'settled', state: 'reused' });
  expect(formatVerdict(reportOf(ledger))).toBe(
    '1 of 4 files is on LinkedIn: 1 failed, 2 not sent, 1 reused',
  );
});

const limit = { maxCalls: 1500, usedCalls: 1499, day: '2026-11-25' };
const deferralOf = (ledger: Ledger) => reportOf(ledger, { limit }).notices[0]?.text ?? null;

it('notice and summary say how many files are left, why, and when to continue', () => {
  expect(deferralOf(ended('sdd'))).toBe(
    '2 files left for another day: all runs of 2026-11-25 (UTC) have made 1,499 of the 1,500 API calls that max-calls allows; a run after 00:00 UTC sends the files that fit',
  );
  expect(deferralOf(ended('d'))).toMatch(/^1 file left for another day: /);
  expect(reportOf(ended('sdd'), { limit }).blocks[0]).toMatch(
    /^2 files left for another day.*fit\.$/,
  );
});

it('the last lines of the log have both URNs of each file, also of one that failed after its registration', () => {
  const ledger = ledgerOf([picture('a.png'), video('b.mp4'), refused('empty.png', EMPTY)]);
  settle(ledger, 0, { state: 'available', id: 'C56' });
  settle(ledger, 1, { state: 'failed', id: 'C57', error: REJECTED });
  expect(reportOf(ledger).lines).toEqual([
    'a.png: uploaded, asset urn:li:digitalmediaAsset:C56, image urn:li:image:C56',
    'b.mp4: failed, asset urn:li:digitalmediaAsset:C57, video urn:li:video:C57',
  ]);
});

it('a plan counts deferred files apart from planned ones', () => {
  const ledger = ledgerOf(['a', 'b', 'c'].map((name) => picture(name)));
  ledger.settle(ledger.items.slice(1), { state: 'deferred' });
  ledger.settle(ledger.open, { state: 'planned' });
  const planned = reportOf(ledger, { mode: 'plan' });
  const { rows, outputs } = planned;
  expect(formatVerdict(planned)).toBe('3 files are valid: 1 planned, 2 deferred');
  expect(outputs).toMatchObject({ 'remaining-count': 2, 'failed-count': 0, 'uploaded-count': 0 });
  expect(rows.map(({ state }) => state)).toEqual(['planned', 'deferred', 'deferred']);
});
