// Requests that must not be sent twice: the client knows whether they left. What a cancellation ends, and what it does not.

import { getEventListeners } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ActionError, CallError, RunError } from '../../src/errors/action-error.ts';
import type { Phase } from '../../src/errors/retry-policy.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import { readBody } from '../../src/sandbox/messages.ts';
import { caught } from '../support/caught.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { endless, HttpFixture, held, small, statusOf, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const ID = { 'x-restli-id': 'urn:li:share:1' };
const isAnsweredBy: HttpRequest['isAnsweredBy'] = (headers) => headers['x-restli-id'] !== undefined;

function postOf(apiUrl: URL, more: Partial<HttpRequest>): HttpRequest {
  const request = {
    phase: 'post',
    idempotency: 'non-idempotent',
    method: 'POST',
    body: '{"a":"ä"}',
  } as const;
  return statusOf(apiUrl, { ...request, url: new URL('/rest/posts', apiUrl), ...more });
}

/** Counts the calls of `onSending`. */
function watched(): { sendings: number; onSending: () => void } {
  const watch = {
    sendings: 0,
    onSending: () => {
      watch.sendings += 1;
    },
  };
  return watch;
}

describe('requests that report when they leave', () => {
  it.each([
    ['a short text', '{"a":"ä"}'],
    ['a text larger than a socket takes at once', JSON.stringify('ä\n'.repeat(200_000))],
  ])(
    '%s arrives as it was given, with its length in bytes, and is reported before it leaves',
    async (_, body) => {
      const watch = watched();
      let received = '';
      let length: string | undefined;
      const apiUrl = await fixture.http(async (request, response) => {
        expect(watch.sendings).toBe(1);
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        received = Buffer.concat(chunks).toString();
        length = request.headers['content-length'];
        response.writeHead(201, ID).end();
      });
      const reply = await fixture.client(apiUrl).request(postOf(apiUrl, { ...watch, body }));
      expect(reply).toMatchObject({
        status: 201,
        headers: ID,
        call: { phase: 'post', sent: 'all' },
      });
      expect([received, length]).toEqual([body, String(Buffer.byteLength(body))]);
      expect(watch.sendings).toBe(1);
    },
  );

  const refuse = (_: object, done: (error: Error | null, socket: null) => void) =>
    done(new Error('closed by the other side'), null);
  it.each([
    ['is refused', undefined],
    ['closes before the request leaves', refuse as never],
  ])(
    'a connection that %s fails with nothing sent, and is not reported as sending',
    async (_, connect) => {
      const watch = watched();
      const apiUrl = await fixture.deserted();
      const client = fixture.client(apiUrl, connect && { connect });
      const error = await caught(() => client.request(postOf(apiUrl, watch)), CallError);
      expect(error).toMatchObject({
        code: 'NETWORK_FAILED',
        call: { phase: 'post', sent: 'nothing' },
      });
      expect(watch.sendings).toBe(0);
    },
  );

  it('an error of `onSending` ends the request, and no byte of it leaves', async () => {
    const received: Buffer[] = [];
    const closed = Promise.withResolvers<void>();
    const apiUrl = await fixture.raw((socket) => {
      socket.on('data', (data) => received.push(data)).once('close', () => closed.resolve());
    });
    const tooLate = new RunError('RUN_STOPPED', 'its time limit has passed');
    const onSending = () => {
      throw tooLate;
    };
    const failed = caught(
      () => fixture.client(apiUrl).request(postOf(apiUrl, { onSending })),
      RunError,
    );
    expect(await failed).toBe(tooLate);
    await closed.promise;
    expect(received).toEqual([]);
  });

  it('a connection that breaks after the request fails with all of it sent', async () => {
    const watch = watched();
    const apiUrl = await fixture.raw((socket) => socket.once('data', () => socket.destroy()));
    const error = await caught(
      () => fixture.client(apiUrl).request(postOf(apiUrl, watch)),
      CallError,
    );
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', call: { sent: 'all' } });
    expect(watch.sendings).toBe(1);
  });

  it('an error that reads like a failed connection still counts as sent once the request has left', async () => {
    const refused = Object.assign(new Error('connect'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    const dispatcher = new SandboxDispatcher(async (request) => {
      await readBody(request);
      throw refused;
    });
    const apiUrl = new URL('http://127.0.0.1:9');
    const client = createHttpClient({ ...fixture.options(apiUrl), dispatcher });
    const error = await caught(() => client.request(postOf(apiUrl, watched())), CallError);
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', call: { sent: 'all' } });
  });
});

/** A connector that connects when the test says so. */
function heldConnection() {
  const release = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const connect = (
    { hostname, port }: { hostname: string; port: string },
    done: (error: Error | null, socket: unknown) => void,
  ) => {
    asked.resolve();
    void release.promise.then(() => {
      const socket = connectSocket(Number(port), hostname);
      socket.once('connect', () => done(null, socket)).once('error', (error) => done(error, null));
    });
  };
  return { connect: connect as never, asked: asked.promise, release: release.resolve };
}

it.each(['the run', 'the request'])(
  'an abort by the signal of %s before the first byte leaves sends nothing',
  async (whose) => {
    const watch = watched();
    let requests = 0;
    const apiUrl = await fixture.http((_, response) => {
      requests += 1;
      response.end();
    });
    const stop = new AbortController();
    const held = heldConnection();
    const signal = whose === 'the run' ? { signal: stop.signal } : {};
    const client = fixture.client(apiUrl, { connect: held.connect, ...signal });
    const own = whose === 'the run' ? {} : { signal: stop.signal };
    const failed = caught(() => client.request(postOf(apiUrl, { ...watch, ...own })), RunError);
    await held.asked;
    stop.abort();
    expect(await failed).toMatchObject({ code: 'RUN_CANCELLED' });
    held.release();
    // A later request over the same connection shows that the first one never followed.
    if (whose === 'the request') await client.request(postOf(apiUrl, watched()));
    expect([watch.sendings, requests]).toEqual([0, whose === 'the request' ? 1 : 0]);
  },
);

it.each(['the run', 'the request'])(
  'an abort by the signal of %s after that does not end the request, whose response arrives',
  async (whose) => {
    const stop = new AbortController();
    const answer = Promise.withResolvers<void>();
    const apiUrl = await fixture.http(async (_, response) => {
      await answer.promise;
      response.writeHead(201, ID).write('{');
      setImmediate(() => response.end('}'));
    });
    const signal = whose === 'the run' ? { signal: stop.signal } : {};
    const own = whose === 'the run' ? {} : { signal: stop.signal };
    const onSending = () => stop.abort();
    const pending = fixture.client(apiUrl, signal).request(postOf(apiUrl, { onSending, ...own }));
    answer.resolve();
    expect(await pending).toMatchObject({ status: 201, text: '{}' });
  },
);

it('a request without `onSending` is still aborted at any time', async () => {
  const stop = new AbortController();
  const { apiUrl, reached } = await fixture.silent();
  const failed = caught(
    () => fixture.client(apiUrl).request(postOf(apiUrl, { signal: stop.signal })),
    CallError,
  );
  await reached;
  stop.abort();
  expect(await failed).toMatchObject({ code: 'RUN_CANCELLED', effect: 'maybe' });
});

const damaged = (status: number, headers: Record<string, string>) =>
  fixture.http((_, response) => {
    response.writeHead(status, { ...headers, 'content-length': '100' }).write('{"id":');
    setImmediate(() => response.destroy());
  });
const tooLarge = (status: number, headers: Record<string, string>) =>
  fixture.http((_, response) => {
    response.writeHead(status, headers).end(Buffer.alloc(1024 * 1024 + 1, 0x20));
  });
const request = (apiUrl: URL) =>
  fixture.client(apiUrl).request(postOf(apiUrl, { ...watched(), isAnsweredBy }));

it.each([
  ['if the connection breaks in the body', damaged],
  ['if the body is too large', tooLarge],
])('a success with an id is returned without its body %s', async (_, serve) => {
  expect(await request(await serve(201, ID))).toMatchObject({ status: 201, text: '', headers: ID });
});

it.each([
  [
    'a success without an id fails if the connection breaks in the body',
    damaged,
    201,
    {},
    'NETWORK_FAILED',
  ],
  [
    'an error with an id fails if the connection breaks in the body',
    damaged,
    500,
    ID,
    'NETWORK_FAILED',
  ],
  ['a success without an id fails if the body is too large', tooLarge, 201, {}, 'HTTP_UNEXPECTED'],
])('%s', async (_, serve, status, headers, code) => {
  const apiUrl = await serve(status, headers);
  expect(await caught(() => request(apiUrl), CallError)).toMatchObject({
    code,
    call: { sent: 'all' },
  });
});

const stopped = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGTERM)');
const lost = new ActionError('UPLOAD_EXPIRED', 'another part was lost');

it.each<['run' | 'request', reason: unknown, code: string]>([
  ['run', stopped, 'RUN_CANCELLED'],
  ['run', undefined, 'RUN_CANCELLED'],
  ['request', lost, 'UPLOAD_EXPIRED'],
  ['request', new TypeError('a bug'), 'RUN_CANCELLED'],
])(
  'a request that is aborted by the signal of the %s (%o) fails with %s at every moment',
  async (whose, reason, code) => {
    const { apiUrl, reached } = await fixture.silent();
    const connecting = { connect: () => {} };
    const moments: [HttpRequest, Promise<void>, { connect?: () => void }][] = [
      [statusOf(apiUrl), Promise.resolve(), connecting],
      [uploadOf(apiUrl, small()), Promise.resolve(), connecting],
      [uploadOf(apiUrl, endless()), reached, {}],
      [statusOf(apiUrl), reached, {}],
    ];
    for (const [request, moment, setting] of moments) {
      const stop = new AbortController();
      const signals =
        whose === 'run' ? [{ signal: stop.signal }, {}] : [{}, { signal: stop.signal }];
      const client = fixture.client(apiUrl, { ...setting, ...signals[0] });
      const failure = caught(() => client.request({ ...request, ...signals[1] }), ActionError);
      await moment;
      stop.abort(reason);
      const error = await failure;
      expect(error.code).toBe(code);
      if (reason instanceof ActionError) expect(error).toBe(reason);
      else expect(error.cause).toBe(stop.signal.reason);
    }
  },
);

it.each(['run', 'request'])(
  'a request whose signal (%s) is aborted before the start sends nothing and is not counted',
  async (whose) => {
    let connections = 0;
    // Answers, so that a request that is sent all the same ends.
    const apiUrl = await fixture.raw((socket) => {
      connections += 1;
      socket.end('HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n');
    });
    const signal = AbortSignal.abort();
    const phases: Phase[] = [];
    const onRequest = (phase: Phase) => phases.push(phase);
    const client = fixture.client(apiUrl, whose === 'run' ? { signal, onRequest } : { onRequest });
    const body = small();
    const error = await caught(
      () => client.request(uploadOf(apiUrl, body, whose === 'request' ? { signal } : {})),
      RunError,
    );
    expect(error.code).toBe('RUN_CANCELLED');
    expect({ connections, phases, yielded: body.yielded }).toEqual({
      connections: 0,
      phases: [],
      yielded: 0,
    });
  },
);

it('an abort while the response body arrives fails the request with the abort reason', async () => {
  const reached = Promise.withResolvers<void>();
  const apiUrl = await fixture.http((_request, response) => {
    response.writeHead(200);
    response.write('{', () => reached.resolve());
  });
  const stop = new AbortController();
  const failure = caught(
    () => fixture.client(apiUrl, { signal: stop.signal }).request(statusOf(apiUrl)),
    RunError,
  );
  await reached.promise;
  stop.abort(stopped);
  expect(await failure).toBe(stopped);
});

it('an abort closes the request body and the connection', async () => {
  const reached = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const apiUrl = await fixture.raw((socket) => {
    socket.once('data', () => reached.resolve());
    socket.on('close', () => closed.resolve());
  });
  const stop = new AbortController();
  const { body, release } = held();
  const request = uploadOf(apiUrl, body, { signal: stop.signal });
  const failure = caught(() => fixture.client(apiUrl).request(request), RunError);
  await reached.promise;
  stop.abort();
  await failure;
  await closed.promise;
  release();
  await body.ended;
});

it('requests that have ended leave no listener on their own signal and on that of the run', async () => {
  const apiUrl = await fixture.http((_request, response) => response.end('{}'));
  const [run, own] = [new AbortController(), new AbortController()];
  const client = fixture.client(apiUrl, { signal: run.signal });
  for (let count = 0; count < 3; count += 1)
    await client.request({ ...statusOf(apiUrl), signal: own.signal });
  expect(getEventListeners(own.signal, 'abort')).toEqual([]);
  expect(getEventListeners(run.signal, 'abort')).toEqual([]);
});
