// Searches the disk with @actions/glob, the library of actions/upload-artifact. Does not decide what may be uploaded.

import { once } from 'node:events';
import { create } from '@actions/glob';
import { escapeGlob, type Pattern } from './patterns.ts';

export interface SearchOptions {
  readonly excludes: readonly Pattern[];
  readonly followSymlinks: boolean;
  /** Aborts the search. */
  readonly signal: AbortSignal;
}

/** A file that is deleted during a search ends it. */
const ATTEMPTS = 3;

/**
 * Yields the absolute paths of the files and links that the glob matches and no exclude does, some of them more than once.
 * @throws errors of the disk; the reason of `signal`
 */
export async function* search(
  { glob }: Pick<Pattern, 'glob'>,
  { excludes, followSymlinks, signal }: SearchOptions,
): AsyncGenerator<string> {
  const lines = [glob, ...excludes.map((exclude) => `!${exclude.glob}`)].join('\n');
  for (let attempt = 1; ; attempt += 1) {
    const globber = await create(lines, { followSymbolicLinks: followSymlinks, matchDirectories: false });
    try {
      for await (const path of globber.globGenerator()) {
        signal.throwIfAborted();
        yield path;
      }
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isChanged = code === 'ENOENT' || code === 'ENOTDIR';
      if (isChanged && attempt < ATTEMPTS) continue;
      // The pattern has a file in place of a folder.
      if (code === 'ENOTDIR') return;
      throw error;
    }
  }
}

/** Whether an exclude matches the file at this real path, or a folder above it. */
export async function isExcluded(realPath: string, options: SearchOptions): Promise<boolean> {
  if (options.excludes.length === 0) return false;
  for await (const path of search({ glob: escapeGlob(realPath) }, { ...options, followSymlinks: false }))
    if (path === realPath) return false;
  return true;
}

/** Settles as `work` does, or rejects with the reason of `signal`. A search notices the signal only at its next match. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const settled = new AbortController();
  const aborted = signal.aborted || once(signal, 'abort', { signal: settled.signal });
  try {
    await Promise.race([work, aborted]);
    signal.throwIfAborted();
    return await work;
  } finally {
    settled.abort();
  }
}
