// Handles what bypasses logger.ts and main.ts: lines that Node prints, closed pipes, uncaught errors.

import { redact, toActionError } from './errors.ts';
import { withHint } from './report/annotation.ts';
import { escapeForLog, type Logger } from './report/log/logger.ts';

interface Pipe {
  write: NodeJS.WriteStream['write'];
  on(event: 'error', listener: () => void): unknown;
}

/**
 * Ignores a closed pipe, because the outputs are files. Escapes each line that Node prints to stderr (warnings,
 * NODE_DEBUG): it must contain no runner command and no URL query.
 */
export function guardStdio({ stdout, stderr }: { readonly stdout: Pipe; readonly stderr: Pipe }): void {
  for (const pipe of [stdout, stderr]) pipe.on('error', () => {});
  const write = stderr.write.bind(stderr) as (text: string, ...rest: unknown[]) => boolean;
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return write(redact(text).split('\n').map(escapeForLog).join('\n'), ...rest);
  };
}

/**
 * Logs an uncaught error and aborts the run with it, so that the results so far are still written. The process then
 * fails, no matter how far the run is.
 */
export function onUncaught(
  logger: Logger,
  controller: AbortController,
  process: Pick<NodeJS.Process, 'exitCode'>,
): (thrown: unknown) => void {
  return (thrown) => {
    process.exitCode = 1;
    const bug = toActionError(thrown);
    logger.error(withHint(bug), { title: bug.code });
    controller.abort(bug);
  };
}
