// The HTTP client against real servers: requests, allowed hosts, redirects, responses, and LinkedIn's clock.

import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { Phase } from '../../src/errors/retry-policy.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { type HttpRequest, MAX_PART_PLAN_BYTES } from '../../src/http/messages.ts';
import { Secret } from '../../src/secret.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { HttpFixture, small, statusOf, TOKEN, uploadOf, watched } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly names: readonly string[];
  readonly text: string;
}

/** A server that responds with 200 `{}` and records the requests. */
async function listening(): Promise<{ apiUrl: URL; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const apiUrl = await fixture.http(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers, rawHeaders } = request;
    const names = rawHeaders
      .filter((_, index) => index % 2 === 0)
      .map((name) => name.toLowerCase());
    received.push({ method, path, headers, names, text: Buffer.concat(chunks).toString() });
    response.end('{}');
  });
  return { apiUrl, received };
}

it('an API call is sent with the token and the given headers', async () => {
  const { apiUrl, received } = await listening();
  const client = fixture.client(apiUrl);
  const headers = { accept: 'application/json', 'x-restli-protocol-version': '2.0.0' };
  const reply = await client.request(statusOf(apiUrl, { headers }));
  expect(reply).toMatchObject({ status: 200, text: '{}' });
  expect(received[0]).toMatchObject({
    method: 'GET',
    path: '/rest/assets/C5?fields=id',
    headers: {
      ...headers,
      authorization: `Bearer ${TOKEN}`,
      'user-agent': 'linkedin-media-upload',
      'accept-encoding': 'identity',
    },
  });
  expect(received[0]?.names.toSorted()).toEqual([
    ...['accept', 'accept-encoding', 'authorization', 'connection', 'host', 'user-agent'],
    'x-restli-protocol-version',
  ]);
});

it('a text body is sent with its length in bytes', async () => {
  const { apiUrl, received } = await listening();
  const request = statusOf(apiUrl, { method: 'POST', phase: 'register', body: '{"a":"ä"}' });
  await fixture.client(apiUrl).request(request);
  expect(received[0]).toMatchObject({
    method: 'POST',
    text: '{"a":"ä"}',
    headers: { 'content-length': '10' },
  });
});

it.each([true, false])(
  'an upload is sent with its exact length and never in chunks (token: %s)',
  async (bearer) => {
    const { apiUrl, received } = await listening();
    const pieces = ['one', '', 'two', 'three'].map((text) => Buffer.from(text));
    const body = watched(11, pieces);
    await fixture.client(apiUrl).request(uploadOf(apiUrl, body, { bearer }));
    expect(received[0]).toMatchObject({
      method: 'PUT',
      path: '/dms-uploads/x/0?ut=secret-query',
      text: 'onetwothree',
      headers: { 'content-length': '11', 'content-type': 'application/octet-stream' },
    });
    expect(received[0]?.headers['transfer-encoding']).toBeUndefined();
    expect(received[0]?.headers.expect).toBeUndefined();
    expect(received[0]?.headers.authorization).toBe(bearer ? `Bearer ${TOKEN}` : undefined);
    await body.ended;
  },
);

it.each<[name: string, address: string, more?: Partial<HttpRequest>]>([
  ['a call to another port', 'http://127.0.0.1:1/rest/assets/C5'],
  ['a call to another host name', 'http://localhost/rest/assets/C5'],
  ['a call to LinkedIn beside another api-url', 'https://api.linkedin.com/rest/assets/C5'],
  [
    'an upload to another host name',
    'http://localhost/x?ut=secret',
    { phase: 'upload', method: 'PUT' },
  ],
  ['an upload to LinkedIn from loopback', 'https://www.linkedin.com/x', { phase: 'upload' }],
  [
    'a token call to an unknown path',
    'https://www.linkedin.com/oauth/v2/token',
    { phase: 'token' },
  ],
  [
    'a token call beside another api-url',
    'https://www.linkedin.com/oauth/v2/accessToken',
    { phase: 'token' },
  ],
  ['a call of GitHub with the token', 'https://api.github.com/repos', { phase: 'github' }],
])(
  'a request to a URL that is not allowed fails and sends nothing: %s',
  async (_name, address, more = {}) => {
    const { apiUrl } = await listening();
    const phases: Phase[] = [];
    const client = fixture.client(apiUrl, { onRequest: (phase) => phases.push(phase) });
    const error = await caught(
      () => client.request(statusOf(apiUrl, { ...more, url: new URL(address) })),
      ActionError,
    );
    expect(error.code).toBe(more.phase === 'github' ? 'GITHUB_FAILED' : 'UPLOAD_URL');
    expect(error.message).toBe(
      `requests to ${new URL(address).origin} are not allowed; nothing was sent`,
    );
    expect(phases).toEqual([]);
  },
);

const kinds = ['status', 'register', 'complete', 'upload'] as const;
const cases = [301, 302, 303, 307, 308].flatMap((status) =>
  kinds.map((phase) => [status, phase] as const),
);
it.each(cases)(
  'a redirect (%i) of a %s request is not followed and fails the request',
  async (status, phase) => {
    const { apiUrl: target, received } = await listening();
    const apiUrl = await fixture.http((request, response) => {
      request.resume();
      response
        .writeHead(status, { location: new URL('/stolen?key=secret-location', target).href })
        .end('moved');
    });
    const request =
      phase === 'upload'
        ? uploadOf(apiUrl, small(), { bearer: true })
        : statusOf(apiUrl, phase === 'status' ? {} : { method: 'POST', phase, body: '{}' });
    const error = await caught(() => fixture.client(apiUrl).request(request), CallError);
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED', status });
    expect(error.message).toContain(
      `was redirected (${status}) to ${target.host}; redirects are not followed`,
    );
    expect(error.message).not.toMatch(/secret|stolen/);
    expect(received).toEqual([]);
  },
);

it.each([
  [undefined, 'an invalid URL'],
  ['', 'itself'],
  ['/elsewhere?key=secret', 'itself'],
  ['https://', 'an invalid URL'],
  ['javascript:alert(1)', 'an invalid URL'],
  ['//evil.example/x', 'evil.example'],
  ['https://user:secret@evil.example/x', 'evil.example'],
  [`https://${TOKEN}.evil.example/x`, '[redacted].evil.example'],
  [`https://%41${TOKEN.slice(1)}.evil.example/x`, '[redacted].evil.example'],
  [
    `https://${btoa(`id:${TOKEN}`).replaceAll('=', '')}.evil.example`,
    'awq6[redacted]a.evil.example',
  ],
])('the error of a redirect to %j names only the host: %s', async (location, named) => {
  const apiUrl = await fixture.http((_request, response) => {
    response.writeHead(302, location === undefined ? {} : { location }).end();
  });
  const error = await caught(() => fixture.client(apiUrl).request(statusOf(apiUrl)), CallError);
  const host = named === 'itself' ? apiUrl.host : named;
  expect(error.message).toBe(
    `GET ${apiUrl.host}/rest/assets/C5 (status) was redirected (302) to ${host}; redirects are not followed`,
  );
});

it('a 304 response fails the request', async () => {
  const apiUrl = await fixture.http((_request, response) => response.writeHead(304).end());
  const error = await caught(() => fixture.client(apiUrl).request(statusOf(apiUrl)), CallError);
  expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED', status: 304 });
});

describe('responses', () => {
  it('a response with an error status is returned, without the token and the secrets of its request', async () => {
    const [key, other] = ['1LEOuYNiICJpo1', '2LEOuYNiICJpo2'] as const;
    const apiUrl = await fixture.http(({ headers }, response) =>
      response
        .writeHead(401, { 'x-li-uuid': key })
        .end(`${headers.authorization}: /x?ut=${key}&ut=${other}`),
    );
    const request = { ...statusOf(apiUrl), secrets: [new Secret(key)] };
    expect(await fixture.client(apiUrl).request(request)).toMatchObject({
      ...{ status: 401, headers: { 'x-li-uuid': '[redacted]' } },
      text: `Bearer [redacted]: /x?ut=[redacted]&ut=${other}`,
    });
  });

  it.each([
    [1, undefined],
    [4, MAX_PART_PLAN_BYTES],
  ])(
    'a response of %i MiB is accepted, and one byte more is rejected',
    async (mib, maxResponseBytes) => {
      const capBytes = mib * 1024 * 1024;
      let sizeBytes = capBytes;
      const apiUrl = await fixture.http((_request, response) =>
        response.end(Buffer.alloc(sizeBytes, 32)),
      );
      const client = fixture.client(apiUrl);
      const request = { ...statusOf(apiUrl), maxResponseBytes };
      expect((await client.request(request)).text).toHaveLength(capBytes);
      sizeBytes += 1;
      const error = await caught(() => client.request(request), CallError);
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED', status: 200 });
      expect(error.message).toContain(`larger than ${mib} MiB`);
    },
  );

  it('an endless error response is cut after 64 KiB, and its connection is closed', async () => {
    const gone = Promise.withResolvers<void>();
    const apiUrl = await fixture.http((request, response) => {
      if (request.method === 'POST') return response.end('{}');
      response.on('close', gone.resolve).writeHead(500);
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16 * 1024)));
        response.once('drain', more);
      };
      return more();
    });
    const client = fixture.client(apiUrl);
    const reply = await client.request(statusOf(apiUrl));
    expect(reply.status).toBe(500);
    expect(reply.text).toHaveLength(64 * 1024);
    await gone.promise;
    const next = await client.request(statusOf(apiUrl, { method: 'POST', body: '{}' }));
    expect(next.status).toBe(200);
  });

  it('a compressed response is not decompressed, so that its size stays limited', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const apiUrl = await fixture.http((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const { text } = await fixture.client(apiUrl).request(statusOf(apiUrl));
    expect(text.length).toBeLessThanOrEqual(bomb.length);
  });

  it('a final response that follows early hints is returned', async () => {
    const apiUrl = await fixture.http((_request, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.end('{"a":1}');
    });
    expect((await fixture.client(apiUrl).request(statusOf(apiUrl))).text).toBe('{"a":1}');
  });
});

it('every request is reported once with its phase', async () => {
  const { apiUrl } = await listening();
  const phases: Phase[] = [];
  const client = fixture.client(apiUrl, { onRequest: (phase) => phases.push(phase) });
  await client.request(statusOf(apiUrl, { method: 'POST', phase: 'register', body: '{}' }));
  await client.request(uploadOf(apiUrl, small()));
  await client.request(statusOf(apiUrl));
  expect(phases).toEqual(['register', 'upload', 'status']);
});

it('the timeouts of undici are disabled in favour of the idle timeout of the client', async () => {
  const { apiUrl } = await listening();
  const options = fixture.options(apiUrl);
  const timeouts: unknown[] = [];
  const dispatcher = options.dispatcher.compose((dispatch) => (request, handler) => {
    const { headersTimeout, bodyTimeout, method } = request;
    timeouts.push({ headersTimeout, bodyTimeout, method });
    return dispatch(request, handler);
  });
  await createHttpClient({ ...options, dispatcher }).request(uploadOf(apiUrl, small()));
  expect(timeouts).toEqual([{ headersTimeout: 0, bodyTimeout: 0, method: 'PUT' }]);
});

const TODAY = Date.UTC(2026, 10, 25, 12);
const AHEAD = 'Wed, 25 Nov 2026 12:05:00 GMT';

it.each<[what: string, dates: (string | null)[], serverNow: number]>([
  ['a date ahead of the runner', [AHEAD], TODAY + 300_000],
  ['a date years ago', ['Wed, 16 Oct 2019 06:25:12 GMT'], Date.UTC(2019, 9, 16, 6, 25, 12)],
  ['a valid date before an invalid one', [AHEAD, 'garbage'], TODAY + 300_000],
  [
    'only invalid dates',
    [
      ...[null, '', 'soon', '0', '9999', '1764072300000', 'Thu Apr 14 15:27:19 UTC 2022'],
      ...['Wed, 99 Nov 2026 12:05:00 GMT', 'Wed, 25 Nov 2026 12:05:00 PST'],
    ],
    TODAY,
  ],
])(
  'the client reads the server time from a valid Date header and ignores an invalid one: %s',
  async (_, dates, serverNow) => {
    const left = [...dates];
    const apiUrl = await fixture.http((_request, response) => {
      const date = left.shift() ?? null;
      response.sendDate = false;
      if (date !== null) response.setHeader('Date', date);
      response.writeHead(404).end();
    });
    const clock = new TestClock({ epochMs: TODAY });
    const client = fixture.client(apiUrl, { clock });
    expect(client.serverNow()).toBe(TODAY);
    for (const _ of dates) await client.request(statusOf(apiUrl));
    expect(client.serverNow()).toBe(serverNow);
    await clock.advance(1000);
    expect(client.serverNow()).toBe(serverNow + 1000);
  },
);
