// Runs the program of a step in this process: with its environment and folder, its lines, and a signal that cancels it. One
// step at a time, because a process has one environment.

import { RunError } from '../../src/errors/action-error.ts';
import { createDispatcher } from '../../src/http/proxy.ts';
import { main } from '../../src/main.ts';
import { postMain } from '../../src/post-main.ts';
import { logger } from '../../src/report/log/logger.ts';
import type { Clock } from '../../src/run.ts';
import type { ProcessEnd, ProcessRequest, RunningStep } from './step-process.ts';

export async function runHere(
  { entry, cwd, env, ...request }: ProcessRequest,
  clock: Clock,
): Promise<ProcessEnd> {
  const program = entry.endsWith('post.js') ? postMain : main;
  const cancel = new AbortController();
  const step: RunningStep = {
    send: (name) => {
      const reason = new RunError('RUN_CANCELLED', `the run was cancelled (${name})`);
      // Like a signal: between two turns of the event loop, never inside one.
      setImmediate(() => cancel.abort(reason));
    },
    hangUp: () => {
      throw new Error('only a process has a log that can be closed');
    },
  };
  const before = { env: process.env, folder: process.cwd(), write: process.stdout.write };
  process.env = { ...env };
  process.chdir(cwd);
  // What libraries and the logger write. Each line is written at once.
  process.stdout.write = ((chunk: string | Uint8Array) => {
    const text = String(chunk).replace(/(\r\n|\n|\r)$/, '');
    for (const line of text.split(/\r\n|\n|\r/)) request.onLine(line, step);
    return true;
  }) as typeof process.stdout.write;
  try {
    request.onStart?.(step);
    const { signal } = cancel;
    const runtime = { env: process.env, logger, clock, signal, openDispatcher: createDispatcher };
    return { exitCode: await program(runtime), signal: null };
  } finally {
    process.stdout.write = before.write;
    process.chdir(before.folder);
    process.env = before.env;
  }
}
