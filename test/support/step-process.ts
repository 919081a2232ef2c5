// Runs the step's program as a process: reads its lines in order, sends signals, kills it when it hangs, and measures
// its peak memory.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface SignalWhen {
  /** Tested on each raw line; the first match sends the signal, once. */
  readonly line: RegExp;
  readonly signal: NodeJS.Signals;
}

export type SendSignal = (signal: NodeJS.Signals) => void;

export interface ProcessRequest {
  readonly entry: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signalWhen?: SignalWhen | undefined;
  /** Both pipes are closed at the first matching line. */
  readonly hangUpWhen?: RegExp | undefined;
  /** Gets the function that sends signals; each call sends one if the process still runs. */
  readonly onStart?: ((send: SendSignal) => void) | undefined;
  onLine(line: string): void;
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Linux only. */
  readonly peakRssBytes?: number;
}

/** Rejects when the time runs out, after killing the process. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const { entry, cwd, env, signalWhen, hangUpWhen } = request;
  const child = spawn(process.execPath, [entry], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const send: SendSignal = (signal) => void child.kill(signal);
  const pipes = [child.stdout, child.stderr];
  let isSent = false;
  for (const pipe of pipes) {
    readLines(pipe, (line) => {
      request.onLine(line);
      if (hangUpWhen?.test(line)) for (const each of pipes) each.destroy();
      if (signalWhen === undefined || isSent || line.search(signalWhen.line) < 0) return;
      isSent = true;
      send(signalWhen.signal);
    });
  }
  request.onStart?.(send);
  // The kernel keeps the peak, but not after the process has ended, so it is polled and the last value counts.
  let peakRssBytes: number | null = null;
  const polling = setInterval(() => {
    peakRssBytes = readPeakBytes(child.pid) ?? peakRssBytes;
  }, 10);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    send('SIGKILL');
  }, request.timeoutMs);
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(late);
  clearInterval(polling);
  if (isLate) throw new Error(`did not end within ${request.timeoutMs} ms`);
  return { exitCode, signal, ...(peakRssBytes !== null && { peakRssBytes }) };
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
