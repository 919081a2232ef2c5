// The end of a run of the post action: files, outputs, summary, annotations, and errors of each of these steps.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POST_OUTPUTS } from './declared-outputs.ts';
import { POSTED, reportOf } from './posts/post-runs.ts';
import { setUpReporter, watchStdout } from './reporter-fixture.ts';

watchStdout();

describe('Reporter, of posts', () => {
  it('outputs, results file, preview and summary are written', async () => {
    const { reporter, ...files } = await setUpReporter();
    expect(reporter.writeReport(reportOf([{ outcome: POSTED }]))).toBe(0);
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
    const report = reportOf([{ outcome: POSTED }]);
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
});
