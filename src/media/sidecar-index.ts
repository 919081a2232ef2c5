// Which names make a file the sidecar of a video, and which sidecars exist beside the videos of a run. Reads each
// folder once.

import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Sidecars } from './media-file.ts';

/** What follows the stem of the video, in order of preference. Case-sensitive: `.SRT` is not a sidecar. */
const SUFFIXES = {
  captions: ['.srt'],
  thumbnail: ['.thumbnail.png', '.thumbnail.jpg', '.thumbnail.jpeg'],
} as const satisfies Record<keyof Sidecars, readonly string[]>;

/** Whether the name is that of a video. Only inspection of the bytes can confirm it. */
export function hasVideoName(path: string): boolean {
  return /\.(?:mp4|m4v|mov)$/i.test(path);
}

/** The path without its extension, which a video shares with its sidecars: `media/clip` for `media/clip.mp4`. */
export function stemOf(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}

/** Where sidecars of a video can be. A video that is itself named `clip.srt` is not its own captions. */
export function sidecarPathsOf(
  path: string,
  kinds: readonly (keyof Sidecars)[] = ['captions', 'thumbnail'],
): string[] {
  const stem = stemOf(path);
  return kinds.flatMap((kind) => SUFFIXES[kind].map((suffix) => stem + suffix)).filter((one) => one !== path);
}

/** The stem of the video that a file with this name belongs to, or null when it is not the name of a sidecar. */
export function sidecarStemOf(path: string): string | null {
  const suffix = Object.values(SUFFIXES)
    .flat()
    .find((one) => path.endsWith(one));
  return suffix === undefined ? null : path.slice(0, -suffix.length);
}

/** The files that get a row in the results, by name alone: all but the sidecars of videos among them. */
export function withoutSidecars<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  const stems = new Set(files.filter(({ path }) => hasVideoName(path)).map(({ path }) => stemOf(path)));
  return files.filter(({ path }) => {
    const stem = hasVideoName(path) ? null : sidecarStemOf(path);
    return stem === null || !stems.has(stem);
  });
}

/** Which sidecars exist in the folders below a root. */
export interface SidecarIndex {
  /** Whether a file with this path below the root exists. Rejects if the folder cannot be read. */
  has(path: string): Promise<boolean>;
}

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
  return {
    has: async (path) => {
      const folder = posix.dirname(path);
      const names = folders.get(folder) ?? readNames(folder);
      folders.set(folder, names);
      return (await names).has(posix.basename(path));
    },
  };
}
