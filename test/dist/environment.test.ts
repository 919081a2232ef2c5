// The built action in an unusual environment: a closed log, an unreadable event file, and unusual variables.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { runAlone } from '../support/posting.ts';
import { endsOf, MEDIA, publishBuilt, rowsOf } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';

const PICTURES = { 'media/a.png': png(), 'media/b.png': png({ width: 20, height: 10 }) };

function expectNoStack(run: StepRun): void {
  expect(run.rawLog.join('\n')).not.toMatch(
    /^\s+at .+:\d+:\d+\)?$|node:internal|dist\/index\.js:\d+/m,
  );
}

describe.skipIf(process.platform === 'win32')('Closed log', () => {
  it('a log that is closed in the middle loses no file, no output and no summary', async () => {
    const { run } = await publishBuilt({
      onLine: (line, step) => {
        if (line.includes(': uploaded, ')) step.hangUp();
      },
    });
    expect(run.exitCode).toBe(0);
    expect(Object.values(endsOf(run))).toEqual(Array(4).fill('available'));
    expect(Object.keys(endsOf(run))).toEqual(Object.keys(MEDIA).sort());
    expect(run.summary).toContain('4 uploaded');
    expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(
      rowsOf(run),
    );
    expectNoStack(run);
  });
});

it('an event file that is not JSON does not fail the run', async () => {
  const { run } = await publishBuilt({
    files: PICTURES,
    env: { GITHUB_EVENT_PATH: 'media/a.png' },
  });
  expect(run.outcome).toBe('success');
  expect(run.rawLog.join('\n')).not.toContain('JSON');
});

const env = {
  GITHUB_EVENT_PATH: 'post.md',
  GITHUB_API_URL: 'not a URL',
  https_proxy: 'http://127.0.0.1:9/wpad.dat',
};
const files = { ...PICTURES, 'post.md': '---\n---\nOut now\n' };

it('unusual values do not end the upload action, and its other errors are reported', async () => {
  const { run } = await publishBuilt({ files, env, inputs: { mode: 'sumilate' } });
  expect(run.messages('error')).toEqual([expect.stringContaining('sumilate')]);
});

it('unusual values do not end the post action', async () => {
  const inputs = { posts: 'post.md', mode: 'simulate' };
  const run = await runAlone(files, inputs, { env, start: runAction });
  expect([run.outcome, run.messages('error')]).toEqual(['success', []]);
});
