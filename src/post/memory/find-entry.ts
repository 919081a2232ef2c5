// Finds what is remembered of a post: under its id, or under the id of a file that has been renamed. Pure.

import { type PostEntry, type PostKey, postKeyText } from './post-entry.ts';

export interface FoundEntry {
  readonly entry: PostEntry;
  /** Whether it was remembered under another id. */
  readonly isRenamed: boolean;
  /** The highest attempt number under any name of the file. */
  readonly attempts: number;
}

export interface PostLookup {
  readonly entries: readonly PostEntry[];
  /** Keys (`postKeyText`) of the posts of this run: their ids are still in use, wherever their files are. */
  readonly currentKeys: ReadonlySet<string>;
  /** Whether the post file at this path is still in the workspace, matched or not. */
  fileExists(path: string): boolean;
}

/** A copy is not a rename: the file of the other id must be gone. */
export function findEntry(key: PostKey, digest: string, lookup: PostLookup): FoundEntry | null {
  const ofAuthor = lookup.entries.filter(
    ({ author, apiUrl }) => author === key.author && apiUrl === key.apiUrl,
  );
  const own = ofAuthor.find(({ id }) => id === key.id);
  const renamedFrom = ofAuthor
    .filter(
      (entry) =>
        entry.digest === digest &&
        entry !== own &&
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
