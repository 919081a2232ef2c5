// A project with media as a bare git repository, which a workflow checks out.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCommand, runCommand } from './script.ts';

const AUTHOR = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@github.invalid'];

type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Project {
  readonly remote: string;
  /** Commits files to main and pushes them. Resolves with the commit. */
  push(files: Files): Promise<string>;
  /** The commit of main. */
  head(): Promise<string>;
}

export async function makeProject(files: Files): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'project-'));
  const [work, remote] = [join(folder, 'work'), join(folder, 'remote.git')];
  await runCommand('git', ['init', '-q', '-b', 'main', work]);
  await commit(work, files);
  await runCommand('git', ['clone', '-q', '--bare', work, remote]);
  // The tag of the release, and the ref that GitHub has for the merge of each pull request.
  for (const ref of ['refs/tags/v2.0', 'refs/pull/1/merge'])
    await runCommand('git', ['update-ref', ref, 'main'], remote);
  const checkOut = async () => {
    const clone = await mkdtemp(join(folder, 'clone-'));
    await runCommand('git', ['clone', '-q', remote, clone]);
    return clone;
  };
  const head = () => readCommand('git', ['rev-parse', 'main'], remote);
  const push = async (added: Files) => {
    const clone = await checkOut();
    await commit(clone, added);
    await runCommand('git', ['push', '-q'], clone);
    return await head();
  };
  return { remote, push, head };
}

async function commit(work: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), content);
  }
  await runCommand('git', ['add', '-A'], work);
  await runCommand('git', [...AUTHOR, 'commit', '-q', '-m', 'Add media'], work);
}
