// What a failed request says of itself, against real servers: what it was for, and how much of it had left. By that it
// is judged whether LinkedIn may have heard it.

import { errors } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { type ActionError, HttpError, NetworkError, UploadError } from '../../src/errors.ts';
import { ANSWER_MS, STALL_MS } from '../../src/http/idle-timeout.ts';
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

function failing(apiUrl: URL, request: ReturnType<typeof statusOf>, setting = {}): Promise<ActionError> {
  return caught(() => fixture.client(apiUrl, setting).request(request), NetworkError);
}

describe('nothing has left', () => {
  it('when nobody is there', async () => {
    const apiUrl = await fixture.deserted();
    expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'nothing' });
    expect((await failing(apiUrl, uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'nothing' });
    expect((await failing(apiUrl, statusOf(apiUrl))).call).toEqual({ ...STATUS, sent: 'nothing' });
  });

  const coded = (code: string, more = {}) => Object.assign(new Error(code), { code, ...more });
  it.each([
    ['a name that is not found', coded('ENOTFOUND')],
    ['a name server that does not answer', coded('EAI_AGAIN')],
    ['no way there', coded('EHOSTUNREACH')],
    ['no connection in time', new errors.ConnectTimeoutError('slow')],
    ['a system that gave up to connect', coded('ETIMEDOUT', { syscall: 'connect' })],
    ['a certificate of another', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['two addresses, and nobody at both', new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])],
    ['a proxy that wants a password', new ProxyTunnelError('proxy.test:3128', 407)],
    [
      'a proxy that is not there',
      new ProxyTunnelError('proxy.test:3128', null, { cause: coded('ECONNRESET') }),
    ],
  ])('with %s', async (_, error) => {
    const apiUrl = new URL('http://127.0.0.1:9');
    const connect = (__: unknown, callback: (error: Error, socket: null) => void) => callback(error, null);
    const { call } = await failing(apiUrl, register(apiUrl), { connect });
    expect(call).toEqual({ ...REGISTER, sent: 'nothing' });
  });
});

describe('some of it has left', () => {
  it('when the line breaks in the middle of the body', async () => {
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

  it('when the other side takes no more', async () => {
    const { apiUrl, reached } = await fixture.silent();
    const clock = new TestClock();
    const failure = failing(apiUrl, uploadOf(apiUrl, endless()), { clock });
    await reached;
    await clock.advance(STALL_MS);
    expect(await failure).toMatchObject({ code: 'NETWORK_TIMEOUT', call: { ...UPLOAD, sent: 'some' } });
  });

  it('when the answer comes early, be it good or bad', async () => {
    const hasty = (status: number) =>
      fixture.raw((socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(`HTTP/1.1 ${status} Early\r\ncontent-length: 0\r\n\r\n`);
        });
      });
    const good = await hasty(201);
    const error = await caught(() => fixture.client(good).request(uploadOf(good, endless())), UploadError);
    expect(error).toMatchObject({ code: 'UPLOAD_INCOMPLETE', call: { ...UPLOAD, sent: 'some' } });
    const bad = await hasty(413);
    expect(await fixture.client(bad).request(uploadOf(bad, endless()))).toMatchObject({
      status: 413,
      call: { ...UPLOAD, sent: 'some' },
    });
  });
});

describe('all of it has left', () => {
  /** Takes a whole request, then does `what` to its connection. */
  const taking = (what: 'reset' | 'end' | 'half') =>
    fixture.http((request, response) => {
      request.resume().on('end', () => {
        if (what === 'reset') request.socket.resetAndDestroy();
        else if (what === 'end') request.socket.end();
        else request.socket.end('HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{');
        void response;
      });
    });

  it.each(['reset', 'end', 'half'] as const)(
    'when the line breaks (%s) after the last byte',
    async (what) => {
      const apiUrl = await taking(what);
      expect((await failing(apiUrl, uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'all' });
      expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
      expect((await failing(apiUrl, statusOf(apiUrl))).call).toEqual({ ...STATUS, sent: 'all' });
    },
  );

  it('of a large body too', async () => {
    const apiUrl = await taking('reset');
    expect((await failing(apiUrl, uploadOf(apiUrl, endless()))).call).toEqual({ ...UPLOAD, sent: 'all' });
  });

  it('when no answer comes', async () => {
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
    await clock.advance(ANSWER_MS);
    expect(await failure).toMatchObject({ code: 'NETWORK_TIMEOUT', call: { ...UPLOAD, sent: 'all' } });
  });

  it('of a call, however soon the line breaks: it may have been heard', async () => {
    const apiUrl = await fixture.raw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect((await failing(apiUrl, register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
  });

  it('of one that was answered', async () => {
    const apiUrl = await fixture.http((request, response) => {
      request.resume().on('end', () => response.writeHead(503).end('{}'));
    });
    const client = fixture.client(apiUrl);
    expect((await client.request(register(apiUrl))).call).toEqual({ ...REGISTER, sent: 'all' });
    expect((await client.request(uploadOf(apiUrl, small()))).call).toEqual({ ...UPLOAD, sent: 'all' });
  });

  it('of one whose answer is no answer of LinkedIn', async () => {
    const large = await fixture.http((_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1)));
    const tooLarge = await caught(() => fixture.client(large).request(register(large)), HttpError);
    expect(tooLarge).toMatchObject({ status: 200, call: { ...REGISTER, sent: 'all' } });
    const moved = await fixture.http((_request, response) =>
      response.writeHead(307, { location: '/x' }).end(),
    );
    const redirect = await caught(() => fixture.client(moved).request(register(moved)), HttpError);
    expect(redirect).toMatchObject({ status: 307, call: { ...REGISTER, sent: 'all' } });
  });
});
