// Errors during a run or its report: failed writes are reported, and no URN is lost.

import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import { html } from '../../src/report/html.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { factsOf } from '../errors/failures.ts';
import { changesUntil, ledgerOf, picture, recordAll, settle } from '../support/ledgers.ts';
import { OUTPUTS } from './declared-outputs.ts';
import { reportOf, setUpReporter, watchStdout } from './reporter-fixture.ts';

watchStdout();

function oneUpload(): Ledger {
  const ledger = ledgerOf([picture('a.png')]);
  settle(ledger, 0, { state: 'available', id: 'ONE' });
  return ledger;
}

describe('failed writes', () => {
  it.each<[string, (folder: string) => NodeJS.ProcessEnv, string]>([
    ['a missing output file', (folder) => ({ GITHUB_OUTPUT: join(folder, 'gone') }), 'outputs'],
    ['a folder in place of the output file', (folder) => ({ GITHUB_OUTPUT: folder }), 'outputs'],
    ['a folder in place of the summary', (folder) => ({ GITHUB_STEP_SUMMARY: folder }), 'job summary'],
    [
      'a missing folder for the results file',
      (folder) => ({ RUNNER_TEMP: join(folder, 'gone') }),
      'results file',
    ],
  ])(
    'a failed write fails the step with one error, and the URNs are in the log: %s',
    async (_, more, what) => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'deliver-'));
      const { reporter, logger } = await setUpReporter(more(elsewhere));
      const ledger = ledgerOf([picture('a.png')]);
      await reporter.observe(ledger, 'assets', async () =>
        settle(ledger, 0, { state: 'available', id: 'ONE' }),
      );
      expect(reporter.writeReport(reportOf(ledger))).toBe(1);
      const errors = logger.records.filter(({ level }) => level === 'error');
      expect(errors).toMatchObject([
        { title: 'OUTPUT_FAILED', text: expect.stringContaining(`the ${what} could not`) },
      ]);
      expect(errors[0]?.text).not.toContain('::');
      const log = logger.texts('info');
      if (what === 'outputs') expect(log).toContain('output urns: {"a.png":"urn:li:image:ONE"}');
      else expect(log.join('\n')).toContain('urn:li:image:ONE');
    },
  );

  it('a page that does not fit on the disk leaves its space to the results', async () => {
    const { reporter, logger, ...files } = await setUpReporter();
    async function* page() {
      yield html`${'x'.repeat(100_000)}`;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    }
    const report = { ...reportOf(oneUpload()), page: page() };
    await reporter.writePage(report);
    reporter.writeReport(report);
    expect(logger.texts('warning').join()).toContain('the page could not be written: no space left');
    const { 'results-file': path = '', 'page-file': pageFile } = await files.outputs();
    expect(pageFile).toBe('');
    expect(readdirSync(dirname(path))).toEqual(['results.json']);
  });
});

it('the outputs are logged without an error if there is no output file', async () => {
  const nowhere = { GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined };
  const { reporter, logger } = await setUpReporter(nowhere);
  expect(reporter.writeReport(reportOf(oneUpload()))).toBe(0);
  for (const name of OUTPUTS) expect(logger.texts('info').join('\n')).toContain(`output ${name}: `);
  expect(logger.texts('error')).toEqual([]);
});

describe('Reporter.observe', () => {
  it('the results file is an output before the work starts; a run that ends with an unexpected error keeps every URN, and fails with any fail-on', async () => {
    const { reporter, logger, clock, ...files } = await setUpReporter();
    const ledger = ledgerOf([picture('a.png'), picture('b.png')], clock);
    await reporter.observe(ledger, 'assets', async () => {
      expect(Object.keys(await files.outputs())).toEqual(['results-file']);
      settle(ledger, 0, { state: 'available', id: 'ONE' });
      recordAll(ledger, 1, changesUntil('registered', { id: 'TWO' }));
      throw new TypeError('x is not a function');
    });
    expect(clock.waiting).toBe(0);
    expect(reporter.writeReport(reportOf(ledger, { failOn: 'never' }))).toBe(1);
    const { results = '', 'image-urn': urn } = await files.outputs();
    expect(urn).toBe('urn:li:image:ONE');
    expect(JSON.parse(results)).toMatchObject([
      { state: 'available' },
      { state: 'failed', assetUrn: 'urn:li:digitalmediaAsset:TWO', error: { code: 'RUN_STOPPED' } },
    ]);
    expect(logger.records.find(({ level }) => level === 'error')).toMatchObject({
      title: 'INTERNAL',
      text: expect.stringMatching(/^unexpected TypeError: x is not a function\. This is a bug of the action/),
    });
  });

  it('a run that was stopped and cannot write its manifest reports both errors, and fails with any fail-on', async () => {
    const { reporter, logger, clock } = await setUpReporter();
    const ledger = ledgerOf([], clock);
    const dead = new CallError('TOKEN_REFUSED', 'LinkedIn refused it (401)', {
      status: 401,
      call: factsOf('register'),
    });
    await reporter.observe(ledger, 'assets', async () => {
      ledger.stop(dead);
      throw new ActionError('MANIFEST_WRITE', 'the disk is full');
    });
    expect(ledger.stopReason).toBe(dead);
    expect(reporter.writeReport(reportOf(ledger, { failOn: 'never' }))).toBe(1);
    const errors = logger.records.filter(({ level }) => level === 'error');
    expect(errors.map(({ title }) => title)).toEqual(['TOKEN_REFUSED', 'MANIFEST_WRITE']);
  });
});
