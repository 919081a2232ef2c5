// What a failure makes of a file, by how far the file had come and why the run ended.

import { describe, expect, it } from 'vitest';
import type { Stage } from '../../src/publish/entry.ts';
import { outcomeOfFailure, stopped } from '../../src/publish/outcome.ts';
import { failed, limited, refused } from './failures.ts';

const STAGES: readonly Stage[] = ['registering', 'registered', 'uploading', 'uploaded'];
const stop = stopped('not read', failed('register'));

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
      stop,
      ['failed', 'failed', 'failed', 'processing'],
    ],
  ])('%s', (_, error, states) => {
    const outcomes = STAGES.map((stage) => outcomeOfFailure(error, { stage, isCancelled: false }));
    expect(outcomes.map(({ state }) => state)).toEqual(states);
    for (const outcome of outcomes) {
      const isKept = outcome.state === 'processing';
      expect(outcome.error?.code).toBe(isKept ? 'RUN_STOPPED' : error.code);
      expect(outcome.error?.message).toContain(error === stop ? failed('register').message : error.message);
    }
  });

  it('by the end of the run tells what ended it, once', () => {
    const { error } = outcomeOfFailure(stop, { stage: 'uploaded', isCancelled: false });
    expect(error?.message).toBe(
      'uploaded, and not seen to be processed: the run was stopped (SERVER_FAILED): SERVER_FAILED on purpose',
    );
    expect(error?.cause).toBe(stop.cause);
  });

  it('before its turn has skipped it, with the reason', () => {
    expect(outcomeOfFailure(stop, { stage: 'waiting', isCancelled: false })).toEqual({
      state: 'skipped',
      error: stop,
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
