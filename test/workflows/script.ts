// Runs a `run:` step in bash as the runner does, with the files for its outputs and variables.

import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCommandFiles, readCommandFiles } from '../support/command-files.ts';
import { jobVariables, machineVariables } from '../support/job-environment.ts';
import { Masks } from '../support/masks.ts';

interface ScriptRequest {
  readonly script: string;
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ScriptEnd {
  readonly outcome: 'success' | 'failure';
  readonly log: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The variables that the script wrote to GITHUB_ENV. */
  readonly env: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);

export async function runScript(request: ScriptRequest): Promise<ScriptEnd> {
  const { script, workspace, runnerTemp, env } = request;
  const folder = await mkdtemp(join(runnerTemp, 'script-'));
  const path = join(folder, 'script.sh');
  await writeFile(path, script);
  const variables = {
    ...machineVariables(),
    ...(await jobVariables(workspace, runnerTemp)),
    ...(await makeCommandFiles(folder)),
    ...env,
  };
  const end = await execute('bash', ['-e', path], { cwd: workspace, env: variables }).then(
    ({ stdout, stderr }) => ({ outcome: 'success' as const, text: stdout + stderr }),
    (error: { stdout?: string; stderr?: string }) => ({
      outcome: 'failure' as const,
      text: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
  const { outputs, env: added, summary } = await readCommandFiles(folder, new Masks());
  const log = end.text.replace(/\n$/, '').split('\n');
  return { outcome: end.outcome, log, outputs, env: added, summary };
}

/** @throws with the output of the command if it fails */
export async function runCommand(program: string, args: readonly string[], cwd?: string): Promise<void> {
  await readCommand(program, args, cwd);
}

/** Resolves with the trimmed output of the command. @throws like `runCommand` */
export async function readCommand(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await execute(program, [...args], { cwd, env: machineVariables() });
  return stdout.trim();
}
