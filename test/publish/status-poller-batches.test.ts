// Files that are nearly due are read along with one that is, where one call tells of many: it costs nothing more.

import { describe, expect, it } from 'vitest';
import type { ApiName } from '../../src/linkedin/session.ts';
import { AVAILABLE, PROCESSING } from './fake-linkedin.ts';
import { join, MINUTE_MS, momentsOf, startPolling } from './status-polling.ts';

const callsOf = (run: ReturnType<typeof startPolling>) =>
  run.calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`);

/** `a` at once, the others 200 and 500 ms later: all wait a second for their first read. */
async function staggered(api: ApiName, say = () => AVAILABLE) {
  const run = startPolling({ say });
  join(run, 'a', { api });
  await run.clock.advance(200);
  join(run, 'b', { api });
  join(run, 'film', { api, kind: 'video' });
  await run.clock.advance(300);
  join(run, 'c', { api });
  return run;
}

describe('a file that has waited three quarters of its time', () => {
  it('is read along with one of its kind that is due, and no other', async () => {
    const run = await staggered('media');
    await run.clock.advance(2000);
    expect(callsOf(run)).toEqual(['1 s: a b', '1.2 s: film', '1.5 s: c']);
  });

  it('is not where each costs a call of its own', async () => {
    const run = await staggered('assets');
    await run.clock.advance(2000);
    expect(callsOf(run)).toEqual(['1 s: a', '1.2 s: b', '1.2 s: film', '1.5 s: c']);
  });

  it('waits from that read on, so that files come together', async () => {
    const run = await staggered('media', () => PROCESSING);
    await run.clock.advance(MINUTE_MS);
    expect(callsOf(run).slice(0, 6)).toEqual([
      '1 s: a b',
      '1.2 s: film',
      '1.5 s: c',
      '3 s: a b c',
      '3.2 s: film',
      '6 s: a b c',
    ]);
  });
});

it('the last read of a file is at the end of its patience all the same', async () => {
  const run = startPolling();
  const file = join(run, 'a', { api: 'media', timeoutMs: 10_000 });
  join(run, 'b', { api: 'media' });
  await run.clock.advance(9_999);
  expect(file.end).toBeUndefined();
  await run.clock.advance(1);
  expect(file.end).toBeNull();
  expect(momentsOf(run)).toContain(10);
});
