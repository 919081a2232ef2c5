// The report of a run: every output and the summary reach the runner's files, even if the run failed.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ActionError, FileError } from '../../src/errors/action-error.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { itemAt, ledgerOf, picture, refused, settle } from '../support/ledgers.ts';
import { OUTPUTS } from './declared-outputs.ts';
import { reportOf, setUpReporter, watchStdout } from './reporter-fixture.ts';

watchStdout();

const REJECTED = new ActionError('MEDIA_REJECTED', 'LinkedIn could not use it.');
const EMPTY = new FileError('FILE_EMPTY', 'empty.png', 'is empty');

function oneOfEach(): Ledger {
  const ledger = ledgerOf([picture('a.png'), picture('b.png'), refused('empty.png', EMPTY)]);
  settle(ledger, 0, { state: 'available', id: 'ONE' });
  settle(ledger, 1, { state: 'failed', id: 'TWO', error: REJECTED });
  return ledger;
}

function failedFiles(files: number): Ledger {
  const ledger = ledgerOf(Array.from({ length: files }, (_, index) => picture(`${index}.png`)));
  for (const index of ledger.items.keys()) {
    const error = new ActionError('MEDIA_REJECTED', `LinkedIn could not use it (${index})`);
    settle(ledger, index, { state: 'failed', error });
  }
  return ledger;
}

describe('Reporter.writeReport', () => {
  it('a report sets every output, writes the summary and the results file, and logs the headline', async () => {
    const { reporter, logger, ...files } = await setUpReporter();
    const ledger = ledgerOf([picture('a.png')]);
    settle(ledger, 0, { state: 'available', id: 'ONE' });
    expect(reporter.writeReport(reportOf(ledger))).toBe(0);
    const outputs = await files.outputs();
    expect(Object.keys(outputs).sort()).toEqual([...OUTPUTS].sort());
    expect(outputs['image-urn']).toBe('urn:li:image:ONE');
    expect(JSON.parse(readFileSync(outputs['results-file'] ?? '', 'utf8'))).toEqual(
      JSON.parse(outputs.results ?? ''),
    );
    expect(await files.summary()).toContain('## ✅ 1 file is on LinkedIn');
    expect(logger.texts('info').at(-1)).toBe('1 file is on LinkedIn: 1 uploaded');
    expect(logger.texts('error')).toEqual([]);
  });

  it('the report of a failed run sets every output, and annotates each failure on its file', async () => {
    const { reporter, logger, ...files } = await setUpReporter();
    expect(reporter.writeReport(reportOf(oneOfEach()))).toBe(1);
    expect(await files.outputs()).toMatchObject({
      'asset-urns': '["urn:li:digitalmediaAsset:ONE"]',
      'uploaded-count': '1',
      'failed-count': '2',
    });
    expect(logger.records.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        text: `b.png: LinkedIn could not use it. ${REJECTED.hint}`,
        title: 'MEDIA_REJECTED',
        file: 'b.png',
      },
      { level: 'error', text: `empty.png is empty. ${EMPTY.hint}`, title: 'FILE_EMPTY', file: 'empty.png' },
      { level: 'error', text: '1 of 3 files is on LinkedIn: 2 failed, 1 uploaded', title: 'LinkedIn upload' },
    ]);
    expect(await files.summary()).toContain('### Errors');
  });

  it.each([
    [undefined, true],
    ['nonsense', true],
    ['false', false],
    [' False ', false],
  ])('the job summary is written with summary: %j: %j', async (text, expected) => {
    const { reporter, ...files } = await setUpReporter({ INPUT_SUMMARY: text });
    reporter.writeReport(reportOf(oneOfEach()));
    expect((await files.summary()) !== '').toBe(expected);
  });

  it('each truncated output gets a warning that names the output with all rows', async () => {
    const { reporter, logger, ...files } = await setUpReporter();
    reporter.writeReport(reportOf(failedFiles(1000)));
    const { 'results-file': path = '', 'outputs-truncated': truncated, results = '' } = await files.outputs();
    expect(truncated).toBe('true');
    expect(JSON.parse(results).length).toBeLessThan(1000);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1000);
    expect(logger.records.filter(({ level }) => level === 'warning')).toEqual([
      { level: 'warning', text: expect.stringContaining('results-file'), title: 'output results' },
    ]);
  });

  it('unverified files share one notice, and so do the files left for another day; the step succeeds', async () => {
    const { reporter, logger } = await setUpReporter();
    const ledger = ledgerOf(['a.png', 'b.png', 'c.png', 'd.png'].map((name) => picture(name)));
    for (const index of [0, 1]) settle(ledger, index, { state: 'unverified' });
    for (const index of [2, 3]) ledger.record(itemAt(ledger, index), { kind: 'settled', state: 'deferred' });
    const limit = { maxCalls: 150, usedCalls: 150, day: '2026-11-25' };
    expect(reporter.writeReport(reportOf(ledger, { limit }))).toBe(0);
    expect(logger.records.filter(({ level }) => level === 'notice')).toMatchObject([
      { text: expect.stringMatching(/^2 files uploaded/), title: 'Status not readable' },
      {
        text: expect.stringMatching(/^2 files left for another day: /),
        title: 'Files left for another day',
      },
    ]);
  });
});

describe('error annotations', () => {
  it.each([
    [9, 'any', 10, '0 of 9 files are on LinkedIn: 9 failed'],
    [10, 'any', 10, '0 of 10 files are on LinkedIn: 10 failed; all 10 errors are in the log'],
    [50, 'never', 10, '0 of 50 files are on LinkedIn: 50 failed; all 50 errors are in the log'],
  ] as const)(
    '%d failures with fail-on: %s give %d error annotations, the last with the total',
    async (files, failOn, errors, last) => {
      const { reporter, logger } = await setUpReporter();
      reporter.writeReport(reportOf(failedFiles(files), { failOn }));
      expect(logger.texts('error')).toHaveLength(errors);
      expect(logger.texts('error').at(-1)).toBe(last);
      const log = [...logger.texts('error'), ...logger.texts('info')].join('\n');
      for (let index = 0; index < files; index += 1)
        expect(log).toContain(`${index}.png: LinkedIn could not use it (${index}). `);
    },
  );
});
