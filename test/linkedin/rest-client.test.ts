// Requests to LinkedIn's API, uploads of parts with their receipts, damaged answers, and upload credentials as secrets.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { parseEtag, RestClient, uploadKeysIn } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import * as z from '../../src/schema.ts';
import { factsOf } from '../errors/failures.ts';
import putImage from '../replies/put-image.json' with { type: 'json' };
import putPart from '../replies/put-part.json' with { type: 'json' };
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image as assetImage, inParts, MULTIPART } from './asset-sessions.ts';
import {
  document,
  documentAnswer,
  IMAGE_URN,
  image,
  imageAnswer,
  sidecarsAnswer,
  VIDEO_URN,
  video,
  videoAnswer,
  withSidecars,
} from './media-sessions.ts';
import { open, openOn, partBody, reply, ScriptedClient } from './scripted-client.ts';

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
    expect(await put(reply(sample.status, '', headers), false)).toEqual({
      status: sample.status,
      etag,
    });
  });

  const UNCONFIRMED = 'which does not confirm that the data is stored';
  it.each([
    [401, true, 'UPLOAD_EXPIRED', 'rejected the upload (401)'],
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
  ] as const)(
    'status %i to a PUT (bearer token: %s) throws %s',
    async (status, bearer, code, text) => {
      const answer = reply(status, '', { 'x-li-uuid': 'u1', etag: '"a"' });
      const error = await caught(() => put(answer, bearer), CallError);
      expect(error).toMatchObject({ code, call: { phase: 'upload', sent: 'all' } });
      expect(error.message).toBe(`LinkedIn ${text} [x-li-uuid u1]`);
    },
  );

  it.each([
    [
      'our own when LinkedIn gives another one',
      { 'Content-Type': 'image/gif' },
      'image/png',
      'image/png',
    ],
    [
      'the one from LinkedIn when we have none',
      { 'Content-Type': 'video/mp4' },
      undefined,
      'video/mp4',
    ],
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

const call = factsOf('register');

function withoutUploadUrl(json: string): string {
  const fields = /^upload(Mechanism|Url|Instructions)$/;
  return JSON.stringify(JSON.parse(json, (key, value) => (fields.test(key) ? undefined : value)));
}

describe.each<[string, urn: string, answer: unknown, SessionRequest]>([
  ['an image', registerImage.reply.value.asset, registerImage.reply, assetImage],
  ['a video in parts', registerParts.reply.value.asset, registerParts.reply, inParts],
  ['an image of the Images API', IMAGE_URN, imageAnswer, image],
  ['a video of the Videos API', VIDEO_URN, videoAnswer, video],
])('the registration answer of %s', (_, urn, answer, request) => {
  const json = JSON.stringify(answer);
  const upTo = (left: number) => json.slice(0, json.indexOf(urn) + urn.length - left);
  const openWith = (text: string) =>
    openOn(new RestClient(new ScriptedClient([{ ...reply(200, text), call }]), '202609'), request);

  it.each<[damage: string, text: string, keepsUrn: boolean, retry: string]>([
    ['missing its last character', json.slice(0, -1), true, 'again'],
    ['followed by other text', `${json}<!-- gateway -->`, true, 'again'],
    ['preceded by other text', `)]}',\n${json}`, true, 'again'],
    ['valid JSON without an upload URL', withoutUploadUrl(json), true, 'no'],
    ['cut before the last character of its URN', upTo(1), false, 'again'],
    ['cut before the quote that ends its URN', upTo(0), false, 'again'],
  ])('that is %s: a URN that is whole is kept', async (__, text, keepsUrn, kind) => {
    const error = await caught(() => openWith(text), CallError);
    const kept = keepsUrn ? urn : undefined;
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: kept, call, retry: { kind } });
  });

  it('that leads to another host is rejected by the name of that host', async () => {
    const foreign = json.replaceAll(/https:[^"]*/g, 'https://evil.example/x?ut=secret');
    const error = await caught(() => openWith(foreign), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_URL', urn });
    expect(error.message).toContain('evil.example');
    expect(error.message).not.toContain('secret');
  });

  it('that has a byte order mark is parsed', async () => {
    expect((await openWith(`\ufeff${json}`)).identity.urn).toBe(urn);
  });
});

const SAU = 'aHR0cHM6Ly93d3cubGlua2VkaW4uY29tL2FtYnJ5-c_LVd3';
const { metadata } = registerParts.reply.value.uploadMechanism[MULTIPART];

const carried = ({ last }: ScriptedClient) => last.secrets?.map((secret) => secret.reveal());
const done = { status: 201, etag: 'e' };

it('a PUT and a form POST list the keys of their upload URL as secrets', async () => {
  const client = new ScriptedClient([reply(201)]);
  const api = new RestClient(client, '202609');
  const url = new URL(`https://www.linkedin.com/dms-uploads/x?sau=${SAU}&pn=1&ut=1LEOuYNiICJpo1`);
  await api.upload({ method: 'PUT', url, headers: {}, bearer: false }, partBody('x'));
  expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
  await api.postForm(url, new FormData(), new AbortController().signal);
  expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
});

it('a completion lists its metadata or upload token as a secret', async () => {
  const asset = await open(inParts, reply(200, registerParts.reply), reply(200));
  await asset.session.complete?.(asset.session.parts.map(() => done));
  expect(carried(asset.client)).toEqual([metadata]);
  const answer = { value: { ...videoAnswer.value, uploadToken: 'g1veThisBack' } };
  const opened = await open(video, reply(200, answer), reply(200));
  await opened.session.complete?.(opened.session.parts.map(() => done));
  expect(carried(opened.client)).toEqual(['g1veThisBack']);
});

it.each<[name: string, request: SessionRequest, answer: unknown, secrets: string[]]>([
  ['an image of the Assets API', assetImage, registerImage.reply, ['1lrKqjt4fYuqw1']],
  [
    'a video of the Assets API in parts',
    inParts,
    registerParts.reply,
    [SAU, '1LEOuYNiICJpo1', SAU, '04tcszy7ICJpo1', metadata],
  ],
  ['an image of the Images API', image, imageAnswer, ['1yj']],
  ['a document', document, documentAnswer, ['36ezHi_Pod5aM1']],
  [
    'a video with captions, thumbnail and upload token',
    withSidecars,
    { value: { ...sidecarsAnswer.value, uploadToken: 'T0ken' } },
    ['0', '2', '1', '2', '2', '2', '3', '2', '3', '4', 'T0ken'],
  ],
  [
    'a rejected upload URL',
    image,
    { value: { ...imageAnswer.value, uploadUrl: 'https://evil.example/?ut=signature' } },
    ['signature'],
  ],
])('the credentials of %s are reported', async (_, request, answer, secrets) => {
  const reported: string[] = [];
  const client = new ScriptedClient([reply(200, answer)]);
  const api = new RestClient(client, '202609', (secret) => void reported.push(secret));
  await openOn(api, request).catch(() => {});
  expect(reported.toSorted()).toEqual(secrets.toSorted());
});

it.each<[name: string, url: string, secrets: string[]]>([
  [
    'only the parameters that are keys',
    'https://h/p?ca=a&ut=one&sync=1&sau=two&v=beta',
    ['two', 'one'],
  ],
  ['every value of a repeated key', 'https://h/p?ut=one&ut=two', ['one', 'two']],
  ['a decoded value', 'https://h/p?sau=a%2Fb%3D', ['a/b=']],
  ['a plus sign', 'https://h/p?sau=a+b', ['a+b']],
  ['nothing of a text that is not a URL', 'no URL?ut=one', []],
])('the keys in an upload URL are %s', (_, url, secrets) => {
  expect(uploadKeysIn(url)).toEqual(secrets);
});
