// Which names make a file the sidecar of a video. Pure: it never looks at the disk.

import { posix } from 'node:path';
import type { Sidecars } from './media-file.ts';

/** What follows the stem of the video, in order of preference. Compared exactly: `.SRT` is no sidecar. */
const SUFFIXES = {
  captions: ['.srt'],
  thumbnail: ['.thumbnail.png', '.thumbnail.jpg', '.thumbnail.jpeg'],
} as const satisfies Record<keyof Sidecars, readonly string[]>;

/** As far as a name tells: only the bytes do for sure. */
export function hasVideoName(path: string): boolean {
  return /\.(?:mp4|m4v|mov)$/i.test(path);
}

/** The path without its extension, which a video shares with its sidecars: `media/clip` of `media/clip.mp4`. */
export function stemOf(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}

/** Where a video's sidecars would be. A video may itself be called `clip.srt`, and is not its own captions. */
export function sidecarPathsOf(
  path: string,
  kinds: readonly (keyof Sidecars)[] = ['captions', 'thumbnail'],
): string[] {
  const stem = stemOf(path);
  return kinds.flatMap((kind) => SUFFIXES[kind].map((suffix) => stem + suffix)).filter((one) => one !== path);
}

/** The stem of the video that a file would be the sidecar of by its name, or null. */
export function sidecarStemOf(path: string): string | null {
  const suffix = Object.values(SUFFIXES)
    .flat()
    .find((one) => path.endsWith(one));
  return suffix === undefined ? null : path.slice(0, -suffix.length);
}

/** The files that get a row, by their names alone: without the sidecars of videos among them. */
export function withoutSidecars<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  const stems = new Set(files.filter(({ path }) => hasVideoName(path)).map(({ path }) => stemOf(path)));
  return files.filter(({ path }) => {
    const stem = hasVideoName(path) ? null : sidecarStemOf(path);
    return stem === null || !stems.has(stem);
  });
}
