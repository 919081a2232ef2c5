// Runs the step's program as a process: reads its lines in order, and kills it when it hangs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

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
export async function runProcess({
  entry,
  onStart,
  onLine,
  ...place
}: ProcessRequest): Promise<ProcessEnd> {
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
  // A lone CR ends a line too, as in the runner: text with a CR can start a command.
  for (const input of pipes)
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      onLine(line, step),
    );
  onStart?.(step);
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal };
}
