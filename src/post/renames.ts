// Distinguishes a post file that was renamed, or whose text was moved, from a copy. Pure.

import type { WrittenPost } from './file/post.ts';
import { hasUrn, type PostEntry, type PostKey, postKeyText } from './memory/post-entry.ts';

export interface CurrentPost extends PostKey, Pick<WrittenPost, 'file'> {
  /** Null when it has errors. */
  readonly digest: string | null;
}

export interface PostLookup {
  readonly entries: readonly PostEntry[];
  readonly current: readonly CurrentPost[];
  /** Whether the post file at this path is still in the workspace, matched or not. */
  fileExists(path: string): boolean;
}

/**
 * Whether a published post still has its id or its file: then a file with its content is a copy, not a rename. If the other file
 * has new content, the post was moved. An `id` that somebody gave names an occasion: another one in the same file is another post.
 */
function isStillThere(entry: PostEntry, key: CurrentPost, { current, fileExists }: PostLookup): boolean {
  const [entryKey, ownKey] = [postKeyText(entry), postKeyText(key)];
  const holders = current.filter((one) => {
    const otherKey = postKeyText(one);
    return otherKey !== ownKey && (otherKey === entryKey || one.file === entry.file);
  });
  if (holders.length > 0) return holders.some(({ digest }) => digest === null || digest === entry.digest);
  if (entry.file === key.file) return entryKey !== ownKey && hasGivenId(entry) && hasGivenId(key);
  return entry.file !== null && fileExists(entry.file);
}

/**
 * Whether a file with the content of `entry` is a copy, which is a new post, and no renamed file. A post that was renamed is
 * remembered under each of its names, of which the last one in this file counts.
 */
export function isCopied(entry: PostEntry, key: CurrentPost, lookup: PostLookup): boolean {
  const { digest } = entry;
  const names = lookup.entries.filter(
    (one) => one === entry || (one.digest === digest && one.state === 'posted' && hasUrn(entry, one.urn)),
  );
  const here = names.filter(({ file }) => file === key.file);
  const [last] = here.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  return names.some((one) => (one === last || one.file !== key.file) && isStillThere(one, key, lookup));
}

export function hasGivenId({ id, file }: Pick<CurrentPost, 'id' | 'file'>): boolean {
  return id !== file;
}

/** The file of another post in the workspace for which `urn` is remembered. */
export function findUrnHolder(urn: string, key: CurrentPost, lookup: PostLookup): string | null {
  const holder = lookup.entries.find(
    (entry) =>
      hasUrn(entry, urn) &&
      postKeyText(entry) !== postKeyText(key) &&
      entry.file !== key.file &&
      entry.file !== null &&
      lookup.fileExists(entry.file),
  );
  return holder?.file ?? null;
}
