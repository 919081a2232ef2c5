// A cancelled run whose files do not come to their end: what is told of them, and when.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { endsInTime, orCutOff, unlessHanging } from '../../src/publish/cut-off.ts';
import type { Ledger } from '../../src/publish/ledger.ts';
import { changesUntil, ledgerOf, picture, recordAll } from '../action/ledgers.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';

const STAGES = ['registering', 'registered', 'uploading', 'uploaded'] as const;
/** One that never began, and one in each stage. */
const FILES = 1 + STAGES.length;
const HANG = () => new Promise<void>(() => {});

function setUp(work: () => Promise<void>) {
  const clock = new TestClock();
  const cancel = new AbortController();
  const ledger = ledgerOf(['waiting', ...STAGES].map((stage) => picture(`${stage}.png`)));
  for (const [place, stage] of STAGES.entries())
    recordAll(ledger, 1 + place, changesUntil(stage, { id: stage }));
  const end = orCutOff(ledger, work(), { clock, signal: cancel.signal });
  return { clock, cancel: () => cancel.abort(new RunError('RUN_CANCELLED', 'cancelled')), ledger, end };
}

const statesIn = (ledger: Ledger) => ledger.entries.map(({ state, error }) => [state, error?.message]);

describe('work that hangs', () => {
  it('is waited for as long as nobody cancels', async () => {
    const { clock, ledger } = setUp(HANG);
    await clock.advance(3_600_000);
    expect(ledger.open()).toHaveLength(FILES);
  });

  it('is left two seconds after the cancellation, each file told as far as it came', async () => {
    const { clock, cancel, ledger, end } = setUp(HANG);
    cancel();
    await clock.advance(1999);
    expect(ledger.open()).toHaveLength(FILES);
    await clock.advance(1);
    expect(ledger.open()).toEqual([]);
    await end;
    expect(statesIn(ledger)).toEqual([
      ['skipped', 'the run was cancelled before its turn'],
      ['failed', 'the run was cancelled while it was being registered'],
      ['failed', 'the run was cancelled while it waited for its upload'],
      ['failed', 'the run was cancelled while it was being uploaded'],
      ['processing', 'the run was cancelled while LinkedIn was processing it'],
    ]);
    expect(ledger.entries.slice(2).every(({ identity }) => identity !== null)).toBe(true);
  });

  it('changes nothing any more when it comes back', async () => {
    const { clock, cancel, ledger, end } = setUp(HANG);
    cancel();
    await clock.advance(2000);
    await end;
    const told = [...ledger.entries];
    ledger.record(4, { kind: 'settled', state: 'available' });
    expect(ledger.entries).toEqual(told);
  });
});

describe('work that ends', () => {
  it('leaves nothing behind that would keep the step alive', async () => {
    const { clock, cancel, end } = setUp(async () => {});
    await end;
    cancel();
    await clock.advance(0);
    expect(clock.waiting).toBe(0);
  });

  it('after the cancellation is no longer waited for than it takes', async () => {
    const over = Promise.withResolvers<void>();
    const { clock, cancel, ledger, end } = setUp(() => over.promise);
    cancel();
    await clock.advance(100);
    over.resolve();
    await end;
    expect(clock.waiting).toBe(0);
    expect(ledger.open()).toHaveLength(FILES);
  });

  it('with a bug throws it', async () => {
    const { end } = setUp(() => Promise.reject(new TypeError('a bug')));
    await expect(end).rejects.toThrow('a bug');
  });
});

describe('work of another kind', () => {
  const REASON = new RunError('RUN_CANCELLED', 'cancelled');
  const ending = () => {
    const clock = new TestClock();
    const cancel = new AbortController();
    return { clock, cancel: () => cancel.abort(REASON), world: { clock, signal: cancel.signal } };
  };

  it('that hangs is left two seconds after the cancellation, for its reason', async () => {
    const { clock, cancel, world } = ending();
    const work = caught(() => unlessHanging(HANG(), world), RunError);
    await clock.advance(3_600_000);
    cancel();
    await clock.advance(2000);
    expect(await work).toBe(REASON);
  });

  it('that hangs may have something in its place', async () => {
    const { clock, cancel, world } = ending();
    const work = unlessHanging<unknown>(HANG(), world, (end) => [end]);
    cancel();
    await clock.advance(2000);
    expect(await work).toEqual([REASON]);
  });

  it('that ends counts, also after the cancellation', async () => {
    const { clock, cancel, world } = ending();
    cancel();
    expect(await unlessHanging(Promise.resolve('done'), world)).toBe('done');
    await clock.advance(0);
    expect(clock.waiting).toBe(0);
  });

  it('that hangs without a cancellation is left at its limit, where it has one', async () => {
    const { clock, world } = ending();
    const limits = { lastWaitMs: 10, limitMs: 1000 };
    const work = endsInTime(HANG(), limits, world);
    await clock.advance(999);
    expect(clock.waiting).toBe(1);
    await clock.advance(1);
    expect(await work).toBe(false);
    expect(await endsInTime(Promise.resolve(), limits, world)).toBe(true);
    await clock.advance(0);
    expect(clock.waiting).toBe(0);
  });
});
