// The built action in a workspace that changes during the search, or whose links lead to endless paths.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { hurry, preload } from '../support/scenes.ts';

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

it('a file that is deleted during the search is skipped without an error', async () => {
  const workspace = await makeWorkspace({ 'media/a.png': png(), 'media/b.tmp': 'x' });
  const run = await plan(workspace, { files: 'media/**/*.png' }, deleting('b.tmp'));
  expect(run.messages('error')).toEqual([]);
  expect(rowsOf(run).map(({ file }) => file)).toEqual(['media/a.png']);
});

it('folders that link to one another end in an error that names follow-symlinks', async () => {
  const folders = Array.from({ length: 9 }, (_, index) => `f${index}`);
  const workspace = await makeWorkspace(Object.fromEntries(folders.map((name) => [`${name}/a.png`, png()])));
  for (const folder of folders)
    for (const other of folders.filter((name) => name !== folder))
      symlinkSync(`../${other}`, join(workspace, folder, other));
  const run = await plan(workspace, { files: '**/*.gif', 'follow-symlinks': 'true' }, hurry(200));
  // The search that is given up goes on in the background. That is not a disk that hangs.
  expect([run.exitCode, run.signal]).toEqual([1, null]);
  expect(run.log).toContain('still searching for the pattern **/*.gif');
  expect(run.messages('error')).toEqual([
    expect.stringMatching(
      /^follow-symlinks .*the pattern \*\*\/\*\.gif through links for more than two minutes/,
    ),
  ]);
});
