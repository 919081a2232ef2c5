// What the process would print or end with behind the back of logger.ts: lines of Node itself, a pipe that closes, a bug
// that nobody waited for.

import { debuglog } from 'node:util';
import { redact, toActionError } from '../errors.ts';
import { escapeForLog, type Logger } from './log/logger.ts';
import { withHint } from './report/report.ts';

interface Pipe {
  write: NodeJS.WriteStream['write'];
  on(event: 'error', listener: () => void): unknown;
}

/**
 * Keeps a closed pipe from ending the process, for the outputs are files; and makes each line that Node prints to
 * stderr (warnings, NODE_DEBUG) harmless: no command, no query of an address.
 */
export function guardStdio({ stdout, stderr }: { readonly stdout: Pipe; readonly stderr: Pipe }): void {
  for (const pipe of [stdout, stderr]) pipe.on('error', () => {});
  const write = stderr.write.bind(stderr) as (text: string, ...rest: unknown[]) => boolean;
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) => write(escapeLines(chunk), ...rest);
}

function escapeLines(chunk: string | Uint8Array): string {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  return redact(text).split('\n').map(escapeForLog).join('\n');
}

// What Node and undici call the parts that print what is sent, and where.
const NODE_DEBUG_SECTIONS = ['undici', 'fetch', 'http', 'https', 'http2', 'net', 'tls'];

/** Says so when NODE_DEBUG makes Node print each request: hosts, paths and file names are then for all to read. */
export function warnAboutNodeDebug(logger: Logger): void {
  const loud = NODE_DEBUG_SECTIONS.filter((part) => debuglog(part).enabled);
  if (loud.length === 0) return;
  const text = `NODE_DEBUG makes Node print its traffic to this log (${loud.join(', ')}); the queries of addresses, which are credentials, are left out of it. Remove NODE_DEBUG when you are done`;
  logger.warning(text, { title: 'variable NODE_DEBUG' });
}

/**
 * Tells a bug that nobody waited for, ends the run with it as the reason, so that what is known so far is delivered, and
 * has the process fail, however far the run has come.
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
