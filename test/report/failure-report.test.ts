// The report of a run that fails before it has files or posts.

import { expect, it } from 'vitest';
import { InputError, RunError } from '../../src/errors/action-error.ts';
import { buildPostFailureReport } from '../../src/report/posts/post-report.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { buildUploadFailureReport } from '../../src/report/uploads/upload-report.ts';

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
