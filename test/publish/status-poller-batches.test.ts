// Files that are almost due are read along with a due file when one call covers many: it costs no extra call.

import { describe, expect, it } from 'vitest';
import type { ApiName } from '../../src/linkedin/session.ts';
import { AVAILABLE, PROCESSING } from './fake-linkedin.ts';
import { join, MINUTE_MS, momentsOf, startPolling } from './status-polling.ts';

const callsOf = (run: ReturnType<typeof startPolling>) =>
  run.calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`);

/** `a` at once, the others 200 and 500 ms later: all wait a second for their first read. */
async function staggered(api: ApiName, statusOf = () => AVAILABLE) {
  const run = startPolling({ statusOf });
  join(run, 'a', { api });
  await run.clock.advance(200);
  join(run, 'b', { api });
  join(run, 'film', { api, kind: 'video' });
  await run.clock.advance(300);
  join(run, 'c', { api });
  return run;
}

describe('batched status reads', () => {
  it('a file that has waited three quarters of its delay is read along with a due file of its kind only', async () => {
    const run = await staggered('media');
    await run.clock.advance(2000);
    expect(callsOf(run)).toEqual(['1 s: a b', '1.2 s: film', '1.5 s: c']);
  });

  it('files are not read together when each costs a separate call', async () => {
    const run = await staggered('assets');
    await run.clock.advance(2000);
    expect(callsOf(run)).toEqual(['1 s: a', '1.2 s: b', '1.2 s: film', '1.5 s: c']);
  });

  it('the next delay of a file starts at the shared read, so that files come together', async () => {
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

it('the last read of a file is at its timeout, also with batched reads', async () => {
  const run = startPolling();
  const file = join(run, 'a', { api: 'media', timeoutMs: 10_000 });
  join(run, 'b', { api: 'media' });
  await run.clock.advance(9_999);
  expect(file.end).toBeUndefined();
  await run.clock.advance(1);
  expect(file.end).toBeNull();
  expect(momentsOf(run)).toContain(10);
});
