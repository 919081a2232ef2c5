// The runner of one step: its folders and environment, and what the step leaves behind.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { main } from '../../src/main.ts';
import { postMain } from '../../src/post-main.ts';
import type { Run } from '../../src/run.ts';
import { FAKE_GITHUB_TOKEN, setUpStep } from '../support/action-file.ts';
import { readCommandFiles } from '../support/command-files.ts';
import { filesBelow } from '../support/folders.ts';
import { jobVariables } from '../support/job-environment.ts';
import { type RecordingLogger, recordingLogger } from '../support/recording-logger.ts';
import type { Annotation } from '../support/step-log.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export type Program = 'upload' | 'post';

const ROOT = resolve(import.meta.dirname, '../..');
export const ACTIONS = { upload: join(ROOT, 'action.yml'), post: join(ROOT, 'post/action.yml') };

/** What a step has left. */
export interface StepResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Everything that people or later steps see, by its name: log, outputs, summary, files. */
  readonly texts: ReadonlyMap<string, string>;
  readonly annotations: readonly Annotation[];
  /** Error annotations, with their titles. */
  readonly errors: readonly string[];
}

export type Wrap = (run: Run) => Run;

export interface Plan {
  readonly program: Program;
  /** For this step alone. */
  readonly folder: string;
  /** May be that of an earlier step. */
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly world: World;
}

/** Runs a program on a machine of a world. `wrap` changes what it is given. Null if the machine was lost. */
export async function runStep(plan: Plan, wrap: Wrap = (run) => run): Promise<StepResult | null> {
  const { program, folder, workspace, inputs, machine, world } = plan;
  const temp = join(folder, 'temp');
  mkdirSync(temp, { recursive: true });
  mkdirSync(workspace, { recursive: true });
  const { variables } = setUpStep(ACTIONS[program], {
    'github-token': FAKE_GITHUB_TOKEN,
    ...inputs,
  });
  const env = {
    ...variables,
    ...(await jobVariables(workspace, temp)),
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_OUTPUT: join(temp, 'output'),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
    RUNNER_DEBUG: '1',
  };
  const logger = recordingLogger();
  const { clock, signal, died } = machine;
  const openDispatcher = () => world.dispatcherFor(machine);
  const start = program === 'upload' ? main : postMain;
  const exitCode = await Promise.race([
    start(wrap({ env, logger, clock, signal, openDispatcher })),
    died.then(() => null),
  ]);
  return exitCode === null ? null : resultOf(exitCode, logger, temp);
}

/** What the step has written. */
function resultOf(exitCode: number, logger: RecordingLogger, temp: string): StepResult {
  const log = logger.records
    .filter(({ level }) => level !== 'mask')
    .map(({ level, title = '', text }) => `${level} ${title} ${text}`);
  const annotations = logger.records.flatMap(({ level, text: message, ...place }) =>
    level === 'error' || level === 'warning' || level === 'notice'
      ? [{ level, message, ...place }]
      : [],
  );
  return {
    exitCode,
    annotations,
    errors: errorsIn(annotations),
    outputs: outputsOf(logger, temp),
    texts: new Map([...filesBelow(temp), ['log', log.join('\n')]]),
  };
}

/** The errors among the annotations of a step. */
export function errorsIn(annotations: readonly Annotation[]): string[] {
  const errors = annotations.filter(({ level }) => level === 'error');
  return errors.map(({ title = '', message }) => `${title}: ${message}`);
}

/** From the output file, or from the log of a step that had none. */
function outputsOf(logger: RecordingLogger, temp: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const text of logger.texts('info')) {
    const [, name, value] = /^output ([\w-]+): (.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) outputs[name] = value;
  }
  return { ...outputs, ...readCommandFiles(temp).outputs };
}

/** Libraries write their debug lines to the output of the process, and not to the logger. */
export async function withoutDebugLines<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  process.stdout.write = ((text: unknown, ...rest: []) =>
    String(text).startsWith('::debug::') ||
    write.call(process.stdout, text as string, ...rest)) as never;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
