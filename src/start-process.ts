// Runs one of the programs as the process of a step: passes in the real dependencies, and ends with its exit code. What a
// cancellation does, with a signal such as SIGTERM, is tested in the built action, by test/dist/cancel.test.ts.

import { EXIT_MS, systemClock } from './clock.ts';
import { RunError, redact, toActionError } from './errors/action-error.ts';
import { createDispatcher } from './http/proxy.ts';
import { escapeForLog, logger, withHint } from './report/log/logger.ts';
import type { Run } from './run.ts';

/** From the normal end of a run, when everything is written, to the forced exit. */
const LINGER_MS = 1000;

/** `program` resolves with the exit code. */
export async function startProcess(program: (run: Run) => Promise<number>): Promise<void> {
  guardStdio(process);

  const controller = new AbortController();
  controller.signal.addEventListener('abort', () => forceExitAfter(EXIT_MS));
  // Node emits this event for unhandled rejections too. The run is aborted, so that the results so far are still written, and
  // the process fails, no matter how far the run is.
  process.on('uncaughtException', (thrown) => {
    process.exitCode = 1;
    const bug = toActionError(thrown);
    logger.error(withHint(bug), { title: bug.code });
    controller.abort(bug);
  });
  // Further signals change nothing: the process ends in time, and a terminal sends two at once.
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () =>
      controller.abort(new RunError('RUN_CANCELLED', `the run was cancelled (${name})`)),
    );

  const exitCode = await program({
    env: process.env,
    logger,
    clock: systemClock,
    signal: controller.signal,
    openDispatcher: createDispatcher,
  });
  // An uncaught error may have set 1 already. That code is kept.
  process.exitCode ||= exitCode;
  forceExitAfter(LINGER_MS);
}

/**
 * Ends the process `delayMs` from now, unless it has ended by then. `process.exit` waits for Node's I/O threads, and so for a
 * read that hangs. A signal does not wait, and a run on a disk that hangs has failed anyway.
 */
function forceExitAfter(delayMs: number): void {
  setTimeout(() => {
    const isReading = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
    if (isReading && process.exitCode !== 0) process.kill(process.pid, 'SIGKILL');
    process.exit(process.exitCode ?? 1);
  }, delayMs).unref();
}

interface Pipe {
  write: NodeJS.WriteStream['write'];
  on(event: 'error', listener: () => void): unknown;
}

/** Ignores a closed pipe: outputs are files. Keeps runner commands and URL queries out of Node's stderr (warnings, NODE_DEBUG). */
export function guardStdio({
  stdout,
  stderr,
}: {
  readonly stdout: Pipe;
  readonly stderr: Pipe;
}): void {
  for (const pipe of [stdout, stderr]) pipe.on('error', () => {});
  const write = stderr.write.bind(stderr) as (text: string, ...rest: unknown[]) => boolean;
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return write(redact(text).split('\n').map(escapeForLog).join('\n'), ...rest);
  };
}
