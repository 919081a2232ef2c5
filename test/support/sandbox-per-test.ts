// A sandbox for each test of a file, on a clock that the test moves, and a caller that sends requests to it.

import { afterEach, beforeEach } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller } from '../sandbox/caller.ts';

/** The sandbox's time at the start of each test. */
export const START_MS = Date.UTC(2026, 10, 26);

interface SandboxContext {
  nowMs: number;
  sandbox: Sandbox;
  caller: Caller;
}

/** Registers the hooks of the calling file; the context holds the sandbox of the test that runs. */
export function sandboxPerTest(): SandboxContext {
  const context = { nowMs: START_MS } as SandboxContext;
  beforeEach(async () => {
    context.nowMs = START_MS;
    context.sandbox = await startSandbox({ clock: { now: () => context.nowMs } });
    context.caller = new Caller(context.sandbox.url);
  });
  afterEach(() => context.sandbox.close());
  return context;
}
