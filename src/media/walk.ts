// Walks the disk for the paths that one pattern matches. Knows names and links; does not know what may be sent.

import { promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { mapInOrder } from './in-order.ts';
import type { Pattern } from './patterns.ts';
import { pathBelow } from './slashes.ts';

/** Anything that matched and is no folder. */
export interface Match {
  /** Absolute, by the names that the pattern matched. */
  readonly path: string;
  /** The same, with no link above it when links are followed: a system refuses paths with many links. */
  readonly place: string;
}

export interface WalkOptions {
  readonly excludes: readonly Pattern[];
  readonly followSymlinks: boolean;
  /** Ends the walk. */
  readonly signal?: AbortSignal | undefined;
}

const ENTRIES_AT_ONCE = 8;

interface Entry extends Match {
  /** Below the base of the pattern. */
  readonly names: readonly string[];
  /** Null where the walk starts. */
  readonly above: Folder | null;
}

interface Folder extends Entry {
  /** Whether the pattern matches it or a folder above it, and so all that it holds. */
  readonly isTaken: boolean;
  /** Whether there is a link on the way to it. */
  readonly isLinked: boolean;
}

interface Visited {
  readonly match?: Match;
  readonly folder?: Folder;
}

/**
 * Yields what `pattern` matches and `excludes` leave in. A link is yielded itself; while links are followed, the walk also
 * enters the folder that it leads to, unless that would lie below itself. What is deleted meanwhile is skipped.
 * @throws what the disk throws; the reason of `signal`
 */
export function walk(pattern: Pattern, options: WalkOptions): AsyncGenerator<Match> {
  return new Walk(pattern, options).matches();
}

class Walk {
  readonly #pattern: Pattern;
  readonly #options: WalkOptions;

  constructor(pattern: Pattern, options: WalkOptions) {
    this.#pattern = pattern;
    this.#options = options;
  }

  async *matches(): AsyncGenerator<Match> {
    const folders: Folder[] = [];
    let visited = await this.#visitFirst();
    for (;;) {
      for (const { match } of visited) if (match !== undefined) yield match;
      for (const { folder } of visited.reverse()) if (folder !== undefined) folders.push(folder);
      const next = folders.pop();
      if (next === undefined) return;
      visited = await this.#visitAllIn(next);
    }
  }

  async #visitFirst(): Promise<Visited[]> {
    const { followSymlinks, signal } = this.#options;
    const { base, glob } = this.#pattern;
    signal?.throwIfAborted();
    const path = join(base, ...glob.literals);
    const above = followSymlinks ? await fs.realpath(dirname(path)).catch(unlessGone) : dirname(path);
    if (above === null) return [];
    const place = join(above, basename(path));
    return [await this.#visit({ path, place, names: glob.literals, above: null })];
  }

  async #visitAllIn(above: Folder): Promise<Visited[]> {
    const listing = await fs.readdir(above.place).catch(unlessGone);
    return mapInOrder(listing ?? [], ENTRIES_AT_ONCE, (name) => {
      const place = join(above.place, name);
      return this.#visit({ path: join(above.path, name), place, names: [...above.names, name], above });
    });
  }

  async #visit(entry: Entry): Promise<Visited> {
    this.#options.signal?.throwIfAborted();
    const { glob } = this.#pattern;
    const isBelow = entry.above?.isTaken === true;
    if (!isBelow && !glob.mayMatchIn(entry.names)) return {};
    const stats = await fs.lstat(entry.place).catch(unlessGone);
    if (stats === null) return {};
    if (stats.isDirectory()) return this.#enter(entry, false);
    if (this.#isExcluded(entry, false)) return {};
    const behind = stats.isSymbolicLink() && this.#options.followSymlinks ? await this.#follow(entry) : {};
    if (!isBelow && !glob.matches(entry.names, false)) return behind;
    return { match: { path: entry.path, place: entry.place }, ...behind };
  }

  async #follow(entry: Entry): Promise<Visited> {
    const stats = await fs.stat(entry.place).catch(unlessGone);
    if (stats?.isDirectory() !== true) return {};
    const place = await fs.realpath(entry.place).catch(unlessGone);
    return place === null ? {} : this.#enter({ ...entry, place }, true);
  }

  #enter(entry: Entry, isLink: boolean): Visited {
    const { above, names } = entry;
    const isLinked = isLink || above?.isLinked === true;
    if (this.#isExcluded(entry, true) || (isLinked && isBelowItself(entry))) return {};
    const isTaken = above?.isTaken === true || this.#pattern.glob.matches(names, true);
    return { folder: { ...entry, isTaken, isLinked } };
  }

  #isExcluded({ path, names, above }: Entry, isFolder: boolean): boolean {
    return this.#options.excludes.some(({ base, glob }) => {
      const own = base === this.#pattern.base ? names : namesBelow(base, path);
      if (own === null) return false;
      // What lies above was asked about on the way, but for the folders above the first one.
      return above === null ? glob.covers(own, isFolder) : glob.matches(own, isFolder);
    });
  }
}

function isBelowItself({ place, above }: Entry): boolean {
  for (let folder = above; folder !== null; folder = folder.above) if (folder.place === place) return true;
  return false;
}

function namesBelow(base: string, path: string): readonly string[] | null {
  return path === base ? [] : (pathBelow(base, path)?.split('/') ?? null);
}

function unlessGone(error: NodeJS.ErrnoException): null {
  // A name that is not valid UTF-8 is listed with a replacement character, and no file exists under that.
  const isGone = error.code === 'ENOENT' && !basename(error.path ?? '').includes('\uFFFD');
  if (isGone || error.code === 'ENOTDIR') return null;
  throw error;
}
