// Finds out by name which sidecars exist beside the videos of a run. Reads each folder once.

import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { mapConcurrent } from './map-concurrent.ts';
import type { MediaFile } from './media-file.ts';
import { sidecarPathsOf, sidecarStemOf } from './sidecar-names.ts';

const VIDEOS_AT_ONCE = 8;

/** Whether a file with this path below the root exists. Rejects when its folder cannot be read. */
export type SidecarIndex = (path: string) => Promise<boolean>;

/** `listed`: paths that are already known. Their folders are not read. */
export function indexSidecars(root: string, listed: Iterable<string> = []): SidecarIndex {
  const folders = new Map<string, Promise<ReadonlySet<string>>>();
  for (const [folder, paths] of Map.groupBy(listed, posix.dirname)) {
    folders.set(folder, Promise.resolve(new Set(paths.map((path) => posix.basename(path)))));
  }
  // Keeps the names of sidecars only, because a folder may hold a million other files. Matching is case-sensitive even
  // on case-insensitive disks.
  const readNames = async (folder: string) => {
    const names = await readdir(join(root, folder));
    return new Set(names.filter((name) => sidecarStemOf(name) !== null));
  };
  return async (path) => {
    const folder = posix.dirname(path);
    const names = folders.get(folder) ?? readNames(folder);
    folders.set(folder, names);
    return (await names).has(posix.basename(path));
  };
}

/**
 * For runs without `sidecars: true`: sets `unusedCaptions` of each video that has captions beside it, by name alone.
 * Captions that match a pattern are reported in their own row instead. Ignores folders that cannot be read.
 */
export async function noteUnusedCaptions(
  files: readonly MediaFile[],
  { workspace }: { readonly workspace: string },
): Promise<MediaFile[]> {
  const matched = new Set(files.map(({ path }) => path));
  const isListed = indexSidecars(workspace);
  return mapConcurrent(files, VIDEOS_AT_ONCE, async (file) => {
    if (file.media?.kind !== 'video' || file.fault !== null) return file;
    const [captions] = sidecarPathsOf(file.path, ['captions']);
    if (captions === undefined || matched.has(captions)) return file;
    const isThere = await isListed(captions).catch(() => false);
    return isThere ? { ...file, unusedCaptions: captions } : file;
  });
}
