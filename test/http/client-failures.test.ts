// Requests that fail against real servers: broken connections and timeouts. No error contains a secret.

import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import { STALL_MS, UPLOAD_RESPONSE_MS } from '../../src/http/idle-timeout.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { endless, HttpFixture, held, small, statusOf, TOKEN, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

/** A server that reads a whole request and never responds. */
async function mute(): Promise<{ apiUrl: URL; taken: Promise<void> }> {
  const taken = Promise.withResolvers<void>();
  const apiUrl = await fixture.http((request) => {
    request
      .on('error', () => {})
      .on('end', taken.resolve)
      .resume();
  });
  return { apiUrl, taken: taken.promise };
}

describe('broken connections', () => {
  it.each([
    ['reset at once', (): Promise<URL> => fixture.raw((socket) => socket.resetAndDestroy())],
    [
      'reset at the first bytes of the request',
      () => fixture.raw((socket) => socket.once('data', () => socket.resetAndDestroy())),
    ],
    ['closed without a response', () => fixture.raw((socket) => socket.once('data', () => socket.end()))],
    [
      'closed after a response that is not HTTP',
      () => fixture.raw((socket) => socket.end('220 smtp ready\r\n')),
    ],
    [
      'closed in the response headers',
      () => fixture.raw((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nconte'))),
    ],
    [
      'closed in the response body',
      () =>
        fixture.raw((socket) =>
          socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')),
        ),
    ],
    [
      'closed in a response chunk',
      () =>
        fixture.raw((socket) =>
          socket.once('data', () =>
            socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
          ),
        ),
    ],
    ['refused', () => fixture.deserted()],
  ])('a broken connection (%s) fails the request with NETWORK_FAILED', async (_name, serve) => {
    const apiUrl = await serve();
    const client = fixture.client(apiUrl);
    const call = await caught(() => client.request(statusOf(apiUrl)), CallError);
    expect(call.code).toBe('NETWORK_FAILED');
    expect(call.message).toMatch(
      /^GET 127\.0\.0\.1:\d+\/rest\/assets\/C5 \(status\) failed: (the connection (broke|was refused, because no server listens there) \(.+\)|Response does not match .+)$/,
    );

    const upload = await caught(() => client.request(uploadOf(apiUrl, small())), CallError);
    expect(upload.code).toBe('NETWORK_FAILED');
    expect(upload.message).toMatch(
      /^the upload to 127\.0\.0\.1:\d+ failed: (the connection (broke|was refused, because no server listens there) \(.+\)|Response does not match .+)$/,
    );
  });

  it('a connection that breaks in the middle of an upload fails it with NETWORK_FAILED and closes the body', async () => {
    const apiUrl = await fixture.raw((socket) => {
      let taken = 0;
      socket.on('data', (chunk) => {
        taken += chunk.length;
        if (taken > 1024 * 1024) socket.resetAndDestroy();
      });
    });
    const body = endless();
    const error = await caught(() => fixture.client(apiUrl).request(uploadOf(apiUrl, body)), CallError);
    expect(error.code).toBe('NETWORK_FAILED');
    await body.ended;
    expect(body.yielded).toBeLessThan(512);
  });

  it('a connection that breaks after the last byte of an upload fails it with NETWORK_FAILED', async () => {
    const apiUrl = await fixture.http((request, response) => {
      request.resume().on('end', () => response.destroy());
    });
    const body = small();
    const error = await caught(() => fixture.client(apiUrl).request(uploadOf(apiUrl, body)), CallError);
    expect(error.code).toBe('NETWORK_FAILED');
    await body.ended;
  });
});

describe('request timeouts', () => {
  /** Resolves with the error of a request that fails after exactly `limitMs`. */
  async function timedOut(request: HttpRequest, apiUrl: URL, reached: Promise<void>, limitMs: number) {
    const clock = new TestClock();
    let isOver = false;
    const failure = caught(() => fixture.client(apiUrl, { clock }).request(request), CallError).finally(
      () => {
        isOver = true;
      },
    );
    await reached;
    await clock.advance(limitMs - 1);
    expect(isOver).toBe(false);
    await clock.advance(1);
    const error = await failure;
    expect(error.code).toBe('NETWORK_TIMEOUT');
    expect(error.message).toContain(`no progress for ${limitMs / 1000} s`);
    expect(clock.waiting).toBe(0);
    return error;
  }

  it.each(['GET', 'POST'] as const)(
    'a %s without a response fails with NETWORK_TIMEOUT after the idle timeout',
    async (method) => {
      const { apiUrl, reached } = await fixture.silent();
      const body = method === 'POST' ? { body: '{}' } : {};
      await timedOut(statusOf(apiUrl, { method, ...body }), apiUrl, reached, STALL_MS);
    },
  );

  it('a response that stops in the middle fails with NETWORK_TIMEOUT after the idle timeout', async () => {
    const reached = Promise.withResolvers<void>();
    const apiUrl = await fixture.http((_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('{', () => reached.resolve());
    });
    await timedOut(statusOf(apiUrl), apiUrl, reached.promise, STALL_MS);
  });

  it('an upload whose server stops reading fails with NETWORK_TIMEOUT after the idle timeout', async () => {
    const { apiUrl, reached } = await fixture.silent();
    const body = endless();
    await timedOut(uploadOf(apiUrl, body), apiUrl, reached, STALL_MS);
    await body.ended;
  });

  it('an upload whose body stalls fails with NETWORK_TIMEOUT after the idle timeout', async () => {
    const { apiUrl, reached } = await fixture.silent();
    const { body, release } = held();
    await timedOut(uploadOf(apiUrl, body), apiUrl, reached, STALL_MS);
    release();
    await body.ended;
  });

  it('an upload without a response fails with NETWORK_TIMEOUT after the response timeout', async () => {
    const { apiUrl, taken } = await mute();
    await timedOut(uploadOf(apiUrl, small()), apiUrl, taken, UPLOAD_RESPONSE_MS);
  });
});

it('a request that succeeds leaves no timer behind', async () => {
  const apiUrl = await fixture.http((_request, response) => response.end('{}'));
  const clock = new TestClock();
  await fixture.client(apiUrl, { clock }).request(statusOf(apiUrl));
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});

describe('secrets in errors', () => {
  const secrets = new RegExp(`${TOKEN}|secret-query|ut=`);
  it.each([
    ['a broken connection', (): Promise<URL> => fixture.raw((socket) => socket.resetAndDestroy())],
    [
      'a truncated response',
      () =>
        fixture.raw((socket) =>
          socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')),
        ),
    ],
    [
      'a response that is not HTTP',
      () => fixture.raw((socket) => socket.once('data', (head) => socket.end(head))),
    ],
    [
      'a redirect',
      () => fixture.http((_request, response) => response.writeHead(302, { location: '/y?ut=1' }).end()),
    ],
    [
      'an early response',
      () =>
        fixture.raw((socket) =>
          socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')),
        ),
    ],
    ['a refused connection', () => fixture.deserted()],
  ])('an error contains no secret, however it is printed: %s', async (_name, serve) => {
    const apiUrl = await serve();
    const request = uploadOf(apiUrl, held().body, { bearer: true });
    const error = await caught(() => fixture.client(apiUrl).request(request), ActionError);
    const printed = [
      error.message,
      error.stack,
      inspect(error, { depth: 12 }),
      JSON.stringify(error),
      String(error.cause),
    ];
    for (const text of printed) expect(text).not.toMatch(secrets);
  });
});
