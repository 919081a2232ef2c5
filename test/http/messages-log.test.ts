// The log entry of each request: its name without its query, and the response.

import { afterEach, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { RequestLogEntry } from '../../src/http/messages.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { HttpFixture, small, statusOf, TOKEN, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

function listen(apiUrl: URL) {
  const entries: RequestLogEntry[] = [];
  const clock = new TestClock();
  const options = fixture.options(apiUrl, { clock });
  const client = createHttpClient({ ...options, onLogEntry: (entry) => entries.push(entry) });
  return { client, entries, clock };
}

it('a response is logged with its duration and request id', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<() => void>();
  const apiUrl = await fixture.http((_, response) => {
    ask(() => response.writeHead(404, { 'x-li-uuid': 'AAYx' }).end('{}'));
  });
  const { client, entries, clock } = listen(apiUrl);
  const reply = client.request(statusOf(apiUrl));
  const answer = await asked;
  await clock.advance(1500);
  answer();
  await reply;
  const { url, method } = statusOf(apiUrl);
  expect(entries).toMatchObject([
    {
      name: `${method} ${url.host}${url.pathname} (status)`,
      durationMs: 1500,
      response: { status: 404, headers: { 'x-li-uuid': 'AAYx' } },
    },
  ]);
});

it('the request log omits the path of an upload, and redacts the token in a path or a request id', async () => {
  const apiUrl = await fixture.http((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { 'x-li-uuid': TOKEN }).end());
  });
  const { client, entries } = listen(apiUrl);
  await client.request(uploadOf(apiUrl, small()));
  await client.request(statusOf(apiUrl, { url: new URL(`/rest/assets/${TOKEN}`, apiUrl) }));
  expect(entries).toMatchObject([
    { name: `the upload to ${apiUrl.host}`, response: { status: 201 } },
    { name: `GET ${apiUrl.host}/rest/assets/[redacted] (status)`, response: { status: 201 } },
  ]);
  expect(JSON.stringify(entries)).not.toContain(TOKEN);
  expect(JSON.stringify(entries)).not.toContain('secret-query');
});

it('a request without a response is logged with a null response', async () => {
  const apiUrl = await fixture.deserted();
  const { client, entries } = listen(apiUrl);
  await caught(() => client.request(statusOf(apiUrl)), CallError);
  expect(entries).toMatchObject([{ response: null }]);
});
