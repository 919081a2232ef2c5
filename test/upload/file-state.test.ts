// The outcome of a failed file, by its stage and by the reason for the end of the run.

import { describe, expect, it } from 'vitest';
import { ActionError, RunError, runStoppedError } from '../../src/errors/action-error.ts';
import { failedOutcome, interruptedOutcome, type Stage } from '../../src/upload/file-state.ts';
import { failed, limited, rejected } from '../errors/failures.ts';

const STAGES: readonly Stage[] = ['registering', 'registered', 'uploading', 'uploaded'];
const stop = runStoppedError('not read', failed('register'));

describe('outcome of a failed file', () => {
  it.each<[name: string, error: ActionError, states: readonly string[]]>([
    [
      'an error of one file fails it at every stage',
      failed('status'),
      ['failed', 'failed', 'failed', 'failed'],
    ],
    [
      'a fatal error leaves an uploaded file as processing',
      rejected('TOKEN_REFUSED', 401, 'status'),
      ['failed', 'failed', 'failed', 'processing'],
    ],
    [
      'a lasting rate limit leaves an uploaded file as processing',
      limited('status'),
      ['failed', 'failed', 'failed', 'processing'],
    ],
    [
      'the end of the run leaves an uploaded file as processing',
      stop,
      ['failed', 'failed', 'failed', 'processing'],
    ],
  ])('%s', (_, error, states) => {
    const outcomes = STAGES.map((stage) => failedOutcome(stage, error));
    expect(outcomes.map(({ state }) => state)).toEqual(states);
    for (const outcome of outcomes) {
      const isKept = outcome.state === 'processing';
      expect(outcome.error?.code).toBe(isKept ? 'RUN_STOPPED' : error.code);
      expect(outcome.error?.message).toContain(error === stop ? failed('register').message : error.message);
    }
  });

  it('the error of a stopped run names its cause once', () => {
    const { error } = failedOutcome('uploaded', stop);
    expect(error?.message).toBe(
      'uploaded, but not confirmed as processed: the run was stopped (SERVER_FAILED): SERVER_FAILED on purpose',
    );
    expect(error?.cause).toBe(stop.cause);
  });

  it('a file that waits when the run stops is skipped with the reason', () => {
    expect(failedOutcome('waiting', stop)).toEqual({
      state: 'skipped',
      error: stop,
    });
  });

  it('a file of a cancelled run is reported as RUN_CANCELLED at every stage', () => {
    const outcomes = (['waiting', ...STAGES] as const).map((stage) =>
      interruptedOutcome(stage, new RunError('RUN_CANCELLED', 'by SIGTERM')),
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

  it('a file of a run that a bug ended names the bug at every stage', () => {
    const bug = new ActionError('INTERNAL', 'unexpected TypeError: x');
    for (const stage of ['waiting', ...STAGES] as const) {
      const { error } = interruptedOutcome(stage, bug);
      expect(error).toMatchObject({ code: 'RUN_STOPPED', cause: bug });
      expect(error?.message).toMatch(/^ended (before|while|during) .*\(INTERNAL\): unexpected TypeError: x$/);
    }
  });
});
