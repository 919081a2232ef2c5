// What follows from each failure, by its kind, what it was for, and how much of it had left: the whole table.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ActionError,
  asActionError,
  type CallFacts,
  type Code,
  FileError,
  HINTS,
  HttpError,
  InputError,
  LinkedInError,
  NetworkError,
  type Phase,
  type Repeat,
  ReplyShapeError,
  RunError,
  UploadError,
} from '../../src/errors.ts';
import { endsReads, isFatal, type Verdict, verdictOn } from '../../src/publish/verdict.ts';
import { accepted, broken, damaged, dead, early, factsOf, odd, refused, shapeless } from './failures.ts';

const PHASES: readonly Phase[] = ['register', 'upload', 'complete', 'status'];
const SENT = ['nothing', 'some', 'all'] as const;
const REPEATS: readonly Repeat[] = ['freely', 'after-probe', 'sparingly'];
const CODES = Object.keys(HINTS) as Code[];
const FATAL: readonly Code[] = [
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_INACTIVE',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'PROXY_REFUSED',
  'RETRIES_SPENT',
];

/** A verdict in a word or two: `again`, `again throttled lost`, `new-session 2`, `stop`, `give-up`. */
function wordsOf(verdict: Verdict): string {
  if (verdict.next === 'new-session') return `new-session ${verdict.sessions}`;
  if (verdict.next !== 'again') return verdict.next;
  const reason = verdict.reason === 'fault' ? [] : [verdict.reason];
  return ['again', ...reason, ...(verdict.isLost ? ['lost'] : [])].join(' ');
}

describe('a broken call', () => {
  const expected: Record<Phase, Record<CallFacts['sent'], string>> = {
    // It may have been heard from its first byte on, and each time it is heard it makes another asset.
    register: { nothing: 'again', some: 'again lost', all: 'again lost' },
    // Bytes that did not all leave cannot have been stored.
    upload: { nothing: 'again', some: 'again', all: 'again lost' },
    complete: { nothing: 'again', some: 'again lost', all: 'again lost' },
    // What may be asked freely cannot be lost.
    status: { nothing: 'again', some: 'again', all: 'again' },
    token: { nothing: 'again', some: 'again', all: 'again' },
  };
  const cases = [...PHASES, 'token' as const].flatMap((phase) =>
    SENT.map((sent) => ({ phase, sent, next: expected[phase][sent] })),
  );
  it.each(cases)('in $phase with $sent of it sent: $next', ({ phase, sent, next }) => {
    expect(wordsOf(verdictOn(broken(phase, sent)))).toBe(next);
    const timedOut = wordsOf(verdictOn(broken(phase, sent, 'NETWORK_TIMEOUT')));
    expect(timedOut).toBe(next.replace('again', 'again throttled'));
    expect(wordsOf(verdictOn(broken(phase, sent, 'TLS_FAILED')))).toBe('stop');
    expect(wordsOf(verdictOn(broken(phase, sent, 'PROXY_REFUSED')))).toBe('stop');
  });
});

describe('a refusal', () => {
  it.each<[Code, number, register: string, upload: string, complete: string, status: string]>([
    ['TOKEN_REFUSED', 401, 'stop', 'stop', 'stop', 'stop'],
    ['MEMBER_RESTRICTED', 401, 'stop', 'stop', 'stop', 'stop'],
    ['ACCESS_DENIED', 403, 'stop', 'give-up', 'give-up', 'give-up'],
    ['ACCESS_DENIED', 400, 'stop', 'give-up', 'give-up', 'give-up'],
    ['VALUE_REFUSED', 403, 'give-up', 'give-up', 'new-session 2', 'give-up'],
    ['VERSION_INACTIVE', 426, 'stop', 'stop', 'stop', 'stop'],
    ['DAILY_LIMIT', 429, 'stop', 'stop', 'stop', 'stop'],
    ['LIMIT_REACHED', 429, 'again throttled', 'again throttled', 'again throttled', 'again throttled'],
    ['REQUEST_REFUSED', 400, 'give-up', 'give-up', 'new-session 2', 'give-up'],
    ['REQUEST_REFUSED', 404, 'stop', 'give-up', 'new-session 2', 'give-up'],
    ['REQUEST_REFUSED', 405, 'stop', 'give-up', 'new-session 2', 'give-up'],
    ['REQUEST_REFUSED', 409, 'again lost', 'again', 'again lost', 'again'],
    ['REQUEST_REFUSED', 413, 'give-up', 'give-up', 'new-session 2', 'give-up'],
    ['REQUEST_REFUSED', 422, 'give-up', 'give-up', 'new-session 2', 'give-up'],
    ['REQUEST_REFUSED', 408, 'again lost', 'again', 'again lost', 'again'],
    ['SERVER_FAILED', 500, 'again lost', 'again', 'again lost', 'again'],
    ['SERVER_FAILED', 502, 'again lost', 'again', 'again lost', 'again'],
    ['SERVER_FAILED', 503, 'again lost', 'again', 'again lost', 'again'],
    ['SERVER_FAILED', 504, 'again lost', 'again', 'again lost', 'again'],
    ['UPLOAD_EXPIRED', 410, 'new-session 3', 'new-session 3', 'new-session 3', 'new-session 3'],
    // A 2xx that LinkedIn is not known to give.
    ['REQUEST_REFUSED', 202, 'again lost', 'again lost', 'again lost', 'again'],
  ])('%s (%i): %s, %s, %s, %s', (code, status, ...next) => {
    expect(PHASES.map((phase) => wordsOf(verdictOn(refused(code, status, phase))))).toEqual(next);
  });

  it.each([400, 401, 403, 404, 409, 410, 412])('of an upload address (%i) asks for another', (status) => {
    expect(verdictOn(dead(status))).toEqual({ next: 'new-session', sessions: 3 });
  });

  it('keeps what LinkedIn asks to wait', () => {
    for (const waitMs of [null, 0, 1000, 8.64e15]) {
      expect(verdictOn(refused('LIMIT_REACHED', 429, 'register', waitMs))).toMatchObject({ waitMs });
      expect(verdictOn(refused('SERVER_FAILED', 503, 'status', waitMs))).toMatchObject({ waitMs });
    }
  });
});

describe('what the call site says of a repeat decides, not what the call was for', () => {
  it.each(PHASES.flatMap((phase) => REPEATS.map((repeat) => ({ phase, repeat }))))(
    '$phase, $repeat',
    ({ phase, repeat }) => {
      const call = { phase, repeat, sent: 'all' } as const;
      const errors = [
        new NetworkError('NETWORK_FAILED', 'x', { call }),
        new ReplyShapeError('REPLY_SHAPE', 'x', { call }),
        new HttpError('HTTP_UNEXPECTED', 'x', { status: 200, call }),
        new UploadError('UPLOAD_INCOMPLETE', 'x', { call }),
      ];
      for (const one of errors) expect(verdictOn(one)).toMatchObject({ isLost: repeat !== 'freely' });
    },
  );
});

describe('an answer of no use', () => {
  it.each<[name: string, error: ActionError, next: string]>([
    ['before the last byte', early(), 'again lost'],
    ['that does not say the upload is stored', accepted(), 'again lost'],
    ['no JSON, to a registration', shapeless('register'), 'again lost'],
    ['no JSON, to a status read', shapeless('status'), 'again'],
    ['with a URN all the same', shapeless('register', 'urn:li:digitalmediaAsset:1'), 'give-up'],
    ['damaged, with a URN that can be read', damaged('urn:li:digitalmediaAsset:1'), 'again'],
    ['too large, to a registration', odd(200, 'register'), 'again lost'],
    ['too large, to an upload', odd(201, 'upload'), 'again lost'],
    ['too large, to a status read', odd(200, 'status'), 'again'],
    ['a redirect', odd(302, 'register'), 'give-up'],
    ['a redirect of an upload', odd(307, 'upload'), 'give-up'],
    ['parts that do not fit', new UploadError('PART_PLAN', 'x', { urn: 'urn' }), 'new-session 2'],
    ['an address that is not trusted', new UploadError('UPLOAD_ADDRESS', 'x'), 'give-up'],
    ['an address that ran out', new UploadError('UPLOAD_EXPIRED', 'x'), 'new-session 3'],
    ['a part without a receipt', new UploadError('ETAG_MISSING', 'x', { call: factsOf('upload') }), 'again'],
    ['a receipt that is missing in the end', new UploadError('ETAG_MISSING', 'x'), 'give-up'],
  ])('%s', (_, error, next) => {
    expect(wordsOf(verdictOn(error))).toBe(next);
  });

  it('without a receipt is asked for once more, no other fault is counted here', () => {
    const error = new UploadError('ETAG_MISSING', 'x', { call: factsOf('upload') });
    expect(verdictOn(error)).toMatchObject({ tries: 2 });
    expect(verdictOn(broken('upload', 'some'))).toMatchObject({ tries: Number.POSITIVE_INFINITY });
  });
});

describe('what no call brought is never repeated', () => {
  it.each<[name: string, error: ActionError]>([
    ['a file that changed', new FileError('FILE_CHANGED', 'x')],
    ['a file that cannot be read', new FileError('FILE_UNREADABLE', 'x')],
    ['an input', new InputError('INPUT_INVALID', 'owner', 'x')],
    ['a bug', asActionError(new TypeError('x'))],
    ['a bug that is no error', asActionError('x')],
    ['a run that was cancelled', new RunError('RUN_CANCELLED', 'x')],
    ['a run that was stopped', new RunError('RUN_STOPPED', 'x')],
    ['processing that failed', new UploadError('PROCESSING_FAILED', 'x')],
    ['a file that LinkedIn cannot use', new UploadError('MEDIA_REJECTED', 'x')],
  ])('%s', (_, error) => {
    expect(verdictOn(error)).toEqual({ next: 'give-up' });
    expect(isFatal(error)).toBe(false);
  });
});

describe('the run', () => {
  it.each(FATAL)('ends with %s, whatever the call was, and so do its status reads', (code) => {
    const errors = [
      new ActionError(code, 'x'),
      new RunError(code, 'x'),
      ...PHASES.flatMap((phase) => [refused(code, 400, phase), broken(phase, 'all', code)]),
    ];
    for (const error of errors) {
      expect(verdictOn(error)).toEqual({ next: 'stop' });
      expect([isFatal(error), endsReads(error)]).toEqual([true, true]);
    }
  });

  it('ends with a limit that outlasted its tries, though each try is worth another', () => {
    const error = refused('LIMIT_REACHED', 429, 'upload');
    expect(verdictOn(error).next).toBe('again');
    expect([isFatal(error), endsReads(error)]).toEqual([true, true]);
  });

  it.each([refused('ACCESS_DENIED', 403, 'register'), refused('REQUEST_REFUSED', 404, 'register')])(
    'that may not register ($code, $status) still reads what is uploaded',
    (error) => {
      expect([isFatal(error), endsReads(error)]).toEqual([true, false]);
    },
  );
});

describe('every error', () => {
  const facts = fc.record({
    phase: fc.constantFrom(...PHASES),
    repeat: fc.constantFrom(...REPEATS),
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
        file: () => new FileError(code, 'x', given),
        network: () => new NetworkError(code, 'x', given),
        http: () => new HttpError(code, 'x', given),
        linkedin: () => new LinkedInError(code, 'x', given),
        shape: () => new ReplyShapeError(code, 'x', given),
        upload: () => new UploadError(code, 'x', given),
        run: () => new RunError(code, 'x', given),
      };
      return made[kind]();
    });

  it('has a verdict; without a call it is never tried again, and what never left is never lost', () => {
    fc.assert(
      fc.property(error, (one) => {
        const verdict = verdictOn(one);
        expect(['again', 'new-session', 'stop', 'give-up']).toContain(verdict.next);
        if (FATAL.includes(one.code)) expect(verdict.next).toBe('stop');
        if (verdict.next !== 'again') return;
        expect(one.call).toBeDefined();
        if (one instanceof NetworkError && one.call?.sent === 'nothing') expect(verdict.isLost).toBe(false);
        if (one.call?.repeat === 'freely') expect(verdict.isLost).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});
