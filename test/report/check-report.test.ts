// The outputs of `mode: check`: those of the action as in a run without files or posts, and owners, scopes and days.

import { expect, it } from 'vitest';
import type { CheckInputs } from '../../src/inputs/access.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { buildCheckFailure, buildCheckReport } from '../../src/report/check-report.ts';
import { formatOutputs } from '../../src/report/outputs.ts';
import { buildPostFailureReport } from '../../src/report/posts/post-report.ts';
import type { Report } from '../../src/report/report.ts';
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
