// One glob, matched against the names of a path. The case of letters counts on every system, so that the jobs of a matrix
// agree on what matches. Pure: it never looks at the disk.

import { GLOBSTAR, Minimatch } from 'minimatch';

/** As the globs of actions/upload-artifact, apart from the case of letters. Paths have `/` here, whatever the system. */
export const GLOB_LANGUAGE = {
  dot: true,
  nobrace: true,
  nocase: false,
  nocomment: true,
  noext: true,
  nonegate: true,
  platform: 'linux',
} as const;

export class Glob {
  /** With `/` between names; one at the end stands for folders alone. */
  readonly source: string;
  /** The names up to the first one that is a pattern. */
  readonly literals: readonly string[];
  readonly #matcher: Minimatch;
  readonly #parts: Minimatch['set'][number];
  readonly #isForFolders: boolean;

  /** An empty source stands for the folder that the glob starts from. */
  constructor(source: string) {
    this.source = source;
    this.#isForFolders = source.endsWith('/');
    this.#matcher = new Minimatch(source.replace(/\/$/, ''), GLOB_LANGUAGE);
    this.#parts = this.#matcher.set[0] ?? [];
    const end = this.#parts.findIndex((part) => typeof part !== 'string');
    this.literals = this.#parts.slice(0, end < 0 ? undefined : end).map(String);
  }

  /** Whether it matches this path itself. A folder that matches stands for all that it holds. */
  matches(names: readonly string[], isFolder: boolean): boolean {
    if (this.#isForFolders && !isFolder) return false;
    // `media/**` matches `media` too.
    const path = this.#parts.at(-1) === GLOBSTAR ? [...names, ''] : [...names];
    return this.#matcher.matchOne(path, this.#parts);
  }

  /** Whether it may match something in this folder. */
  mayMatchIn(names: readonly string[]): boolean {
    return this.#matcher.matchOne([...names], this.#parts, true);
  }

  /** Whether it matches this path or a folder on the way to it. */
  covers(names: readonly string[], isFolder: boolean): boolean {
    return (
      names.some((_, index) => this.matches(names.slice(0, index), true)) || this.matches(names, isFolder)
    );
  }
}
