// The retry policy: for each failed call, whether it is repeated, after what wait, and whether it may have taken effect.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ActionError,
  CallError,
  FileError,
  InputError,
  RunError,
  toActionError,
} from '../../src/errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/errors/error-codes.ts';
import {
  backoffMs,
  type CallContext,
  type Idempotency,
  MAX_WAIT_MS,
  PHASE_NAMES,
  type Phase,
} from '../../src/errors/retry-policy.ts';
import { fuzzed } from '../support/fuzz.ts';
import { broken, dead, factsOf, failed, limited, rejected, shapeless } from './failures.ts';

const ALL_PHASES = Object.keys(PHASE_NAMES) as Phase[];
const PHASES = ['register', 'upload', 'complete', 'status'] as const;
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
];

/** Both fields in a few words: `again`, `again overloaded`, `again, maybe`, `new-session 2`, `stop reads`, `no, maybe`. */
function wordsOf({ retry, effect }: ActionError): string {
  const details = {
    no: () => '',
    again: () => (retry.kind === 'again' && retry.isOverloaded ? ' overloaded' : ''),
    'new-session': () => (retry.kind === 'new-session' ? ` ${retry.sessions}` : ''),
    stop: () => (retry.kind === 'stop' ? ` ${retry.stops}` : ''),
  };
  return `${retry.kind}${details[retry.kind]()}${effect === 'maybe' ? ', maybe' : ''}`;
}

describe('calls without a response', () => {
  const expected: Record<Phase, Record<CallContext['sent'], string>> = {
    // LinkedIn may have received it from the first byte on, and each received one makes another asset.
    register: { nothing: 'again', some: 'again, maybe', all: 'again, maybe' },
    // An upload that was not sent in full cannot have been stored.
    upload: { nothing: 'again', some: 'again', all: 'again, maybe' },
    complete: { nothing: 'again', some: 'again, maybe', all: 'again, maybe' },
    // A repeated idempotent call has no side effect.
    status: { nothing: 'again', some: 'again', all: 'again' },
    token: { nothing: 'again', some: 'again', all: 'again' },
    edit: { nothing: 'again', some: 'again', all: 'again' },
    find: { nothing: 'again', some: 'again', all: 'again' },
    member: { nothing: 'again', some: 'again', all: 'again' },
    pages: { nothing: 'again', some: 'again', all: 'again' },
    permission: { nothing: 'again', some: 'again', all: 'again' },
    // Everybody would see it twice.
    post: { nothing: 'again', some: 'no, maybe', all: 'no, maybe' },
    comment: { nothing: 'again', some: 'no, maybe', all: 'no, maybe' },
    github: { nothing: 'again', some: 'again, maybe', all: 'again, maybe' },
  };
  const cases = ALL_PHASES.flatMap((phase) =>
    SENT.map((sent) => ({ phase, sent, words: expected[phase][sent] })),
  );
  it.each(cases)('a network error in $phase after $sent of the request was sent: $words', (one) => {
    const { phase, sent, words } = one;
    expect(wordsOf(broken(phase, sent))).toBe(words);
    expect(wordsOf(broken(phase, sent, 'NETWORK_TIMEOUT'))).toBe(words);
  });

  it.each(cases.filter(({ phase }) => phase !== 'github'))(
    'a refused certificate or proxy in $phase after $sent of the request was sent ends the run, but for a lost post',
    ({ phase, sent, words }) => {
      for (const code of ['TLS_FAILED', 'PROXY_REFUSED'] as const)
        expect(wordsOf(broken(phase, sent, code))).toBe(words.replace('again', 'stop reads'));
    },
  );
});

describe('rejections by LinkedIn', () => {
  it.each<[ErrorCode, number, register: string, upload: string, complete: string, status: string]>([
    ['TOKEN_REFUSED', 401, 'stop reads', 'stop reads', 'stop reads', 'stop reads'],
    ['MEMBER_RESTRICTED', 401, 'stop reads', 'stop reads', 'stop reads', 'stop reads'],
    ['ACCESS_DENIED', 403, 'stop registrations', 'no', 'no', 'no'],
    ['ACCESS_DENIED', 400, 'stop registrations', 'no', 'no', 'no'],
    ['VALUE_REFUSED', 403, 'no', 'no', 'new-session 2', 'no'],
    ['VERSION_INACTIVE', 426, 'stop reads', 'stop reads', 'stop reads', 'stop reads'],
    ['DAILY_LIMIT', 429, 'stop reads', 'stop reads', 'stop reads', 'stop reads'],
    // A rate limit may have hidden that the registration was made.
    [
      ...(['LIMIT_REACHED', 429, 'again overloaded, maybe'] as const),
      ...(['again overloaded', 'again overloaded', 'again overloaded'] as const),
    ],
    ['REQUEST_REFUSED', 400, 'no', 'no', 'new-session 2', 'no'],
    ['REQUEST_REFUSED', 404, 'stop registrations', 'no', 'new-session 2', 'no'],
    ['REQUEST_REFUSED', 405, 'stop registrations', 'no', 'new-session 2', 'no'],
    ['REQUEST_REFUSED', 409, 'again, maybe', 'again', 'again, maybe', 'again'],
    ['REQUEST_REFUSED', 413, 'no', 'no', 'new-session 2', 'no'],
    ['REQUEST_REFUSED', 422, 'no', 'no', 'new-session 2', 'no'],
    ['REQUEST_REFUSED', 408, 'again, maybe', 'again', 'again, maybe', 'again'],
    ['SERVER_FAILED', 500, 'again, maybe', 'again', 'again, maybe', 'again'],
    ['SERVER_FAILED', 502, 'again, maybe', 'again', 'again, maybe', 'again'],
    ['SERVER_FAILED', 503, 'again, maybe', 'again', 'again, maybe', 'again'],
    ['SERVER_FAILED', 504, 'again, maybe', 'again', 'again, maybe', 'again'],
    // An undocumented 2xx status.
    ['REQUEST_REFUSED', 202, 'again, maybe', 'again, maybe', 'again, maybe', 'again'],
    // A redirect.
    ['HTTP_UNEXPECTED', 302, 'no', 'no', 'no', 'no'],
  ])('%s (%i): register %s, upload %s, complete %s, status %s', (code, status, ...words) => {
    expect(PHASES.map((phase) => wordsOf(rejected(code, status, phase)))).toEqual(words);
  });

  it.each([400, 401, 403, 404, 409, 410, 412])(
    'a rejected upload URL (%i) needs a new session',
    (status) => {
      expect(wordsOf(dead(status))).toBe('new-session 3');
    },
  );

  it('a repeated call keeps the Retry-After of LinkedIn', () => {
    for (const waitMs of [null, 0, 1000, MAX_WAIT_MS]) {
      expect(limited('register', waitMs).retry).toMatchObject({ kind: 'again', waitMs });
      expect(failed('status', waitMs).retry).toMatchObject({ kind: 'again', waitMs });
    }
  });

  it.each(PHASES)(
    'a rate limit in %s that asks for a longer wait than two minutes ends the run and every call',
    (phase) => {
      const words = phase === 'register' ? 'stop all calls, maybe' : 'stop all calls';
      expect(wordsOf(limited(phase, MAX_WAIT_MS + 1))).toBe(words);
      expect(wordsOf(limited(phase, 8.64e15))).toBe(words);
    },
  );
});

describe('posts and comments', () => {
  it.each<[ErrorCode, number, string]>([
    ['SERVER_FAILED', 500, 'no, maybe'],
    ['SERVER_FAILED', 503, 'no, maybe'],
    ['REQUEST_REFUSED', 409, 'no, maybe'],
    ['REQUEST_REFUSED', 408, 'no, maybe'],
    ['LIMIT_REACHED', 429, 'again overloaded'],
    ['DAILY_LIMIT', 429, 'stop reads'],
    ['TOKEN_REFUSED', 401, 'stop reads'],
    ['ACCESS_DENIED', 403, 'no'],
    ['POST_REFUSED', 400, 'no'],
    ['COMMENT_FAILED', 403, 'no'],
    ['POST_DUPLICATE', 422, 'no'],
    ['HTTP_UNEXPECTED', 404, 'no'],
    // An unusable success, and a redirect: the post may exist.
    ['HTTP_UNEXPECTED', 200, 'no, maybe'],
    ['HTTP_UNEXPECTED', 201, 'no, maybe'],
    ['HTTP_UNEXPECTED', 302, 'no, maybe'],
    ['HTTP_UNEXPECTED', 307, 'no, maybe'],
  ])('the rejection of a post or comment with %s (%i): %s', (code, status, words) => {
    for (const phase of ['post', 'comment'] as const)
      expect(wordsOf(rejected(code, status, phase))).toBe(words);
  });

  it('a lost post does not end the run', () => {
    for (const error of [
      failed('post'),
      broken('post', 'all'),
      rejected('HTTP_UNEXPECTED', 302, 'post'),
    ])
      expect(error.endsRun).toBe(false);
  });

  it('a post whose media LinkedIn still processes is sent again after 15 s', () => {
    const details = {
      status: 400,
      serviceCode: 'MEDIA_ASSET_WAITING_UPLOAD',
      call: factsOf('post'),
    };
    const { retry, effect } = new CallError('POST_REFUSED', 'x', details);
    expect({ ...retry, effect }).toEqual({
      ...{ kind: 'again', waitMs: 15_000, isOverloaded: false },
      effect: 'none',
    });
  });
});

describe('calls of GitHub', () => {
  const call = (status: number, retryAfterMs: number | null, idempotency: Idempotency) =>
    new CallError('GITHUB_FAILED', 'x', {
      ...{ status, retryAfterMs, call: { phase: 'github', idempotency, sent: 'all' } },
    });

  it.each<[what: string, number, number | null, read: string, write: string]>([
    ['no response', 0, null, 'again', 'again, maybe'],
    ['a damaged response', 200, null, 'again', 'again, maybe'],
    ['a redirect', 301, null, 'no', 'no'],
    ['a missing permission', 403, null, 'no', 'no'],
    ['a secondary rate limit', 403, 60_000, 'again overloaded', 'again overloaded'],
    ['a missing object', 404, null, 'no', 'no'],
    ['a timeout of GitHub', 408, null, 'again', 'again'],
    ['another writer', 409, null, 'no', 'no'],
    ['an invalid value', 422, null, 'no', 'no'],
    ['a rate limit', 429, 0, 'again overloaded', 'again overloaded'],
    ['a server error', 500, null, 'again', 'again, maybe'],
    ['an outage', 503, 5000, 'again', 'again, maybe'],
  ])(
    '%s (%i, Retry-After %j): %s for a read, %s for a write',
    (_, status, retryAfterMs, read, write) => {
      expect(wordsOf(call(status, retryAfterMs, 'idempotent'))).toBe(read);
      expect(wordsOf(call(status, retryAfterMs, 'non-idempotent'))).toBe(write);
      expect(call(status, retryAfterMs, 'idempotent').retry).toMatchObject(
        read.startsWith('again') ? { waitMs: retryAfterMs } : {},
      );
    },
  );

  it('a certificate that is not trusted is not tried again', () => {
    const details = {
      call: { phase: 'github', idempotency: 'idempotent', sent: 'nothing' },
    } as const;
    expect(wordsOf(new CallError('TLS_FAILED', 'x', details))).toBe('no');
  });
});

const etag = { phase: 'upload', idempotency: 'idempotent', sent: 'all' } as const;
it.each<[what: string, error: ActionError, words: string]>([
  [
    'a success response before the last byte',
    new CallError('UPLOAD_INCOMPLETE', 'x', { status: 201, call: factsOf('upload', 'some') }),
    'again, maybe',
  ],
  [
    'a success that does not confirm the upload',
    rejected('UPLOAD_INCOMPLETE', 202, 'upload'),
    'again, maybe',
  ],
  ['a malformed response to a registration', shapeless('register'), 'again, maybe'],
  ['a malformed response to a status read', shapeless('status'), 'again'],
  [
    'a malformed response with a URN',
    shapeless('register', 'urn:li:digitalmediaAsset:1'),
    'no, maybe',
  ],
  [
    'too large a response to a registration',
    rejected('HTTP_UNEXPECTED', 200, 'register'),
    'again, maybe',
  ],
  ['too large a response to an upload', rejected('HTTP_UNEXPECTED', 201, 'upload'), 'again, maybe'],
  ['too large a response to a status read', rejected('HTTP_UNEXPECTED', 200, 'status'), 'again'],
  [
    'a part without a receipt',
    new CallError('ETAG_MISSING', 'x', { status: 200, call: etag }),
    'again',
  ],
])('the decision after %s: $2', (_, error, words) => {
  expect(wordsOf(error)).toBe(words);
});

it.each<[name: string, error: ActionError, effect?: string]>([
  ['a file that changed', new FileError('FILE_CHANGED', 'a.png', 'x')],
  ['a file that cannot be read', new FileError('FILE_UNREADABLE', 'a.png', 'x')],
  ['an invalid input', new InputError('INPUT_INVALID', 'owner', 'x')],
  ['an untrusted upload URL', new ActionError('UPLOAD_URL', 'x')],
  ['processing that failed', new ActionError('PROCESSING_FAILED', 'x')],
  ['a run that was cancelled', new RunError('RUN_CANCELLED', 'x')],
  ['a run that was stopped', new RunError('RUN_STOPPED', 'x')],
  // Nobody knows what a bug has left behind.
  ['a bug', toActionError(new TypeError('x')), 'maybe'],
  ['a thrown value that is not an error', toActionError('x'), 'maybe'],
])('%s is neither retried nor ends the run', (_, error, effect = 'none') => {
  expect(error).toMatchObject({ retry: { kind: 'no' }, effect, endsRun: false });
});

describe('the end of the run', () => {
  it('a rate limit is retried, and it ends the run when it outlasts its attempts', () => {
    const error = limited('upload');
    expect(error).toMatchObject({ retry: { kind: 'again' }, isOverload: true, endsRun: true });
  });

  it('an error in other words is repeated as before', () => {
    const error = rejected('DAILY_LIMIT', 429, 'register');
    const { code, retry, effect, cause, hint } = error.reword('more words');
    expect({ code, retry, effect, cause, hint }).toEqual({
      ...{
        code: 'DAILY_LIMIT',
        retry: error.retry,
        effect: 'none',
        cause: error,
        hint: error.hint,
      },
    });
  });
});

it('every failed call has both fields: nothing sent or an idempotent call has no effect, and a lost post is not repeated', () => {
  const call = fc.record({
    phase: fc.constantFrom(...ALL_PHASES),
    idempotency: fc.constantFrom(...IDEMPOTENCIES),
    sent: fc.constantFrom(...SENT),
  });
  const error = fc
    .record({
      code: fc.constantFrom(...CODES),
      call,
      status: fc.oneof(fc.constant(0), fc.integer({ min: 200, max: 599 })),
      retryAfterMs: fc.option(fc.integer({ min: 0 })),
    })
    .map(({ code, ...details }) => new CallError(code, 'x', details));
  fc.assert(
    fc.property(error, (one) => {
      const { retry, effect, call } = one;
      const { phase, idempotency, sent } = call;
      if (sent === 'nothing' || idempotency === 'idempotent') expect(effect).toBe('none');
      if ((phase === 'post' || phase === 'comment') && effect === 'maybe')
        expect(retry.kind).toBe('no');
      if (FATAL.includes(one.code) && phase !== 'github' && effect === 'none')
        expect(retry.kind).toBe('stop');
      if (phase === 'github') expect(['no', 'again']).toContain(retry.kind);
    }),
    fuzzed(5000),
  );
});

it('backoff delays use their whole range, so that clients that failed together spread out', () => {
  for (const [tries, why, limit] of [
    [1, 'error', 1500],
    [2, 'error', 3000],
    [4, 'error', 12_000],
    [5, 'error', 20_000],
    [1, 'throttled', 2000],
    [4, 'throttled', 16_000],
    [5, 'throttled', 20_000],
    [1, 'lost', 2700],
    [2, 'lost', 10_800],
    [3, 'lost', 20_000],
  ] as const) {
    expect(backoffMs(tries, why, 0)).toBe(limit / 2);
    expect(backoffMs(tries, why, 0.5)).toBe(limit * 0.75);
    expect(backoffMs(tries, why, 1 - Number.EPSILON)).toBe(limit);
  }
});
