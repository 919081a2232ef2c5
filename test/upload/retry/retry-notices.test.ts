// Retry events by file and phase, and pause events of the whole run.

import { describe, expect, it } from 'vitest';
import type { ActionError, Phase } from '../../../src/errors.ts';
import type { RetryInfo } from '../../../src/upload/file-state.ts';
import type { PauseInfo } from '../../../src/upload/retry/retrier.ts';
import { broken, failed, limited, rejected } from '../failures.ts';
import { AVAILABLE, PROCESSING, type Script } from '../fake-linkedin.ts';
import { endsOf, type Run, startRun } from '../publish-run.ts';

type Reported = RetryInfo & { readonly file: string };

function listen({ ledger }: Run) {
  const repeats: Reported[] = [];
  const pauses: PauseInfo[] = [];
  ledger.subscribe(({ planned }, event) => {
    if (event.kind !== 'retry') return;
    const { kind: _, ...repeat } = event;
    repeats.push({ ...repeat, file: planned.file.path });
  });
  ledger.subscribeToPauses((pause) => pauses.push(pause));
  return { repeats, pauses };
}

/** Throws `errors` in order, then succeeds. */
function failing(...errors: readonly ActionError[]) {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
  };
}

describe('retry events of calls', () => {
  const unsent = broken('complete', 'nothing');
  it.each<[phase: Phase, most: number, error: ActionError, script: (fail: () => Promise<void>) => Script]>([
    ['register', 5, broken('register', 'nothing'), (register) => ({ register })],
    ['upload', 4, failed('upload'), (put) => ({ put })],
    ['upload', 5, failed('upload'), (put) => ({ put, parts: 2 })],
    ['complete', 4, unsent, (complete) => ({ complete })],
    // Three attempts only: each lost response may leave an unknown asset.
    ['register', 3, broken('register', 'all'), (register) => ({ register })],
  ])('a retry in phase %s is reported as attempt 2 of %i', async (_, most, error, script) => {
    const run = await startRun({ a: [{}], b: [script(failing(error))] });
    const { repeats } = listen(run);
    await run.finish();
    expect(repeats).toEqual([
      { file: 'b', error, attempt: { number: 2, max: most }, waitMs: expect.any(Number) },
    ]);
    expect(repeats[0]?.waitMs).toBeGreaterThan(0);
  });

  it('each retry is reported with its attempt number', async () => {
    const errors = [1, 2, 3].map(() => failed('upload'));
    const run = await startRun({ a: [{ put: failing(...errors) }] });
    const { repeats } = listen(run);
    await run.finish();
    expect(repeats.map(({ attempt }) => attempt?.number)).toEqual([2, 3, 4]);
    expect(endsOf(run)).toEqual({ a: 'available' });
  });

  it('a failure without a retry is not reported as a retry', async () => {
    const run = await startRun({ a: [{ put: failing(rejected('REQUEST_REFUSED', 400, 'upload')) }] });
    const { repeats } = listen(run);
    await run.finish();
    expect(repeats).toEqual([]);
  });

  it('a retry of an artifact read is reported', async () => {
    let reads = 0;
    const artifacts = async () => {
      reads += 1;
      if (reads === 1) throw failed('status');
      return [];
    };
    const run = await startRun({ a: [{ artifacts }] }, { readsArtifacts: true });
    const { repeats } = listen(run);
    await run.finish();
    expect(repeats).toMatchObject([{ file: 'a', attempt: { number: 2, max: 5 } }]);
  });
});

describe('retry events of status reads', () => {
  it('a repeated status read is reported with its delay, including a Retry-After', async () => {
    const errors = [failed('status'), failed('status', 40_000)];
    const run = await startRun({ a: [{ readings: [PROCESSING, ...errors, AVAILABLE] }] });
    const { repeats } = listen(run);
    await run.finish();
    expect(repeats).toMatchObject([
      { error: errors[0], waitMs: 15_000, attempt: null },
      { error: errors[1], waitMs: 40_000, attempt: null },
    ]);
  });

  it('a status read is not reported as a retry when LinkedIn does not know the file yet, or after the last read', async () => {
    const unknown = rejected('REQUEST_REFUSED', 404, 'status');
    const early = await startRun({ a: [{ readings: [unknown, unknown, AVAILABLE] }] });
    const last = await startRun({ a: [{ readings: [failed('status')] }] }, { waitMs: 500 });
    const listeners = [listen(early), listen(last)];
    await early.finish();
    await last.finish();
    expect(listeners.map(({ repeats }) => repeats)).toEqual([[], []]);
  });
});

describe('pause events', () => {
  it('each pause is reported, including one that a status read causes', async () => {
    const readings = [limited('status', 5000), limited('status', 7000), AVAILABLE];
    const run = await startRun({ a: [{ readings }] });
    const { pauses } = listen(run);
    await run.finish();
    expect(pauses.map(({ waitMs }) => waitMs)).toEqual([5000, 7000]);
  });

  it('a rate limit that is too long to wait for stops the run and reports no pause', async () => {
    const run = await startRun({ a: [{ put: failing(limited('upload', 3_600_000)) }] });
    const { pauses } = listen(run);
    await run.finish();
    expect(pauses).toEqual([]);
    expect(run.ledger.stopReason).toMatchObject({ code: 'LIMIT_REACHED' });
  });
});
