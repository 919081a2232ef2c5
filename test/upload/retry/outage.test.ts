// An outage of LinkedIn or the network during a run: its cost in requests, and the errors that it leaves.

import { describe, expect, it } from 'vitest';
import type { ActionError, Phase } from '../../../src/errors.ts';
import { TestClock } from '../../support/clock.ts';
import { broken, failed, limited, rejected, shapeless } from '../failures.ts';
import { AVAILABLE, PROCESSING, type Script } from '../fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, manyFiles, type Run, startRun, startsWith } from '../publish-run.ts';

const FILES = 40;
const HOUR = 3_600_000;
type MediaPhase = Exclude<Phase, 'post' | 'comment' | 'find' | 'member' | 'pages'>;
const WORDS: Record<MediaPhase, string> = {
  register: 'register',
  upload: 'put',
  complete: 'complete',
  status: 'status',
  token: 'token',
};

const KINDS: readonly (readonly [name: string, error: (phase: Phase) => ActionError])[] = [
  ['refused connections', (phase) => broken(phase, 'nothing')],
  ['connections that break', (phase) => broken(phase, 'some')],
  ['responses that never come', (phase) => broken(phase, 'all', 'NETWORK_TIMEOUT')],
  ['503', (phase) => failed(phase)],
  ['503 that asks to wait', (phase) => failed(phase, 1000)],
  ['429', (phase) => limited(phase)],
  ['429 that asks to wait', (phase) => limited(phase, 2000)],
];

function scriptOf(phase: MediaPhase, error: () => ActionError): Script {
  const fail = async () => {
    throw error();
  };
  const calls: Record<MediaPhase, Script> = {
    register: { register: fail },
    upload: { put: fail },
    complete: { complete: fail },
    status: {},
    token: {},
  };
  // A lost response causes a status read, which fails too.
  return { ...calls[phase], readings: [phase === 'status' ? error : () => failed('status')] };
}

function requestsOf({ linkedin }: Run, phase: MediaPhase): number {
  return linkedin.log.filter(startsWith(`${WORDS[phase]} `)).length;
}

describe('a full outage', () => {
  const cases = (['register', 'upload', 'complete', 'status'] as const).flatMap((phase) =>
    KINDS.map(([name, error]) => ({ name, phase, error: () => error(phase) })),
  );
  // Ten failures in a row begin the outage. After each of eleven pauses, the calls of all slots try. Files in progress fail
  // too: five for each slot. A lost response causes a status read, which is a second request.
  const boundOf = (concurrency: number) => 2 * (10 + 11 * concurrency + 5 * concurrency);

  it.each(cases)(
    'a full outage of $phase by $name costs a bounded number of requests',
    async ({ phase, error }) => {
      for (const files of [FILES, 10 * FILES])
        for (const concurrency of [1, 8]) {
          const run = await startRun(manyFiles(files, scriptOf(phase, error)), { concurrency });
          await run.finish();
          const failed = requestsOf(run, phase) + (phase === 'status' ? 0 : requestsOf(run, 'status'));
          // Successful calls refill the retry budget; each further event is one call and perhaps one status read.
          const earned = (run.linkedin.log.length - failed) / 5;
          expect(failed).toBeLessThanOrEqual(boundOf(concurrency) + earned);
          expect(run.ledger.stopReason).not.toBeNull();
          expect(Object.values(endsOf(run)).filter(startsWith('available'))).toEqual([]);
          expect(run.clock.waiting).toBe(0);
        }
    },
  );

  it('a full outage stops the run with the last cause, and files that did not start are skipped', async () => {
    const run = await startRun(manyFiles(FILES, { register: fails(failed('register')) }), { concurrency: 8 });
    await run.finish();
    expect(run.ledger.stopReason).toMatchObject({
      code: 'RETRIES_SPENT',
      cause: { code: 'SERVER_FAILED' },
      message: expect.stringContaining('SERVER_FAILED on purpose'),
    });
    const ends = Object.values(endsOf(run));
    expect(ends.filter((end) => end === 'skipped RUN_STOPPED').length).toBeGreaterThan(0);
    expect(ends.filter((end) => end === 'failed RETRIES_SPENT').length).toBeGreaterThan(0);
    for (const { error } of run.ledger.entries) expect(error?.message).toContain('SERVER_FAILED on purpose');
  });

  it('an outage after the uploads leaves them as processing with their URNs', async () => {
    const run = await startRun(manyFiles(FILES, { readings: [() => failed('status')] }), { concurrency: 8 });
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    await run.finish();
    expect(run.ledger.stopReason).toMatchObject({ code: 'RETRIES_SPENT' });
    for (const { state, error, identity } of run.ledger.entries) {
      expect([state, error?.code]).toEqual(['processing', 'RUN_STOPPED']);
      expect(identity).not.toBeNull();
    }
  });
});

describe('short outages', () => {
  it('uploads that fail once cost no file', async () => {
    const flaky = () => {
      let calls = 0;
      return async () => {
        calls += 1;
        if (calls === 1) throw failed('upload');
      };
    };
    const scripts = Object.fromEntries(
      Array.from({ length: FILES }, (_, index) => [`f${index}`, [index % 4 === 0 ? { put: flaky() } : {}]]),
    );
    const run = await startRun(scripts, { concurrency: 8 });
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  });

  it.each([
    // LinkedIn may have received the registration, so there are only three attempts.
    { name: 'registrations fail with 503', phase: 'register', error: failed('register'), untilMs: 5000 },
    {
      name: 'responses to registrations are lost',
      phase: 'register',
      error: broken('register', 'all'),
      untilMs: 5000,
    },
    {
      name: 'no connection can be made',
      phase: 'register',
      error: broken('register', 'nothing'),
      untilMs: 7000,
    },
    { name: 'uploads fail', phase: 'upload', error: failed('upload'), untilMs: 5000 },
    { name: 'uploads break', phase: 'upload', error: broken('upload', 'some'), untilMs: 5000 },
    { name: 'status reads fail', phase: 'status', error: failed('status'), untilMs: 20_000 },
  ] as const)(
    'a short outage in which $name costs no file at any concurrency',
    async ({ phase, error, untilMs }) => {
      for (const [concurrency, random] of [1, 8, 64].flatMap((one) =>
        [0, 0.999].map((two) => [one, two] as const),
      )) {
        const clock = new TestClock({ random: () => random });
        const isDown = () => clock.now() < untilMs;
        const fail = async () => {
          if (isDown()) throw error;
        };
        const calls = { register: { register: fail }, upload: { put: fail }, status: {} }[phase];
        const readings = [() => (isDown() && phase === 'status' ? error : AVAILABLE)];
        const run: Run = await startRun(manyFiles(FILES, { ...calls, readings }), { concurrency, clock });
        await run.finish();
        expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
      }
    },
  );
});

describe('rate limits', () => {
  it('a rate limit that asks for a longer wait than a run allows stops the run, and no further call goes out', async () => {
    const error = limited('upload', HOUR);
    const turn = gate();
    const rejecting = async () => {
      await turn.pass();
      throw error;
    };
    const scripts = { ...filesOf(6, { readings: [PROCESSING] }), c: [{ put: rejecting }] };
    const run = await startRun(scripts, { concurrency: 1 });
    await run.until(() => run.of('b').stage === 'uploaded' && run.of('d').stage === 'registered');
    turn.open();
    await run.until(() => run.ledger.stopReason !== null);
    const { length } = run.linkedin.log;
    await run.finish();
    expect(run.linkedin.log.slice(length)).toEqual([]);
    expect(run.ledger.stopReason).toBe(error);
    expect(endsOf(run)).toEqual({
      a: 'processing RUN_STOPPED',
      b: 'processing RUN_STOPPED',
      c: 'failed LIMIT_REACHED',
      d: 'failed RUN_STOPPED',
      e: 'skipped RUN_STOPPED',
      f: 'skipped RUN_STOPPED',
    });
  });

  it('a rate limit that outlasts its attempts stops the run', async () => {
    const run = await startRun({ ...filesOf(4), a: [{ register: fails(limited('register')) }] });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ a: 'failed LIMIT_REACHED' });
    expect(run.ledger.stopReason).toMatchObject({ code: 'LIMIT_REACHED' });
  });
});

describe('identical rejections', () => {
  const no = rejected('REQUEST_REFUSED', 400, 'register');

  it('the third identical rejection in a row stops the run', async () => {
    const run = await startRun(manyFiles(20, { register: fails(no) }), { concurrency: 8 });
    await run.finish();
    expect(run.linkedin.log).toEqual(['register f0-1', 'register f1-1', 'register f2-1']);
    expect(run.ledger.stopReason).toBe(no);
    expect(Object.values(endsOf(run)).filter((end) => end === 'skipped RUN_STOPPED')).toHaveLength(17);
  });

  it('rejections that differ only in their request id count as identical', async () => {
    const rejecting = (id: string) => {
      const error = rejected('REQUEST_REFUSED', 400, 'register');
      error.message = `LinkedIn refused the registration (400) [x-li-uuid ${id}]`;
      return [{ register: fails(error) }];
    };
    const run = await startRun({ a: rejecting('1'), b: rejecting('2'), c: rejecting('3'), d: [{}] });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ c: 'failed REQUEST_REFUSED', d: 'skipped RUN_STOPPED' });
  });

  it('a success or a different rejection resets the count of identical rejections', async () => {
    const other = shapeless('register', 'urn:li:digitalmediaAsset:9');
    const run = await startRun(
      {
        a: [{ register: fails(no) }],
        b: [{ register: fails(no) }],
        c: [{}],
        d: [{ register: fails(no) }],
        e: [{ register: fails(no) }],
        f: [{ register: fails(other) }],
        g: [{ register: fails(no) }],
        h: [{}],
      },
      { concurrency: 1 },
    );
    await run.finish();
    expect(run.ledger.stopReason).toBeNull();
    expect(endsOf(run)).toMatchObject({ c: 'available', h: 'available' });
  });

  it('a run that identical rejections stop still polls the uploaded files', async () => {
    const run = await startRun(
      { up: [{ readings: [PROCESSING, PROCESSING, AVAILABLE] }], ...filesOf(4, { register: fails(no) }) },
      { concurrency: 1 },
    );
    await run.finish();
    expect(endsOf(run)).toMatchObject({ up: 'available', d: 'skipped RUN_STOPPED' });
  });
});
