// Answers that were lost, addresses that died, uploads that did not come in: what is asked, what is begun anew, and
// that no URN is forgotten on the way.

import { describe, expect, it } from 'vitest';
import { type ActionError, RunError, UploadError } from '../../src/errors.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { accepted, broken, damaged, dead, early, failed, refused, shapeless } from './failures.ts';
import { AVAILABLE, PROCESSING, type Script, urnOf, WAITING } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, identityOf, type Run, startRun, startsWith } from './publish-run.ts';

/** What was asked for file `a`, in order. */
const askedFor = ({ linkedin }: Run) => linkedin.log.filter((line) => / a-\d$/.test(line));

/** Goes wrong so often, then well. */
function faulty(times: number, error: Error) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error;
  };
}

describe('a registration whose answer was lost', () => {
  it.each([
    ['on the line', broken('register', 'all')],
    ['half sent', broken('register', 'some')],
    ['by time', broken('register', 'all', 'NETWORK_TIMEOUT')],
    ['in a failure', failed('register')],
    ['in an answer of no use', shapeless('register')],
    ['in a conflict', refused('REQUEST_REFUSED', 409, 'register')],
  ])('%s is repeated twice at most, and each may have left an orphan', async (_, error) => {
    const run = await startRun({ a: [{ register: fails(error) }], b: [{}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 0, possibleOrphans: 3 });
    expect(askedFor(run)).toEqual(['register a-1', 'register a-2', 'register a-3']);
    expect(endsOf(run)).toMatchObject({ b: 'available' });
  });

  it('and then came is one orphan, perhaps, and one asset', async () => {
    const run = await startRun({ a: [{ register: fails(broken('register', 'all')) }, {}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, possibleOrphans: 1 });
  });

  it('before it left is none', async () => {
    const run = await startRun({ a: [{ register: fails(broken('register', 'nothing')) }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', possibleOrphans: 0 });
    expect(askedFor(run)).toHaveLength(5);
  });

  it('because the run was cancelled may have left one too', async () => {
    const hanging = () =>
      new Promise((_, reject) => run.cancel.signal.addEventListener('abort', () => reject(new Error('cut'))));
    const run = await startRun({ a: [{ register: hanging }], b: [{}] });
    await run.until(() => run.of('a').stage === 'registering');
    run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed RUN_CANCELLED', b: 'skipped RUN_CANCELLED' });
    expect([run.of('a').possibleOrphans, run.of('b').possibleOrphans]).toEqual([1, 0]);
  });

  it('is not the one that gave a URN', async () => {
    const error = shapeless('register', urnOf('a'));
    const run = await startRun({ a: [{ register: fails(error) }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ error, attempts: 1, possibleOrphans: 0, identity: identityOf('a') });
  });
});

describe('a registration whose answer was damaged, its URN readable', () => {
  it('is repeated, and the URN is told as abandoned', async () => {
    const run = await startRun({ a: [{ register: fails(damaged(urnOf('a'))) }, {}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'available',
      identity: identityOf('a', 2),
      abandonedUrns: [urnOf('a')],
      possibleOrphans: 0,
    });
  });

  it('is repeated twice at most, and no URN is lost', async () => {
    const register = [1, 2, 3].map((session) => ({ register: fails(damaged(urnOf('a', session))) }));
    const run = await startRun({ a: register });
    await run.finish();
    expect(askedFor(run)).toEqual(['register a-1', 'register a-2', 'register a-3']);
    expect(run.of('a')).toMatchObject({
      state: 'failed',
      error: { code: 'REPLY_SHAPE' },
      identity: identityOf('a', 3),
      abandonedUrns: [urnOf('a'), urnOf('a', 2)],
      possibleOrphans: 0,
    });
  });
});

describe('the first registration', () => {
  it('goes alone until it was answered well, however often it is tried', async () => {
    const register = faulty(2, broken('register', 'nothing'));
    const run = await startRun({ a: [{ register }], ...filesOf(8, {}) }, { concurrency: 8 });
    await run.finish();
    expect(run.linkedin.peaks.registers).toBeGreaterThan(1);
    const dying = await startRun(filesOf(8, { register: fails(refused('TOKEN_REFUSED', 401, 'register')) }), {
      concurrency: 8,
    });
    await dying.finish();
    expect(dying.linkedin.log).toEqual(['register a-1']);
    expect(dying.linkedin.peaks.registers).toBe(1);
  });
});

describe('an asset that LinkedIn gives twice', () => {
  it('is its first file, and the other one sends nothing', async () => {
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

describe('an upload whose answer was lost', () => {
  it.each([
    ['on the line', broken('upload', 'all')],
    ['by time', broken('upload', 'all', 'NETWORK_TIMEOUT')],
    ['because it came too early', early()],
    ['because it proves nothing', accepted()],
  ])('%s is asked for, and not sent again when LinkedIn has it', async (_, error) => {
    for (const reading of [PROCESSING, AVAILABLE]) {
      const run = await startRun({ a: [{ put: fails(error), readings: [reading, AVAILABLE] }] });
      await run.finish();
      expect(askedFor(run).slice(0, 3)).toEqual(['register a-1', 'put a-1', 'status a-1']);
      expect(askedFor(run).filter(startsWith('put'))).toHaveLength(1);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    }
  });

  const LATE: [name: string, reading: MediaStatus | (() => ActionError)][] = [
    ['waits for it', WAITING],
    ['has only just made the asset', { state: 'waiting', status: 'NEW' }],
    ['says a word that proves nothing', { state: 'waiting', status: 'UNKNOWN' }],
    ['does not know the asset yet', () => refused('REQUEST_REFUSED', 404, 'status')],
  ];

  it.each(LATE)('is asked for once more a second later when LinkedIn %s', async (_, reading) => {
    const put = fails(broken('upload', 'all'));
    const run = await startRun({ a: [{ put, readings: [reading, PROCESSING, AVAILABLE] }] });
    await run.until(() => askedFor(run).includes('status a-1'));
    await run.clock.advance(999);
    const once = ['register a-1', 'put a-1', 'status a-1'];
    expect(askedFor(run)).toEqual(once);
    await run.clock.advance(1);
    expect(askedFor(run).slice(0, 4)).toEqual([...once, 'status a-1']);
    await run.finish();
    expect(askedFor(run).filter(startsWith('put'))).toHaveLength(1);
    expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
  });

  it.each(LATE)('is sent again when LinkedIn %s a second later too', async (_, reading) => {
    for (const error of [broken('upload', 'all'), accepted()]) {
      const run = await startRun({ a: [{ put: faulty(1, error), readings: [reading, reading, AVAILABLE] }] });
      await run.finish();
      const asked = ['register a-1', 'put a-1', 'status a-1', 'status a-1', 'put a-1'];
      expect(askedFor(run).slice(0, 5)).toEqual(asked);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    }
  });

  it.each([
    ['may not tell', { state: 'unreadable', error: refused('ACCESS_DENIED', 403, 'status') } as const],
    ['cannot tell', failed('status')],
  ])('is sent again at once when LinkedIn %s', async (_, reading) => {
    for (const error of [broken('upload', 'all'), accepted()]) {
      const run = await startRun({ a: [{ put: faulty(1, error), readings: [reading, AVAILABLE] }] });
      await run.finish();
      expect(askedFor(run).slice(0, 4)).toEqual(['register a-1', 'put a-1', 'status a-1', 'put a-1']);
      expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1, sentBytes: 40 });
    }
  });

  it('is not asked for a second time when the run is cancelled before', async () => {
    const put = fails(broken('upload', 'all'));
    const run = await startRun({ a: [{ put, readings: [WAITING] }] });
    await run.until(() => askedFor(run).includes('status a-1'));
    run.cancel.abort(new RunError('RUN_CANCELLED', 'on purpose'));
    await run.until(() => run.of('a').stage === 'settled');
    expect(endsOf(run)).toEqual({ a: 'failed RUN_CANCELLED' });
    expect(askedFor(run)).toEqual(['register a-1', 'put a-1', 'status a-1']);
    expect(run.clock.waiting).toBe(0);
  });

  it('and that is refused when it is sent again may be there by now', async () => {
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

  it('is not asked for when its bytes cannot all have come in', async () => {
    const put = faulty(2, broken('upload', 'some'));
    const run = await startRun({ a: [{ put }] });
    await run.finish();
    expect(askedFor(run).filter(startsWith('put'))).toHaveLength(3);
    expect(askedFor(run).indexOf('status a-1')).toBe(askedFor(run).length - 1);
  });

  it('of a part is sent again without a question: the status tells of the whole', async () => {
    const put = faulty(1, broken('upload', 'all'));
    const run = await startRun({ a: [{ parts: 2, put }] });
    await run.finish();
    const firstRead = askedFor(run).indexOf('status a-1');
    expect(askedFor(run).slice(0, firstRead).filter(startsWith('put'))).toHaveLength(3);
    expect(run.of('a')).toMatchObject({ state: 'available', sentBytes: 40 });
  });
});

describe.each([0, 30 * 60_000])('a lost answer and then a failed status, with %i ms to wait', (waitMs) => {
  const LOST: [call: string, script: Script][] = [
    ['upload', { put: fails(broken('upload', 'all')) }],
    ['completion', { parts: 2, complete: fails(broken('complete', 'all')) }],
  ];
  const WORDS = ['CLIENT_ERROR', 'PROCESSING_FAILED', 'ABANDONED', 'DELETED'];
  const error = new UploadError('MEDIA_REJECTED', 'on purpose');

  it.each(LOST.flatMap(([call, script]) => WORDS.map((status) => [call, status, script] as const)))(
    'fails the file: %s, %s',
    async (_, status, script) => {
      const reading = { state: 'failed', status, error } as const;
      const run = await startRun({ a: [{ ...script, readings: [reading] }] }, { waitMs });
      await run.finish();
      expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 1, isUploaded: false, status });
      expect(askedFor(run).filter(startsWith('status'))).toHaveLength(1);
    },
  );

  it.each(LOST)("is worth one new session when the fault was LinkedIn's: %s", async (_, script) => {
    const reading = { state: 'failed', status: 'SERVER_ERROR', error, mayRetry: true } as const;
    const healed = await startRun({ a: [{ ...script, readings: [reading] }, {}] }, { waitMs });
    await healed.finish();
    const state = waitMs === 0 ? 'processing' : 'available';
    expect(healed.of('a')).toMatchObject({ state, attempts: 2, abandonedUrns: [urnOf('a')] });
    const again = await startRun({ a: [{ ...script, readings: [reading] }] }, { waitMs });
    await again.finish();
    expect(again.of('a')).toMatchObject({ state: 'failed', error, attempts: 2 });
  });
});

describe('a completion', () => {
  const parts = 2;

  it.each([
    ['whose answer was lost', broken('complete', 'all')],
    ['that failed', failed('complete')],
    ['that met a conflict', refused('REQUEST_REFUSED', 409, 'complete')],
  ])('%s is asked for, and not repeated when it was heard', async (_, error) => {
    const run = await startRun({ a: [{ parts, complete: fails(error), readings: [PROCESSING, AVAILABLE] }] });
    await run.finish();
    expect(askedFor(run).filter(startsWith('complete'))).toHaveLength(1);
    expect(run.of('a').state).toBe('available');
  });

  it.each([
    ['whose answer was lost', broken('complete', 'all')],
    ['that met a conflict', refused('REQUEST_REFUSED', 409, 'complete')],
  ])('%s is repeated in its session when it was not heard', async (_, error) => {
    const complete = faulty(1, error);
    const run = await startRun({ a: [{ parts, complete, readings: [WAITING, AVAILABLE] }] });
    await run.finish();
    expect(askedFor(run).slice(3)).toEqual(['complete a-1', 'status a-1', 'complete a-1', 'status a-1']);
    expect(run.of('a').state).toBe('available');
  });

  it.each([400, 404, 409])('refused (%i) after a lost try is asked for first', async (status) => {
    let calls = 0;
    const complete = async () => {
      calls += 1;
      throw calls === 1 ? broken('complete', 'all') : refused('REQUEST_REFUSED', status, 'complete');
    };
    const run = await startRun({ a: [{ parts, complete, readings: [WAITING, PROCESSING, AVAILABLE] }] });
    await run.finish();
    expect(calls).toBe(2);
    expect(run.of('a')).toMatchObject({ state: 'available', attempts: 1 });
  });

  it('refused at once is worth one new session, and no more', async () => {
    const complete = fails(refused('REQUEST_REFUSED', 400, 'complete'));
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

describe('a session that is lost', () => {
  it.each([403, 404, 409, 410, 412])(
    'by its address (%i) is followed by two more at most',
    async (status) => {
      const run = await startRun({ a: [{ put: fails(dead(status)) }], b: [{}] });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: 'failed UPLOAD_EXPIRED', b: 'available' });
      expect(run.of('a')).toMatchObject({ attempts: 3, abandonedUrns: [urnOf('a', 1), urnOf('a', 2)] });
    },
  );

  it('by parts that do not fit is followed by one more', async () => {
    const error = new UploadError('PART_PLAN', 'on purpose', { urn: urnOf('a') });
    const run = await startRun({ a: [{ put: fails(error) }], b: [{}] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', error, attempts: 2 });
  });

  it('takes a second way of being lost for what it is: three sessions, whatever each died of', async () => {
    const complete = fails(refused('REQUEST_REFUSED', 400, 'complete'));
    const run = await startRun({ a: [{ put: fails(dead()) }, { parts: 2, complete }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'failed', attempts: 2, abandonedUrns: [urnOf('a')] });
  });
});

describe('an upload that was answered', () => {
  const stuck: Script = { readings: [WAITING] };
  const lost = (): MediaStatus => ({
    state: 'failed',
    status: 'SERVER_ERROR',
    error: new UploadError('PROCESSING_FAILED', 'on purpose'),
    mayRetry: true,
  });

  it('and has not come in after a minute is given up for one new session', async () => {
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

  it('and never comes in, in the second session either, is waited for to the end, once', async () => {
    const run = await startRun({ a: [stuck] }, { waitMs: 300_000 });
    await run.until(() => run.of('a').stage === 'uploaded');
    // The first read after a minute is after 82 s.
    await run.clock.advance(82_000);
    await run.until(() => run.of('a').attempts === 2 && run.of('a').stage === 'uploaded');
    await run.clock.advance(217_999);
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

  it('and has not come in after half of a short wait has the other half in a new session', async () => {
    const run = await startRun({ a: [stuck, {}] }, { waitMs: 60_000 });
    await run.until(() => run.of('a').stage === 'uploaded');
    await run.clock.advance(32_000);
    await run.until(() => run.of('a').attempts === 2 && run.of('a').stage === 'uploaded');
    await run.clock.advance(28_000);
    await run.until(() => run.of('a').stage === 'settled');
    expect(run.of('a')).toMatchObject({ state: 'available' });
  });

  it.each<[end: string, script: Script, waitMs: number, code: string]>([
    ['has not come in', stuck, 2900, 'PROCESSING_TIMEOUT'],
    [
      'LinkedIn fails to process',
      { readings: [...Array<MediaStatus>(7).fill(PROCESSING), lost()] },
      60_000,
      'PROCESSING_FAILED',
    ],
  ])('and that %s until the wait is over gets no new session', async (_, script, waitMs, code) => {
    const run = await startRun({ a: [script] }, { waitMs });
    await run.finish();
    expect(run.of('a')).toMatchObject({ attempts: 1, abandonedUrns: [], error: { code } });
  });

  it('whose new session cannot be had is not told as uploaded', async () => {
    const run = await startRun({
      a: [stuck, { register: fails(refused('REQUEST_REFUSED', 400, 'register')) }],
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

  it('and that LinkedIn fails to process is worth one new session', async () => {
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

  it('is complete where nothing is left to be said, though no call may go out any more', async () => {
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
  it('that could not be read are asked for again', async () => {
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
