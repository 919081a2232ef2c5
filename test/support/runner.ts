// A small GitHub Actions runner for one JavaScript step: it sets up the environment, runs the action, and returns the outputs,
// annotations and log. The built action is run as a process, and its program in this process, which is faster.

import { mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FAKE_GITHUB_TOKEN, setUpStep } from './action-file.ts';
import { type CommandFiles, makeCommandFiles, readCommandFiles } from './command-files.ts';
import { jobVariables, machineVariables, makeRunnerTemp } from './job-environment.ts';
import { Masks } from './masks.ts';
import { type HereWorld, runHere } from './step-here.ts';
import { type Annotation, type AnnotationLevel, StepLog } from './step-log.ts';
import {
  type ProcessEnd,
  type ProcessRequest,
  runProcess,
  type SendSignal,
  type SignalWhen,
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
  /** Secrets of the job, masked before the step starts. */
  readonly secrets?: readonly string[];
  /** Step debugging, as RUNNER_DEBUG=1. */
  readonly debug?: boolean;
  /** RUNNER_TEMP; by default a new folder, which is kept because outputs name files in it. */
  readonly runnerTemp?: string | undefined;
  readonly signalWhen?: SignalWhen;
  /** The log is closed after a line that matches. */
  readonly hangUpWhen?: RegExp;
  /** Gets the function that sends signals. */
  readonly onStart?: (send: SendSignal) => void;
  /** 300,000 by default. A step that takes longer is killed, and `runAction` rejects. */
  readonly timeoutMs?: number;
  /** Called at once with each displayed line of the log. */
  readonly onLine?: (line: string) => void;
  /** Only of a program in this process. */
  readonly world?: HereWorld;
}

type Start = (request: ProcessRequest & { readonly world?: HereWorld | undefined }) => Promise<ProcessEnd>;

export interface StepRun extends ProcessEnd, Omit<CommandFiles, 'failures'> {
  /** `failure` also if the step ended with 0 and the runner rejects a command or a command file. */
  readonly outcome: 'success' | 'failure';
  /** At most ten of each level; the others are only in the log. */
  readonly annotations: readonly Annotation[];
  /** The displayed lines: commands executed, secrets masked. */
  readonly log: readonly string[];
  /** The raw lines of the process. */
  readonly rawLog: readonly string[];
  readonly debug: readonly string[];
  readonly masks: readonly string[];
  /** Outputs that hold a secret: GitHub does not pass them to another job. */
  readonly maskedOutputs: readonly string[];
  readonly runnerTemp: string;
  /** The messages of the annotations of one level. */
  messages(level: AnnotationLevel): string[];
  /** A JSON output, parsed; throws with its name if it is not JSON. */
  json<T = unknown>(output: string): T;
}

/** Runs the built action once. Rejects only if the set-up fails or the step times out. */
export async function runAction(request: StepRequest): Promise<StepRun> {
  return await runStep(request, runProcess);
}

/** Runs the program of the action in this process. */
export async function runProgram(request: StepRequest): Promise<StepRun> {
  return await runStep(request, runHere);
}

async function runStep(request: StepRequest, start: Start): Promise<StepRun> {
  const workspace = await realpath(request.workspace);
  const runnerTemp = request.runnerTemp ?? (await makeRunnerTemp());
  const files = join(runnerTemp, '_runner_file_commands');
  await mkdir(files, { recursive: true });
  const setup = setUpStep(request.action ?? ACTION, request.inputs);
  const masks = new Masks();
  for (const secret of [FAKE_GITHUB_TOKEN, ...(request.secrets ?? [])]) masks.add(secret);
  const log = new StepLog({ masks, workspace, debug: request.debug ?? false, onLine: request.onLine });
  const end = await start({
    entry: resolve(request.entry ?? setup.entry),
    cwd: workspace,
    env: {
      ...machineVariables(),
      ...(await jobVariables(workspace, runnerTemp)),
      ...makeCommandFiles(files),
      ...(request.debug && { RUNNER_DEBUG: '1' }),
      ...setup.variables,
      ...request.env,
    },
    timeoutMs: request.timeoutMs ?? 300_000,
    signalWhen: request.signalWhen,
    hangUpWhen: request.hangUpWhen,
    onStart: request.onStart,
    world: request.world,
    onLine: (line) => log.take(line),
  }).catch((error: unknown) => {
    throw new Error(
      `The step failed to run: ${String(error)}. Its last lines:\n${log.seen.slice(-20).join('\n')}`,
    );
  });
  return reportRun({ end, log, masks, runnerTemp, answers: readCommandFiles(files, masks) });
}

interface Finished {
  readonly end: ProcessEnd;
  readonly log: StepLog;
  readonly masks: Masks;
  readonly runnerTemp: string;
  readonly answers: CommandFiles;
}

function reportRun({ end, log, masks, runnerTemp, answers }: Finished): StepRun {
  const { failures, ...files } = answers;
  for (const data of failures) log.annotate('error', { data });
  const { outputs } = files;
  const succeeded = end.exitCode === 0 && !log.failed && failures.length === 0;
  return {
    ...end,
    ...files,
    outcome: succeeded ? 'success' : 'failure',
    annotations: log.annotations,
    log: log.seen,
    rawLog: log.raw,
    debug: log.debug,
    masks: masks.values,
    maskedOutputs: Object.keys(outputs).filter((name) => masks.isIn(outputs[name] ?? '')),
    runnerTemp,
    messages: (level) => log.annotations.filter((each) => each.level === level).map((each) => each.message),
    json: (output) => parseOutput(output, outputs[output]),
  };
}

function parseOutput<T>(name: string, text: string | undefined): T {
  try {
    return JSON.parse(text ?? '') as T;
  } catch {
    throw new Error(
      `The output "${name}" is not JSON: ${text === undefined ? 'it is not set' : text.slice(0, 200)}`,
    );
  }
}
