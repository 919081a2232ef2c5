// What is told of each request: where it went, without its query, how it was answered, and LinkedIn's id of it.

import { afterEach, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { RequestLogEntry } from '../../src/http/request-log.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { HttpFixture, small, statusOf, TOKEN, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

function listen(apiUrl: URL) {
  const heard: RequestLogEntry[] = [];
  const clock = new TestClock();
  const options = fixture.options(apiUrl, { clock });
  const client = createHttpClient({ ...options, onLogEntry: (entry) => heard.push(entry) });
  return { client, heard, clock };
}

it('an answer, with its time and id', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<() => void>();
  const apiUrl = await fixture.http((_, response) => {
    ask(() => response.writeHead(404, { 'x-li-uuid': 'AAYx' }).end('{}'));
  });
  const { client, heard, clock } = listen(apiUrl);
  const reply = client.request(statusOf(apiUrl));
  const answer = await asked;
  await clock.advance(1500);
  answer();
  await reply;
  const { url, method } = statusOf(apiUrl);
  expect(heard).toEqual([
    {
      method,
      url: `${url.host}${url.pathname}`,
      phase: 'status',
      durationMs: 1500,
      response: { status: 404, requestId: 'AAYx' },
    },
  ]);
});

it('an upload without its query, and an address or an id that echoes the token without the token', async () => {
  const apiUrl = await fixture.http((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { 'x-li-uuid': TOKEN }).end());
  });
  const { client, heard } = listen(apiUrl);
  await client.request(uploadOf(apiUrl, small()));
  await client.request(uploadOf(apiUrl, small(), { url: new URL(`/dms-uploads/${TOKEN}`, apiUrl) }));
  const upload = { method: 'PUT', phase: 'upload', response: { status: 201 } };
  expect(heard).toMatchObject([
    { ...upload, url: `${apiUrl.host}/dms-uploads/x/0` },
    { ...upload, url: `${apiUrl.host}/dms-uploads/[redacted]` },
  ]);
  expect(JSON.stringify(heard)).not.toContain(TOKEN);
  expect(JSON.stringify(heard)).not.toContain('secret-query');
});

it('that no answer came', async () => {
  const apiUrl = await fixture.deserted();
  const { client, heard } = listen(apiUrl);
  await caught(() => client.request(statusOf(apiUrl)), NetworkError);
  expect(heard).toMatchObject([{ phase: 'status', response: null }]);
});
