// The outputs of `mode: check`: those of the action as in a run without files or posts, and owners, scopes and days.

import { expect, it } from 'vitest';
import type { CheckInputs } from '../../src/inputs/access.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import {
  buildCheckFailure,
  buildCheckReport,
  type CheckFindings,
} from '../../src/report/check-report.ts';
import { formatOutputs } from '../../src/report/outputs.ts';
import { buildPostFailureReport } from '../../src/report/posts/post-report.ts';
import type { Report } from '../../src/report/report.ts';
import { buildUploadFailureReport } from '../../src/report/uploads/upload-report.ts';
import { recordingLogger } from '../support/recording-logger.ts';

const CANCELLED = new Error('cancelled');
const reportOf = (action: CheckInputs['action']) =>
  buildCheckFailure(CANCELLED, { action, owner: null });
const outputsOf = (report: Report) => formatOutputs(report.outputs);
const ESTIMATED = {
  ...{ daysLeft: 3, expiresAtMs: 0, refreshDaysLeft: null, scopes: null, renewal: null },
  checkError: null,
};
const GIVEN = readCheckInputs();
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

function readCheckInputs(): CheckInputs {
  const given = readInputs(
    { INPUT_MODE: 'check', 'INPUT_ACCESS-TOKEN': 'AQX-canary-token' },
    () => {},
  );
  if (given.mode !== 'check') throw new Error('the inputs are not those of a check');
  return given;
}

interface Findings {
  readonly role?: string;
  readonly branch?: CheckFindings['branch'];
}

/** The Markdown of a check of one page. */
function blocksOf({ role = 'ADMINISTRATOR', branch = null }: Findings): string {
  const page = { urn: 'urn:li:organization:1', name: 'Acme', role };
  const pages = { value: [page], error: null };
  const nothing = { described: null, member: null, registered: null, permissions: null };
  const found = { ...nothing, branch, given: GIVEN, pages, estimated: ESTIMATED };
  return buildCheckReport(found, recordingLogger()).blocks.join('\n');
}

it.each([
  ['ADMINISTRATOR', '✅ **`owner: urn:li:organization:1`** Acme, administrator'],
  [
    'RECRUITING_POSTER',
    'ℹ️ **`owner: urn:li:organization:1`** Acme, recruiting poster, may not be able to post',
  ],
  ['ANALYST', 'ℹ️ **`owner: urn:li:organization:1`** Acme, analyst, cannot post'],
])('what a member with the role %s may do is said as surely as LinkedIn says it', (role, line) => {
  expect(blocksOf({ role }).split('\n')).toContain(`- ${line}`);
});

it('the line of a branch that is there says that the check stores nothing but the day of the token', () => {
  const branch = { name: 'linkedin-media', exists: true, isCreated: false, error: null };
  expect(blocksOf({ branch })).toContain(
    'It keeps the day on which a run first saw the token; the check stores nothing else. A ruleset can still protect the branch',
  );
});

it('a list that is too long loses whole owners, and stays JSON', () => {
  const pages = Array.from({ length: 2000 }, (_, n) => ({
    urn: `urn:li:organization:${n}`,
    name: `Page "${n}" $(id)`,
    role: 'ADMINISTRATOR',
  }));
  const nothing = {
    described: null,
    member: null,
    registered: null,
    permissions: null,
    branch: null,
  };
  const answer = { value: pages, error: null };
  const report = buildCheckReport(
    { ...nothing, given: GIVEN, pages: answer, estimated: ESTIMATED },
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
