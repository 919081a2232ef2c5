// Requests to LinkedIn's API, and uploads of parts with the ETags of their receipts.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { parseEtag, RestClient } from '../../src/linkedin/rest-client.ts';
import * as z from '../../src/schema.ts';
import putImage from '../replies/put-image.json' with { type: 'json' };
import putPart from '../replies/put-part.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { partBody, reply, ScriptedClient } from './scripted-client.ts';

const VERSIONED = {
  accept: 'application/json',
  'x-restli-protocol-version': '2.0.0',
  'linkedin-version': '202609',
};
const UNVERSIONED = { accept: 'application/json', 'x-restli-protocol-version': '2.0.0' };

const post = {
  phase: 'register',
  idempotency: 'non-idempotent',
  path: 'assets?action=registerUpload',
} as const;
const get = { phase: 'status', idempotency: 'idempotent', path: 'assets/C5' } as const;

it.each([
  ['202609', '/rest/', VERSIONED],
  ['v2', '/v2/', UNVERSIONED],
])('a call with version %s sends only the expected headers', async (version, root, headers) => {
  const client = new ScriptedClient([reply(200, {})]);
  const api = new RestClient(client, version);
  await api.get(get, z.looseObject({}));
  expect(client.last.headers).toEqual(headers);
  expect(client.last.url.pathname).toBe(`${root}assets/C5`);
  await api.post(post, { a: 'ä' });
  expect(client.last.headers).toEqual({ ...headers, 'content-type': 'application/json' });
  expect(client.last.body).toBe('{"a":"ä"}');
  expect(client.last.bearer).toBe(true);
});

it.each([
  ['https://api.linkedin.com', 'https://api.linkedin.com/rest/assets/C5'],
  ['https://api.linkedin.com/', 'https://api.linkedin.com/rest/assets/C5'],
  ['https://gw.example/linkedin', 'https://gw.example/linkedin/rest/assets/C5'],
  ['https://gw.example:8443/a/b//', 'https://gw.example:8443/a/b/rest/assets/C5'],
  ['https://gw.example/?x=1#y', 'https://gw.example/rest/assets/C5'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/rest/assets/C5'],
])('an api-url of %s gives the request URL %s', async (apiUrl, address) => {
  const client = new ScriptedClient([reply(200, {})], apiUrl);
  await new RestClient(client, '202609').get(get, z.looseObject({}));
  expect(client.last.url.href).toBe(address);
});

describe('upload of a part', () => {
  const url = 'https://www.linkedin.com/dms-uploads/x?ut=1';
  const whole = { bearer: true, firstByte: 0, sizeBytes: 1, expiresAtMs: null };
  const put = (answer: HttpResponse, bearer: boolean) => {
    const target = { method: 'PUT' as const, url: new URL(url), headers: {}, bearer };
    return new RestClient(new ScriptedClient([answer]), '202609').upload(target, partBody('x'));
  };

  it.each([
    ['image', putImage, null],
    ['part', putPart, 'e4383924336106965d6cd2a111beaceb'],
  ])('the documented answer to a PUT gives its receipt (%s)', async (_name, sample, etag) => {
    const headers = Object.fromEntries(
      sample.headers.map(([name = '', value = '']) => [name.toLowerCase(), value]),
    );
    expect(await put(reply(sample.status, '', headers), false)).toEqual({ status: sample.status, etag });
  });

  const UNCONFIRMED = 'which does not confirm that the data is stored';
  it.each([
    [401, true, 'TOKEN_REFUSED', 'rejected the upload (401)'],
    [401, false, 'UPLOAD_EXPIRED', 'rejected the upload (401)'],
    [403, true, 'UPLOAD_EXPIRED', 'rejected the upload (403)'],
    [403, false, 'UPLOAD_EXPIRED', 'rejected the upload (403)'],
    [500, true, 'SERVER_FAILED', 'failed to handle the upload (500)'],
    ...[202, 203, 206].map(
      (status) =>
        [
          status,
          true,
          'UPLOAD_INCOMPLETE',
          `responded to the upload with ${status}, ${UNCONFIRMED}`,
        ] as const,
    ),
  ] as const)('status %i to a PUT (bearer token: %s) throws %s', async (status, bearer, code, text) => {
    const answer = reply(status, '', { 'x-li-uuid': 'u1', etag: '"a"' });
    const error = await caught(() => put(answer, bearer), CallError);
    expect(error).toMatchObject({ code, call: { phase: 'upload', sent: 'all' } });
    expect(error.message).toBe(`LinkedIn ${text} [x-li-uuid u1]`);
  });

  it.each([
    ['our own when LinkedIn gives another one', { 'Content-Type': 'image/gif' }, 'image/png', 'image/png'],
    ['the one from LinkedIn when we have none', { 'Content-Type': 'video/mp4' }, undefined, 'video/mp4'],
    ['application/octet-stream when there is none', {}, undefined, 'application/octet-stream'],
  ])('the content type of a part is %s', async (_name, headers, contentType, expected) => {
    const client = new ScriptedClient([reply(201)]);
    const part = { ...whole, url, headers, ...(contentType && { contentType }) };
    await new RestClient(client, '202609').openPart(part).put(partBody('x'));
    expect(client.last.headers).toEqual({ 'content-type': expected });
    expect(client.last).toMatchObject({ url: new URL(url), bearer: true });
  });

  it('an upload URL on another host is rejected without its query in the message', async () => {
    const foreign = { ...whole, url: 'https://www.linkedin.com.evil.example/x?ut=1' };
    const api = new RestClient(new ScriptedClient(), '202609');
    const error = await caught(() => api.openPart(foreign), ActionError);
    expect(error.code).toBe('UPLOAD_URL');
    expect(error.message).not.toContain('ut=');
  });
});

const path = '/ambry-video/AAYQAgDRAAgAAQ/uploadedVideo?x=1,"y"';
it.each<[header: string | string[] | undefined, etag: string | null]>([
  ['"e4383924336106965d6cd2a111beaceb"', 'e4383924336106965d6cd2a111beaceb'],
  ['e4383924336106965d6cd2a111beaceb', 'e4383924336106965d6cd2a111beaceb'],
  ['"24259a14365734f1f1b4abcdb5e55d01e"', '24259a14365734f1f1b4abcdb5e55d01e'],
  [path, path],
  [`"${path}"`, path],
  ['""abc""', '"abc"'],
  ['W/"abc"', 'W/"abc"'],
  ['"a b"', 'a b'],
  [['"a"', '"a"'], 'a'],
  [['"a"'], 'a'],
  [['"a"', '"b"'], null],
  [[], null],
  ['', null],
  ['""', null],
  ['"ä"', null],
  [undefined, null],
])('the ETag header %j is parsed as %j', (header, etag) => {
  expect(parseEtag(header)).toBe(etag);
});
