// Uploads of parts: targets, statuses, and the ETags of their receipts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { parseEtag, RestClient } from '../../src/linkedin/rest-client.ts';
import putImage from '../replies/put-image.json' with { type: 'json' };
import putPart from '../replies/put-part.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import { partBody, reply, ScriptedClient } from './scripted-client.ts';

describe('part upload', () => {
  const target = {
    method: 'PUT' as const,
    url: new URL('https://www.linkedin.com/dms-uploads/x?ut=1'),
    headers: {},
  };
  const put = (answer: HttpResponse, bearer: boolean) =>
    new RestClient(new ScriptedClient([answer]), '202609').upload({ ...target, bearer }, partBody('x'));

  it.each([200, 201, 204])('status %i counts as a stored part', async (status) => {
    expect(await put(reply(status, '', { etag: '"a"' }), false)).toEqual({ status, etag: 'a' });
  });

  it.each([
    ['image', putImage, null],
    ['part', putPart, 'e4383924336106965d6cd2a111beaceb'],
  ])('the documented answer to a PUT gives its receipt (%s)', async (_name, sample, etag) => {
    const headers = Object.fromEntries(
      sample.headers.map(([name = '', value = '']) => [name.toLowerCase(), value]),
    );
    expect(await put(reply(sample.status, '', headers), false)).toEqual({ status: sample.status, etag });
  });

  it.each([
    [401, true, 'TOKEN_REFUSED'],
    [401, false, 'UPLOAD_EXPIRED'],
    [403, true, 'UPLOAD_EXPIRED'],
    [403, false, 'UPLOAD_EXPIRED'],
    [500, true, 'SERVER_FAILED'],
  ])('status %i to a PUT (bearer token: %s) throws %s', async (status, bearer, code) => {
    const error = await caught(() => put(reply(status, '', { 'x-li-uuid': 'u1' }), bearer), CallError);
    expect(error).toMatchObject({ code, status });
    expect(error.message).toBe(
      `LinkedIn ${status >= 500 ? 'failed to handle' : 'rejected'} the upload (${status}) [x-li-uuid u1]`,
    );
  });
});

it.each([202, 203, 206])(
  'status %i throws UPLOAD_INCOMPLETE, because it does not confirm that the part is stored',
  async (status) => {
    const call = { phase: 'upload', idempotency: 'verify-first', sent: 'all' } as const;
    const answer = { ...reply(status, '', { 'x-li-uuid': 'u1', etag: '"a"' }), call };
    const target = {
      method: 'PUT' as const,
      url: new URL('https://www.linkedin.com/x'),
      headers: {},
      bearer: true,
    };
    const put = () => new RestClient(new ScriptedClient([answer]), '202609').upload(target, partBody('x'));
    const error = await caught(put, CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_INCOMPLETE', call });
    expect(error.message).toBe(
      `LinkedIn responded to the upload with ${status}, which does not confirm that the data is stored [x-li-uuid u1]`,
    );
  },
);

describe('upload of a part', () => {
  const client = new ScriptedClient([reply(201)]);
  const api = new RestClient(client, '202609');
  const url = 'https://www.linkedin.com/x?ut=1';
  const whole = { bearer: true, firstByte: 0, sizeBytes: 1, expiresAtMs: null };
  it.each([
    ['our own when LinkedIn gives another one', { 'Content-Type': 'image/gif' }, 'image/png', 'image/png'],
    ['the one from LinkedIn when we have none', { 'Content-Type': 'video/mp4' }, undefined, 'video/mp4'],
    ['application/octet-stream when there is none', {}, undefined, 'application/octet-stream'],
  ])('the content type of a part is %s', async (_name, headers, contentType, expected) => {
    await api.openPart({ ...whole, url, headers, ...(contentType && { contentType }) }).put(partBody('x'));
    expect(client.last.headers).toEqual({ 'content-type': expected });
    expect(client.last).toMatchObject({ url: new URL(url), bearer: true });
  });

  it('an upload URL on another host is rejected without its query in the message', async () => {
    const url = 'https://www.linkedin.com.evil.example/x?ut=1';
    const error = await caught(() => api.openPart({ ...whole, url }), ActionError);
    expect(error.code).toBe('UPLOAD_URL');
    expect(error.message).not.toContain('ut=');
  });
});

describe('ETag parsing', () => {
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

  it('any header gives one visible ASCII text or null', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^"?[ -~]{0,9}"?$/));
    fc.assert(
      fc.property(fc.oneof(text, fc.array(text, { maxLength: 3 })), (header) => {
        const etag = parseEtag(header);
        const [one, ...others] = new Set([header].flat());
        if (one === undefined || others.length > 0) expect(etag).toBeNull();
        if (etag === null) return;
        expect(etag).toMatch(/^[ -~]+$/);
        expect([one, `"${etag}"`, etag]).toContain(one);
        expect([etag, `"${etag}"`]).toContain(one);
        expect(parseEtag(`"${etag}"`)).toBe(etag);
      }),
      fuzzed(),
    );
  });
});
