// Runs programs as processes: measures their time, or keeps them as servers that count.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * Runs the program and returns its duration in milliseconds, start-up included. Its output goes to `logPath`.
 * @throws Error with the end of the log if the program fails: a fast failure must not count
 */
export async function timed(
  { command, args, env, cwd }: Program,
  logPath: string,
  onStart: (pid: number) => void = () => {},
): Promise<number> {
  const log = openSync(logPath, 'w');
  try {
    const startedMs = performance.now();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log] });
    if (child.pid !== undefined) onStart(child.pid);
    const [exitCode] = await once(child, 'exit');
    const tookMs = performance.now() - startedMs;
    if (exitCode !== 0)
      throw new Error(
        `${command} ended with ${exitCode}:\n${readFileSync(logPath, 'utf8').slice(-2000)}`,
      );
    return tookMs;
  } finally {
    closeSync(log);
  }
}

/** The first line that the command prints, or null if it cannot run. */
export async function versionOf(command: string, args: readonly string[]): Promise<string | null> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.once('error', () => {});
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  return null;
}

/** A server of the benchmark. It ends when its stdin ends, and so with the benchmark. */
export class Server<Counts> {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
  }

  static async start<Counts>({ command, args }: Program): Promise<Server<Counts>> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.once('error', () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.join(' ')} did not print a port`);
    return new Server(child, lines, JSON.parse(value).port);
  }

  /** The counts since the last call. */
  async takeCounts(): Promise<Counts> {
    this.#child.stdin?.write('\n');
    const { value } = await this.#lines.next();
    return JSON.parse(value);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await ended;
  }
}
