// The access token is checked before the first file: a rejected one ends the run, and transient errors are retried.

import { describe, expect, it } from 'vitest';
import type { ActionError } from '../../src/errors.ts';
import type { TokenInfo } from '../../src/linkedin/session.ts';
import { TestClock } from '../support/clock.ts';
import { broken, failed, limited, rejected } from './failures.ts';
import { startRun } from './publish-run.ts';

const TOKEN_INFO: TokenInfo = {
  daysLeft: 12,
  expiresAtMs: null,
  scopes: null,
  refreshDaysLeft: null,
  renewal: null,
  checkError: null,
  lines: ['it is good'],
  warnings: [],
  notices: [],
};

/** Throws `errors` in order, then succeeds. */
function failing(...errors: ActionError[]): () => Promise<TokenInfo> {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return TOKEN_INFO;
  };
}

describe('access token', () => {
  it('the token is checked once, before any file, and its information is reported', async () => {
    const run = await startRun({ a: [{}], b: [{}] }, { prepare: failing() });
    const reported: TokenInfo[] = [];
    run.ledger.subscribeToToken((info) => reported.push(info));
    await run.finish();
    expect(run.linkedin.log.filter((line) => line === 'prepare')).toHaveLength(1);
    expect(run.linkedin.log[0]).toBe('prepare');
    expect(reported).toEqual([TOKEN_INFO]);
    expect(run.ledger.tokenInfo).toBe(TOKEN_INFO);
    expect(run.of('a').state).toBe('available');
  });

  it.each([
    ['access token', rejected('TOKEN_REFUSED', 200, 'token')],
    ['refresh token', rejected('REFRESH_REFUSED', 400, 'token')],
    ['client secret', rejected('CLIENT_REFUSED', 401, 'token')],
  ])('a rejected %s ends the run at once, before any registration', async (_, error) => {
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
    ['a lost response', broken('token', 'all')],
    ['an outage', failed('token')],
  ])(
    'a token check that meets %s is made four times in all, which outlasts five seconds',
    async (_, error) => {
      const clock = new TestClock({ random: () => 0 });
      const prepare = async () => {
        if (clock.now() < 5000) throw error;
        return TOKEN_INFO;
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
    },
  );

  it('a token check waits for a rate limit to end, and a lasting rate limit stops the run', async () => {
    const error = limited('token');
    const lucky = await startRun({ a: [{}] }, { prepare: failing(error, error, error, error) });
    await lucky.finish();
    expect(lucky.of('a').state).toBe('available');
    const unlucky = await startRun({ a: [{}] }, { prepare: failing(...Array(100).fill(error)) });
    await unlucky.finish();
    expect(new Set(unlucky.linkedin.log)).toEqual(new Set(['prepare']));
    expect(unlucky.ledger.stopReason).toBe(error);
  });

  it('a run that is cancelled during a delayed token check skips its files with RUN_CANCELLED', async () => {
    const run = await startRun({ a: [{}] }, { prepare: failing(failed('token', 60_000)) });
    await run.until(() => run.linkedin.log.length > 0);
    run.cancel.abort();
    await run.finish();
    expect(run.ledger.stopReason).toBeNull();
    expect(run.of('a')).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
  });
});
