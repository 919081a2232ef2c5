// A small GitHub Actions runner for one JavaScript step: it sets up the environment, runs the action, and returns the outputs,
// annotations and log. The built action is run as a process, and its program in this process, which is faster.

import { mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { FAKE_GITHUB_TOKEN, setUpStep } from './action-file.ts';
import { type CommandFiles, makeCommandFiles, readCommandFiles } from './command-files.ts';
import { hurriedWaits } from './hurried-clock.ts';
import { jobVariables, machineVariables } from './job-environment.ts';
import { runHere } from './step-here.ts';
import { type Annotation, type AnnotationLevel, StepLog } from './step-log.ts';
import {
  type OnLine,
  type ProcessEnd,
  type ProcessRequest,
  type RunningStep,
  runProcess,
} from './step-process.ts';

const ACTION = resolve(import.meta.dirname, '../../action.yml');

export interface StepRequest {
  /** The `with:` block. */
  readonly inputs: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE and the folder the step starts in. */
  readonly workspace: string;
  /** Added last to the clean environment, so it takes precedence. */
  readonly env?: Readonly<Record<string, string>>;
  /** Path of an action.yml; by default this repository's. */
  readonly action?: string;
  /** The program; by default the one of `runs.main`. */
  readonly entry?: string;
  /** Step debugging, as RUNNER_DEBUG=1. */
  readonly debug?: boolean;
  /** RUNNER_TEMP; by default a new folder, which is kept because outputs name files in it. */
  readonly runnerTemp?: string | undefined;
  readonly onStart?: (step: RunningStep) => void;
  /** Called at once with each displayed line of the log. */
  readonly onLine?: OnLine;
}

type Start = (request: ProcessRequest) => Promise<ProcessEnd>;

export interface StepRun extends ProcessEnd, CommandFiles {
  /** `failure` also if the step ended with 0 and printed a forged command. */
  readonly outcome: 'success' | 'failure';
  readonly annotations: readonly Annotation[];
  /** The displayed lines: commands executed, secrets masked. */
  readonly log: readonly string[];
  /** The raw lines of the process. */
  readonly rawLog: readonly string[];
  /** What people see of them, and more: all but the mask commands, which have to contain the secret. */
  readonly printed: string;
  readonly masks: readonly string[];
  /** Outputs that hold a secret: GitHub does not pass them to another job. */
  readonly maskedOutputs: readonly string[];
  readonly runnerTemp: string;
  /** The messages of the annotations of one level. */
  messages(level: AnnotationLevel): string[];
  /** A JSON output, parsed. */
  json<T = unknown>(output: string): T;
}

/** Runs the built action once. Rejects only if the set-up fails or the step times out. */
export async function runAction(request: StepRequest): Promise<StepRun> {
  return await runStep(request, runProcess);
}

/** Runs the program of the action in this process. Its waits are short, unless `mode: simulate` measures them itself. */
export async function runProgram(request: StepRequest): Promise<StepRun> {
  const clock = request.inputs.mode === 'simulate' ? systemClock : hurriedWaits();
  return await runStep(request, (step) => runHere(step, clock));
}

async function runStep(request: StepRequest, start: Start): Promise<StepRun> {
  const workspace = await realpath(request.workspace);
  const runnerTemp =
    request.runnerTemp ?? (await realpath(await mkdtemp(join(tmpdir(), 'runner-temp-'))));
  const folder = join(runnerTemp, '_runner_file_commands');
  await mkdir(folder, { recursive: true });
  const setup = setUpStep(request.action ?? ACTION, request.inputs);
  const log = new StepLog({ workspace, debug: request.debug ?? false });
  log.mask(FAKE_GITHUB_TOKEN);
  const end = await start({
    entry: resolve(request.entry ?? setup.entry),
    cwd: workspace,
    env: {
      ...machineVariables(),
      ...(await jobVariables(workspace, runnerTemp)),
      ...makeCommandFiles(folder),
      ...(request.debug && { RUNNER_DEBUG: '1' }),
      ...setup.variables,
      ...request.env,
    },
    onStart: request.onStart,
    onLine: (line, step) => {
      for (const shown of log.take(line)) request.onLine?.(shown, step);
    },
  }).catch((error: unknown) => {
    throw new Error(
      `The step failed to run: ${String(error)}. Its last lines:\n${log.seen.slice(-20).join('\n')}`,
    );
  });
  const files = readCommandFiles(folder);
  const { outputs } = files;
  return {
    ...end,
    ...files,
    outcome: end.exitCode === 0 && !log.failed ? 'success' : 'failure',
    annotations: log.annotations,
    log: log.seen,
    rawLog: log.raw,
    printed: log.raw.filter((line) => !line.startsWith('::add-mask::')).join('\n'),
    masks: [...log.masks],
    maskedOutputs: Object.keys(outputs).filter((name) =>
      [...log.masks].some((secret) => outputs[name]?.includes(secret)),
    ),
    runnerTemp,
    messages: (level) =>
      log.annotations.filter((each) => each.level === level).map((each) => each.message),
    json: (output) => JSON.parse(outputs[output] ?? `the output ${output} is not set`),
  };
}
