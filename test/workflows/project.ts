// A project with media, as a bare git repository: what a workflow checks out, and pushes to.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './script.ts';

const AUTHOR = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@github.invalid'];

export interface Project {
  readonly remote: string;
  /** A new clone of what the remote holds now. */
  checkOut(): Promise<string>;
}

export async function makeProject(files: Readonly<Record<string, string | Uint8Array>>): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'project-'));
  const [work, remote] = [join(folder, 'work'), join(folder, 'remote.git')];
  await runCommand('git', ['init', '-q', '-b', 'main', work]);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), content);
  }
  await runCommand('git', ['add', '-A'], work);
  await runCommand('git', [...AUTHOR, 'commit', '-q', '-m', 'Add media'], work);
  await runCommand('git', ['clone', '-q', '--bare', work, remote]);
  return {
    remote,
    checkOut: async () => {
      const clone = await mkdtemp(join(folder, 'clone-'));
      await runCommand('git', ['clone', '-q', remote, clone]);
      return clone;
    },
  };
}
