// The built action with closed stdout and stderr: the run goes on, and its outputs are written.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { setUpStep } from '../support/action-file.ts';
import { makeCommandFiles, readCommandFiles } from '../support/command-files.ts';
import { jobVariables, machineVariables } from '../support/job-environment.ts';
import { Masks } from '../support/masks.ts';
import { MEDIA, makeWorkspace, OWNER } from '../support/publishing.ts';

it('a run with a closed log goes on and sets its outputs', async () => {
  const workspace = await makeWorkspace(MEDIA);
  const folder = mkdtempSync(join(tmpdir(), 'closed-log-'));
  const inputs = { mode: 'simulate', owner: OWNER, files: 'media/**' };
  const step = await setUpStep(resolve(import.meta.dirname, '../../action.yml'), inputs);
  const action = spawn(process.execPath, [step.entry], {
    env: {
      ...machineVariables(),
      ...(await jobVariables(workspace, folder)),
      ...(await makeCommandFiles(folder)),
      ...step.variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  action.stdout.destroy();
  action.stderr.destroy();
  expect(await once(action, 'exit')).toEqual([0, null]);
  const { outputs } = await readCommandFiles(folder, new Masks());
  expect(outputs).toMatchObject({ 'uploaded-count': '4', 'failed-count': '0' });
});
