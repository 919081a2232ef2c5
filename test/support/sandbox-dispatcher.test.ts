// The dispatcher over a handler without sockets: aborts, and bodies of the wrong length.

import type { Readable } from 'node:stream';
import { request } from 'undici';
import { expect, it } from 'vitest';
import { readBody } from '../../src/sandbox/messages.ts';
import { SandboxDispatcher } from './sandbox-dispatcher.ts';

const HALF = Buffer.from('01234');

function setUp() {
  const received: Buffer[] = [];
  const dispatcher = new SandboxDispatcher(async (given) => {
    received.push(await readBody(given));
    return { status: 201, headers: {}, body: '' };
  });
  const put = (body: AsyncIterable<Uint8Array>, signal: AbortSignal | null = null) =>
    request('https://api.linkedin.com/x', {
      ...{ method: 'PUT', dispatcher, headers: { 'content-length': '10' }, body: body as Readable, signal },
    });
  return { put, received };
}

it('an aborted request rejects with the reason of its signal while its body hangs, and is not handled', async () => {
  const { put, received } = setUp();
  const abort = new AbortController();
  const reason = new Error('cancelled');
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  async function* hanging(): AsyncGenerator<Uint8Array> {
    try {
      yield HALF;
      abort.abort(reason);
      await released;
      yield HALF;
    } finally {
      end();
    }
  }
  await expect(put(hanging(), abort.signal)).rejects.toBe(reason);
  release();
  await ended;
  expect(received).toEqual([]);
});

it('a request rejects with the error of its body', async () => {
  const { put, received } = setUp();
  const broken = new Error('disk gone');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield HALF;
    throw broken;
  }
  await expect(put(breaking())).rejects.toBe(broken);
  expect(received).toEqual([]);
});

it.each([
  ['short', 1],
  ['long', 3],
])('a body that is too %s for its length is rejected as by undici', async (_, halves) => {
  const { put, received } = setUp();
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < halves; sent += 1) yield HALF;
  }
  await expect(put(body())).rejects.toMatchObject({ code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' });
  expect(received).toEqual([]);
});
