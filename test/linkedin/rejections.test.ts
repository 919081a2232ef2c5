// Refusals that say more than their status: limits and when they end, restricted members, addresses that ran out, and
// a good status with a bad answer behind it.

import { describe, expect, it } from 'vitest';
import { LinkedInError, type Phase } from '../../src/errors.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { effectiveStatus, rejectionFromReply } from '../../src/linkedin/replies.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import { caught } from '../support/caught.ts';
import { partBody, reply, ScriptedClient } from './scripted-client.ts';

const NOW = Date.UTC(2026, 10, 25, 18, 48);
const DAY = {
  status: 429,
  code: 'TOO_MANY_REQUESTS',
  message: 'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.',
};
const PLAIN = {
  status: 429,
  message: 'Resource level throttle limit for calls to this resource is reached.',
};
const RESTRICTED = {
  status: 401,
  serviceErrorCode: 65608,
  code: 'RESTRICTED_MEMBER',
  message: 'Member is restricted',
};

describe('a limit', () => {
  it('of the day says in how long it ends, by the clock of LinkedIn', () => {
    const error = rejectionFromReply(reply(429, DAY, { 'x-li-uuid': 'u1' }), 'register', NOW);
    expect(error).toMatchObject({ code: 'DAILY_LIMIT', retryAfterMs: null });
    expect(error.message).toBe(
      `LinkedIn refused the registration (429, TOO_MANY_REQUESTS): "${DAY.message}"; its daily limits reset at 00:00 UTC, in 5 h 12 min [x-li-uuid u1]`,
    );
  });

  it('of the day says so of every call, on the wire', async () => {
    const client = new ScriptedClient([reply(429, DAY)]);
    const api = new RestClient(client, '202609');
    const call = { phase: 'status', idempotency: 'idempotent', path: 'assets/C5' } as const;
    const error = await caught(() => api.get(call), LinkedInError);
    // 2023-11-14T22:13:20Z, by the scripted clock.
    expect(error.message).toContain('reset at 00:00 UTC, in 1 h 47 min');
  });

  it.each([
    ['120', 120_000, '; it asks to wait 2 min'],
    ['7', 7000, '; it asks to wait 7 s'],
    ['3600', 3_600_000, '; it asks to wait 1 h 0 min'],
    ['Wed, 25 Nov 2026 19:48:00 GMT', 3_600_000, '; it asks to wait 1 h 0 min'],
    ['0', 0, ''],
    ['soon', null, ''],
  ])('that asks to wait (%j) says how long', (header, retryAfterMs, said) => {
    const limit = rejectionFromReply(reply(429, PLAIN, { 'retry-after': header }), 'upload', NOW);
    expect(limit).toMatchObject({ code: 'LIMIT_REACHED', retryAfterMs });
    expect(limit.message).toBe(`LinkedIn refused the upload (429): "${PLAIN.message}"${said}`);
    const failure = rejectionFromReply(reply(503, '', { 'retry-after': header }), 'complete', NOW);
    expect(failure).toMatchObject({ code: 'SERVER_FAILED', retryAfterMs });
    expect(failure.message).toBe(`LinkedIn failed at the completion of the upload (503)${said}`);
  });

  it.each([
    ['no body', ''],
    ['another counter', { message: 'APPLICATION MINUTE limit' }],
    ['a word that only holds it', { message: 'MONDAY limits, DAYS on end' }],
  ])('that names no day (%s) may pass', (_, body) => {
    expect(rejectionFromReply(reply(429, body), 'register', NOW).code).toBe('LIMIT_REACHED');
  });
});

describe('a 401', () => {
  it.each([
    ['by its code', RESTRICTED],
    ['by its number', { serviceErrorCode: 65608 }],
    ['by a number for a code', { code: 65608 }],
    ['by its words', { message: 'RESTRICTED_MEMBER' }],
  ])('of a restricted member is told apart (%s)', (_, body) => {
    for (const phase of ['register', 'upload', 'complete', 'status'] satisfies Phase[])
      expect(rejectionFromReply(reply(401, body), phase, NOW).code).toBe('MEMBER_RESTRICTED');
  });

  it.each([
    ['expired', { serviceErrorCode: 65602, code: 'EXPIRED_ACCESS_TOKEN' }],
    ['revoked', { serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN' }],
    ['bare', ''],
    ['of a longer number', { serviceErrorCode: 656_081 }],
  ])('of a token is one of the token (%s)', (_, body) => {
    expect(rejectionFromReply(reply(401, body), 'register', NOW).code).toBe('TOKEN_REFUSED');
  });

  const put = (bearer: boolean, body: unknown = '') => {
    const api = new RestClient(new ScriptedClient([reply(401, body)]), '202609');
    const target = { url: new URL('https://www.linkedin.com/dms-uploads/x'), headers: {}, bearer };
    return caught(() => api.put(target, partBody('x')), LinkedInError);
  };

  it('of an upload with the token is the token, without it the address', async () => {
    expect(await put(true)).toMatchObject({ code: 'TOKEN_REFUSED', status: 401 });
    expect(await put(false)).toMatchObject({ code: 'UPLOAD_EXPIRED', status: 401 });
    expect((await put(false, RESTRICTED)).code).toBe('MEMBER_RESTRICTED');
  });
});

describe('an upload address', () => {
  it.each([
    ['a code', { status: 400, code: 'EXPIRED_UPLOAD_URL' }],
    ['words', { message: 'EXPIRED_UPLOAD_URL: initialize again' }],
    ['an input error', { errorDetails: { inputErrors: [{ code: 'EXPIRED_UPLOAD_URL' }] } }],
  ])('that ran out can say so with 400 and %s', (_, body) => {
    expect(rejectionFromReply(reply(400, body), 'upload', NOW).code).toBe('UPLOAD_EXPIRED');
    expect(rejectionFromReply(reply(400, body), 'register', NOW).code).toBe('REQUEST_REFUSED');
  });

  it('is not called dead by any 400, or by a file that is too large', () => {
    expect(rejectionFromReply(reply(400, { message: 'No' }), 'upload', NOW).code).toBe('REQUEST_REFUSED');
    expect(rejectionFromReply(reply(413, ''), 'upload', NOW).code).toBe('REQUEST_REFUSED');
  });
});

describe('a refusal keeps the facts of its call', () => {
  it.each([400, 401, 403, 410, 426, 429, 500, 503])('%i', (status) => {
    const call = { phase: 'upload', idempotency: 'verify-first', sent: 'some' } as const;
    const answer: HttpResponse = { ...reply(status), call };
    expect(rejectionFromReply(answer, 'upload', NOW)).toMatchObject({ status, call });
  });

  it('also when it is the address that a token-less 401 speaks of', async () => {
    const call = { phase: 'upload', idempotency: 'verify-first', sent: 'all' } as const;
    const api = new RestClient(new ScriptedClient([{ ...reply(401), call }]), '202609');
    const target = { url: new URL('https://www.linkedin.com/dms-uploads/x'), headers: {}, bearer: false };
    expect((await caught(() => api.put(target, partBody('x')), LinkedInError)).call).toEqual(call);
  });
});

describe('a good status', () => {
  it.each<[name: string, status: number, body: unknown, counts: number]>([
    ['with a refusal behind it is that refusal', 200, { status: 400, message: 'No' }, 400],
    ['with a failure behind it is that failure', 200, { status: 500, message: 'InternalError' }, 500],
    ['with nothing behind it is good', 200, '', 200],
    ['with blanks behind it is good', 200, '   ', 200],
    ['with a page behind it is good', 200, '<html>', 200],
    ['with another status of its own is good', 200, { status: 'ALLOWED' }, 200],
    ['with a good status of its own is good', 200, { status: 200 }, 200],
    ['with a number that is no status is good', 200, { status: 65_602 }, 200],
    ['with a list behind it is good', 200, [{ status: 400 }], 200],
    ['that is bad stays bad', 403, { status: 500 }, 403],
  ])('%s', (_, status, body, counts) => {
    expect(effectiveStatus(reply(status, body))).toBe(counts);
  });

  it('with a refusal behind it is thrown as one', async () => {
    const api = new RestClient(new ScriptedClient([reply(200, { status: 500, message: 'No' })]), '202609');
    const call = {
      phase: 'complete',
      idempotency: 'verify-first',
      path: 'videos?action=finalizeUpload',
    } as const;
    const error = await caught(() => api.post(call, {}), LinkedInError);
    expect(error).toMatchObject({ code: 'SERVER_FAILED', status: 500 });
  });
});
