// Requests to LinkedIn's API, the messages of rejections, and uploads of parts with the ETags of their receipts.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { Phase } from '../../src/errors/retry-policy.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { rejectionFromResponse } from '../../src/linkedin/replies.ts';
import { parseEtag, RestClient } from '../../src/linkedin/rest-client.ts';
import putImage from '../replies/put-image.json' with { type: 'json' };
import putPart from '../replies/put-part.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { inPhase, partBody, reply, ScriptedClient } from './scripted-client.ts';

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

describe('request headers', () => {
  it.each([
    ['202609', '/rest/', VERSIONED],
    ['v2', '/v2/', UNVERSIONED],
  ])('a call with version %s sends only the expected headers', async (version, root, headers) => {
    const client = new ScriptedClient([reply(200, {})]);
    const api = new RestClient(client, version);
    await api.get(get);
    expect(client.last.headers).toEqual(headers);
    expect(client.last.url.pathname).toBe(`${root}assets/C5`);
    await api.post(post, { a: 'ä' });
    expect(client.last.headers).toEqual({ ...headers, 'content-type': 'application/json' });
    expect(client.last.body).toBe('{"a":"ä"}');
    expect(client.last.bearer).toBe(true);
  });
});

describe('request URLs', () => {
  it.each([
    ['https://api.linkedin.com', 'https://api.linkedin.com/rest/assets/C5'],
    ['https://api.linkedin.com/', 'https://api.linkedin.com/rest/assets/C5'],
    ['https://gw.example/linkedin', 'https://gw.example/linkedin/rest/assets/C5'],
    ['https://gw.example:8443/a/b//', 'https://gw.example:8443/a/b/rest/assets/C5'],
    ['https://gw.example/?x=1#y', 'https://gw.example/rest/assets/C5'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/rest/assets/C5'],
  ])('an api-url of %s gives the request URL %s', async (apiUrl, address) => {
    const client = new ScriptedClient([reply(200, {})], apiUrl);
    await new RestClient(client, '202609').get(get);
    expect(client.last.url.href).toBe(address);
  });
});

describe('web page instead of an API answer', () => {
  const page = '<!doctype html><title>Sign in</title>';

  it.each(['register', 'complete', 'status'] as const)(
    'a web page instead of an API answer is HTTP_UNEXPECTED (%s)',
    (phase) => {
      for (const status of [400, 403, 404]) {
        const error = rejectionFromResponse(inPhase(phase, reply(status, page)), 0);
        expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED', status });
        expect(error.message).toContain('a web page');
      }
    },
  );

  it('a web page from an upload host or with a 5xx status keeps the code of its status', () => {
    expect(rejectionFromResponse(inPhase('upload', reply(400, page)), 0).code).toBe('REQUEST_REFUSED');
    const refused = rejectionFromResponse(inPhase('upload', reply(403, page)), 0);
    expect(refused.code).toBe('UPLOAD_EXPIRED');
    expect(refused.message).toBe('LinkedIn rejected the upload (403): the response is a web page');
    expect(rejectionFromResponse(inPhase('status', reply(502, page)), 0).code).toBe('SERVER_FAILED');
  });
});

// A recorded reply of 2023-12-14, see Arisamiga/Linkedin-RSS#5.
const DUPLICATE = {
  errorDetailType: 'com.linkedin.common.error.BadRequest',
  message:
    'com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of urn:li:share:7141138937766391808',
  errorDetails: {
    inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }],
  },
  status: 422,
};

describe('rejection messages', () => {
  it.each<[name: string, status: number, body: unknown, ending: string]>([
    [
      'the older error shape',
      400,
      { message: 'Bad owner', serviceErrorCode: 100, status: 400 },
      '(400, 100): "Bad owner"',
    ],
    [
      'the newer error shape',
      401,
      { status: 401, code: 'EXPIRED_ACCESS_TOKEN', serviceErrorCode: 65602, message: 'It has expired' },
      '(401, EXPIRED_ACCESS_TOKEN, 65602): "It has expired"',
    ],
    ['the short error shape', 403, { message: 'No', status: 403 }, '(403): "No"'],
    ['an empty message', 403, { message: '', status: 403 }, '(403)'],
    ['a status alone', 404, { status: 404 }, '(404)'],
    ['no status', 400, { message: 'No' }, '(400): "No"'],
    ['an empty body', 502, '', '(502)'],
    ['a code in the input errors only', 422, DUPLICATE, `(422, DUPLICATE_POST): "${DUPLICATE.message}"`],
    [
      'input errors alone',
      400,
      {
        errorDetails: {
          inputErrors: [7, { code: null }, { code: 'MISSING_FIELD', description: 'No owner' }],
        },
      },
      '(400, MISSING_FIELD): "No owner"',
    ],
    [
      'its own code beside input errors',
      400,
      { ...DUPLICATE, code: 'X' },
      `(400, X): "${DUPLICATE.message}"`,
    ],
    [
      'an empty code beside input errors',
      400,
      { ...DUPLICATE, code: '' },
      `(400, DUPLICATE_POST): "${DUPLICATE.message}"`,
    ],
    ['truncated JSON', 500, '{"message":"Inter', '(500)'],
  ])('a rejection with %s gives the expected message', (_name, status, body, ending) => {
    const error = rejectionFromResponse(inPhase('register', reply(status, body)), 0);
    expect(error).toBeInstanceOf(CallError);
    expect(error.status).toBe(status);
    const verb = status >= 500 ? 'failed to handle' : 'rejected';
    expect(error.message).toBe(`LinkedIn ${verb} the registration ${ending}`);
  });
});

describe('rejection codes', () => {
  const expired = 'UPLOAD_EXPIRED';
  it.each<[code: string, status: number, phases: Phase[], message?: string]>([
    ['TOKEN_REFUSED', 401, ['register', 'complete', 'status', 'upload']],
    ['ACCESS_DENIED', 403, ['register', 'complete', 'status']],
    [
      'ACCESS_DENIED',
      403,
      ['register'],
      'Not enough permissions to access: partnerApiAssets.ACTION-registerUpload',
    ],
    [
      'ACCESS_DENIED',
      400,
      ['register'],
      'Organization Or Events permissions must be used when using organization as owner',
    ],
    ['ACCESS_DENIED', 400, ['register'], 'Member permissions must be used when using member as author'],
    [
      'VALUE_REFUSED',
      403,
      ['register'],
      'Field Value validation failed in REQUEST_BODY: Data Processing Exception',
    ],
    [
      'VALUE_REFUSED',
      403,
      ['register', 'complete'],
      'Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/x]',
    ],
    ['REQUEST_REFUSED', 400, ['register', 'complete', 'status', 'upload']],
    ['REQUEST_REFUSED', 404, ['register', 'complete', 'status']],
    ['REQUEST_REFUSED', 413, ['upload']],
    ['REQUEST_REFUSED', 422, ['register']],
    ['VERSION_INACTIVE', 426, ['register', 'complete', 'status']],
    ['LIMIT_REACHED', 429, ['register', 'upload', 'complete', 'status']],
    ['SERVER_FAILED', 500, ['register', 'upload', 'complete', 'status']],
    ['SERVER_FAILED', 503, ['register', 'upload', 'complete', 'status']],
    ['SERVER_FAILED', 504, ['upload']],
    [expired, 403, ['upload']],
    [expired, 404, ['upload']],
    [expired, 409, ['upload']],
    [expired, 410, ['upload']],
    [expired, 412, ['upload']],
  ])('the code is %s for status %i in the phases %j', (code, status, phases, message) => {
    for (const phase of phases) {
      const error = rejectionFromResponse(
        inPhase(phase, reply(status, message === undefined ? '' : { message })),
        0,
      );
      expect({ phase, code: error.code }).toEqual({ phase, code });
    }
  });

  it('a 426 recommends the newest known version', () => {
    const body = {
      status: 426,
      code: 'NONEXISTENT_VERSION',
      message: 'Requested version 20250401 is not active',
    };
    expect(rejectionFromResponse(inPhase('register', reply(426, body)), 0).message).toBe(
      'LinkedIn rejected the registration (426, NONEXISTENT_VERSION): "Requested version 20250401 is not active"; the newest known version is 202609',
    );
  });
});

describe('length and request ID of a message', () => {
  it('a long message is truncated', () => {
    const long = { message: 'm'.repeat(60_000), code: 'c'.repeat(5000) };
    const { message } = rejectionFromResponse(inPhase('register', reply(400, long)), 0);
    expect(message.length).toBeLessThan(450);
    expect(message).toContain(`"${'m'.repeat(300)}"`);
  });

  it.each([
    ['slguD4sMzhUwATrTkisAAA==', ' [x-li-uuid slguD4sMzhUwATrTkisAAA==]'],
    [['AAYh/x+1==', 'second'], ' [x-li-uuid AAYh/x+1==]'],
    ['', ''],
    ['two words', ''],
    ['x'.repeat(65), ''],
  ])('the header x-li-uuid of %j adds %j to the message', (id, ending) => {
    const { message } = rejectionFromResponse(inPhase('complete', reply(400, '', { 'x-li-uuid': id })), 0);
    expect(message).toBe(`LinkedIn rejected the completion of the upload (400)${ending}`);
  });

  it('the query of a URL in a message is redacted', () => {
    const body = { message: 'cannot PUT https://www.linkedin.com/dms-uploads/x?ut=secret now' };
    expect(rejectionFromResponse(inPhase('register', reply(400, body)), 0).message).toContain(
      'dms-uploads/x?[redacted] now',
    );
  });
});

describe('part upload', () => {
  const target = {
    method: 'PUT' as const,
    url: new URL('https://www.linkedin.com/dms-uploads/x?ut=1'),
    headers: {},
  };
  const put = (answer: HttpResponse, bearer: boolean) =>
    new RestClient(new ScriptedClient([answer]), '202609').upload({ ...target, bearer }, partBody('x'));

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
});
