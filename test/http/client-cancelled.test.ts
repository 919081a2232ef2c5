// Requests against real servers that are aborted by the run's signal or by their own signal, at every moment.

import { getEventListeners } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors/action-error.ts';
import type { Phase } from '../../src/errors/retry-policy.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import { caught } from '../support/caught.ts';
import { endless, HttpFixture, held, small, statusOf, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

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
      const signals = whose === 'run' ? [{ signal: stop.signal }, {}] : [{}, { signal: stop.signal }];
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
