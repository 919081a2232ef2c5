// The outside world of a run in virtual time, of which a test replaces what it needs.

import { expect } from 'vitest';
import type { Run } from '../../src/run.ts';
import { TestClock } from './clock.ts';
import { recordingLogger } from './recording-logger.ts';

export function testRun(own: Partial<Run> = {}): Run {
  return {
    clock: new TestClock(),
    signal: new AbortController().signal,
    logger: recordingLogger(),
    env: {},
    openDispatcher: () => expect.fail('no connection is expected'),
    ...own,
  };
}

/** For limits that end no run. */
export const NO_LEDGER = { stop: () => {}, recordPause: () => {} };
