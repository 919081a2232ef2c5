// Runs the program of a step in this process: with its environment and folder, its lines, and a signal that cancels it. One
// step at a time, because a process has one environment.

import type { Clock } from '../../src/deps.ts';
import { RunError } from '../../src/errors.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import { main } from '../../src/main.ts';
import { postMain } from '../../src/post-main.ts';
import { logger } from '../../src/report/log/logger.ts';
import type { ProcessEnd, ProcessRequest, RunningStep } from './step-process.ts';

const PROGRAMS = { 'index.js': main, 'post.js': postMain } as const;

let last: Promise<unknown> = Promise.resolve();

export async function runHere(request: ProcessRequest, clock: Clock): Promise<ProcessEnd> {
  const turn = last.then(() => runNow(request, clock));
  last = turn.catch(() => {});
  return await turn;
}

async function runNow({ entry, cwd, env, ...request }: ProcessRequest, clock: Clock): Promise<ProcessEnd> {
  const program = PROGRAMS[entry.slice(entry.lastIndexOf('/') + 1) as keyof typeof PROGRAMS];
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
  const restore = [replaceEnv(env), replaceOutput((line) => request.onLine(line, step)), replaceFolder(cwd)];
  try {
    request.onStart?.(step);
    const { signal } = cancel;
    const runtime = { env: process.env, logger, clock, signal, openDispatcher: createDispatcher };
    return { exitCode: await program(runtime), signal: null };
  } finally {
    for (const undo of restore) undo();
  }
}

function replaceEnv(env: Readonly<Record<string, string>>): () => void {
  const before = process.env;
  process.env = { ...env };
  return () => {
    process.env = before;
  };
}

function replaceFolder(cwd: string): () => void {
  const before = process.cwd();
  process.chdir(cwd);
  return () => process.chdir(before);
}

/** What libraries and the logger write. Each line is written at once. */
function replaceOutput(take: (line: string) => void): () => void {
  const write = process.stdout.write;
  process.stdout.write = ((chunk: string | Uint8Array) => {
    const lines = String(chunk).split(/\r\n|\n|\r/);
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) take(line);
    return true;
  }) as typeof write;
  return () => {
    process.stdout.write = write;
  };
}
