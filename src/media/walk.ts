// Walks the disk for the paths that one pattern matches. Knows names and links; does not know what may be sent.

import { promises as fs } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { InputError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { Pattern } from './patterns.ts';
import { pathBelow, withSlashes } from './slashes.ts';

/** Anything that matched and is no folder. */
export interface Match {
  /** Absolute, by the names that the pattern matched. */
  readonly path: string;
  /** The same, with no link above it when links are followed: a system refuses paths with many links. */
  readonly place: string;
}

export interface WalkOptions {
  /** The real path of the workspace. */
  readonly root: string;
  readonly excludes: readonly Pattern[];
  readonly followSymlinks: boolean;
  readonly listings: Listings;
  /** Ends the walk. */
  readonly signal?: AbortSignal | undefined;
}

/** The names in folders of the workspace, null where they cannot be read. Shared by the walks of one search. */
export type Listings = Map<string, Promise<ReadonlySet<string> | null>>;

/** Folders that link to one another have more paths than anybody can walk. */
const LINKED_FOLDERS_MAX = 10_000;
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
  /** The first link on the way to it. */
  readonly link: string | null;
}

interface Visited {
  readonly match?: Match;
  readonly folder?: Folder;
}

/**
 * Yields what `pattern` matches and `excludes` leave in. A link is yielded itself; while links are followed, the walk also
 * enters the folder that it leads to, unless that would lie below itself. What is deleted meanwhile is skipped.
 * @throws InputError INPUT_INVALID on `follow-symlinks`; what the disk throws; the reason of `signal`
 */
export function walk(pattern: Pattern, options: WalkOptions): AsyncGenerator<Match> {
  return new Walk(pattern, options).matches();
}

class Walk {
  readonly #pattern: Pattern;
  readonly #options: WalkOptions;
  #linkedFolders = 0;

  constructor(pattern: Pattern, options: WalkOptions) {
    this.#pattern = pattern;
    this.#options = options;
  }

  /** Level by level: a circle of links reaches the limit of folders while its paths are short. */
  async *matches(): AsyncGenerator<Match> {
    const first = await this.#visitFirst();
    if (first.match !== undefined) yield first.match;
    let level = first.folder === undefined ? [] : [first.folder];
    while (level.length > 0) {
      const next: Folder[] = [];
      for (const above of level)
        for (const { match, folder } of await this.#visitAllIn(above)) {
          if (match !== undefined) yield match;
          if (folder !== undefined) next.push(folder);
        }
      level = next;
    }
  }

  async #visitFirst(): Promise<Visited> {
    const { root, followSymlinks, signal } = this.#options;
    const { base, glob } = this.#pattern;
    signal?.throwIfAborted();
    if (base === root && !(await this.#isListed(glob.literals))) return {};
    const path = join(base, ...glob.literals);
    const above = followSymlinks ? await fs.realpath(dirname(path)).catch(unlessGone) : dirname(path);
    if (above === null) return {};
    const place = join(above, basename(path));
    return this.#visit({ path, place, names: glob.literals, above: null });
  }

  /** A disk that ignores case finds a file by a name that is not its own. */
  async #isListed(names: readonly string[]): Promise<boolean> {
    const { root, listings } = this.#options;
    let folder = root;
    for (const name of names) {
      const listing = listings.get(folder) ?? listingOf(folder);
      listings.set(folder, listing);
      if ((await listing)?.has(name) === false) return false;
      folder = join(folder, name);
    }
    return true;
  }

  async #visitAllIn(above: Folder): Promise<Visited[]> {
    const listing = await fs.readdir(above.place).catch(unlessGone);
    return mapConcurrent(listing ?? [], ENTRIES_AT_ONCE, (name) => {
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
    if (stats.isDirectory()) return this.#enter(entry);
    if (this.#isExcluded(entry, false)) return {};
    const behind = stats.isSymbolicLink() && this.#options.followSymlinks ? await this.#follow(entry) : {};
    if (!isBelow && !glob.matches(entry.names, false)) return behind;
    return { match: { path: entry.path, place: entry.place }, ...behind };
  }

  async #follow(entry: Entry): Promise<Visited> {
    const stats = await fs.stat(entry.place).catch(unlessGone);
    if (stats?.isDirectory() !== true) return {};
    const place = await fs.realpath(entry.place).catch(unlessGone);
    return place === null ? {} : this.#enter({ ...entry, place }, entry.path);
  }

  /** `link` leads to the folder. */
  #enter(entry: Entry, link: string | null = null): Visited {
    const { above, names } = entry;
    const firstLink = above?.link ?? link;
    if (this.#isExcluded(entry, true) || (firstLink !== null && isBelowItself(entry))) return {};
    if (firstLink !== null) this.#countLinked(firstLink);
    const isTaken = above?.isTaken === true || this.#pattern.glob.matches(names, true);
    return { folder: { ...entry, isTaken, link: firstLink } };
  }

  #countLinked(link: string): void {
    this.#linkedFolders += 1;
    if (this.#linkedFolders <= LINKED_FOLDERS_MAX) return;
    const shown = withSlashes(relative(this.#options.root, link));
    const limit = `more than ${formatNumber(LINKED_FOLDERS_MAX)} folders through links, such as ${shown}`;
    const advice = 'exclude links between folders with `!` lines, or set it to false';
    throw new InputError(
      'INPUT_INVALID',
      'follow-symlinks',
      `leads the pattern ${this.#pattern.text} to ${limit}; ${advice}`,
    );
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

function listingOf(folder: string): Promise<ReadonlySet<string> | null> {
  return fs.readdir(folder).then(
    (names) => new Set(names),
    () => null,
  );
}

function unlessGone(error: NodeJS.ErrnoException): null {
  // A name that is not valid UTF-8 is listed with a replacement character, and no file exists under that.
  const isGone = error.code === 'ENOENT' && !basename(error.path ?? '').includes('\uFFFD');
  if (isGone || error.code === 'ENOTDIR') return null;
  throw error;
}
