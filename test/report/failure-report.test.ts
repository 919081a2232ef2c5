// The reports of runs without files or posts: those that fail before they have any, and those of `mode: check`.

import { expect, it } from 'vitest';
import { InputError, RunError } from '../../src/errors/action-error.ts';
import type { CheckInputs } from '../../src/inputs/access.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { buildCheckFailure, buildCheckReport } from '../../src/report/check-report.ts';
import { formatOutputs } from '../../src/report/outputs.ts';
import { buildPostFailureReport } from '../../src/report/posts/post-report.ts';
import type { Report } from '../../src/report/report.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { buildUploadFailureReport } from '../../src/report/uploads/upload-report.ts';
import { recordingLogger } from '../support/recording-logger.ts';

const CANCELLED = new Error('cancelled');
const reportOf = (action: CheckInputs['action']) => buildCheckFailure(CANCELLED, { action, owner: null });
const outputsOf = (report: Report) => formatOutputs(report.outputs);
const ESTIMATED = {
  ...{ daysLeft: 3, expiresAtMs: 0, refreshDaysLeft: null, scopes: null, renewal: null },
  checkError: null,
};
const CHECKED = { owners: '[]', scopes: '[]' };

it.each([
  ['upload', buildUploadFailureReport],
  ['post', buildPostFailureReport],
] as const)(
  'all other outputs of the %s action are those of a run without files or posts',
  (action, buildFailureReport) => {
    const { values } = formatOutputs(buildFailureReport(CANCELLED).outputs);
    expect(outputsOf(reportOf(action)).values).toEqual({ ...values, ...CHECKED });
  },
);

it('a list that is too long loses whole owners, and stays JSON', () => {
  const pages = Array.from({ length: 2000 }, (_, n) => ({
    urn: `urn:li:organization:${n}`,
    name: `Page "${n}" $(id)`,
    role: 'ADMINISTRATOR',
  }));
  const given = readInputs({ INPUT_MODE: 'check', 'INPUT_ACCESS-TOKEN': 'AQX-canary-token' }, () => {});
  if (given.mode !== 'check') throw new Error('the inputs are not those of a check');
  const nothing = { described: null, member: null, registered: null, branch: null };
  const answer = { value: pages, error: null };
  const report = buildCheckReport(
    { ...nothing, given, pages: answer, estimated: ESTIMATED },
    recordingLogger(),
  );
  const { values, truncated } = outputsOf(report);
  expect(truncated).toEqual(['owners']);
  expect(JSON.parse(values.owners ?? '').length).toBeLessThan(2000);
  expect(JSON.parse(values.owners ?? '')[7]).toEqual({
    urn: 'urn:li:organization:7',
    name: 'Page "7" $(id)',
    role: 'ADMINISTRATOR',
  });
  // Safe in a script that pastes the output.
  expect(values.owners).not.toMatch(/[$'`]/);
  expect([values['outputs-truncated'], values['token-days-left']]).toEqual(['true', '3']);
});

const OWNER = new InputError('INPUT_MISSING', 'owner', 'is empty');

it('input errors are annotated under their names, each with its hint, and are a comment on a pull request too', () => {
  const more = new InputError('INPUT_INVALID', 'max-posts', 'is "0", but must be `1` to `100`');
  const report = buildPostFailureReport(InputError.all([OWNER, more]));
  expect(report).toMatchObject({ failed: true, rows: [], outputs: { 'preview-file': '' } });
  expect(report.annotations.map(({ title }) => title)).toEqual(['input owner', 'input max-posts']);
  expect(buildSummary(report)).toMatch(
    /^## ❌ Nothing was sent: 2 inputs to correct\n\n### Errors\n\n- `input owner` owner is empty<br>→ .*\n- `input max-posts` max-posts is "0", but must be `1` to `100`\n/,
  );
});

it('a run that is cancelled before its plan says so', () => {
  const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)');
  expect(buildPostFailureReport(cancelled).headline).toBe('Cancelled. The run ended early');
});

it('the report has the manifest, unless the manifest is invalid', () => {
  const invalid = new InputError('MANIFEST_INVALID', 'manifest', 'm.json: this is no manifest');
  const manifestOf = (thrown: unknown) =>
    buildUploadFailureReport(thrown, '/w/m.json').outputs['manifest-file'];
  expect([OWNER, InputError.all([OWNER])].map(manifestOf)).toEqual(Array(2).fill('/w/m.json'));
  expect([invalid, InputError.all([OWNER, invalid])].map(manifestOf)).toEqual(['', '']);
});

it.each([
  [new TypeError('x is not a function'), 'unexpected TypeError: x is not a function'],
  ['a string', 'unexpected a string'],
  [undefined, 'unexpected undefined'],
])('an unexpected error is reported without its stack: %s', (thrown, message) => {
  const { annotations, headline, failed } = buildUploadFailureReport(thrown);
  expect(annotations).toMatchObject([{ title: 'INTERNAL', message }]);
  expect([headline, failed]).toEqual(['The run ended early', true]);
  expect(JSON.stringify(annotations)).not.toMatch(/ at |\.ts:/);
});
