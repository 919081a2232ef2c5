// What comes before the first file: the token. Without a good one nothing is begun, and what may pass is tried again.

import { describe, expect, it } from 'vitest';
import type { ActionError } from '../../src/errors.ts';
import type { TokenInfo } from '../../src/linkedin/session.ts';
import { TestClock } from '../support/clock.ts';
import { broken, failed, limited, refused } from './failures.ts';
import { startRun } from './publish-run.ts';

const NEWS: TokenInfo = { daysLeft: 12, lines: ['it is good'], warnings: [], notices: [] };

/** Throws what `errors` holds, one after the other, then goes well. */
function failing(...errors: ActionError[]): () => Promise<TokenInfo> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return NEWS;
  };
}

describe('the token', () => {
  it('is cared for before any file, once, and what is known of it is told', async () => {
    const run = await startRun({ a: [{}], b: [{}] }, { prepare: failing() });
    const heard: TokenInfo[] = [];
    run.ledger.subscribeToToken((info) => heard.push(info));
    await run.finish();
    expect(run.linkedin.log.filter((line) => line === 'prepare')).toHaveLength(1);
    expect(run.linkedin.log[0]).toBe('prepare');
    expect(heard).toEqual([NEWS]);
    expect(run.ledger.tokenInfo).toBe(NEWS);
    expect(run.of('a').state).toBe('available');
  });

  it.each([
    ['a dead token', refused('TOKEN_REFUSED', 200, 'token')],
    ['a dead refresh token', refused('REFRESH_REFUSED', 400, 'token')],
    ['another client', refused('CLIENT_REFUSED', 401, 'token')],
  ])('that is refused for %s ends the run at once, and no file is begun', async (_, error) => {
    const run = await startRun({ a: [{}], b: [{}] }, { prepare: failing(error) });
    await run.finish();
    expect(run.linkedin.log).toEqual(['prepare']);
    expect(run.ledger.stopReason).toBe(error);
    for (const name of ['a', 'b']) {
      expect(run.of(name)).toMatchObject({ state: 'skipped', attempts: 0, possibleOrphans: 0 });
      expect(run.of(name).error?.code).toBe('RUN_STOPPED');
    }
  });

  it.each([
    ['a broken connection', broken('token', 'nothing')],
    ['a lost answer', broken('token', 'all')],
    ['an outage', failed('token')],
  ])('that meets %s is tried again, four times in all: that outlasts five seconds', async (_, error) => {
    const clock = new TestClock({ random: () => 0 });
    const prepare = async () => {
      if (clock.now() < 5000) throw error;
      return NEWS;
    };
    const lucky = await startRun({ a: [{}] }, { prepare, clock });
    await lucky.finish();
    expect(lucky.of('a').state).toBe('available');
    expect(lucky.linkedin.log.filter((line) => line === 'prepare')).toHaveLength(4);
    const unlucky = await startRun({ a: [{}] }, { prepare: failing(...Array(4).fill(error)) });
    await unlucky.finish();
    expect(unlucky.linkedin.log).toEqual(Array(4).fill('prepare'));
    expect(unlucky.ledger.stopReason).toBe(error);
    expect(unlucky.of('a')).toMatchObject({ state: 'skipped', possibleOrphans: 0 });
  });

  it('that meets a limit is waited for; a limit that goes on stops the run', async () => {
    const error = limited('token');
    const lucky = await startRun({ a: [{}] }, { prepare: failing(error, error, error, error) });
    await lucky.finish();
    expect(lucky.of('a').state).toBe('available');
    const unlucky = await startRun({ a: [{}] }, { prepare: failing(...Array(100).fill(error)) });
    await unlucky.finish();
    expect(new Set(unlucky.linkedin.log)).toEqual(new Set(['prepare']));
    expect(unlucky.ledger.stopReason).toBe(error);
  });

  it('that is waited for when the run is cancelled is told as that', async () => {
    const run = await startRun({ a: [{}] }, { prepare: failing(failed('token', 60_000)) });
    await run.until(() => run.linkedin.log.length > 0);
    run.cancel.abort();
    await run.finish();
    expect(run.ledger.stopReason).toBeNull();
    expect(run.of('a')).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
  });
});
