// An upload of an earlier run that was not processed yet: how long a run waits for it, and when it sends the file again.

import { describe, expect, it } from 'vitest';
import type { ActionError } from '../../../src/errors.ts';
import type { MediaStatus } from '../../../src/linkedin/session.ts';
import { TestClock } from '../../support/clock.ts';
import { failed, refused } from '../failures.ts';
import { AVAILABLE, PROCESSING, urnOf, WAITING } from '../fake-linkedin.ts';
import { endsOf, startRun } from '../publish-run.ts';
import { cacheOf } from './fake-cache.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 25, 12);
const unknown = () => refused('REQUEST_REFUSED', 404, 'status');

interface Earlier {
  /** What LinkedIn says of the earlier upload, the last one for ever. */
  readonly readings: readonly (MediaStatus | ActionError | (() => ActionError))[];
  readonly waitMs?: number;
  /** How long ago it was uploaded. */
  readonly agoMs?: number;
  /** How long ago a read showed it as available; null when none did. */
  readonly checkedAgoMs?: number | null;
}

async function resume({ readings, waitMs = 30 * MINUTE_MS, agoMs = 1000, checkedAgoMs = null }: Earlier) {
  const dateOf = (ago: number) => new Date(START_MS - ago).toISOString();
  const known = checkedAgoMs === null ? {} : { checkedAt: dateOf(checkedAgoMs) };
  const cache = cacheOf({
    file: 'a',
    kind: 'image',
    urn: urnOf('earlier'),
    state: checkedAgoMs === null ? 'uploaded' : 'available',
    updatedAt: dateOf(agoMs),
    ...known,
  });
  const resent = { atS: null as number | null };
  const clock = new TestClock({ epochMs: START_MS });
  const register = async () => {
    resent.atS = clock.now() / 1000;
  };
  const run = await startRun({ a: [{ register }] }, { waitMs, clock, cache, earlier: { readings } });
  return { run, resent };
}

const MISSING: [name: string, reading: MediaStatus | (() => ActionError)][] = [
  ['404', unknown],
  ['WAITING_UPLOAD', WAITING],
];

describe('a run that resumes a recent upload', () => {
  it.each(MISSING)('that LinkedIn does not show for 10 s (%s) reuses it', async (_, missing) => {
    // Reads at 0, 1, 3, 6 and 11 s.
    const { run } = await resume({ readings: [missing, missing, missing, missing, AVAILABLE] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'reused' });
    expect(run.linkedin.log).toEqual(Array(5).fill('status earlier-1'));
  });

  it.each(MISSING)('sends the file again after a minute of %s', async (_, missing) => {
    const { run, resent } = await resume({ readings: [missing] });
    await run.finish();
    expect(resent.atS).toBe(60);
    expect(run.of('a')).toMatchObject({ state: 'available', abandonedUrns: [urnOf('earlier')] });
  });

  it.each(MISSING)('sends it again after half of a short wait of %s', async (_, missing) => {
    const { run, resent } = await resume({ readings: [missing], waitMs: MINUTE_MS });
    await run.finish();
    expect(resent.atS).toBe(30);
    expect(endsOf(run)).toEqual({ a: 'available' });
  });

  it('waits for all of the time once LinkedIn shows the upload', async () => {
    const { run, resent } = await resume({ readings: [WAITING, PROCESSING], waitMs: MINUTE_MS });
    await run.finish();
    expect(resent.atS).toBeNull();
    expect(run.of('a').endedMs).toBe(MINUTE_MS);
    expect(endsOf(run)).toEqual({ a: 'processing PROCESSING_TIMEOUT' });
  });

  it.each<[string, Earlier['readings'][number], ends: string, resends: boolean]>([
    ['404', unknown, 'processing', true],
    ['WAITING_UPLOAD', WAITING, 'processing', true],
    ['PROCESSING', PROCESSING, 'processing', false],
    ['AVAILABLE', AVAILABLE, 'reused', false],
    ['nothing, for the read failed', failed('status'), 'processing', false],
  ])('decides by one read when it does not wait: %s', async (_, reading, ends, resends) => {
    const { run } = await resume({ readings: [reading], waitMs: 0 });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: ends });
    const sent = resends ? ['register a-1', 'put a-1', 'complete a-1'] : [];
    expect(run.linkedin.log).toEqual(['status earlier-1', ...sent]);
  });
});

describe('a run that resumes an older upload', () => {
  it.each(MISSING)('sends the file again at once when LinkedIn does not show it (%s)', async (_, missing) => {
    const { run, resent } = await resume({ readings: [missing], agoMs: 10 * MINUTE_MS });
    await run.finish();
    expect(resent.atS).toBe(0);
  });
});

describe('an upload that a read has shown before', () => {
  it.each(MISSING)(
    'is sent again at once when LinkedIn does not show it any more (%s)',
    async (_, missing) => {
      const { run, resent } = await resume({ readings: [missing], checkedAgoMs: 25 * 60 * MINUTE_MS });
      await run.finish();
      expect(resent.atS).toBe(0);
    },
  );
});
