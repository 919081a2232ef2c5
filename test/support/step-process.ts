// Runs the step's program as its own process: lines in the order they arrive, a signal in the middle,
// an end to every hang, and the most memory it ever held.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';

export interface SignalWhen {
  /** Tried on each line as the process wrote it; the first that matches sends the signal, once. */
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
  /** Nobody reads on from the first line that matches: both pipes are closed. */
  readonly hangUpWhen?: RegExp | undefined;
  /** Hands over the way to send signals; each call sends one, to a process that still runs. */
  readonly onStart?: ((send: SendSignal) => void) | undefined;
  onLine(line: string): void;
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  /** From the first signal that was sent to the end of the process. */
  readonly afterSignalMs?: number;
  /** Linux only. */
  readonly peakRssBytes?: number;
}

const MEMORY_POLL_MS = 10;

/** Rejects when the time runs out, after killing the process. */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [request.entry], {
    cwd: request.cwd,
    env: { ...request.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const sent = signalsTo(child);
  const take = signalOnLine(sent.send, request);
  const pipes = [child.stdout, child.stderr];
  for (const pipe of pipes) {
    readLines(pipe, (line) => {
      take(line);
      if (request.hangUpWhen?.test(line)) for (const each of pipes) each.destroy();
    });
  }
  request.onStart?.(sent.send);
  const memory = watchMemory(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), request.timeoutMs);
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    const endedMs = performance.now();
    if (endedMs - startedMs >= request.timeoutMs)
      throw new Error(`did not end within ${request.timeoutMs} ms`);
    return {
      exitCode,
      signal,
      durationMs: endedMs - startedMs,
      ...(sent.atMs() !== null && { afterSignalMs: endedMs - (sent.atMs() ?? 0) }),
      ...(memory.peakBytes() !== null && { peakRssBytes: memory.peakBytes() ?? 0 }),
    };
  } finally {
    clearTimeout(timer);
    memory.stop();
  }
}

function signalsTo(child: ChildProcess) {
  let firstMs: number | null = null;
  return {
    atMs: () => firstMs,
    send(signal: NodeJS.Signals): void {
      firstMs ??= performance.now();
      child.kill(signal);
    },
  };
}

function signalOnLine(send: SendSignal, { signalWhen: when, onLine }: ProcessRequest) {
  let isSent = false;
  return (line: string): void => {
    onLine(line);
    if (when === undefined || isSent || line.search(when.line) < 0) return;
    isSent = true;
    send(when.signal);
  };
}

/** A lone CR ends a line too, as it does for the runner: text that holds one can start a command. */
function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    // A CR at the very end may be half of a CRLF, so it waits.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest.replace(/\r$/, ''));
  });
}

/** The kernel keeps the high-water mark; a process that has ended shows none, so the last one seen counts. */
function watchMemory(child: ChildProcess) {
  let peakBytes: number | null = null;
  const poll = () => {
    peakBytes = readPeakBytes(child.pid) ?? peakBytes;
  };
  const timer = process.platform === 'linux' ? setInterval(poll, MEMORY_POLL_MS) : undefined;
  return { peakBytes: () => peakBytes, stop: () => clearInterval(timer) };
}

function readPeakBytes(pid: number | undefined): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
