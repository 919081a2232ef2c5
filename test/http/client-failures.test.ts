// Requests that fail against real servers. The error names the phase and how much of the request was sent, by which the retry policy
// decides whether LinkedIn may have received it, and it contains no secret.

import { inspect } from 'node:util';
import { errors } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { STALL_MS, UPLOAD_RESPONSE_MS } from '../../src/http/request-body.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { endless, HttpFixture, held, small, statusOf, TOKEN, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const register = (apiUrl: URL) =>
  statusOf(apiUrl, {
    phase: 'register',
    idempotency: 'non-idempotent',
    method: 'POST',
    body: '{"a":1}',
  });
const REGISTER = { phase: 'register', idempotency: 'non-idempotent' };
const UPLOAD = { phase: 'upload', idempotency: 'verify-first' };
const STATUS = { phase: 'status', idempotency: 'idempotent' };

function failing(apiUrl: URL, request: HttpRequest, setting = {}): Promise<CallError> {
  return caught(() => fixture.client(apiUrl, setting).request(request), CallError);
}

/** A server that answers the first bytes of a request with `text`, and closes the connection. */
const answering = (text: string) =>
  fixture.raw((socket) => socket.once('data', () => socket.end(text)));

/** A server that reads a whole request. */
async function reading(
  end: (request: Parameters<Parameters<HttpFixture['http']>[0]>[0]) => void = () => {},
): Promise<{ apiUrl: URL; reached: Promise<void> }> {
  const taken = Promise.withResolvers<void>();
  const apiUrl = await fixture.http((request) => {
    request
      .on('error', () => {})
      .on('end', () => {
        taken.resolve();
        end(request);
      })
      .resume();
  });
  return { apiUrl, reached: taken.promise };
}

const BROKEN = /the connection broke \(.+\)$/;
const secrets = new RegExp(`${TOKEN}|secret-query|ut=`);

it.each<[name: string, serve: () => Promise<URL>, text: RegExp, code?: string]>([
  ['reset at once', () => fixture.raw((socket) => socket.resetAndDestroy()), BROKEN],
  [
    'reset at the first bytes of the request',
    () => fixture.raw((socket) => socket.once('data', () => socket.resetAndDestroy())),
    BROKEN,
  ],
  ['closed without a response', () => answering(''), BROKEN],
  [
    'closed after a response that is not HTTP',
    () => answering('220 smtp ready\r\n'),
    /Response does not match/,
  ],
  [
    'closed after an echo of the request',
    () => fixture.raw((socket) => socket.once('data', (head) => socket.end(head))),
    /Response does not match/,
  ],
  ['closed in the response headers', () => answering('HTTP/1.1 200 OK\r\nconte'), BROKEN],
  [
    'closed in the response body',
    () => answering('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
    BROKEN,
  ],
  [
    'closed in a response chunk',
    () => answering('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
    BROKEN,
  ],
  [
    'refused',
    () => fixture.deserted(),
    /the connection was refused, because no server listens there \(.+\)$/,
  ],
  [
    'redirected',
    () => fixture.http((_, response) => response.writeHead(302, { location: '/y?ut=1' }).end()),
    /was redirected/,
    'HTTP_UNEXPECTED',
  ],
])(
  'a connection that is %s fails the request, and no error contains a secret',
  async (_, serve, text, code = 'NETWORK_FAILED') => {
    const apiUrl = await serve();
    const call = await failing(apiUrl, statusOf(apiUrl));
    const upload = await failing(apiUrl, uploadOf(apiUrl, small(), { bearer: true }));
    expect([call.code, upload.code]).toEqual([code, code]);
    expect(call.message).toMatch(/^GET 127\.0\.0\.1:\d+\/rest\/assets\/C5 \(status\) /);
    expect(upload.message).toMatch(/^the upload to 127\.0\.0\.1:\d+ /);
    for (const error of [call, upload]) {
      expect(error.message).toMatch(text);
      const printed = [
        error.stack,
        inspect(error, { depth: 12 }),
        JSON.stringify(error),
        String(error.cause),
      ];
      expect(printed.join('\n')).not.toMatch(secrets);
    }
  },
);

const silent = () => fixture.silent();
const stopping = async () => {
  const reached = Promise.withResolvers<void>();
  const apiUrl = await fixture.http((_request, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('{', () => reached.resolve());
  });
  return { apiUrl, reached: reached.promise };
};
const get = (apiUrl: URL) => statusOf(apiUrl);
const put = (body: () => Parameters<typeof uploadOf>[1]) => (apiUrl: URL) =>
  uploadOf(apiUrl, body());

it.each<[name: string, typeof silent, (apiUrl: URL) => HttpRequest, limitMs: number, sent: string]>(
  [
    ['a GET without a response', silent, get, STALL_MS, 'all'],
    ['a POST without a response', silent, register, STALL_MS, 'all'],
    ['a response that stops in the middle', stopping, get, STALL_MS, 'all'],
    ['an upload whose server stops reading', silent, put(endless), STALL_MS, 'some'],
    ['an upload whose body stalls', silent, put(() => held().body), STALL_MS, 'some'],
    ['an upload without a response', () => reading(), put(small), UPLOAD_RESPONSE_MS, 'all'],
  ],
)('%s fails with NETWORK_TIMEOUT after its limit', async (_, serve, requestOf, limitMs, sent) => {
  const { apiUrl, reached } = await serve();
  const clock = new TestClock();
  let isOver = false;
  const failure = failing(apiUrl, requestOf(apiUrl), { clock }).finally(() => {
    isOver = true;
  });
  await reached;
  await clock.advance(limitMs - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  const error = await failure;
  expect(error).toMatchObject({ code: 'NETWORK_TIMEOUT', call: { sent } });
  expect(error.message).toContain(`no progress for ${limitMs / 1000} s`);
  expect(clock.waiting).toBe(0);
});

it('a request to a port where nothing listens counts as not sent', async () => {
  const apiUrl = await fixture.deserted();
  expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'nothing' });
  expect((await failing(apiUrl, uploadOf(apiUrl, small()))).call).toEqual({
    ...UPLOAD,
    sent: 'nothing',
  });
});

const coded = (code: string, more = {}) => Object.assign(new Error(code), { code, ...more });
const tunnel = (cause: Error) => new ProxyTunnelError('proxy.test:3128', null, { cause });

it.each<[string, Error, namesApiUrl: boolean]>([
  ['an unknown host name', coded('ENOTFOUND'), true],
  ['an unavailable name server', coded('EAI_AGAIN'), true],
  ['an unreachable host', coded('EHOSTUNREACH'), false],
  ['a connect timeout of undici', new errors.ConnectTimeoutError('slow'), false],
  ['a connect timeout of the system', coded('ETIMEDOUT', { syscall: 'connect' }), false],
  ['a certificate for another host', coded('ERR_TLS_CERT_ALTNAME_INVALID'), true],
  [
    'two addresses that fail',
    new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
    false,
  ],
  ['a proxy that requires a password', new ProxyTunnelError('proxy.test:3128', 407), false],
  ['an unreachable proxy', tunnel(coded('ECONNRESET')), false],
  ['an unknown proxy', tunnel(coded('ENOTFOUND')), false],
])(
  'a request that fails with %s counts as not sent, and the hint names `api-url`: %#',
  async (_, error, namesApiUrl) => {
    const apiUrl = new URL('http://127.0.0.1:9');
    const connect = (__: unknown, callback: (error: Error, socket: null) => void) =>
      callback(error, null);
    const { call, hint } = await failing(apiUrl, register(apiUrl), { connect });
    expect(call).toEqual({ ...REGISTER, sent: 'nothing' });
    expect(hint.includes('`api-url`')).toBe(namesApiUrl);
  },
);

it('an upload whose connection breaks in the middle of the body counts as sent in part, and its body is closed', async () => {
  const apiUrl = await fixture.raw((socket) => {
    let taken = 0;
    socket.on('data', (chunk) => {
      taken += chunk.length;
      if (taken > 1024 * 1024) socket.resetAndDestroy();
    });
  });
  const body = endless();
  const error = await failing(apiUrl, uploadOf(apiUrl, body));
  expect(error).toMatchObject({ code: 'NETWORK_FAILED', call: { ...UPLOAD, sent: 'some' } });
  await body.ended;
  expect(body.yielded).toBeLessThan(512);
});

describe('requests that were sent in full', () => {
  it.each(['reset', 'end', 'half'] as const)(
    'a request whose connection breaks (%s) after the last byte counts as sent in full',
    async (what) => {
      const { apiUrl } = await reading(({ socket }) => {
        if (what === 'reset') socket.resetAndDestroy();
        else
          socket.end(what === 'half' ? 'HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{' : '');
      });
      for (const body of [small(), endless()])
        expect((await failing(apiUrl, uploadOf(apiUrl, body))).call).toEqual({
          ...UPLOAD,
          sent: 'all',
        });
      expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
      expect((await failing(apiUrl, statusOf(apiUrl))).call).toEqual({ ...STATUS, sent: 'all' });
    },
  );

  it('an API call whose connection breaks at the first bytes counts as sent in full, as LinkedIn may have received it', async () => {
    const apiUrl = await fixture.raw((socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    );
    expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
  });

  it('a request with a response counts as sent in full', async () => {
    const apiUrl = await fixture.http((request, response) => {
      request.resume().on('end', () => response.writeHead(503).end('{}'));
    });
    const client = fixture.client(apiUrl);
    expect((await client.request(register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
    expect((await client.request(uploadOf(apiUrl, small()))).call).toEqual({
      ...UPLOAD,
      sent: 'all',
    });
  });

  it('a request whose response is too large or a redirect counts as sent in full', async () => {
    const large = await fixture.http((_request, response) =>
      response.end(Buffer.alloc(1024 * 1024 + 1)),
    );
    expect(await failing(large, register(large))).toMatchObject({
      status: 200,
      call: { sent: 'all' },
    });
    const moved = await fixture.http((_, response) =>
      response.writeHead(307, { location: '/x' }).end(),
    );
    expect(await failing(moved, register(moved))).toMatchObject({
      status: 307,
      call: { sent: 'all' },
    });
  });
});
