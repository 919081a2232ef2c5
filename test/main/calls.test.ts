// The number of API calls of the upload action, counted by the sandbox.

import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { hurried } from '../support/hurried-clock.ts';
import { mp4, png } from '../support/media.ts';
import { MEDIA, makeWorkspace, type Publishing, publish, rowsOf, TOKEN } from '../support/publishing.ts';

const HUNDRED = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`media/${index}.png`, png({ width: index + 10, height: 10 })]),
);

const TEN = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`media/${index}.mp4`, mp4({ dataBytes: 30_000 + index })]),
);

function publishHundred(inputs: Record<string, string>, sandboxOptions: SandboxOptions = {}) {
  return publish({ files: HUNDRED, inputs, sandboxOptions });
}

/** All calls to the API, as LinkedIn counts them: uploads go elsewhere. */
function callsOf({ sandbox }: Publishing): number {
  const { register, complete, status } = sandbox.model.calls();
  return register + complete + status;
}

function statesOf({ run }: Publishing): Set<string> {
  return new Set(rowsOf(run).map(({ state }) => state));
}

describe('A hundred images with api: assets', () => {
  it('synchronous uploads take at most 101 calls', async () => {
    const published = await publishHundred({ 'image-upload': 'synchronous' });
    expect(statesOf(published)).toEqual(new Set(['available']));
    expect(callsOf(published)).toBeLessThanOrEqual(101);
    expect(published.run.summary).toContain(`with ${callsOf(published)} API calls`);
  });

  it('media-artifacts: true adds one call per image', async () => {
    const published = await publishHundred({ 'media-artifacts': 'true' });
    expect(statesOf(published)).toEqual(new Set(['available']));
    expect(callsOf(published)).toBe(200);
  });

  it('a status is read once when the upload is answered with 200', async () => {
    const faults = [{ on: 'upload' as const, every: true, reply: { status: 200 } }];
    const published = await publishHundred({}, { faults });
    expect(statesOf(published)).toEqual(new Set(['available']));
    expect(callsOf(published)).toBe(200);
  });
});

describe('Status reads with api: media', () => {
  const media = { api: 'media' };

  it('a hundred images take at most 105 calls', async () => {
    const published = await publishHundred(media, { processingMs: 2000 });
    expect(statesOf(published)).toEqual(new Set(['available']));
    expect(callsOf(published)).toBeLessThanOrEqual(105);
  });

  it('ten videos take at most 25 calls', async () => {
    const published = await publish({ files: TEN, inputs: media, sandboxOptions: { processingMs: 5000 } });
    expect(statesOf(published)).toEqual(new Set(['available']));
    expect(callsOf(published)).toBeLessThanOrEqual(25);
  });

  it.each(['forbidden-403', 'forbidden-400'] as const)(
    'a hundred images take at most two reads each where batch reads are %s',
    async (batchReads) => {
      const published = await publishHundred(media, { processingMs: 5000, batchReads });
      expect(statesOf(published)).toEqual(new Set(['available']));
      expect(callsOf(published)).toBeLessThanOrEqual(300);
    },
  );

  it('ten videos of five minutes take at most six reads each where batch reads are forbidden', async () => {
    // A faster clock would also run out on the requests.
    const times = 20;
    const sandboxOptions = { processingMs: 300_000 / times, batchReads: 'forbidden-403' } as const;
    const published = await publish({
      files: TEN,
      inputs: media,
      sandboxOptions,
      world: { clock: hurried(times) },
    });
    expect(statesOf(published)).toEqual(new Set(['available']));
    const { status } = published.sandbox.model.calls();
    expect(status).toBeGreaterThan(40);
    expect(status).toBeLessThanOrEqual(60);
  });
});

describe('The number of API calls in the summary', () => {
  const summaryCalls = ({ run }: Publishing) => /with ([\d,]+) API calls? and/.exec(run.summary)?.[1];

  it.each<[string, Parameters<typeof publish>[0]]>([
    ['a run that LinkedIn stopped', { inputs: { 'access-token': 'another-token-of-no-worth' } }],
    [
      'a cancelled run',
      {
        sandboxOptions: { processingMs: 3_600_000 },
        inputs: { api: 'media', concurrency: '1' },
        // The last file: a request under way might be counted, and not have reached LinkedIn.
        signalWhen: { line: /team\.jpg: uploaded/, signal: 'SIGINT' },
      },
    ],
    [
      'a run with failed and repeated requests',
      {
        inputs: { api: 'media' },
        sandboxOptions: {
          faults: [
            { on: 'register', nth: 2, reply: { status: 429, headers: { 'retry-after': '1' } } },
            { on: 'status', reply: { status: 503 } },
          ],
        },
      },
    ],
  ])('%s counts every call that LinkedIn received', async (_, request) => {
    const published = await publish(request);
    expect(callsOf(published)).toBeGreaterThan(0);
    expect(summaryCalls(published)).toBe(String(callsOf(published)));
  });

  it('mode: simulate counts the calls to the sandbox', async () => {
    const published = await publish({ inputs: { mode: 'simulate' } });
    expect(callsOf(published)).toBe(0);
    // Three synchronous images, and the registration and one status read of a video.
    expect(summaryCalls(published)).toBe('5');
  });

  it('a run that only reuses uploads of today counts no call', async () => {
    const workspace = await makeWorkspace(MEDIA);
    // The manifest belongs to one API base.
    const linkedin = await startSandbox({ token: TOKEN, processingMs: 0 });
    onTestFinished(() => linkedin.close());
    const inputs = { api: 'media', manifest: 'kept.json', 'api-url': linkedin.url };
    expect(summaryCalls(await publish({ workspace, inputs }))).not.toBe('0');
    const published = await publish({ workspace, inputs });
    expect(statesOf(published)).toEqual(new Set(['reused']));
    expect(summaryCalls(published)).toBe('0');
  });
});
