// Rejections that are more specific than their status: limits with their reset time, restricted members, expired
// upload URLs, and rejections behind a success status.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { MAX_WAIT_MS, type Phase } from '../../src/errors/retry-policy.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { effectiveStatus, rejectionFromResponse } from '../../src/linkedin/replies.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import { caught } from '../support/caught.ts';
import { inPhase, reply, ScriptedClient } from './scripted-client.ts';

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

describe('rate limits', () => {
  it("a daily limit names the time until its reset by LinkedIn's clock", () => {
    const error = rejectionFromResponse(inPhase('register', reply(429, DAY, { 'x-li-uuid': 'u1' })), NOW);
    expect(error).toMatchObject({ code: 'DAILY_LIMIT', retry: { kind: 'stop' } });
    expect(error.message).toBe(
      `LinkedIn rejected the registration (429, TOO_MANY_REQUESTS): "${DAY.message}"; LinkedIn's daily limits reset at 00:00 UTC, in 5 h 12 min [x-li-uuid u1]`,
    );
  });

  it.each([
    ['120', 120_000, '; LinkedIn asks to wait 2 min 0 s'],
    ['7', 7000, '; LinkedIn asks to wait 7.0 s'],
    ['3600', 3_600_000, '; LinkedIn asks to wait 1 h 0 min'],
    ['Wed, 25 Nov 2026 19:48:00 GMT', 3_600_000, '; LinkedIn asks to wait 1 h 0 min'],
    ['0', 0, ''],
    ['soon', null, ''],
  ])(
    'a 429 or 503 with a Retry-After of %j gives a delay of %j ms and names it',
    (header, waitMs, ending) => {
      const isTooLong = (waitMs ?? 0) > MAX_WAIT_MS;
      const limit = rejectionFromResponse(
        inPhase('upload', reply(429, PLAIN, { 'retry-after': header })),
        NOW,
      );
      const waited = { kind: 'again', waitMs };
      expect(limit).toMatchObject({ code: 'LIMIT_REACHED', retry: isTooLong ? { kind: 'stop' } : waited });
      expect(limit.message).toBe(`LinkedIn rejected the upload (429): "${PLAIN.message}"${ending}`);
      const failure = rejectionFromResponse(
        inPhase('complete', reply(503, '', { 'retry-after': header })),
        NOW,
      );
      expect(failure).toMatchObject({ code: 'SERVER_FAILED', retry: waited });
      expect(failure.message).toBe(`LinkedIn failed to handle the completion of the upload (503)${ending}`);
    },
  );

  it.each([
    ['no body', ''],
    ['another counter', { message: 'APPLICATION MINUTE limit' }],
  ])('a 429 without a daily limit is LIMIT_REACHED (%s)', (_, body) => {
    expect(rejectionFromResponse(inPhase('register', reply(429, body)), NOW).code).toBe('LIMIT_REACHED');
  });

  it('only the hint of a limit on uploads speaks of their number at the same time', () => {
    const hintOf = (phase: Phase) => rejectionFromResponse(inPhase(phase, reply(429, '')), NOW).hint;
    expect(hintOf('register')).toContain('`concurrency`');
    expect(hintOf('post')).toBe('Run the job again later.');
  });
});

describe('status 401', () => {
  it.each([
    ['by its code', RESTRICTED],
    ['by its number', { serviceErrorCode: 65608 }],
    ['by its message', { message: 'RESTRICTED_MEMBER' }],
  ])('a 401 for a restricted member is MEMBER_RESTRICTED (%s)', (_, body) => {
    for (const phase of ['register', 'upload', 'complete', 'status'] satisfies Phase[])
      expect(rejectionFromResponse(inPhase(phase, reply(401, body)), NOW).code).toBe('MEMBER_RESTRICTED');
  });

  it.each([
    ['expired', { serviceErrorCode: 65602, code: 'EXPIRED_ACCESS_TOKEN' }],
    ['revoked', { serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN' }],
    ['without a body', ''],
  ])('a 401 for another reason is TOKEN_REFUSED (%s)', (_, body) => {
    expect(rejectionFromResponse(inPhase('register', reply(401, body)), NOW).code).toBe('TOKEN_REFUSED');
  });
});

describe('expired upload URLs', () => {
  it.each([
    ['its code', { status: 400, code: 'EXPIRED_UPLOAD_URL' }],
    ['its message', { message: 'EXPIRED_UPLOAD_URL: initialize again' }],
    ['an input error', { errorDetails: { inputErrors: [{ code: 'EXPIRED_UPLOAD_URL' }] } }],
  ])('a 400 to an upload with EXPIRED_UPLOAD_URL in %s is UPLOAD_EXPIRED', (_, body) => {
    expect(rejectionFromResponse(inPhase('upload', reply(400, body)), NOW).code).toBe('UPLOAD_EXPIRED');
    expect(rejectionFromResponse(inPhase('register', reply(400, body)), NOW).code).toBe('REQUEST_REFUSED');
  });
});

describe('call details of a rejection', () => {
  it.each([400, 401, 403, 410, 426, 429, 500, 503])(
    'a rejection with %i keeps the details of its call',
    (status) => {
      const call = { phase: 'upload', idempotency: 'verify-first', sent: 'some' } as const;
      const answer: HttpResponse = { ...reply(status), call };
      expect(rejectionFromResponse(answer, NOW)).toMatchObject({ status, call });
    },
  );
});

describe('effective status', () => {
  it.each<[name: string, status: number, body: unknown, counts: number]>([
    [
      'a success with a rejection in its body counts as that rejection',
      200,
      { status: 400, message: 'No' },
      400,
    ],
    [
      'a success with a server error in its body counts as that error',
      200,
      { status: 500, message: 'InternalError' },
      500,
    ],
    ['a success with an empty body stays a success', 200, '', 200],
    ['a success with a web page as its body stays a success', 200, '<html>', 200],
    ['a success with a status text in its body stays a success', 200, { status: 'ALLOWED' }, 200],
    ['a success with a success status in its body stays a success', 200, { status: 200 }, 200],
    ['a rejection keeps its status when its body has another one', 403, { status: 500 }, 403],
  ])('%s', (_, status, body, counts) => {
    expect(effectiveStatus(reply(status, body))).toBe(counts);
  });

  it('a success with a rejection in its body is thrown as that rejection', async () => {
    const api = new RestClient(new ScriptedClient([reply(200, { status: 500, message: 'No' })]), '202609');
    const call = {
      phase: 'complete',
      idempotency: 'verify-first',
      path: 'videos?action=finalizeUpload',
    } as const;
    const error = await caught(() => api.post(call, {}), CallError);
    expect(error).toMatchObject({ code: 'SERVER_FAILED', status: 500 });
  });
});
