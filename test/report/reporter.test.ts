// The end of a run: every output, the summary and the files are written, also if the run failed or a write fails, and no URN is lost.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ActionError, CallError, FileError } from '../../src/errors/action-error.ts';
import type { Artifact } from '../../src/linkedin/session.ts';
import { html } from '../../src/report/html.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { factsOf } from '../errors/failures.ts';
import {
  changesUntil,
  itemAt,
  ledgerOf,
  picture,
  recordAll,
  refused,
  settle,
  video,
} from '../support/ledgers.ts';
import { OUTPUTS, POST_OUTPUTS } from './declared-outputs.ts';
import { POSTED, reportOf as postReportOf } from './posts/post-runs.ts';
import { type ReporterFixture, reportOf, setUpReporter, watchStdout } from './reporter-fixture.ts';

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
    {
      level: 'error',
      text: `empty.png is empty. ${EMPTY.hint}`,
      title: 'FILE_EMPTY',
      file: 'empty.png',
    },
    {
      level: 'error',
      text: '1 of 3 files is on LinkedIn: 2 failed, 1 uploaded',
      title: 'LinkedIn upload',
    },
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
  const {
    'results-file': path = '',
    'outputs-truncated': truncated,
    results = '',
  } = await files.outputs();
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
  for (const index of [2, 3])
    ledger.record(itemAt(ledger, index), { kind: 'settled', state: 'deferred' });
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

function oneUpload(): Ledger {
  const ledger = ledgerOf([picture('a.png')]);
  settle(ledger, 0, { state: 'available', id: 'ONE' });
  return ledger;
}

it.each<[string, (folder: string) => NodeJS.ProcessEnv, string]>([
  ['a missing output file', (folder) => ({ GITHUB_OUTPUT: join(folder, 'gone') }), 'outputs'],
  ['a folder in place of the output file', (folder) => ({ GITHUB_OUTPUT: folder }), 'outputs'],
  [
    'a folder in place of the summary',
    (folder) => ({ GITHUB_STEP_SUMMARY: folder }),
    'job summary',
  ],
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

it('the outputs are logged without an error if there is no output file', async () => {
  const nowhere = { GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined };
  const { reporter, logger } = await setUpReporter(nowhere);
  expect(reporter.writeReport(reportOf(oneUpload()))).toBe(0);
  for (const name of OUTPUTS) expect(logger.texts('info').join('\n')).toContain(`output ${name}: `);
  expect(logger.texts('error')).toEqual([]);
});

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
    text: expect.stringMatching(
      /^unexpected TypeError: x is not a function\. This is a bug of the action/,
    ),
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

/** In the path and the query of every URL. No part of these URLs may reach the log. */
const CANARY = 'c4n4ry';
const URL_WITH_CANARY = `https://dms.licdn.example/${CANARY}/0?sig=${CANARY}`;

const HLS: Artifact = {
  kind: 'com.linkedin.digitalmedia.mediaartifact.HlsPlaylist',
  data: { protocol: 'HLS', representations: [{ codecs: [{ name: 'aac' }] }] },
  addresses: [
    {
      url: URL_WITH_CANARY,
      mediaType: 'application/x-mpegURL',
      expiresAt: '2026-11-25T00:00:00.000Z',
    },
  ],
};
const DOWNLOAD: Artifact = { kind: 'download', addresses: [{ url: URL_WITH_CANARY }] };
/** URLs in fields of other kinds. */
const MISPLACED: Artifact = {
  kind: URL_WITH_CANARY,
  data: { where: URL_WITH_CANARY },
  addresses: [],
};

function record(ledger: Ledger, artifacts: readonly Artifact[]): void {
  recordAll(ledger, 0, changesUntil('uploaded', { kind: 'video' }));
  ledger.record(itemAt(ledger, 0), { kind: 'artifacts', artifacts });
  ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'available' });
}

const ALL = [HLS, DOWNLOAD, MISPLACED];

async function follow({ reporter }: ReporterFixture, ledger: Ledger): Promise<void> {
  await reporter.observe(ledger, 'assets', async () => record(ledger, ALL));
  expect(reporter.writeReport(reportOf(ledger))).toBe(0);
}

const loggedIn = ({ logger }: ReporterFixture) =>
  logger.records.map(({ text, title }) => `${title} ${text}`).join('\n');

it('artifact URLs are only in `results` and in the results file', async () => {
  const here = await setUpReporter();
  await follow(here, ledgerOf([video('clip.mp4')]));
  const { results = '', 'results-file': path = '', ...others } = await here.outputs();
  expect(JSON.parse(results)[0].artifacts).toEqual(ALL);
  expect(JSON.parse(readFileSync(path, 'utf8'))[0].artifacts).toEqual(ALL);
  for (const text of [JSON.stringify(others), await here.summary(), loggedIn(here)])
    expect(text).not.toContain(CANARY);
});

it('artifact URLs stay out of the log even if the outputs are logged', async () => {
  const here = await setUpReporter({ GITHUB_OUTPUT: undefined });
  await follow(here, ledgerOf([video('clip.mp4')]));
  expect(loggedIn(here)).toContain('output results: [{"file":"clip.mp4",');
  expect(loggedIn(here)).not.toContain(CANARY);
});

it('outputs, results file, preview and summary are written', async () => {
  const { reporter, ...files } = await setUpReporter();
  expect(reporter.writeReport(postReportOf([{ outcome: POSTED }]))).toBe(0);
  const [outputs, summary] = [await files.outputs(), await files.summary()];
  expect(Object.keys(outputs).sort()).toEqual([...POST_OUTPUTS].sort());
  expect(outputs['post-urn']).toBe('urn:li:share:1');
  expect(JSON.parse(readFileSync(outputs['results-file'] ?? '', 'utf8'))).toMatchObject([
    { state: 'posted' },
  ]);
  expect(readFileSync(outputs['preview-file'] ?? '', 'utf8')).toBe(summary);
  expect(summary).toMatch(/^## ✅ 1 post went out\n\n1 posted\n\n/);
});

it('summary and preview lead to the page, whose name has the id of the step', async () => {
  const { reporter, ...files } = await setUpReporter({
    GITHUB_ACTION: 'plan',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'octocat/media',
    GITHUB_RUN_ID: '12',
    GITHUB_RUN_NUMBER: '1204',
  });
  const report = postReportOf([{ outcome: POSTED }]);
  await reporter.writePage(report);
  reporter.writeReport(report);
  const [outputs, summary] = [await files.outputs(), await files.summary()];
  expect(basename(outputs['page-file'] ?? '')).toMatch(/^plan-\w{6}-page\.html$/);
  const link =
    '[The page with the pictures](https://github.example/octocat/media/actions/runs/12#artifacts)';
  for (const text of [summary, readFileSync(outputs['preview-file'] ?? '', 'utf8')])
    expect(text.split('\n\n')[2]).toBe(`${link}, if a step uploads \`page-file\``);
  expect(readFileSync(outputs['page-file'] ?? '', 'utf8')).toContain(
    '<p class="origin"><a href="https://github.example/octocat/media" rel="noreferrer">octocat/media</a> · <a href="https://github.example/octocat/media/actions/runs/12"',
  );
});
