// The runner of one step: its folders and environment, and what the step leaves behind.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Env } from '../../src/deps.ts';
import { FAKE_GITHUB_TOKEN, setUpStep } from '../support/action-file.ts';
import { readCommandFiles } from '../support/command-files.ts';
import { jobVariables } from '../support/job-environment.ts';
import { recordingLogger } from '../support/recording-logger.ts';

export type Program = 'upload' | 'post';

const ROOT = resolve(import.meta.dirname, '../..');
export const ACTIONS = { upload: join(ROOT, 'action.yml'), post: join(ROOT, 'post/action.yml') };

/** What a step has left. */
export interface StepResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Everything that people or later steps see, by its name: log, outputs, summary, files. */
  readonly texts: ReadonlyMap<string, string>;
  /** Error annotations, with their titles. */
  readonly errors: readonly string[];
}

export class Step {
  readonly workspace: string;
  readonly logger = recordingLogger();
  readonly env: Env;
  readonly #temp: string;

  private constructor(workspace: string, temp: string, env: Env) {
    this.workspace = workspace;
    this.#temp = temp;
    this.env = env;
  }

  /** `folder` is for this step alone; the workspace may be that of an earlier one. */
  static async prepare(
    program: Program,
    {
      folder,
      workspace,
      inputs,
    }: { folder: string; workspace: string; inputs: Readonly<Record<string, string>> },
  ): Promise<Step> {
    const temp = join(folder, 'temp');
    mkdirSync(temp, { recursive: true });
    mkdirSync(workspace, { recursive: true });
    const { variables } = setUpStep(ACTIONS[program], { 'github-token': FAKE_GITHUB_TOKEN, ...inputs });
    return new Step(workspace, temp, {
      ...variables,
      ...(await jobVariables(workspace, temp)),
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
      RUNNER_DEBUG: '1',
    });
  }

  /** What the step has written so far, with its exit code. */
  result(exitCode: number): StepResult {
    const log = this.logger.records
      .filter(({ level }) => level !== 'mask')
      .map(({ level, title = '', text }) => `${level} ${title} ${text}`);
    const errors = this.logger.records.filter(({ level }) => level === 'error');
    return {
      exitCode,
      errors: errors.map(({ title = '', text }) => `${title}: ${text}`),
      outputs: this.#outputs(),
      texts: new Map([...filesBelow(this.#temp), ['log', log.join('\n')]]),
    };
  }

  /** From the output file, or from the log of a step that had none. */
  #outputs(): Record<string, string> {
    const outputs: Record<string, string> = {};
    for (const text of this.logger.texts('info')) {
      const [, name, value] = /^output ([\w-]+): (.*)$/s.exec(text) ?? [];
      if (name !== undefined && value !== undefined) outputs[name] = value;
    }
    return { ...outputs, ...readCommandFiles(this.#temp).outputs };
  }
}

export function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The texts of all files in a folder, by their paths. */
export function filesBelow(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

/** Libraries write their debug lines to the output of the process, and not to the logger. */
export async function withoutDebugLines<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  process.stdout.write = ((text: unknown, ...rest: []) =>
    String(text).startsWith('::debug::') || write.call(process.stdout, text as string, ...rest)) as never;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
