// Lost responses, expired upload URLs and missing uploads: the reads and sessions that follow, and no URN is lost.

import { describe, expect, it } from 'vitest';
import { type ActionError, RunError, UploadError } from '../../src/errors.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { accepted, broken, damaged, dead, early, failed, rejected, shapeless } from './failures.ts';
import { AVAILABLE, PROCESSING, type Script, urnOf, WAITING } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, identityOf, type Run, startRun, startsWith } from './publish-run.ts';

/** The calls for file `a`, in order. */
const callsFor = ({ linkedin }: Run) => linkedin.log.filter((line) => / a-\d$/.test(line));

/** Fails `times` times, then succeeds. */
function faulty(times: number, error: Error) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
  };
}

describe('lost registration responses', () => {
  it.each([
    ['a broken connection', broken('register', 'all')],
    ['a partly sent request', broken('register', 'some')],
    ['a timeout', broken('register', 'all', 'NETWORK_TIMEOUT')],
    ['a server error', failed('register')],
    ['a malformed response', shapeless('register')],
    ['a conflict', rejected('REQUEST_REFUSED', 409, 'register')],
  ])(
    'a registration that fails with %s is repeated twice at most, and each attempt counts as a possible orphan',
    async (_, error) => {
      const run = await startRun({ a: [{ register: fails(error) }], b: [{}] });
      await run.finish();
      expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 0, possibleOrphans: 3 });
      expect(callsFor(run)).toEqual(['register a-1', 'register a-2', 'register a-3']);
      expect(endsOf(run)).toMatchObject({ b: 'available' });
    },
  );

  it('a registration whose response is lost counts as a possible orphan, and its repeat succeeds', async () => {
    const run = await startRun({ a: [{ register: fails(broken('register', 'all')) }, {}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, possibleOrphans: 1 });
  });

  it('a registration that was not sent leaves no possible orphan', async () => {
    const run = await startRun({ a: [{ register: fails(broken('register', 'nothing')) }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', possibleOrphans: 0 });
    expect(callsFor(run)).toHaveLength(5);
  });

  it('a registration that a cancellation interrupts counts as a possible orphan', async () => {
    const hanging = () =>
      new Promise((_, reject) => run.cancel.signal.addEventListener('abort', () => reject(new Error('cut'))));
    const run = await startRun({ a: [{ register: hanging }], b: [{}] });
    await run.until(() => run.of('a').stage === 'registering');
    run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed RUN_CANCELLED', b: 'skipped RUN_CANCELLED' });
    expect([run.of('a').possibleOrphans, run.of('b').possibleOrphans]).toEqual([1, 0]);
  });

  it('a registration that was rejected before a cancellation leaves no possible orphan and is no error of the run', async () => {
    // A new token that LinkedIn does not know yet: the cancellation ends the wait for another attempt.
    const register = async () => {
      run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
      throw rejected('TOKEN_REFUSED', 401, 'register');
    };
    const run = await startRun({ a: [{ register }], b: [{}] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed RUN_CANCELLED', b: 'skipped RUN_CANCELLED' });
    expect([run.of('a').possibleOrphans, run.ledger.stopReason]).toEqual([0, null]);
  });

  it('a registration whose response is lost just before a cancellation counts as a possible orphan', async () => {
    const register = async () => {
      run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
      throw failed('register');
    };
    const run = await startRun({ a: [{ register }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', possibleOrphans: 1 });
  });

  it('a malformed registration response with a URN leaves no possible orphan', async () => {
    const error = shapeless('register', urnOf('a'));
    const run = await startRun({ a: [{ register: fails(error) }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ error, attempts: 1, possibleOrphans: 0, identity: identityOf('a') });
  });
});

describe('damaged registration responses', () => {
  it('a registration with a damaged response is repeated, and its readable URN is listed as abandoned', async () => {
    const run = await startRun({ a: [{ register: fails(damaged(urnOf('a'))) }, {}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'available',
      identity: identityOf('a', 2),
      abandonedUrns: [urnOf('a')],
      possibleOrphans: 0,
    });
  });

  it('a registration with damaged responses is repeated twice at most, and no URN is lost', async () => {
    const register = [1, 2, 3].map((session) => ({ register: fails(damaged(urnOf('a', session))) }));
    const run = await startRun({ a: register });
    await run.finish();
    expect(callsFor(run)).toEqual(['register a-1', 'register a-2', 'register a-3']);
    expect(run.of('a')).toMatchObject({
      state: 'failed',
      error: { code: 'REPLY_SHAPE' },
      identity: identityOf('a', 3),
      abandonedUrns: [urnOf('a'), urnOf('a', 2)],
      possibleOrphans: 0,
    });
  });
});

describe('first registration', () => {
  it('the first registration runs alone until it succeeds, however often it is retried', async () => {
    const register = faulty(2, broken('register', 'nothing'));
    const run = await startRun({ a: [{ register }], ...filesOf(8, {}) }, { concurrency: 8 });
    await run.finish();
    expect(run.linkedin.peaks.registers).toBeGreaterThan(1);
    const dying = await startRun(
      filesOf(8, { register: fails(rejected('TOKEN_REFUSED', 401, 'register')) }),
      {
        concurrency: 8,
      },
    );
    await dying.finish();
    expect(dying.linkedin.log).toEqual(['register a-1']);
    expect(dying.linkedin.peaks.registers).toBe(1);
  });
});

describe('duplicate asset', () => {
  it('an asset that LinkedIn returns twice belongs to the first file, and the other file sends nothing', async () => {
    const run = await startRun(filesOf(2));
    const { openSession } = run.linkedin;
    run.linkedin.openSession = async (request) => {
      const session = await openSession.call(run.linkedin, request);
      const identity = identityOf('same');
      return { ...session, identity, query: { ...session.query, urn: identity.urn } };
    };
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'failed REPLY_SHAPE' });
    expect(run.of('b').error?.message).toContain('belongs to a');
    expect(run.linkedin.log.filter(startsWith('put'))).toEqual(['put a-1']);
  });
});

describe('lost upload responses', () => {
  it.each([
    ['a broken connection', broken('upload', 'all')],
    ['a timeout', broken('upload', 'all', 'NETWORK_TIMEOUT')],
    ['an early response', early()],
    ['an unconfirmed response', accepted()],
  ])('an upload that fails with %s is not sent again when the status shows it', async (_, error) => {
    for (const reading of [PROCESSING, AVAILABLE]) {
      const run = await startRun({ a: [{ put: fails(error), readings: [reading, AVAILABLE] }] });
      await run.finish();
      expect(callsFor(run).slice(0, 3)).toEqual(['register a-1', 'put a-1', 'status a-1']);
      expect(callsFor(run).filter(startsWith('put'))).toHaveLength(1);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    }
  });

  const LATE: [name: string, reading: MediaStatus | (() => ActionError)][] = [
    ['still waits for the upload', WAITING],
    ['reports the status NEW', { state: 'waiting', status: 'NEW' }],
    ['reports the status UNKNOWN', { state: 'waiting', status: 'UNKNOWN' }],
    ['does not know the asset yet', () => rejected('REQUEST_REFUSED', 404, 'status')],
  ];

  it.each(LATE)(
    'an upload with a lost response is checked again after a second when LinkedIn %s',
    async (_, reading) => {
      const put = fails(broken('upload', 'all'));
      const run = await startRun({ a: [{ put, readings: [reading, PROCESSING, AVAILABLE] }] });
      await run.until(() => callsFor(run).includes('status a-1'));
      await run.clock.advance(999);
      const once = ['register a-1', 'put a-1', 'status a-1'];
      expect(callsFor(run)).toEqual(once);
      await run.clock.advance(1);
      expect(callsFor(run).slice(0, 4)).toEqual([...once, 'status a-1']);
      await run.finish();
      expect(callsFor(run).filter(startsWith('put'))).toHaveLength(1);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    },
  );

  it.each(LATE)(
    'an upload with a lost response is sent again when, in two checks, LinkedIn %s',
    async (_, reading) => {
      for (const error of [broken('upload', 'all'), accepted()]) {
        const run = await startRun({
          a: [{ put: faulty(1, error), readings: [reading, reading, AVAILABLE] }],
        });
        await run.finish();
        const expected = ['register a-1', 'put a-1', 'status a-1', 'status a-1', 'put a-1'];
        expect(callsFor(run).slice(0, 5)).toEqual(expected);
        expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
      }
    },
  );

  it.each([
    ['may not be read', { state: 'unreadable', error: rejected('ACCESS_DENIED', 403, 'status') } as const],
    ['cannot be read', failed('status')],
  ])('an upload with a lost response is sent again at once when its status %s', async (_, reading) => {
    for (const error of [broken('upload', 'all'), accepted()]) {
      const run = await startRun({ a: [{ put: faulty(1, error), readings: [reading, AVAILABLE] }] });
      await run.finish();
      expect(callsFor(run).slice(0, 4)).toEqual(['register a-1', 'put a-1', 'status a-1', 'put a-1']);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    }
  });

  it('an upload with a lost response is not checked again after the run is cancelled', async () => {
    const put = fails(broken('upload', 'all'));
    const run = await startRun({ a: [{ put, readings: [WAITING] }] });
    await run.until(() => callsFor(run).includes('status a-1'));
    run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
    await run.until(() => run.of('a').stage === 'settled');
    expect(endsOf(run)).toEqual({ a: 'failed RUN_CANCELLED' });
    expect(callsFor(run)).toEqual(['register a-1', 'put a-1', 'status a-1']);
    expect(run.clock.waiting).toBe(0);
  });

  it('an upload with a lost response is checked again when its repeat is rejected', async () => {
    let calls = 0;
    const put = async () => {
      calls += 1;
      throw calls === 1 ? broken('upload', 'all') : dead(409);
    };
    const readings = [WAITING, WAITING, PROCESSING, AVAILABLE];
    const run = await startRun({ a: [{ put, readings }] });
    await run.finish();
    expect(calls).toBe(2);
    expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
  });

  it('an upload that was not sent in full is repeated without a status read', async () => {
    const put = faulty(2, broken('upload', 'some'));
    const run = await startRun({ a: [{ put }] });
    await run.finish();
    expect(callsFor(run).filter(startsWith('put'))).toHaveLength(3);
    expect(callsFor(run).indexOf('status a-1')).toBe(callsFor(run).length - 1);
  });

  it('a part with a lost response is sent again without a status read', async () => {
    const put = faulty(1, broken('upload', 'all'));
    const run = await startRun({ a: [{ parts: 2, put }] });
    await run.finish();
    const firstRead = callsFor(run).indexOf('status a-1');
    expect(callsFor(run).slice(0, firstRead).filter(startsWith('put'))).toHaveLength(3);
    expect(run.of('a')).toMatchObject({ state: 'available', sentBytes: 40 });
  });
});

describe.each([0, 30 * 60_000])('lost response followed by a failed status, with %i ms to wait', (waitMs) => {
  const LOST: [call: string, script: Script][] = [
    ['upload', { put: fails(broken('upload', 'all')) }],
    ['completion', { parts: 2, complete: fails(broken('complete', 'all')) }],
  ];
  const STATUSES = ['CLIENT_ERROR', 'PROCESSING_FAILED', 'ABANDONED', 'DELETED'];
  const error = new UploadError('MEDIA_REJECTED', 'on purpose');

  it.each(LOST.flatMap(([call, script]) => STATUSES.map((status) => [call, status, script] as const)))(
    'a lost response to the %s fails the file when its status is %s',
    async (_, status, script) => {
      const reading = { state: 'failed', status, error } as const;
      const run = await startRun({ a: [{ ...script, readings: [reading] }] }, { waitMs });
      await run.finish();
      expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 1, isUploaded: false, status });
      expect(callsFor(run).filter(startsWith('status'))).toHaveLength(1);
    },
  );

  it.each(LOST)(
    'a lost response to the %s gets one new session when the status is SERVER_ERROR',
    async (_, script) => {
      const reading = { state: 'failed', status: 'SERVER_ERROR', error, mayRetry: true } as const;
      const healed = await startRun({ a: [{ ...script, readings: [reading] }, {}] }, { waitMs });
      await healed.finish();
      const state = waitMs === 0 ? 'processing' : 'available';
      expect(healed.of('a')).toMatchObject({ state, attempts: 2, abandonedUrns: [urnOf('a')] });
      const again = await startRun({ a: [{ ...script, readings: [reading] }] }, { waitMs });
      await again.finish();
      expect(again.of('a')).toMatchObject({ state: 'failed', error, attempts: 2 });
    },
  );
});

describe('completions', () => {
  const parts = 2;

  it.each([
    ['with a lost response', broken('complete', 'all')],
    ['with a server error', failed('complete')],
    ['with a conflict', rejected('REQUEST_REFUSED', 409, 'complete')],
  ])('a completion %s is not repeated when the status shows its effect', async (_, error) => {
    const run = await startRun({ a: [{ parts, complete: fails(error), readings: [PROCESSING, AVAILABLE] }] });
    await run.finish();
    expect(callsFor(run).filter(startsWith('complete'))).toHaveLength(1);
    expect(run.of('a').state).toBe('available');
  });

  it.each([
    ['with a lost response', broken('complete', 'all')],
    ['with a conflict', rejected('REQUEST_REFUSED', 409, 'complete')],
  ])('a completion %s is repeated in its session when the status shows no effect', async (_, error) => {
    const complete = faulty(1, error);
    const run = await startRun({ a: [{ parts, complete, readings: [WAITING, AVAILABLE] }] });
    await run.finish();
    expect(callsFor(run).slice(3)).toEqual(['complete a-1', 'status a-1', 'complete a-1', 'status a-1']);
    expect(run.of('a').state).toBe('available');
  });

  it.each([400, 404, 409])(
    'a completion that is rejected (%i) after a lost response is checked by the status',
    async (status) => {
      let calls = 0;
      const complete = async () => {
        calls += 1;
        throw calls === 1 ? broken('complete', 'all') : rejected('REQUEST_REFUSED', status, 'complete');
      };
      const run = await startRun({ a: [{ parts, complete, readings: [WAITING, PROCESSING, AVAILABLE] }] });
      await run.finish();
      expect(calls).toBe(2);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1 });
    },
  );

  it('a completion that is rejected at once gets one new session, and no more', async () => {
    const complete = fails(rejected('REQUEST_REFUSED', 400, 'complete'));
    const healed = await startRun({ a: [{ parts, complete }, { parts }] });
    await healed.finish();
    expect(healed.of('a')).toMatchObject({ state: 'available', attempts: 2, abandonedUrns: [urnOf('a')] });
    const again = await startRun({ a: [{ parts, complete }] });
    await again.finish();
    expect(again.of('a')).toMatchObject({
      state: 'failed',
      attempts: 2,
      identity: identityOf('a', 2),
      abandonedUrns: [urnOf('a')],
    });
  });
});

describe('lost sessions', () => {
  it.each([403, 404, 409, 410, 412])(
    'a session whose upload URL is rejected (%i) is followed by two more at most',
    async (status) => {
      const run = await startRun({ a: [{ put: fails(dead(status)) }], b: [{}] });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: 'failed UPLOAD_EXPIRED', b: 'available' });
      expect(run.of('a')).toMatchObject({ attempts: 3, abandonedUrns: [urnOf('a', 1), urnOf('a', 2)] });
    },
  );

  it('a session whose parts do not cover the file is followed by one more', async () => {
    const error = new UploadError('PART_PLAN', 'on purpose', { urn: urnOf('a') });
    const run = await startRun({ a: [{ put: fails(error) }], b: [{}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 2 });
  });

  it('sessions that are lost for different reasons count together', async () => {
    const complete = fails(rejected('REQUEST_REFUSED', 400, 'complete'));
    const run = await startRun({ a: [{ put: fails(dead()) }, { parts: 2, complete }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', attempts: 2, abandonedUrns: [urnOf('a')] });
  });
});

describe('confirmed uploads', () => {
  const stuck: Script = { readings: [WAITING] };
  const lost = (): MediaStatus => ({
    state: 'failed',
    status: 'SERVER_ERROR',
    error: new UploadError('PROCESSING_FAILED', 'on purpose'),
    mayRetry: true,
  });

  it('an upload that LinkedIn does not have after a minute is abandoned for one new session', async () => {
    const run = await startRun({ a: [stuck, {}] });
    await run.until(() => run.of('a').stage === 'uploaded');
    await run.clock.advance(59_999);
    expect(run.of('a').attempts).toBe(1);
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'available',
      attempts: 2,
      abandonedUrns: [urnOf('a')],
      sentBytes: 40,
    });
  });

  it('an upload that is missing in its second session too is waited for until the timeout', async () => {
    const run = await startRun({ a: [stuck] }, { waitMs: 300_000 });
    await run.until(() => run.of('a').stage === 'uploaded');
    await run.clock.advance(60_000);
    await run.until(() => run.of('a').attempts === 2 && run.of('a').stage === 'uploaded');
    await run.clock.advance(239_999);
    expect(run.of('a').stage).toBe('uploaded');
    await run.clock.advance(1);
    await run.until(() => run.of('a').stage === 'settled');
    expect(run.of('a')).toMatchObject({
      state: 'processing',
      attempts: 2,
      identity: identityOf('a', 2),
      error: { code: 'PROCESSING_TIMEOUT' },
    });
  });

  it('an upload that is missing after half of a short wait gets the other half in a new session', async () => {
    const run = await startRun({ a: [stuck, {}] }, { waitMs: 60_000 });
    await run.until(() => run.of('a').stage === 'uploaded');
    await run.clock.advance(30_000);
    await run.until(() => run.of('a').attempts === 2 && run.of('a').stage === 'uploaded');
    await run.clock.advance(30_000);
    await run.until(() => run.of('a').stage === 'settled');
    expect(run.of('a')).toMatchObject({ state: 'available' });
  });

  it.each<[end: string, script: Script, waitMs: number, code: string]>([
    ['is missing', stuck, 2900, 'PROCESSING_TIMEOUT'],
    [
      'fails processing',
      { readings: [...Array<MediaStatus>(4).fill(PROCESSING), lost()] },
      60_000,
      'PROCESSING_FAILED',
    ],
  ])('an upload that %s at the end of the wait gets no new session', async (_, script, waitMs, code) => {
    const run = await startRun({ a: [script] }, { waitMs });
    await run.finish();
    expect(run.of('a')).toMatchObject({ attempts: 1, abandonedUrns: [], error: { code } });
  });

  it('an upload whose new session cannot be registered is not reported as uploaded', async () => {
    const run = await startRun({
      a: [stuck, { register: fails(rejected('REQUEST_REFUSED', 400, 'register')) }],
    });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'failed',
      isUploaded: false,
      status: null,
      identity: null,
      abandonedUrns: [urnOf('a')],
    });
  });

  it('an upload that LinkedIn fails to process gets one new session', async () => {
    const failing: Script = { readings: [lost()] };
    const healed = await startRun({ a: [failing, {}] });
    await healed.finish();
    expect(healed.of('a')).toMatchObject({ state: 'available', attempts: 2, abandonedUrns: [urnOf('a')] });
    const again = await startRun({ a: [failing] });
    await again.finish();
    expect(again.of('a')).toMatchObject({
      state: 'failed',
      error: { code: 'PROCESSING_FAILED' },
      attempts: 2,
    });
  });

  it('an upload without a completion call ends as processing when the run does not wait', async () => {
    const run = await startRun({ a: [{}] }, { waitMs: 0 });
    const { openSession } = run.linkedin;
    run.linkedin.openSession = async (request) => ({
      ...(await openSession.call(run.linkedin, request)),
      complete: null,
    });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'processing' });
    expect(run.linkedin.log).toEqual(['register a-1', 'put a-1']);
  });
});

describe('artifacts', () => {
  it('a failed artifact read is retried', async () => {
    let calls = 0;
    const artifacts = async () => {
      calls += 1;
      if (calls < 3) throw failed('status');
      return [{ kind: 'x', addresses: [] }];
    };
    const run = await startRun({ a: [{ artifacts }] }, { readsArtifacts: true });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'available', artifacts: [{ kind: 'x' }] });
  });
});
