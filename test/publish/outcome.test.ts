// What a failure makes of a file, by how far the file had come and why the run ended.

import { describe, expect, it } from 'vitest';
import { ActionError, abortReason, RunError, runStoppedError } from '../../src/errors.ts';
import { outcomeOfFailure, type Stage } from '../../src/publish/file-state.ts';
import { failed, limited, refused } from './failures.ts';

const STAGES: readonly Stage[] = ['registering', 'registered', 'uploading', 'uploaded'];
const stop = runStoppedError('not read', failed('register'));

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
    const outcomes = STAGES.map((stage) => outcomeOfFailure(error, { stage, end: null }));
    expect(outcomes.map(({ state }) => state)).toEqual(states);
    for (const outcome of outcomes) {
      const isKept = outcome.state === 'processing';
      expect(outcome.error?.code).toBe(isKept ? 'RUN_STOPPED' : error.code);
      expect(outcome.error?.message).toContain(error === stop ? failed('register').message : error.message);
    }
  });

  it('by the end of the run tells what ended it, once', () => {
    const { error } = outcomeOfFailure(stop, { stage: 'uploaded', end: null });
    expect(error?.message).toBe(
      'uploaded, and not seen to be processed: the run was stopped (SERVER_FAILED): SERVER_FAILED on purpose',
    );
    expect(error?.cause).toBe(stop.cause);
  });

  it('before its turn has skipped it, with the reason', () => {
    expect(outcomeOfFailure(stop, { stage: 'waiting', end: null })).toEqual({
      state: 'skipped',
      error: stop,
    });
  });

  it('of a cancelled run is told as that, wherever it came', () => {
    const outcomes = (['waiting', ...STAGES] as const).map((stage) =>
      outcomeOfFailure(failed('upload'), { stage, end: new RunError('RUN_CANCELLED', 'by SIGTERM') }),
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

  it('of a run that a bug ended tells the bug, wherever it came', () => {
    const bug = new ActionError('INTERNAL', 'unexpected TypeError: x');
    for (const stage of ['waiting', ...STAGES] as const) {
      const { error } = outcomeOfFailure(failed('upload'), { stage, end: bug });
      expect(error).toMatchObject({ code: 'RUN_STOPPED', cause: bug });
      expect(error?.message).toMatch(/^ended (before|while) .*\(INTERNAL\): unexpected TypeError: x$/);
    }
  });
});

describe('the end of a run', () => {
  const bug = new ActionError('INTERNAL', 'unexpected TypeError: x');

  it.each<[name: string, signal: AbortSignal, code: string | undefined]>([
    ['is none while it goes on', new AbortController().signal, undefined],
    ['is a cancellation without a reason of ours', AbortSignal.abort('any'), 'RUN_CANCELLED'],
    ['is the reason of its signal', AbortSignal.abort(bug), 'INTERNAL'],
  ])('%s', (_, signal, code) => {
    expect(abortReason(signal)?.code).toBe(code);
  });
});
