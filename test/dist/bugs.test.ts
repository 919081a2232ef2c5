// The built action with an injected bug: outside of any awaited promise, in the middle of a run, while it reports, and
// after it. The bug is reported, fails the step, and loses no URN.

import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { type Publishing, publishBuilt, rowsOf } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';

/** Value of NODE_OPTIONS that loads `code` before the action. */
async function loading(code: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'saboteur-')), 'break.mjs');
  await writeFile(path, code);
  return `--import=${path}`;
}

const later = (act: string) => `setImmediate(() => { ${act} });`;

/** Runs `act` as soon as a log line matches `line`. */
function when(line: RegExp, act: string): string {
  return `const write = process.stdout.write;
    let isDone = false;
    process.stdout.write = function (text, ...rest) {
      if (!isDone && ${line}.test(text)) { isDone = true; ${act} }
      return write.call(this, text, ...rest);
    };`;
}

const BUG = `new TypeError('planted at https://h.test/x?ut=canary')`;
const THROW = `throw ${BUG};`;
const KINDS = [
  ['an exception', THROW],
  ['a rejection', `Promise.reject(${BUG});`],
] as const;

function expectReported(run: StepRun): void {
  expect(run.exitCode).toBe(1);
  const annotation = run.annotations.find(({ title }) => title === 'INTERNAL');
  expect(annotation).toMatchObject({ level: 'error' });
  expect(annotation?.message).toMatch(/^unexpected TypeError: planted at .*This is a bug/);
  expect(run.log.join('\n')).not.toContain('canary');
  expect([...run.log, run.summary].join('\n')).not.toMatch(/cancelled/i);
  expect(run.rawLog.join('\n')).not.toMatch(
    /^\s+at .+:\d+:\d+\)?$|node:internal|dist\/index\.js:\d+/m,
  );
}

/** Each asset of the sandbox is in the outputs and in the results file. */
function expectNoUrnLost({ run, sandbox }: Publishing): void {
  const made = sandbox.model.assets().map(({ id }) => `urn:li:digitalmediaAsset:${id}`);
  const file = JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'));
  expect(file).toEqual(rowsOf(run));
  const urns = rowsOf(run).flatMap(({ assetUrn }) => assetUrn ?? []);
  expect(urns.toSorted()).toEqual(made.toSorted());
}

describe.each(KINDS)('Uncaught errors: %s', (_, act) => {
  it('an uncaught error in the middle ends the run, and every URN is kept', async () => {
    const publishing = await publishBuilt({
      files: { 'media/a.png': png(), 'media/b.mp4': { sample: 'launch.mp4' } },
      sandboxOptions: { processingMs: 3_600_000 },
      env: { NODE_OPTIONS: await loading(when(/b\.mp4: uploaded, /, later(act))) },
    });
    const { run } = publishing;
    expectReported(run);
    expectNoUrnLost(publishing);
    const video = rowsOf(run).find(({ file }) => file === 'media/b.mp4');
    expect(video).toMatchObject({ state: 'processing', error: { code: 'RUN_STOPPED' } });
    expect(video?.error?.message).toMatch(
      /the run was stopped \(INTERNAL\): unexpected TypeError: planted/,
    );
    expect(run.summary).toContain('INTERNAL');
    expect(run.outputs['failed-count']).toMatch(/^[12]$/);
  });

  it('an uncaught error after the last line fails the step, with its outputs set and `fail-on: never`', async () => {
    const publishing = await publishBuilt({
      inputs: { 'fail-on': 'never' },
      env: { NODE_OPTIONS: await loading(when(/4 files are on LinkedIn/, later(act))) },
    });
    expectReported(publishing.run);
    expectNoUrnLost(publishing);
    expect(publishing.run.outputs['uploaded-count']).toBe('4');
  });

  it.each(['beforeExit', 'exit'])(
    'an uncaught error at process exit fails the step (%s)',
    async (event) => {
      const code = `process.once('${event}', () => { ${act} });`;
      const { run } = await publishBuilt({
        inputs: { mode: 'plan' },
        env: { NODE_OPTIONS: await loading(code) },
      });
      expectReported(run);
      expect(rowsOf(run).map(({ state }) => state)).toEqual(Array(4).fill('planned'));
    },
  );
});
