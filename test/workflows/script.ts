// Runs commands, such as git.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { machineVariables } from '../support/job-environment.ts';

const execute = promisify(execFile);

/** @throws with the output of the command if it fails */
export async function runCommand(program: string, args: readonly string[], cwd?: string): Promise<void> {
  await readCommand(program, args, cwd);
}

/** Resolves with the trimmed output of the command. @throws like `runCommand` */
export async function readCommand(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await execute(program, [...args], { cwd, env: machineVariables() });
  return stdout.trim();
}
