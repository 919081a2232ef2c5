// A cancelled run whose files do not come to their end: what is told of them, and when.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { orCutOff } from '../../src/publish/cut-off.ts';
import type { Ledger } from '../../src/publish/ledger.ts';
import { changesUntil, ledgerOf, picture, recordAll } from '../action/ledgers.ts';
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

  it('is left four seconds after the cancellation, each file told as far as it came', async () => {
    const { clock, cancel, ledger, end } = setUp(HANG);
    cancel();
    await clock.advance(3999);
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
    await clock.advance(4000);
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
