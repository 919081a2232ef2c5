// Finds what is remembered of a post: under its id, or under the id of a file that has been renamed. Pure.

import { type PostEntry, type PostKey, postKeyText } from './post-entry.ts';

export interface FoundEntry {
  readonly entry: PostEntry;
  /** Whether it was remembered under another id. */
  readonly isRenamed: boolean;
  /** The highest attempt number under any name of the file. */
  readonly attempts: number;
}

/** Looks up entries without a search through all of them: a folder may hold the posts of years. */
export class EntryIndex {
  readonly #byKey = new Map<string, PostEntry>();
  readonly #byDigest = new Map<string, PostEntry[]>();

  constructor(entries: readonly PostEntry[]) {
    for (const entry of entries) {
      this.#byKey.set(postKeyText(entry), entry);
      const sameDigest = this.#byDigest.get(entry.digest);
      if (sameDigest === undefined) this.#byDigest.set(entry.digest, [entry]);
      else sameDigest.push(entry);
    }
  }

  withKey(key: PostKey): PostEntry | undefined {
    return this.#byKey.get(postKeyText(key));
  }

  withDigest(digest: string): readonly PostEntry[] {
    return this.#byDigest.get(digest) ?? [];
  }
}

export interface PostLookup {
  readonly entries: EntryIndex;
  /** Keys (`postKeyText`) of the posts of this run: their ids are still in use, wherever their files are. */
  readonly currentKeys: ReadonlySet<string>;
  /** Whether the post file at this path is still in the workspace, matched or not. */
  fileExists(path: string): boolean;
}

/** A copy is not a rename: the file of the other id must be gone. */
export function findEntry(key: PostKey, digest: string, lookup: PostLookup): FoundEntry | null {
  const own = lookup.entries.withKey(key);
  const renamedFrom = lookup.entries
    .withDigest(digest)
    .filter(
      (entry) =>
        entry !== own &&
        entry.author === key.author &&
        entry.apiUrl === key.apiUrl &&
        entry.file !== null &&
        !lookup.fileExists(entry.file) &&
        !lookup.currentKeys.has(postKeyText(entry)),
    )
    .toSorted((a, b) => RANKS[a.state] - RANKS[b.state] || Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  if (own !== undefined) return findOwnEntry(own, renamedFrom);
  const [best] = renamedFrom;
  return best === undefined ? null : { entry: best, isRenamed: true, attempts: attemptsOf(renamedFrom) };
}

/** A post that is known outranks one that may be on LinkedIn. */
const RANKS = { posted: 0, sending: 1, unknown: 2 } as const;

/** Two runs may have sent the file under both of its names. */
function findOwnEntry(own: PostEntry, renamedFrom: readonly PostEntry[]): FoundEntry {
  const sending = own.state === 'unknown' ? renamedFrom.find(({ state }) => state === 'sending') : undefined;
  return {
    entry: sending ?? own,
    isRenamed: sending !== undefined,
    attempts: attemptsOf([own, ...renamedFrom]),
  };
}

/** After a post that is on LinkedIn no further attempt is allowed. */
function attemptsOf(entries: readonly PostEntry[]): number {
  return Math.max(...entries.map((entry) => (entry.state === 'posted' ? Infinity : entry.attempt)));
}
