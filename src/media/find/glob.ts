// One glob, matched against the names of a path. Matching is case-sensitive on every system, so that the jobs of a
// matrix agree on the matches. Pure: does not access the disk.

import { GLOBSTAR, Minimatch } from 'minimatch';

/** The globs of actions/upload-artifact, but always case-sensitive. Paths have `/` on every system. */
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
  /** Has `/` between names. A trailing `/` limits the glob to folders. */
  readonly source: string;
  /** The leading names without wildcards. */
  readonly literals: readonly string[];
  readonly #matcher: Minimatch;
  readonly #parts: Minimatch['set'][number];
  readonly #isForFolders: boolean;

  /** An empty source matches the base folder itself. */
  constructor(source: string) {
    this.source = source;
    this.#isForFolders = source.endsWith('/');
    this.#matcher = new Minimatch(source.replace(/\/$/, ''), GLOB_LANGUAGE);
    this.#parts = this.#matcher.set[0] ?? [];
    const end = this.#parts.findIndex((part) => typeof part !== 'string');
    this.literals = this.#parts.slice(0, end < 0 ? undefined : end).map(String);
  }

  /** Whether it matches this path itself. A match of a folder includes everything in it. */
  matches(names: readonly string[], isFolder: boolean): boolean {
    if (this.#isForFolders && !isFolder) return false;
    // `media/**` also matches `media`.
    const path = this.#parts.at(-1) === GLOBSTAR ? [...names, ''] : [...names];
    return this.#matcher.matchOne(path, this.#parts);
  }

  /** Whether it may match something in this folder. */
  mayMatchIn(names: readonly string[]): boolean {
    return this.#matcher.matchOne([...names], this.#parts, true);
  }

  /** Whether it matches this path or a folder above it. */
  covers(names: readonly string[], isFolder: boolean): boolean {
    return (
      names.some((_, index) => this.matches(names.slice(0, index), true)) || this.matches(names, isFolder)
    );
  }
}
