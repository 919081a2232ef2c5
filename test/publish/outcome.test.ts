// What a failure makes of a file, by how far the file had come and why the run ended.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import type { Stage } from '../../src/publish/ledger.ts';
import { outcomeOfFailure } from '../../src/publish/outcome.ts';
import { failed, limited, refused } from './failures.ts';

const STAGES: readonly Stage[] = ['registering', 'registered', 'uploading', 'uploaded'];
const stopped = new RunError('RUN_STOPPED', 'the run was stopped');

describe('a failure', () => {
  it.each<[name: string, error: Parameters<typeof outcomeOfFailure>[0], states: readonly string[]]>([
    ['of the file alone fails it', failed('status'), ['failed', 'failed', 'failed', 'failed']],
    [
      'for all leaves what is uploaded as processing',
      refused('TOKEN_REFUSED', 401, 'status'),
      ['failed', 'failed', 'failed', 'processing'],
    ],
    [
      'by a limit that lasts leaves what is uploaded as processing',
      limited('status'),
      ['failed', 'failed', 'failed', 'processing'],
    ],
    [
      'by the end of the run leaves what is uploaded as processing',
      stopped,
      ['failed', 'failed', 'failed', 'processing'],
    ],
  ])('%s', (_, error, states) => {
    const outcomes = STAGES.map((stage) => outcomeOfFailure(error, { stage, isCancelled: false }));
    expect(outcomes.map(({ state }) => state)).toEqual(states);
    for (const outcome of outcomes) {
      const isKept = outcome.state === 'processing';
      expect(outcome.error?.code).toBe(isKept ? 'RUN_STOPPED' : error.code);
      expect(outcome.error?.message).toContain(error.message);
    }
  });

  it('before its turn has skipped it, with the reason', () => {
    expect(outcomeOfFailure(stopped, { stage: 'waiting', isCancelled: false })).toEqual({
      state: 'skipped',
      error: stopped,
    });
  });

  it('of a cancelled run is told as that, wherever it came', () => {
    const outcomes = (['waiting', ...STAGES] as const).map((stage) =>
      outcomeOfFailure(failed('upload'), { stage, isCancelled: true }),
    );
    expect(outcomes.map(({ state }) => state)).toEqual([
      'skipped',
      'failed',
      'failed',
      'failed',
      'processing',
    ]);
    expect(new Set(outcomes.map(({ error }) => error?.code))).toEqual(new Set(['RUN_CANCELLED']));
  });
});
