// Programs as whole processes: run to their end and timed, or kept as servers that tell what they counted.

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
 * Milliseconds from its start to its end, start-up included. What it prints goes to `logPath`.
 * @throws Error with the end of the log when it fails: a fast failure must not look like a win
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
      throw new Error(`${command} ended with ${exitCode}:\n${readFileSync(logPath, 'utf8').slice(-2000)}`);
    return tookMs;
  } finally {
    closeSync(log);
  }
}

/** Whether `command` runs here at all; its first line when it does. */
export async function versionOf(command: string, args: readonly string[]): Promise<string | null> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.once('error', () => {});
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  return null;
}

/** A server of the bench, which ends with its stdin, and so with the bench. */
export class Server<Told> {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
  }

  static async start<Told>(command: string, args: readonly string[]): Promise<Server<Told>> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.once('error', () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.join(' ')} named no port`);
    return new Server(child, lines, JSON.parse(value).port);
  }

  /** What it counted since it was last asked. */
  async told(): Promise<Told> {
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
