// Runs one of the programs as the process of a step: passes in the real dependencies, and ends with its exit code.

import { createHook } from 'node:async_hooks';
import { systemClock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { RunError } from './errors.ts';
import { EXIT_MS } from './grace-period.ts';
import { createDispatcher } from './http/dispatcher.ts';
import { guardStdio, onUncaught } from './process-handlers.ts';
import { logger } from './report/log/logger.ts';
import type { Runtime } from './runtime.ts';
import { USAGE } from './usage.ts';

/** From the normal end of a run, when everything is written, to the forced exit. */
const LINGER_MS = 1000;

/** `program` resolves with the exit code. */
export async function startProcess(program: (runtime: Runtime) => Promise<number>): Promise<void> {
  if (process.argv.length > 2) {
    process.stdout.write(USAGE);
    process.exit();
  }

  guardStdio(process);

  const controller = new AbortController();
  controller.signal.addEventListener('abort', () => forceExitAfter(EXIT_MS));
  // Node emits this event for unhandled rejections too.
  process.on('uncaughtException', onUncaught(logger, controller, process));
  const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    // A second signal of either kind ends the process immediately. GitHub sends the other one 7.5 s after the first.
    for (const name of SIGNALS) process.off(name, onSignal);
    controller.abort(new RunError('RUN_CANCELLED', `the run was cancelled (${signal})`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  const deadline = new Deadline(systemClock, (error) => controller.abort(error));
  const exitCode = await program({
    env: process.env,
    logger,
    clock: deadline.clock,
    signal: controller.signal,
    openDispatcher: (route) => deadline.follow(createDispatcher(route)),
    open: deadline.open,
  });
  deadline.end();
  // An uncaught error may have set 1 already. That code is kept.
  process.exitCode ||= exitCode;
  forceExitAfter(LINGER_MS, controller.signal.aborted ? undefined : watchDisk());
}

/**
 * Ends the process `delayMs` from now, unless it has ended by then. `process.exit` waits for Node's I/O threads, and so for a
 * read that hangs. A signal does not wait, and a run on a disk that hangs has failed anyway.
 */
function forceExitAfter(delayMs: number, isDiskAnswering = () => false): void {
  setTimeout(() => {
    const isReading = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
    if (isReading && !isDiskAnswering() && process.exitCode !== 0) process.kill(process.pid, 'SIGKILL');
    process.exit(process.exitCode ?? 1);
  }, delayMs).unref();
}

/** A search that was given up still reads, from one answer of the disk to the next request. */
function watchDisk(): () => boolean {
  let requests = 0;
  createHook({
    init: (_, type) => {
      if (type.startsWith('FSREQ')) requests += 1;
    },
  }).enable();
  return () => requests > 0;
}
