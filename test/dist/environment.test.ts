// The built action in an odd process: a log that nobody reads on, Node's own debugging, a bug outside of any promise.

import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { endsOf, MEDIA, publish, rowsOf, TOKEN } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';

const PICTURES = { 'media/a.png': png(), 'media/b.png': png({ width: 20, height: 10 }) };

function expectNoStack(run: StepRun): void {
  expect(run.rawLog.join('\n')).not.toMatch(/^\s+at .+:\d+:\d+\)?$|node:internal|dist\/index\.js:\d+/m);
}

describe.skipIf(process.platform === 'win32')('a runner that closes the log', () => {
  it.each([
    ['early', /results are kept/],
    ['in the middle', /: uploaded, /],
  ])('%s loses no file, no output and no summary', async (_, line) => {
    const { run } = await publish({ hangUpWhen: line });
    expect(run.exitCode).toBe(0);
    expect(Object.values(endsOf(run))).toEqual(Array(4).fill('available'));
    expect(Object.keys(endsOf(run))).toEqual(Object.keys(MEDIA).sort());
    expect(run.summary).toContain('4 uploaded of 4 files');
    expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(rowsOf(run));
    expectNoStack(run);
  });
});

describe('NODE_DEBUG', () => {
  it.each(['undici', 'fetch,net,tls,http', '*'])(
    '=%s is warned of, and no address gets into the log',
    async (parts) => {
      const { run } = await publish({ files: PICTURES, env: { NODE_DEBUG: parts } });
      expect(endsOf(run)).toEqual({ 'media/a.png': 'available', 'media/b.png': 'available' });
      expect(run.annotations.find(({ title }) => title === 'variable NODE_DEBUG')).toMatchObject({
        level: 'warning',
      });
      const log = run.rawLog.filter((text) => !text.startsWith('::add-mask::')).join('\n');
      // It does print them, so there was something to hide.
      expect(log).toMatch(/^(UNDICI|FETCH) .*PUT http:\/\/127\.0\.0\.1:\d+\/dms-uploads\/.*\?\[redacted\]/m);
      expect(log).not.toMatch(/[?&](sau|ut|ca|cn|m)=/);
      expect(log).not.toContain(TOKEN);
      expect(log).not.toContain('\u001b');
    },
  );

  it.each(['', 'module', 'undicis', 'stream'])('=%j is nobody’s concern', async (parts) => {
    const { run } = await publish({ files: PICTURES, env: { NODE_DEBUG: parts }, inputs: { mode: 'plan' } });
    expect(run.messages('warning')).toEqual([]);
  });
});

/** A file to load before the action, which breaks it from outside when the log says `line`. */
async function saboteur(line: RegExp, act: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'saboteur-')), 'break.cjs');
  const code = `const write = process.stdout.write;
    let isDone = false;
    process.stdout.write = function (text, ...rest) {
      if (!isDone && ${line}.test(text)) { isDone = true; setImmediate(() => { ${act} }); }
      return write.call(this, text, ...rest);
    };`;
  await writeFile(path, code);
  return `--require=${path}`;
}

describe('a bug outside of any promise of ours', () => {
  it.each([
    ['an exception', `throw new TypeError('planted at https://h.test/x?ut=canary')`],
    ['a rejection', `Promise.reject(new TypeError('planted at https://h.test/x?ut=canary'))`],
  ])('%s is told as one, and what LinkedIn gave until then is kept', async (_, act) => {
    const { run, sandbox } = await publish({
      files: { 'media/a.png': png(), 'media/b.mp4': { sample: 'launch.mp4' } },
      sandboxOptions: { processingMs: 3_600_000 },
      env: { NODE_OPTIONS: await saboteur(/b\.mp4: uploaded, /, act) },
    });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]).toMatchObject({ level: 'error', title: 'INTERNAL' });
    expect(run.annotations[0]?.message).toMatch(/^unexpected TypeError: planted at .*This is a bug/);
    expect(run.log.join('\n')).not.toContain('canary');
    const video = rowsOf(run).find(({ file }) => file === 'media/b.mp4');
    expect(video).toMatchObject({ state: 'processing', error: { code: 'RUN_STOPPED' } });
    expect(video?.error?.message).toMatch(/the run was stopped \(INTERNAL\): unexpected TypeError: planted/);
    expect(run.summary).toContain('INTERNAL');
    expect([...run.log, run.summary].join('\n')).not.toMatch(/cancelled/i);
    const urns = rowsOf(run).flatMap(({ assetUrn }) => (assetUrn === undefined ? [] : [assetUrn]));
    expect(urns.toSorted()).toEqual(
      sandbox.model
        .assets()
        .map(({ id }) => `urn:li:digitalmediaAsset:${id}`)
        .toSorted(),
    );
    expect(run.outputs['failed-count']).toMatch(/^[12]$/);
    expectNoStack(run);
  });
});
