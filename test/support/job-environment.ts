// The environment of a job as an action sees it: variables of the machine, and those that GitHub sets.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The variables that a step gets from this machine: no proxy, token or NODE_OPTIONS. The last four are for Windows. */
const FROM_MACHINE = ['PATH', 'HOME', 'SYSTEMROOT', 'USERPROFILE', 'TEMP', 'TMP'];

export function machineVariables(): Record<string, string> {
  return Object.fromEntries(
    FROM_MACHINE.flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );
}

/** Addresses end in `.invalid`, which does not resolve: a test that needs a GitHub sets its own. */
export async function jobVariables(
  workspace: string,
  runnerTemp: string,
): Promise<Record<string, string>> {
  const eventPath = join(runnerTemp, '_event.json');
  await writeFile(eventPath, '{}\n');
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_API_URL: 'https://api.github.invalid',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_JOB: 'publish',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octocat/media',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1000000001',
    GITHUB_SERVER_URL: 'https://github.invalid',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'Publish',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: runnerTemp,
  };
}
