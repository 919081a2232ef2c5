// What LinkedIn's rejections mean: their codes, their messages, limits with their reset time, rejections behind a success status.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { MAX_WAIT_MS, type Phase } from '../../src/errors/retry-policy.ts';
import { effectiveStatus, rejectionFromResponse } from '../../src/linkedin/replies.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import { caught } from '../support/caught.ts';
import { inPhase, reply, ScriptedClient } from './scripted-client.ts';

const NOW = Date.UTC(2026, 10, 25, 18, 48);
const PAGE = '<!doctype html><title>Sign in</title>';
const DAY = {
  status: 429,
  code: 'TOO_MANY_REQUESTS',
  message:
    'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.',
};
const CALLS = ['register', 'complete', 'status'] as const;
const ALL = [...CALLS, 'upload'] as const;

const rejectionOf = (
  phase: Phase,
  status: number,
  body: unknown = '',
  headers: Record<string, string | string[]> = {},
) => rejectionFromResponse(inPhase(phase, reply(status, body, headers)), NOW);

describe('rejection codes', () => {
  it.each<[code: string, status: number, phases: readonly Phase[], body?: unknown]>([
    ['TOKEN_REFUSED', 401, CALLS],
    ['TOKEN_REFUSED', 401, ['register'], { serviceErrorCode: 65602, code: 'EXPIRED_ACCESS_TOKEN' }],
    ['TOKEN_REFUSED', 401, ['register'], { serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN' }],
    ['MEMBER_RESTRICTED', 401, ALL, { code: 'RESTRICTED_MEMBER', message: 'Member is restricted' }],
    ['MEMBER_RESTRICTED', 401, ALL, { serviceErrorCode: 65608 }],
    ['MEMBER_RESTRICTED', 401, ALL, { message: 'RESTRICTED_MEMBER' }],
    ['ACCESS_DENIED', 403, CALLS],
    [
      'ACCESS_DENIED',
      403,
      ['register'],
      { message: 'Not enough permissions to access: partnerApiAssets.ACTION' },
    ],
    [
      'ACCESS_DENIED',
      400,
      ['register'],
      {
        message: 'Organization Or Events permissions must be used when using organization as owner',
      },
    ],
    [
      'ACCESS_DENIED',
      400,
      ['register'],
      { message: 'Member permissions must be used when using member as author' },
    ],
    [
      'VALUE_REFUSED',
      403,
      ['register'],
      { message: 'Field Value validation failed in REQUEST_BODY: x' },
    ],
    [
      'VALUE_REFUSED',
      403,
      ['register', 'complete'],
      { message: 'Unpermitted fields present in REQUEST_BODY: x [/y]' },
    ],
    ['REQUEST_REFUSED', 400, ALL],
    ['REQUEST_REFUSED', 400, ['register'], { code: 'EXPIRED_UPLOAD_URL' }],
    ['REQUEST_REFUSED', 404, CALLS],
    ['REQUEST_REFUSED', 413, ['upload']],
    ['REQUEST_REFUSED', 422, ['register']],
    ['VERSION_INACTIVE', 426, CALLS],
    ['LIMIT_REACHED', 429, ALL],
    ['LIMIT_REACHED', 429, ['register'], { message: 'APPLICATION MINUTE limit' }],
    ['SERVER_FAILED', 500, ALL],
    ['SERVER_FAILED', 503, ALL],
    ['UPLOAD_EXPIRED', 400, ['upload'], { status: 400, code: 'EXPIRED_UPLOAD_URL' }],
    ['UPLOAD_EXPIRED', 400, ['upload'], { message: 'EXPIRED_UPLOAD_URL: initialize again' }],
    [
      'UPLOAD_EXPIRED',
      400,
      ['upload'],
      { errorDetails: { inputErrors: [{ code: 'EXPIRED_UPLOAD_URL' }] } },
    ],
    ...[401, 403, 404, 409, 410, 412].map((status): [string, number, Phase[]] => [
      'UPLOAD_EXPIRED',
      status,
      ['upload'],
    ]),
    // A web page instead of an answer of the API.
    ...[400, 403, 404].map((status): [string, number, readonly Phase[], string] => [
      ...(['HTTP_UNEXPECTED', status, CALLS, PAGE] as const),
    ]),
    ['REQUEST_REFUSED', 400, ['upload'], PAGE],
    ['UPLOAD_EXPIRED', 403, ['upload'], PAGE],
    ['SERVER_FAILED', 502, ['status'], PAGE],
  ])('the code is %s for status %i in the phases %j with %j', (code, status, phases, body) => {
    const found = phases.map((phase) => rejectionOf(phase, status, body));
    expect(found.map((error) => [error.code, error.status])).toEqual(
      phases.map(() => [code, status]),
    );
  });

  it('a 429 that names a limit of a day is DAILY_LIMIT in each phase', () => {
    expect(ALL.map((phase) => rejectionOf(phase, 429, DAY).code)).toEqual(
      ALL.map(() => 'DAILY_LIMIT'),
    );
  });

  it('a rejection keeps the details of its call', () => {
    const call = { phase: 'upload', idempotency: 'verify-first', sent: 'some' } as const;
    expect(rejectionFromResponse({ ...reply(503), call }, NOW)).toMatchObject({ call });
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
const ERRORS = [7, { code: null }, { code: 'MISSING_FIELD', description: 'No owner' }];
const NEWER = {
  status: 401,
  code: 'EXPIRED_ACCESS_TOKEN',
  serviceErrorCode: 65602,
  message: 'It has expired',
};

describe('rejection messages', () => {
  it.each<
    [
      name: string,
      status: number,
      body: unknown,
      ending: string,
      headers?: Record<string, string | string[]>,
    ]
  >([
    [
      'the older error shape',
      400,
      { message: 'Bad owner', serviceErrorCode: 100 },
      '(400, 100): "Bad owner"',
    ],
    ['the newer error shape', 401, NEWER, '(401, EXPIRED_ACCESS_TOKEN, 65602): "It has expired"'],
    ['the short error shape', 403, { message: 'No', status: 403 }, '(403): "No"'],
    ['an empty message', 403, { message: '', status: 403 }, '(403)'],
    ['a status alone', 404, { status: 404 }, '(404)'],
    ['no status', 400, { message: 'No' }, '(400): "No"'],
    ['an empty body', 502, '', '(502)'],
    ['truncated JSON', 500, '{"message":"Inter', '(500)'],
    [
      'a code in the input errors only',
      422,
      DUPLICATE,
      `(422, DUPLICATE_POST): "${DUPLICATE.message}"`,
    ],
    [
      'input errors alone',
      400,
      { errorDetails: { inputErrors: ERRORS } },
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
    ['a long message', 400, { message: 'm'.repeat(60_000) }, `(400): "${'m'.repeat(300)}"`],
    [
      'a URL',
      400,
      { message: 'cannot PUT https://www.linkedin.com/dms-uploads/x?ut=secret now' },
      '(400): "cannot PUT https://www.linkedin.com/dms-uploads/x?[redacted] now"',
    ],
    [
      'an inactive version',
      426,
      { code: 'NONEXISTENT_VERSION', message: 'Requested version 20250401 is not active' },
      '(426, NONEXISTENT_VERSION): "Requested version 20250401 is not active"; the newest known version is 202609',
    ],
    [
      'a daily limit, whose reset is a time of LinkedIn',
      429,
      DAY,
      `(429, TOO_MANY_REQUESTS): "${DAY.message}"; LinkedIn's daily limits reset at 00:00 UTC, in 5 h 12 min`,
    ],
    [
      'a request id',
      400,
      '',
      '(400) [x-li-uuid slguD4sMzhUwATrTkisAAA==]',
      { 'x-li-uuid': 'slguD4sMzhUwATrTkisAAA==' },
    ],
    [
      'several request ids',
      400,
      '',
      '(400) [x-li-uuid AAYh/x+1==]',
      { 'x-li-uuid': ['AAYh/x+1==', 'second'] },
    ],
    ['an empty request id', 400, '', '(400)', { 'x-li-uuid': '' }],
    ['a request id of two words', 400, '', '(400)', { 'x-li-uuid': 'two words' }],
    ['a long request id', 400, '', '(400)', { 'x-li-uuid': 'x'.repeat(65) }],
  ])('a rejection with %s', (_name, status, body, ending, headers) => {
    const verb = status >= 500 ? 'failed to handle' : 'rejected';
    const expected = `LinkedIn ${verb} the registration ${ending}`;
    expect(rejectionOf('register', status, body, headers).message).toBe(expected);
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
      const [limit, failure] = [429, 503].map((status) =>
        rejectionOf('upload', status, '', { 'retry-after': header }),
      );
      const waited = { kind: 'again', waitMs };
      expect(limit?.retry).toMatchObject((waitMs ?? 0) > MAX_WAIT_MS ? { kind: 'stop' } : waited);
      expect(failure?.retry).toMatchObject(waited);
      expect(limit?.message).toBe(`LinkedIn rejected the upload (429)${ending}`);
      expect(failure?.message).toBe(`LinkedIn failed to handle the upload (503)${ending}`);
    },
  );

  it('a web page in place of an answer is named', () => {
    const [call, put] = [rejectionOf('register', 404, PAGE), rejectionOf('upload', 403, PAGE)];
    expect(call.message).toBe(
      "the response to the registration is a web page, not LinkedIn's API (404)",
    );
    expect(put.message).toBe('LinkedIn rejected the upload (403): the response is a web page');
  });

  it('the hint of a daily limit does not repeat the message', () => {
    const { message, hint } = rejectionOf('post', 429, DAY);
    expect(message).toContain("LinkedIn's daily limits reset at 00:00 UTC, in");
    expect(hint).toBe('Run the job again after that time, or ask LinkedIn for a higher tier.');
  });

  it('only the hint of a limit on uploads speaks of their number at the same time', () => {
    expect(rejectionOf('register', 429).hint).toContain('`concurrency`');
    expect(rejectionOf('post', 429).hint).toBe('Run the job again later.');
  });
});

describe('effective status', () => {
  it.each<[name: string, status: number, body: unknown, counts: number]>([
    [
      'a success with a rejection in its body counts as that rejection',
      200,
      { status: 400, message: 'No' },
      400,
    ],
    ['a success with a server error in its body counts as that error', 200, { status: 500 }, 500],
    ['a success with an empty body stays a success', 200, '', 200],
    ['a success with a web page as its body stays a success', 200, PAGE, 200],
    ['a success with a status text in its body stays a success', 200, { status: 'ALLOWED' }, 200],
    ['a success with a success status in its body stays a success', 200, { status: 200 }, 200],
    ['a rejection keeps its status when its body has another one', 403, { status: 500 }, 403],
  ])('%s', (_, status, body, counts) => {
    expect(effectiveStatus(reply(status, body))).toBe(counts);
  });

  it('a success with a rejection in its body is thrown as that rejection', async () => {
    const api = new RestClient(
      new ScriptedClient([reply(200, { status: 500, message: 'No' })]),
      '202609',
    );
    const call = {
      phase: 'complete',
      idempotency: 'verify-first',
      path: 'videos?action=x',
    } as const;
    expect(await caught(() => api.post(call, {}), CallError)).toMatchObject({
      code: 'SERVER_FAILED',
      status: 500,
    });
  });
});
