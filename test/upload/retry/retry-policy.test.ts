// The retry decision for each error, by its class, its phase and how much of the request was sent: the whole table.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ActionError,
  type CallContext,
  FileError,
  HttpError,
  type Idempotency,
  InputError,
  LinkedInError,
  NetworkError,
  type Phase,
  ReplyShapeError,
  RunError,
  toActionError,
  UploadError,
} from '../../../src/errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/errors/error-codes.ts';
import {
  classify,
  isFatal,
  type RetryDecision,
  stopsStatusReads,
} from '../../../src/upload/retry/retry-policy.ts';
import { broken, dead, factsOf, failed, rejected, shapeless } from '../failures.ts';

/** A response that LinkedIn does not give. */
function odd(status: number, phase: Phase): HttpError {
  return new HttpError('HTTP_UNEXPECTED', 'x', { status, call: factsOf(phase) });
}

const DAMAGED = { call: factsOf('register'), urn: 'urn:li:digitalmediaAsset:1' };
const PHASES: readonly Phase[] = ['register', 'upload', 'complete', 'status'];
const SENT = ['nothing', 'some', 'all'] as const;
const IDEMPOTENCIES: readonly Idempotency[] = ['idempotent', 'verify-first', 'non-idempotent'];
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];
const FATAL: readonly ErrorCode[] = [
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_INACTIVE',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'PROXY_REFUSED',
  'RETRIES_SPENT',
];

/** A decision in a few words: `retry`, `retry throttled lost`, `new-session 2`, `stop`, `fail`. */
function wordsOf(decision: RetryDecision): string {
  if (decision.next === 'new-session') return `new-session ${decision.sessions}`;
  if (decision.next !== 'retry') return decision.next;
  const reason = decision.reason === 'error' ? [] : [decision.reason];
  return ['retry', ...reason, ...(decision.mayHaveSucceeded ? ['lost'] : [])].join(' ');
}

describe('network errors', () => {
  const expected: Record<Phase, Record<CallContext['sent'], string>> = {
    // LinkedIn may have received it from the first byte on, and each received one makes another asset.
    register: { nothing: 'retry', some: 'retry lost', all: 'retry lost' },
    // An upload that was not sent in full cannot have been stored.
    upload: { nothing: 'retry', some: 'retry', all: 'retry lost' },
    complete: { nothing: 'retry', some: 'retry lost', all: 'retry lost' },
    // A repeated idempotent call has no side effect.
    status: { nothing: 'retry', some: 'retry', all: 'retry' },
    token: { nothing: 'retry', some: 'retry', all: 'retry' },
    find: { nothing: 'retry', some: 'retry', all: 'retry' },
    member: { nothing: 'retry', some: 'retry', all: 'retry' },
    pages: { nothing: 'retry', some: 'retry', all: 'retry' },
    // Everybody would see it twice.
    post: { nothing: 'retry', some: 'lost', all: 'lost' },
    comment: { nothing: 'retry', some: 'lost', all: 'lost' },
  };
  const cases = (Object.keys(expected) as Phase[]).flatMap((phase) =>
    SENT.map((sent) => ({ phase, sent, next: expected[phase][sent] })),
  );
  it.each(cases)(
    'a network error in $phase with $sent of the request sent is classified as: $next',
    ({ phase, sent, next }) => {
      expect(wordsOf(classify(broken(phase, sent)))).toBe(next);
      const timedOut = wordsOf(classify(broken(phase, sent, 'NETWORK_TIMEOUT')));
      expect(timedOut).toBe(next.replace('retry', 'retry throttled'));
      // A broken TLS connection says nothing about a post that left before.
      const fatal = next === 'lost' ? 'lost' : 'stop';
      expect(wordsOf(classify(broken(phase, sent, 'TLS_FAILED')))).toBe(fatal);
      expect(wordsOf(classify(broken(phase, sent, 'PROXY_REFUSED')))).toBe(fatal);
    },
  );
});

describe('rejections', () => {
  it.each<[ErrorCode, number, register: string, upload: string, complete: string, status: string]>([
    ['TOKEN_REFUSED', 401, 'stop', 'stop', 'stop', 'stop'],
    ['MEMBER_RESTRICTED', 401, 'stop', 'stop', 'stop', 'stop'],
    ['ACCESS_DENIED', 403, 'stop', 'fail', 'fail', 'fail'],
    ['ACCESS_DENIED', 400, 'stop', 'fail', 'fail', 'fail'],
    ['VALUE_REFUSED', 403, 'fail', 'fail', 'new-session 2', 'fail'],
    ['VERSION_INACTIVE', 426, 'stop', 'stop', 'stop', 'stop'],
    ['DAILY_LIMIT', 429, 'stop', 'stop', 'stop', 'stop'],
    ['LIMIT_REACHED', 429, 'retry throttled', 'retry throttled', 'retry throttled', 'retry throttled'],
    ['REQUEST_REFUSED', 400, 'fail', 'fail', 'new-session 2', 'fail'],
    ['REQUEST_REFUSED', 404, 'stop', 'fail', 'new-session 2', 'fail'],
    ['REQUEST_REFUSED', 405, 'stop', 'fail', 'new-session 2', 'fail'],
    ['REQUEST_REFUSED', 409, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['REQUEST_REFUSED', 413, 'fail', 'fail', 'new-session 2', 'fail'],
    ['REQUEST_REFUSED', 422, 'fail', 'fail', 'new-session 2', 'fail'],
    ['REQUEST_REFUSED', 408, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['SERVER_FAILED', 500, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['SERVER_FAILED', 502, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['SERVER_FAILED', 503, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['SERVER_FAILED', 504, 'retry lost', 'retry', 'retry lost', 'retry'],
    ['UPLOAD_EXPIRED', 410, 'new-session 3', 'new-session 3', 'new-session 3', 'new-session 3'],
    // An undocumented 2xx status.
    ['REQUEST_REFUSED', 202, 'retry lost', 'retry lost', 'retry lost', 'retry'],
  ])(
    'the rejection %s (%i) is classified by phase: register %s, upload %s, complete %s, status %s',
    (code, status, ...next) => {
      expect(PHASES.map((phase) => wordsOf(classify(rejected(code, status, phase))))).toEqual(next);
    },
  );

  it.each([400, 401, 403, 404, 409, 410, 412])('a rejected upload URL (%i) needs a new session', (status) => {
    expect(classify(dead(status))).toEqual({ next: 'new-session', sessions: 3 });
  });

  it('a retry decision keeps the Retry-After of LinkedIn', () => {
    for (const waitMs of [null, 0, 1000, 8.64e15]) {
      expect(classify(rejected('LIMIT_REACHED', 429, 'register', waitMs))).toMatchObject({ waitMs });
      expect(classify(rejected('SERVER_FAILED', 503, 'status', waitMs))).toMatchObject({ waitMs });
    }
  });
});

describe('posts and comments', () => {
  it.each<[ErrorCode, number, string]>([
    ['SERVER_FAILED', 500, 'lost'],
    ['SERVER_FAILED', 503, 'lost'],
    ['REQUEST_REFUSED', 409, 'lost'],
    ['REQUEST_REFUSED', 408, 'lost'],
    ['LIMIT_REACHED', 429, 'retry throttled'],
    ['DAILY_LIMIT', 429, 'stop'],
    ['TOKEN_REFUSED', 401, 'stop'],
    ['ACCESS_DENIED', 403, 'fail'],
    ['POST_REFUSED', 400, 'fail'],
    ['COMMENT_FAILED', 403, 'fail'],
    ['POST_DUPLICATE', 422, 'fail'],
    ['HTTP_UNEXPECTED', 404, 'fail'],
  ])('the rejection of a post or comment with %s (%i) is classified as: %s', (code, status, next) => {
    for (const phase of ['post', 'comment'] as const)
      expect(wordsOf(classify(rejected(code, status, phase)))).toBe(next);
  });

  it.each([200, 201, 302, 307])(
    'a post or comment may exist after an unusable response with status %i',
    (status) => {
      for (const phase of ['post', 'comment'] as const)
        expect(classify(odd(status, phase)).next).toBe('lost');
    },
  );

  it('a lost post neither stops the run nor ends the status reads', () => {
    for (const error of [failed('post'), broken('post', 'all', 'TLS_FAILED'), odd(302, 'post')])
      expect(isFatal(error)).toBe(false);
  });

  it('a post whose media LinkedIn still processes is tried again a few times', () => {
    const details = { status: 400, serviceCode: 'MEDIA_ASSET_WAITING_UPLOAD', call: factsOf('post') };
    expect(classify(new LinkedInError('POST_REFUSED', 'x', details))).toMatchObject({
      ...{ next: 'retry', mayHaveSucceeded: false, waitMs: 15_000, maxAttempts: 5 },
    });
  });
});

describe('declared idempotency', () => {
  it.each(PHASES.flatMap((phase) => IDEMPOTENCIES.map((idempotency) => ({ phase, idempotency }))))(
    'the declared idempotency decides about a lost response, not the phase: $phase, $idempotency',
    ({ phase, idempotency }) => {
      const call = { phase, idempotency, sent: 'all' } as const;
      const errors = [
        new NetworkError('NETWORK_FAILED', 'x', { call }),
        new ReplyShapeError('REPLY_SHAPE', 'x', { call }),
        new HttpError('HTTP_UNEXPECTED', 'x', { status: 200, call }),
        new UploadError('UPLOAD_INCOMPLETE', 'x', { call }),
      ];
      for (const one of errors)
        expect(classify(one)).toMatchObject({ mayHaveSucceeded: idempotency !== 'idempotent' });
    },
  );
});

describe('unusable responses', () => {
  it.each<[name: string, error: ActionError, next: string]>([
    [
      'a success response before the last byte',
      new UploadError('UPLOAD_INCOMPLETE', 'x', { call: factsOf('upload', 'some') }),
      'retry lost',
    ],
    [
      'a success response that does not confirm the upload',
      new UploadError('UPLOAD_INCOMPLETE', 'x', { call: factsOf('upload') }),
      'retry lost',
    ],
    ['a malformed response to a registration', shapeless('register'), 'retry lost'],
    ['a malformed response to a status read', shapeless('status'), 'retry'],
    ['a malformed response with a URN', shapeless('register', 'urn:li:digitalmediaAsset:1'), 'fail'],
    ['a damaged response with a readable URN', new ReplyShapeError('REPLY_SHAPE', 'x', DAMAGED), 'retry'],
    ['too large a response to a registration', odd(200, 'register'), 'retry lost'],
    ['too large a response to an upload', odd(201, 'upload'), 'retry lost'],
    ['too large a response to a status read', odd(200, 'status'), 'retry'],
    ['a redirect', odd(302, 'register'), 'fail'],
    ['a redirect of an upload', odd(307, 'upload'), 'fail'],
    [
      'a part plan that does not cover the file',
      new UploadError('PART_PLAN', 'x', { urn: 'urn' }),
      'new-session 2',
    ],
    ['an untrusted upload URL', new UploadError('UPLOAD_URL', 'x'), 'fail'],
    ['an expired upload URL', new UploadError('UPLOAD_EXPIRED', 'x'), 'new-session 3'],
    ['a part without a receipt', new UploadError('ETAG_MISSING', 'x', { call: factsOf('upload') }), 'retry'],
    ['a receipt that is still missing at the end', new UploadError('ETAG_MISSING', 'x'), 'fail'],
  ])('an unusable response is classified: $0 as $2', (_, error, next) => {
    expect(wordsOf(classify(error))).toBe(next);
  });

  it('a part without a receipt gets two attempts, and other errors have no own limit', () => {
    const error = new UploadError('ETAG_MISSING', 'x', { call: factsOf('upload') });
    expect(classify(error)).toMatchObject({ maxAttempts: 2 });
    expect(classify(broken('upload', 'some'))).toMatchObject({ maxAttempts: Number.POSITIVE_INFINITY });
  });
});

describe('errors without a call', () => {
  it.each<[name: string, error: ActionError]>([
    ['a file that changed', new FileError('FILE_CHANGED', 'a.png', 'x')],
    ['a file that cannot be read', new FileError('FILE_UNREADABLE', 'a.png', 'x')],
    ['an invalid input', new InputError('INPUT_INVALID', 'owner', 'x')],
    ['a bug', toActionError(new TypeError('x'))],
    ['a thrown value that is not an error', toActionError('x')],
    ['a run that was cancelled', new RunError('RUN_CANCELLED', 'x')],
    ['a run that was stopped', new RunError('RUN_STOPPED', 'x')],
    ['processing that failed', new UploadError('PROCESSING_FAILED', 'x')],
    ['a file that LinkedIn cannot use', new UploadError('MEDIA_REJECTED', 'x')],
  ])('an error without a call is neither retried nor fatal: %s', (_, error) => {
    expect(classify(error)).toEqual({ next: 'fail' });
    expect(isFatal(error)).toBe(false);
  });
});

describe('fatal errors', () => {
  it.each(FATAL)('%s in any phase stops the run and its status reads', (code) => {
    const errors = [
      new ActionError(code, 'x'),
      new RunError(code, 'x'),
      ...PHASES.flatMap((phase) => [rejected(code, 400, phase), broken(phase, 'all', code)]),
    ];
    for (const error of errors) {
      expect(classify(error)).toEqual({ next: 'stop' });
      expect([isFatal(error), stopsStatusReads(error)]).toEqual([true, true]);
    }
  });

  it('an error without a call stops the run only if its code is in this list', () => {
    const codes = CODES.filter((code) => classify(new ActionError(code, 'x')).next === 'stop');
    expect(codes.toSorted()).toEqual(FATAL.toSorted());
  });

  it('a rate limit is retried, and it stops the run when it outlasts its attempts', () => {
    const error = rejected('LIMIT_REACHED', 429, 'upload');
    expect(classify(error).next).toBe('retry');
    expect([isFatal(error), stopsStatusReads(error)]).toEqual([true, true]);
  });

  it.each([rejected('ACCESS_DENIED', 403, 'register'), rejected('REQUEST_REFUSED', 404, 'register')])(
    'a run that may not register ($code, $status) still reads the status of uploaded files',
    (error) => {
      expect([isFatal(error), stopsStatusReads(error)]).toEqual([true, false]);
    },
  );
});

describe('all errors', () => {
  const facts = fc.record({
    phase: fc.constantFrom(...PHASES),
    idempotency: fc.constantFrom(...IDEMPOTENCIES),
    sent: fc.constantFrom(...SENT),
  });
  const error = fc
    .record({
      code: fc.constantFrom(...CODES),
      call: fc.option(facts, { nil: undefined }),
      status: fc.integer({ min: 200, max: 599 }),
      urn: fc.constantFrom(undefined, 'urn:li:digitalmediaAsset:1'),
      retryAfterMs: fc.option(fc.integer({ min: 0 })),
      kind: fc.constantFrom('plain', 'file', 'network', 'http', 'linkedin', 'shape', 'upload', 'run'),
    })
    .map(({ kind, code, ...details }) => {
      const { urn, ...rest } = details;
      const given = urn === undefined ? rest : { ...rest, urn };
      const made: Record<typeof kind, () => ActionError> = {
        plain: () => new ActionError(code, 'x', given),
        file: () => new FileError(code, 'a.png', 'x', given),
        network: () => new NetworkError(code, 'x', given),
        http: () => new HttpError(code, 'x', given),
        linkedin: () => new LinkedInError(code, 'x', given),
        shape: () => new ReplyShapeError(code, 'x', given),
        upload: () => new UploadError(code, 'x', given),
        run: () => new RunError(code, 'x', given),
      };
      return made[kind]();
    });

  it('every error has a decision: no retry without a call, and no lost response when nothing was sent', () => {
    fc.assert(
      fc.property(error, (one) => {
        const decision = classify(one);
        expect(['retry', 'new-session', 'stop', 'fail']).toContain(decision.next);
        if (FATAL.includes(one.code)) expect(decision.next).toBe('stop');
        if (decision.next !== 'retry') return;
        expect(one.call).toBeDefined();
        if (one instanceof NetworkError && one.call?.sent === 'nothing')
          expect(decision.mayHaveSucceeded).toBe(false);
        if (one.call?.idempotency === 'idempotent') expect(decision.mayHaveSucceeded).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
