// The built action in a workspace that changes during the search.

import { expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { preload } from './scenes.ts';

async function plan(workspace: string, inputs: Record<string, string>, script = ''): Promise<StepRun> {
  return runAction({ workspace, inputs: { mode: 'plan', owner: OWNER, ...inputs }, env: preload(script) });
}

/** Deletes a file as soon as its folder is listed. */
const deleting = (name: string) => `
  import fs from 'node:fs';
  const { readdir } = fs.promises;
  fs.promises.readdir = async (folder, ...rest) => {
    const names = await readdir(folder, ...rest);
    fs.rmSync(folder + '/${name}', { force: true });
    return names;
  };
`;

it('a file that is deleted during the search fails nothing', async () => {
  const workspace = await makeWorkspace({ 'media/a.png': png(), 'media/b.tmp': 'x' });
  const run = await plan(workspace, { files: 'media/**/*.png' }, deleting('b.tmp'));
  expect(run.messages('error')).toEqual([]);
  expect(rowsOf(run).map(({ file }) => file)).toEqual(['media/a.png']);
});
