// The outputs of `mode: check`: those of the action as in a run without files or posts, and owners, scopes and days.

import { describe, expect, it } from 'vitest';
import { buildCheckFailure, type CheckReport } from '../../../src/report/check/check-report.ts';
import { toReport } from '../../../src/report/check/check-reporter.ts';
import { formatOutputs } from '../../../src/report/outputs.ts';
import { buildPostFailureReport } from '../../../src/report/posts/post-report.ts';
import { buildUploadFailureReport } from '../../../src/report/uploads/upload-report.ts';

const CANCELLED = new Error('cancelled');
const reportOf = (action: CheckReport['action'], more: Partial<CheckReport> = {}): CheckReport => ({
  ...buildCheckFailure(CANCELLED, { action, owner: null }),
  ...more,
});
const outputsOf = (report: CheckReport) => formatOutputs(toReport(report, {}).outputs);
const CHECKED = { owners: '[]', scopes: '[]' };

describe('outputs of mode: check', () => {
  it('all other outputs are those of a run without files', () => {
    const { values } = formatOutputs(buildUploadFailureReport(CANCELLED).outputs);
    expect(outputsOf(reportOf('upload')).values).toEqual({ ...values, ...CHECKED });
  });

  it('all other outputs of the post action are those of a run without posts', () => {
    const { values } = formatOutputs(buildPostFailureReport(CANCELLED).outputs);
    expect(outputsOf(reportOf('post')).values).toEqual({ ...values, ...CHECKED });
  });

  it('only in other modes, owners and scopes are empty', () => {
    const { values } = formatOutputs(buildUploadFailureReport(CANCELLED).outputs);
    expect([values.owners, values.scopes]).toEqual(['', '']);
  });

  it('a list that is too long loses whole owners, and stays JSON', () => {
    const owners = Array.from({ length: 2000 }, (_, n) => ({
      urn: `urn:li:organization:${n}`,
      name: `Page "${n}" $(id)`,
      role: 'ADMINISTRATOR',
      posts: 'all' as const,
      lacks: null,
    }));
    const { values, truncated } = outputsOf(reportOf('upload', { owners, tokenDaysLeft: 3 }));
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
});
