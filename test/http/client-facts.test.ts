// The error of a failed request names the phase and how much of the request was sent. The retry policy decides by it
// whether LinkedIn may have received the request. Runs against real servers.

import { errors } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { STALL_MS, UPLOAD_RESPONSE_MS } from '../../src/http/idle-timeout.ts';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { endless, HttpFixture, small, statusOf, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const register = (apiUrl: URL) =>
  statusOf(apiUrl, { phase: 'register', idempotency: 'non-idempotent', method: 'POST', body: '{"a":1}' });
const REGISTER = { phase: 'register', idempotency: 'non-idempotent' };
const UPLOAD = { phase: 'upload', idempotency: 'verify-first' };
const STATUS = { phase: 'status', idempotency: 'idempotent' };

function failing(apiUrl: URL, request: ReturnType<typeof statusOf>, setting = {}): Promise<CallError> {
  return caught(() => fixture.client(apiUrl, setting).request(request), CallError);
}

const coded = (code: string, more = {}) => Object.assign(new Error(code), { code, ...more });

describe('requests that were not sent', () => {
  it('a request to a port where nothing listens counts as not sent', async () => {
    const apiUrl = await fixture.deserted();
    expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'nothing' });
    expect((await failing(apiUrl, uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'nothing' });
  });

  it.each([
    ['an unknown host name', coded('ENOTFOUND')],
    ['an unavailable name server', coded('EAI_AGAIN')],
    ['an unreachable host', coded('EHOSTUNREACH')],
    ['a connect timeout of undici', new errors.ConnectTimeoutError('slow')],
    ['a connect timeout of the system', coded('ETIMEDOUT', { syscall: 'connect' })],
    ['a certificate for another host', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
    [
      'two addresses that both fail to connect',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
    ],
    ['a proxy that requires a password', new ProxyTunnelError('proxy.test:3128', 407)],
    ['an unreachable proxy', new ProxyTunnelError('proxy.test:3128', null, { cause: coded('ECONNRESET') })],
  ])('a request that fails with %s counts as not sent', async (_, error) => {
    const apiUrl = new URL('http://127.0.0.1:9');
    const connect = (__: unknown, callback: (error: Error, socket: null) => void) => callback(error, null);
    const { call } = await failing(apiUrl, register(apiUrl), { connect });
    expect(call).toEqual({ ...REGISTER, sent: 'nothing' });
  });
});

it.each([
  ['the host', coded('ENOTFOUND'), true],
  ['the host, because of the name server,', coded('EAI_AGAIN'), true],
  ['the proxy', new ProxyTunnelError('proxy.test:3128', null, { cause: coded('ENOTFOUND') }), false],
  ['the port', coded('ECONNREFUSED'), false],
])('if %s is not found (%o), the hint names `api-url`: %s', async (_, error, isNamed) => {
  const apiUrl = new URL('http://127.0.0.1:9');
  const connect = (__: unknown, callback: (error: Error, socket: null) => void) => callback(error, null);
  const { code, hint } = await failing(apiUrl, register(apiUrl), { connect });
  expect([code, hint.includes('`api-url`')]).toEqual(['NETWORK_FAILED', isNamed]);
});

describe('requests that were sent in part', () => {
  it('an upload whose connection breaks in the middle of the body counts as sent in part', async () => {
    const apiUrl = await fixture.raw((socket) => {
      let taken = 0;
      socket.on('data', (chunk) => {
        taken += chunk.length;
        if (taken > 1024 * 1024) socket.resetAndDestroy();
      });
    });
    const { call } = await failing(apiUrl, uploadOf(apiUrl, endless()));
    expect(call).toEqual({ ...UPLOAD, sent: 'some' });
  });

  it('an upload whose server stops reading counts as sent in part', async () => {
    const { apiUrl, reached } = await fixture.silent();
    const clock = new TestClock();
    const failure = failing(apiUrl, uploadOf(apiUrl, endless()), { clock });
    await reached;
    await clock.advance(STALL_MS);
    expect(await failure).toMatchObject({ code: 'NETWORK_TIMEOUT', call: { ...UPLOAD, sent: 'some' } });
  });

  it('an upload with an early response counts as sent in part, whether it succeeds or fails', async () => {
    const respondEarly = (status: number) =>
      fixture.raw((socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(`HTTP/1.1 ${status} Early\r\ncontent-length: 0\r\n\r\n`);
        });
      });
    const good = await respondEarly(201);
    const error = await caught(() => fixture.client(good).request(uploadOf(good, endless())), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_INCOMPLETE', call: { ...UPLOAD, sent: 'some' } });
    const bad = await respondEarly(413);
    expect(await fixture.client(bad).request(uploadOf(bad, endless()))).toMatchObject({
      status: 413,
      call: { ...UPLOAD, sent: 'some' },
    });
  });
});

describe('requests that were sent in full', () => {
  /** Reads a whole request, then closes its connection as `what` says. */
  const closeAfterRequest = (what: 'reset' | 'end' | 'half') =>
    fixture.http((request, response) => {
      request.resume().on('end', () => {
        if (what === 'reset') request.socket.resetAndDestroy();
        else if (what === 'end') request.socket.end();
        else request.socket.end('HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{');
        void response;
      });
    });

  it.each(['reset', 'end', 'half'] as const)(
    'a request whose connection breaks (%s) after the last byte counts as sent in full',
    async (what) => {
      const apiUrl = await closeAfterRequest(what);
      expect((await failing(apiUrl, uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'all' });
      expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
      expect((await failing(apiUrl, statusOf(apiUrl))).call).toEqual({ ...STATUS, sent: 'all' });
    },
  );

  it('a large upload whose connection breaks after the last byte counts as sent in full', async () => {
    const apiUrl = await closeAfterRequest('reset');
    expect((await failing(apiUrl, uploadOf(apiUrl, endless()))).call).toEqual({ ...UPLOAD, sent: 'all' });
  });

  it('an upload without a response counts as sent in full', async () => {
    const taken = Promise.withResolvers<void>();
    const apiUrl = await fixture.http(
      (request) =>
        void request
          .on('error', () => {})
          .on('end', taken.resolve)
          .resume(),
    );
    const clock = new TestClock();
    const failure = failing(apiUrl, uploadOf(apiUrl, small()), { clock });
    await taken.promise;
    await clock.advance(UPLOAD_RESPONSE_MS);
    expect(await failure).toMatchObject({ code: 'NETWORK_TIMEOUT', call: { ...UPLOAD, sent: 'all' } });
  });

  it('an API call whose connection breaks at the first bytes counts as sent in full, as LinkedIn may have received it', async () => {
    const apiUrl = await fixture.raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
  });

  it('a request with a response counts as sent in full', async () => {
    const apiUrl = await fixture.http((request, response) => {
      request.resume().on('end', () => response.writeHead(503).end('{}'));
    });
    const client = fixture.client(apiUrl);
    expect((await client.request(register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
    expect((await client.request(uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'all' });
  });

  it('a request whose response is too large or a redirect counts as sent in full', async () => {
    const large = await fixture.http((_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1)));
    const tooLarge = await caught(() => fixture.client(large).request(register(large)), CallError);
    expect(tooLarge).toMatchObject({ status: 200, call: { ...REGISTER, sent: 'all' } });
    const moved = await fixture.http((_request, response) =>
      response.writeHead(307, { location: '/x' }).end(),
    );
    const redirect = await caught(() => fixture.client(moved).request(register(moved)), CallError);
    expect(redirect).toMatchObject({ status: 307, call: { ...REGISTER, sent: 'all' } });
  });
});
