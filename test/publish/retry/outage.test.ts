// LinkedIn or the network down for a whole run: what that costs in requests, and what is told.

import { describe, expect, it } from 'vitest';
import type { ActionError, Phase } from '../../../src/errors.ts';
import { broken, failed, limited, refused, shapeless } from '../failures.ts';
import { AVAILABLE, PROCESSING, type Script } from '../fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, manyFiles, type Run, startRun, startsWith } from '../publish-run.ts';

const FILES = 40;
const HOUR = 3_600_000;
const WORDS: Record<Phase, string> = {
  register: 'register',
  upload: 'put',
  complete: 'complete',
  status: 'status',
  token: 'token',
};

const KINDS: readonly (readonly [name: string, error: (phase: Phase) => ActionError])[] = [
  ['refused connections', (phase) => broken(phase, 'nothing')],
  ['connections that break', (phase) => broken(phase, 'some')],
  ['answers that never come', (phase) => broken(phase, 'all', 'NETWORK_TIMEOUT')],
  ['503', (phase) => failed(phase)],
  ['503 that asks to wait', (phase) => failed(phase, 1000)],
  ['429', (phase) => limited(phase)],
  ['429 that asks to wait', (phase) => limited(phase, 2000)],
];

function scriptOf(phase: Phase, error: () => ActionError): Script {
  const fault = async () => {
    throw error();
  };
  const calls: Record<Phase, Script> = {
    register: { register: fault },
    upload: { put: fault },
    complete: { complete: fault },
    status: {},
    token: {},
  };
  // What was lost is asked for, and that fails too.
  return { ...calls[phase], readings: [phase === 'status' ? error : () => failed('status')] };
}

function requestsOf({ linkedin }: Run, phase: Phase): number {
  return linkedin.log.filter(startsWith(`${WORDS[phase]} `)).length;
}

describe('a full outage', () => {
  const cases = (['register', 'upload', 'complete', 'status'] as const).flatMap((phase) =>
    KINDS.map(([name, error]) => ({ name, phase, error: () => error(phase) })),
  );
  // Ten failures in a row begin the outage. Each of eleven pauses lets one call try. What was begun by then fails too:
  // five files for each slot. Of a lost answer the status is asked for, which is a second request.
  const boundOf = (concurrency: number) => 2 * (10 + 11 + 5 * concurrency);

  it.each(cases)('of $phase by $name costs a bounded number of requests', async ({ phase, error }) => {
    for (const files of [FILES, 10 * FILES])
      for (const concurrency of [1, 8]) {
        const run = await startRun(manyFiles(files, scriptOf(phase, error)), { concurrency });
        await run.finish();
        const failed = requestsOf(run, phase) + (phase === 'status' ? 0 : requestsOf(run, 'status'));
        // What went well before pays for further events, each of one call and perhaps one read.
        const earned = (run.linkedin.log.length - failed) / 5;
        expect(failed).toBeLessThanOrEqual(boundOf(concurrency) + earned);
        expect(run.ledger.stopReason).not.toBeNull();
        expect(Object.values(endsOf(run)).filter(startsWith('available'))).toEqual([]);
        expect(run.clock.waiting).toBe(0);
      }
  });

  it('is told once, with the last cause, and the files that it kept from starting are skipped', async () => {
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

  it('after the uploads leaves them as processing, their URNs in place', async () => {
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

describe('a bad minute', () => {
  it('that passes costs no file', async () => {
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
    // A registration may have been heard: it is tried three times, and may not outlast more.
    { name: 'registrations fail with 503', phase: 'register', error: failed('register'), untilMs: 2000 },
    {
      name: 'no connection comes about',
      phase: 'register',
      error: broken('register', 'nothing'),
      untilMs: 7000,
    },
    { name: 'uploads fail', phase: 'upload', error: failed('upload'), untilMs: 5000 },
    { name: 'uploads break', phase: 'upload', error: broken('upload', 'some'), untilMs: 5000 },
    { name: 'status reads fail', phase: 'status', error: failed('status'), untilMs: 20_000 },
  ] as const)('in which $name costs no file, at any concurrency', async ({ phase, error, untilMs }) => {
    for (const concurrency of [1, 8, 64]) {
      const isDown = () => run.clock.now() < untilMs;
      const fault = async () => {
        if (isDown()) throw error;
      };
      const calls = { register: { register: fault }, upload: { put: fault }, status: {} }[phase];
      const readings = [() => (isDown() && phase === 'status' ? error : AVAILABLE)];
      const run: Run = await startRun(manyFiles(FILES, { ...calls, readings }), { concurrency });
      await run.finish();
      expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    }
  });
});

describe('a limit', () => {
  it('that asks for longer than a run can wait stops it, and no call goes out before the time', async () => {
    const error = limited('upload', HOUR);
    const turn = gate();
    const refusing = async () => {
      await turn.pass();
      throw error;
    };
    const scripts = { ...filesOf(6, { readings: [PROCESSING] }), c: [{ put: refusing }] };
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

  it('that outlasts its tries stops the run', async () => {
    const run = await startRun({ ...filesOf(4), a: [{ register: fails(limited('register')) }] });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ a: 'failed LIMIT_REACHED' });
    expect(run.ledger.stopReason).toMatchObject({ code: 'LIMIT_REACHED' });
  });
});

describe('the same refusal of file after file', () => {
  const no = refused('REQUEST_REFUSED', 400, 'register');

  it('stops the run at the third: it is the inputs, not the files', async () => {
    const run = await startRun(manyFiles(20, { register: fails(no) }), { concurrency: 8 });
    await run.finish();
    expect(run.linkedin.log).toEqual(['register f0-1', 'register f1-1', 'register f2-1']);
    expect(run.ledger.stopReason).toBe(no);
    expect(Object.values(endsOf(run)).filter((end) => end === 'skipped RUN_STOPPED')).toHaveLength(17);
  });

  it('is the same whatever id each answer has', async () => {
    const refusing = (id: string) => {
      const error = refused('REQUEST_REFUSED', 400, 'register');
      error.message = `LinkedIn refused the registration (400) [x-li-uuid ${id}]`;
      return [{ register: fails(error) }];
    };
    const run = await startRun({ a: refusing('1'), b: refusing('2'), c: refusing('3'), d: [{}] });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ c: 'failed REQUEST_REFUSED', d: 'skipped RUN_STOPPED' });
  });

  it('is not the same when a file between went well, or was refused in other words', async () => {
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

  it('leaves what is uploaded to be asked for', async () => {
    const run = await startRun(
      { up: [{ readings: [PROCESSING, PROCESSING, AVAILABLE] }], ...filesOf(4, { register: fails(no) }) },
      { concurrency: 1 },
    );
    await run.finish();
    expect(endsOf(run)).toMatchObject({ up: 'available', d: 'skipped RUN_STOPPED' });
  });
});
