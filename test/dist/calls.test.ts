// The number of API calls of the built action, counted by the sandbox.

import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { png } from '../support/media.ts';
import { type Publishing, publish, rowsOf } from '../support/publishing.ts';

const HUNDRED = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`media/${index}.png`, png({ width: index + 10, height: 10 })]),
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
