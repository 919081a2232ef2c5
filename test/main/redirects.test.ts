// The built action with redirects: whatever call is redirected, the target gets no request.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule, SandboxOptions } from '../../src/sandbox/options.ts';
import { mp4, png } from '../support/media.ts';
import { publish, rowsOf } from '../support/publishing.ts';

const CODES = [301, 302, 303, 307, 308];

/** A server that must get no connection. */
let trap: { origin: string; visits: () => number; close: () => void };

beforeAll(async () => {
  let visits = 0;
  const server = createServer((_, response) => response.end('{}')).on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  trap = { origin: `http://127.0.0.1:${port}`, visits: () => visits, close: () => server.close() };
});
afterAll(() => trap.close());

/** Redirects the matching calls, with one status code after the other. */
function redirecting(meant: Omit<FaultRule, 'reply'>, target: string): SandboxOptions {
  return {
    faults: CODES.map((status, index) => ({
      ...meant,
      nth: index + 1,
      reply: { status, headers: { location: `${target}/stolen?key=1` }, body: '' },
    })),
  };
}

const five = (name: (index: number) => string, content: Uint8Array) =>
  Object.fromEntries(CODES.map((_, index) => [`media/${name(index)}`, content]));
const PICTURES = five((index) => `${index}.png`, png());
// Large enough for parts with the smallest threshold.
const VIDEOS = five((index) => `${index}.mp4`, mp4({ dataBytes: 1_100_000 }));
const SIDECARS = {
  ...VIDEOS,
  ...five((index) => `${index}.srt`, Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nHello\n')),
  ...five((index) => `${index}.thumbnail.png`, png()),
};
const PARTS = { 'multipart-threshold-mb': '1', files: 'media/*.mp4' };
const POLLED = { 'image-upload': 'asynchronous' };
const MEDIA = { api: 'media', sidecars: 'true', files: 'media/*.mp4\nmedia/[0-9].png' };

describe('Redirects', () => {
  it.each<
    [
      name: string,
      meant: Omit<FaultRule, 'reply'>,
      files: Record<string, Uint8Array>,
      inputs: Record<string, string>,
    ]
  >([
    ['of a registration', { on: 'register' }, PICTURES, {}],
    ['of an upload with the token', { on: 'upload' }, PICTURES, {}],
    ['of a part', { on: 'upload' }, VIDEOS, PARTS],
    ['of a completion', { on: 'complete' }, VIDEOS, PARTS],
    ['of a status read', { on: 'status' }, PICTURES, POLLED],
    ['of an initialization', { on: 'register' }, PICTURES, MEDIA],
    ['of an image', { on: 'upload' }, PICTURES, MEDIA],
    ['of a video', { on: 'upload', of: 'media' }, SIDECARS, MEDIA],
    ['of captions', { on: 'upload', of: 'captions' }, SIDECARS, MEDIA],
    ['of a thumbnail', { on: 'upload', of: 'thumbnail' }, SIDECARS, MEDIA],
    ['of a finalization', { on: 'complete' }, VIDEOS, MEDIA],
    ['of a batch read', { on: 'status' }, PICTURES, MEDIA],
  ])('a redirect %s is not followed', async (_, meant, files, inputs) => {
    const { run, sandbox } = await publish({
      files,
      inputs,
      sandboxOptions: redirecting(meant, trap.origin),
    });
    const host = new URL(trap.origin).host;
    const messages = rowsOf(run).flatMap(({ error }) => error?.message ?? []);
    expect(messages.length).toBeGreaterThan(0);
    for (const text of messages)
      expect(text).toMatch(new RegExp(`was redirected \\(30\\d\\) to ${host}; redirects are not followed$`));
    const codes = sandbox.model.log.map(({ status }) => status).toSorted();
    // The newer APIs read the files that wait with one call; every other call is redirected with each code.
    if (inputs === MEDIA && meant.on === 'status') expect(CODES).toEqual(expect.arrayContaining(codes));
    else expect(codes).toEqual(CODES);
    expect(codes).not.toEqual([]);
    expect(run.rawLog.join('\n')).not.toMatch(/stolen|key=1/);
    expect(trap.visits()).toBe(0);
  });

  it('a redirect to another path of the same host is not followed', async () => {
    const { run, sandbox } = await publish({
      files: PICTURES,
      sandboxOptions: redirecting({ on: 'register' }, ''),
    });
    expect(rowsOf(run).map(({ error }) => error?.code)).toEqual(CODES.map(() => 'HTTP_UNEXPECTED'));
    expect(sandbox.model.log.map(({ path }) => path)).toEqual(CODES.map(() => '/rest/assets'));
    expect(sandbox.model.calls().register).toBe(CODES.length);
  });
});
