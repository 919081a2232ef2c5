// A temporary directory for one test, removed when the test ends.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../support/folders.ts';

export type Tree = Awaited<ReturnType<typeof plant>>;

/** Writes each file of `files` (names below the workspace; `../outside/…` beside it) and returns their paths. */
export async function plant(files: Record<string, string | Uint8Array> = {}) {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'media-')));
  const tree = {
    /** Real path of the workspace. The directory `outside` beside it holds files that must never be found. */
    workspace: join(base, 'workspace'),
    outside: join(base, 'outside'),
    /** Absolute path of a name below the workspace. */
    at: (name: string) => join(base, 'workspace', name),
  };
  await Promise.all([mkdir(tree.workspace), mkdir(tree.outside)]);
  writeFiles(tree.workspace, new Map(Object.entries(files)));
  return tree;
}

/** Makes a FIFO with mkfifo, because Node has no API for it. Not on Windows. */
export function plantFifo(path: string): void {
  execFileSync('/usr/bin/mkfifo', [path]);
}
