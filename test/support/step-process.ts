// Runs the step's program as a process: reads its lines in order, kills it when it hangs, and measures its peak memory.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** What a test may do to a step while it runs. */
export interface RunningStep {
  /** Does nothing after the end of the step. */
  send(signal: NodeJS.Signals): void;
  /** Closes the log. */
  hangUp(): void;
}

export type OnLine = (line: string, step: RunningStep) => void;

export interface ProcessRequest {
  readonly entry: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStart?: ((step: RunningStep) => void) | undefined;
  readonly onLine: OnLine;
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Linux only. */
  readonly peakRssBytes?: number;
}

const LONGEST_MS = 300_000;

/** For `onLine`: sends the signal at the first line that matches. */
export function signalAt(pattern: RegExp, signal: NodeJS.Signals): OnLine {
  let isSent = false;
  return (line, step) => {
    if (isSent || !pattern.test(line)) return;
    isSent = true;
    step.send(signal);
  };
}

/** Rejects when the time runs out, after killing the process. */
export async function runProcess({ entry, onStart, onLine, ...place }: ProcessRequest): Promise<ProcessEnd> {
  const child = spawn(process.execPath, [entry], {
    ...place,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(LONGEST_MS),
    killSignal: 'SIGKILL',
  });
  const pipes = [child.stdout, child.stderr];
  const step: RunningStep = {
    send: (signal) => void child.kill(signal),
    hangUp: () => {
      for (const pipe of pipes) pipe.destroy();
    },
  };
  for (const pipe of pipes) readLines(pipe, (line) => onLine(line, step));
  onStart?.(step);
  // The kernel keeps the peak, but not after the process has ended, so it is polled and the last value counts.
  let peakRssBytes: number | null = null;
  const polling = setInterval(() => {
    peakRssBytes = readPeakBytes(child.pid) ?? peakRssBytes;
  }, 10);
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { exitCode, signal, ...(peakRssBytes !== null && { peakRssBytes }) };
  } finally {
    clearInterval(polling);
  }
}

/** A lone CR ends a line too, as in the runner: text with a CR can start a command. */
function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    // A CR at the end may be half of a CRLF, so it waits for the next chunk.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest.replace(/\r$/, ''));
  });
}

function readPeakBytes(pid: number | undefined): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
