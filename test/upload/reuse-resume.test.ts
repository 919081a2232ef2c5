// Resume of an earlier upload that was not processed yet: how long a run waits, and when it sends the file again.

import { describe, expect, it } from 'vitest';
import { type ActionError, UploadError } from '../../src/errors.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { TestClock } from '../support/clock.ts';
import { failed, rejected } from './failures.ts';
import { cacheOf } from './fake-cache.ts';
import { AVAILABLE, PROCESSING, urnOf, WAITING } from './fake-linkedin.ts';
import { endsOf, startRun } from './publish-run.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 25, 12);
const error = new UploadError('PROCESSING_FAILED', 'on purpose');
const FAILED: MediaStatus = { state: 'failed', status: 'SERVER_ERROR', error, mayRetry: true };
const unknown = () => rejected('REQUEST_REFUSED', 404, 'status');

interface Earlier {
  /** LinkedIn's statuses of the earlier upload; the last one repeats. */
  readonly readings: readonly (MediaStatus | ActionError | (() => ActionError))[];
  readonly waitMs?: number;
  /** The age of the upload. */
  readonly agoMs?: number;
  /** The age of the read that showed it as available; null without such a read. */
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

describe('resume of a recent upload', () => {
  it.each(MISSING)(
    'a resumed run reuses a recent upload that LinkedIn does not show for 10 s (%s)',
    async (_, missing) => {
      // Reads at 0, 1, 3, 6 and 11 s.
      const { run } = await resume({ readings: [missing, missing, missing, missing, AVAILABLE] });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: 'reused' });
      expect(run.linkedin.log).toEqual(Array(5).fill('status earlier-1'));
    },
  );

  it.each(MISSING)('a resumed run sends the file again after a minute of %s', async (_, missing) => {
    const { run, resent } = await resume({ readings: [missing] });
    await run.finish();
    expect(resent.atS).toBe(60);
    expect(run.of('a')).toMatchObject({ state: 'available', abandonedUrns: [urnOf('earlier')] });
  });

  it.each(MISSING)(
    'a resumed run with a short wait sends the file again after half of it (%s)',
    async (_, missing) => {
      const { run, resent } = await resume({ readings: [missing], waitMs: MINUTE_MS });
      await run.finish();
      expect(resent.atS).toBe(30);
      expect(endsOf(run)).toEqual({ a: 'available' });
    },
  );

  it('a resumed run waits for the full time once LinkedIn shows the upload', async () => {
    const { run, resent } = await resume({ readings: [WAITING, PROCESSING], waitMs: MINUTE_MS });
    await run.finish();
    expect(resent.atS).toBeNull();
    expect(run.of('a').endedMs).toBe(MINUTE_MS);
    expect(endsOf(run)).toEqual({ a: 'processing PROCESSING_TIMEOUT' });
  });

  it.each(MISSING)(
    'a resumed run that does not wait leaves a recent upload to a later run when LinkedIn does not show it (%s)',
    async (_, missing) => {
      const { run } = await resume({ readings: [missing], waitMs: 0 });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: 'processing' });
      expect(run.linkedin.log).toEqual(['status earlier-1']);
    },
  );

  it.each<[string, Earlier['readings'][number], ends: string, resends: boolean]>([
    ['PROCESSING', PROCESSING, 'processing', false],
    ['AVAILABLE', AVAILABLE, 'reused', false],
    ['a failure', FAILED, 'processing', true],
    ['a failed read', failed('status'), 'processing', false],
  ])('a resumed run that does not wait decides by one status read: %s', async (_, reading, ends, resends) => {
    const { run } = await resume({ readings: [reading], waitMs: 0 });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: ends });
    const sent = resends ? ['register a-1', 'put a-1', 'complete a-1'] : [];
    expect(run.linkedin.log).toEqual(['status earlier-1', ...sent]);
  });
});

describe('resume of an older upload', () => {
  it.each(MISSING)(
    'a resumed run that does not wait sends the file again when LinkedIn does not show an older upload (%s)',
    async (_, missing) => {
      const { run } = await resume({ readings: [missing], agoMs: 10 * MINUTE_MS, waitMs: 0 });
      await run.finish();
      expect(run.linkedin.log).toEqual(['status earlier-1', 'register a-1', 'put a-1', 'complete a-1']);
    },
  );

  it.each(MISSING)(
    'a resumed run sends the file again at once when LinkedIn does not show an older upload (%s)',
    async (_, missing) => {
      const { run, resent } = await resume({ readings: [missing], agoMs: 10 * MINUTE_MS });
      await run.finish();
      expect(resent.atS).toBe(0);
    },
  );
});

describe('resume of an available upload', () => {
  it.each(MISSING)(
    'a resumed run sends the file again at once when LinkedIn stops showing an available upload (%s)',
    async (_, missing) => {
      const { run, resent } = await resume({ readings: [missing], checkedAgoMs: 25 * 60 * MINUTE_MS });
      await run.finish();
      expect(resent.atS).toBe(0);
    },
  );
});
