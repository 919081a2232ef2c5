// A temporary directory for one test, removed when the test ends.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Tree = Awaited<ReturnType<typeof plant>>;

/** Writes each file of `files` (names below the workspace; `../outside/…` beside it) and returns their paths. */
export async function plant(files: Record<string, string | Uint8Array> = {}) {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'media-')));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const tree = {
    /** Real path of the workspace. The directory `outside` beside it holds files that must never be found. */
    workspace: join(base, 'workspace'),
    outside: join(base, 'outside'),
    /** Absolute path of a name below the workspace. */
    at: (name: string) => join(base, 'workspace', name),
  };
  await Promise.all([mkdir(tree.workspace), mkdir(tree.outside)]);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(tree.at(name)), { recursive: true });
    await writeFile(tree.at(name), content);
  }
  return tree;
}

/** Makes a FIFO with mkfifo, because Node has no API for it. Not on Windows. */
export function plantFifo(path: string): void {
  execFileSync('/usr/bin/mkfifo', [path]);
}
