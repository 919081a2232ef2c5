// Walks the disk for the paths that match one pattern. Handles names and links; does not decide what may be uploaded.

import { promises as fs } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { InputError } from '../../errors.ts';
import { formatNumber } from '../../format.ts';
import { mapConcurrent } from '../map-concurrent.ts';
import type { Pattern } from './patterns.ts';
import { relativePosixPath, toPosixPath } from './posix-paths.ts';

/** A path that matched and is not a folder. */
export interface Match {
  /** Absolute path, with the names that the pattern matched. */
  readonly path: string;
  /** The same file. When links are followed, no folder above it is a link: systems reject paths with many links. */
  readonly resolvedPath: string;
}

export interface WalkOptions {
  /** The real path of the workspace. */
  readonly root: string;
  readonly excludes: readonly Pattern[];
  readonly followSymlinks: boolean;
  readonly directoryListings: DirectoryListings;
  /** Aborts the walk. */
  readonly signal?: AbortSignal | undefined;
}

/** The names in folders of the workspace, or null for an unreadable folder. Shared by the walks of one search. */
export type DirectoryListings = Map<string, Promise<ReadonlySet<string> | null>>;

/** Folders that link to each other have too many paths to walk. */
const MAX_LINKED_FOLDERS = 10_000;
const ENTRY_CONCURRENCY = 8;

interface WalkEntry extends Match {
  /** Relative to the base of the pattern. */
  readonly names: readonly string[];
  /** Null at the start of the walk. */
  readonly parent: Folder | null;
}

interface Folder extends WalkEntry {
  /** Whether the pattern matches it or a folder above it, and so everything in it. */
  readonly isMatched: boolean;
  /** The first link above it, or the link that is this folder. */
  readonly link: string | null;
}

interface Visited {
  readonly match?: Match;
  readonly folder?: Folder;
}

/**
 * Yields the matches of `pattern` that are not excluded. Yields a link itself. When links are followed, the walk also
 * enters the target folder of a link, unless that folder is already above the link. Skips files that are deleted
 * during the walk.
 * @throws InputError INPUT_INVALID on `follow-symlinks`; errors of the disk; the reason of `signal`
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

  /** Breadth-first: a cycle of links reaches the folder limit while its paths are still short. */
  async *matches(): AsyncGenerator<Match> {
    const first = await this.#visitFirst();
    if (first.match !== undefined) yield first.match;
    let level = first.folder === undefined ? [] : [first.folder];
    while (level.length > 0) {
      const next: Folder[] = [];
      for (const parent of level)
        for (const { match, folder } of await this.#visitChildren(parent)) {
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
    if (base === root && !(await this.#existsInThisCase(glob.literals))) return {};
    const path = join(base, ...glob.literals);
    const parent = followSymlinks ? await fs.realpath(dirname(path)).catch(nullIfGone) : dirname(path);
    if (parent === null) return {};
    const resolvedPath = join(parent, basename(path));
    return this.#visit({ path, resolvedPath, names: glob.literals, parent: null });
  }

  /** A case-insensitive disk also finds a file by another spelling of its name. */
  async #existsInThisCase(names: readonly string[]): Promise<boolean> {
    const { root, directoryListings } = this.#options;
    let folder = root;
    for (const name of names) {
      const listing = directoryListings.get(folder) ?? listingOf(folder);
      directoryListings.set(folder, listing);
      if ((await listing)?.has(name) === false) return false;
      folder = join(folder, name);
    }
    return true;
  }

  async #visitChildren(parent: Folder): Promise<Visited[]> {
    const listing = await fs.readdir(parent.resolvedPath).catch(nullIfGone);
    return mapConcurrent(listing ?? [], ENTRY_CONCURRENCY, (name) => {
      const resolvedPath = join(parent.resolvedPath, name);
      return this.#visit({
        path: join(parent.path, name),
        resolvedPath,
        names: [...parent.names, name],
        parent,
      });
    });
  }

  async #visit(entry: WalkEntry): Promise<Visited> {
    this.#options.signal?.throwIfAborted();
    const { glob } = this.#pattern;
    const isBelow = entry.parent?.isMatched === true;
    if (!isBelow && !glob.mayMatchIn(entry.names)) return {};
    const stats = await fs.lstat(entry.resolvedPath).catch(nullIfGone);
    if (stats === null) return {};
    if (stats.isDirectory()) return this.#enter(entry);
    if (this.#isExcluded(entry, false)) return {};
    const linked =
      stats.isSymbolicLink() && this.#options.followSymlinks ? await this.#followLink(entry) : {};
    if (!isBelow && !glob.matches(entry.names, false)) return linked;
    return { match: { path: entry.path, resolvedPath: entry.resolvedPath }, ...linked };
  }

  async #followLink(entry: WalkEntry): Promise<Visited> {
    const stats = await fs.stat(entry.resolvedPath).catch(nullIfGone);
    if (stats?.isDirectory() !== true) return {};
    const resolvedPath = await fs.realpath(entry.resolvedPath).catch(nullIfGone);
    return resolvedPath === null ? {} : this.#enter({ ...entry, resolvedPath }, entry.path);
  }

  /** `link`: the path of the link to this folder, if it was reached through one. */
  #enter(entry: WalkEntry, link: string | null = null): Visited {
    const { parent, names } = entry;
    const firstLink = parent?.link ?? link;
    if (this.#isExcluded(entry, true) || (firstLink !== null && isLinkCycle(entry))) return {};
    if (firstLink !== null) this.#countLinked(firstLink);
    const isMatched = parent?.isMatched === true || this.#pattern.glob.matches(names, true);
    return { folder: { ...entry, isMatched, link: firstLink } };
  }

  #countLinked(link: string): void {
    this.#linkedFolders += 1;
    if (this.#linkedFolders <= MAX_LINKED_FOLDERS) return;
    const shown = toPosixPath(relative(this.#options.root, link));
    const limit = `more than ${formatNumber(MAX_LINKED_FOLDERS)} folders through links, such as ${shown}`;
    const advice = 'exclude links between folders with `!` lines, or set it to false';
    throw new InputError(
      'INPUT_INVALID',
      'follow-symlinks',
      `leads the pattern ${this.#pattern.text} to ${limit}; ${advice}`,
    );
  }

  #isExcluded({ path, names, parent }: WalkEntry, isFolder: boolean): boolean {
    return this.#options.excludes.some(({ base, glob }) => {
      const own = base === this.#pattern.base ? names : namesBelow(base, path);
      if (own === null) return false;
      // Folders above were checked during the walk, except those above its first entry.
      return parent === null ? glob.covers(own, isFolder) : glob.matches(own, isFolder);
    });
  }
}

function isLinkCycle({ resolvedPath, parent }: WalkEntry): boolean {
  for (let folder = parent; folder !== null; folder = folder.parent)
    if (folder.resolvedPath === resolvedPath) return true;
  return false;
}

function namesBelow(base: string, path: string): readonly string[] | null {
  return path === base ? [] : (relativePosixPath(base, path)?.split('/') ?? null);
}

function listingOf(folder: string): Promise<ReadonlySet<string> | null> {
  return fs.readdir(folder).then(
    (names) => new Set(names),
    () => null,
  );
}

function nullIfGone(error: NodeJS.ErrnoException): null {
  // A name that is not valid UTF-8 is listed with a replacement character, and no file has that name.
  const isGone = error.code === 'ENOENT' && !basename(error.path ?? '').includes('\uFFFD');
  if (isGone || error.code === 'ENOTDIR') return null;
  throw error;
}
