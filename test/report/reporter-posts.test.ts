// The end of a run of the post action: files, outputs, summary, annotations, and errors of each of these steps.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Env } from '../../src/deps.ts';
import { ActionError } from '../../src/errors/action-error.ts';
import type { PostItem } from '../../src/post/post-state.ts';
import { buildPostRows } from '../../src/report/posts/post-row.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { TestClock } from '../support/clock.ts';
import { makeCommandFiles, readCommandFiles } from '../support/command-files.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { POST_OUTPUTS } from './declared-outputs.ts';
import { POSTED, reportOf, runOf } from './posts/post-runs.ts';
import { watchStdout } from './reporter-fixture.ts';

watchStdout();

async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'posts-'));
  const env: Env = { ...makeCommandFiles(folder), RUNNER_TEMP: folder };
  vi.stubEnv('GITHUB_OUTPUT', env.GITHUB_OUTPUT);
  const logger = recordingLogger();
  const files = () => readCommandFiles(folder);
  const clock = new TestClock();
  return { logger, files, clock, reporter: new Reporter({ env, logger, clock }) };
}

describe('Reporter, of posts', () => {
  it('outputs, results file, preview and summary are written', async () => {
    const { reporter, files } = await setUp();
    expect(reporter.writeReport(reportOf([{ outcome: POSTED }]))).toBe(0);
    const { outputs, summary } = await files();
    expect(Object.keys(outputs).sort()).toEqual([...POST_OUTPUTS].sort());
    expect(outputs['post-urn']).toBe('urn:li:share:1');
    expect(JSON.parse(readFileSync(outputs['results-file'] ?? '', 'utf8'))).toMatchObject([
      { state: 'posted' },
    ]);
    expect(readFileSync(outputs['preview-file'] ?? '', 'utf8')).toMatch(/^## Posts for LinkedIn\n/);
    expect(summary).toContain('1 posted of 1 post');
  });

  it('the results file is named before anything is sent, and follows the run', async () => {
    const { reporter, files, clock } = await setUp();
    const run = runOf([{}, {}]);
    await reporter.keepResults(
      () => buildPostRows(run),
      async () => {
        const path = (await files()).outputs['results-file'] ?? '';
        const states = () =>
          JSON.parse(readFileSync(path, 'utf8')).map(({ state }: { state: string }) => state);
        expect(states()).toEqual(['skipped', 'skipped']);
        run.settle(run.items[1] as PostItem, POSTED);
        await clock.advance(3000);
        expect(states()).toEqual(['skipped', 'posted']);
      },
    );
  });

  it('a failed run ends with 1, its errors, and its headline', async () => {
    const { reporter, logger } = await setUp();
    const errors = [new ActionError('POST_REFUSED', 'LinkedIn refused it')];
    expect(reporter.writeReport(reportOf([{ outcome: { state: 'failed', errors } }]))).toBe(1);
    expect(logger.records.filter(({ level }) => level === 'error')).toMatchObject([
      { title: 'POST_REFUSED', file: 'posts/launch.md' },
      { title: 'LinkedIn posts', text: '0 posted, 1 failed of 1 post' },
    ]);
  });
});
