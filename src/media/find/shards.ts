// For a job matrix: selects the files of this job, after the search and before inspection. Pure: uses names and sizes
// only, so that every job computes the same shards and reads only its own files.

import { ALT_TEXT_SUFFIX, altTextFileOf } from '../inspect-media.ts';
import { hasVideoName, sidecarStemOf, stemOf } from '../sidecars.ts';
import { byPath } from './workspace.ts';

/** The fields that determine the shard of a file. */
interface Sized {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Shard `index` of `count`: 1 ≤ index ≤ count ≤ 1000. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A job matrix has at most 256 jobs. */
export const MAX_SHARDS = 1000;

/** Parses `i/n`: two whole numbers in decimal digits, with nothing around them. Returns null for anything else. */
export function parseShard(text: string): Shard | null {
  const [, first, second] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const index = Number(first);
  const count = Number(second);
  return index >= 1 && index <= count && count <= MAX_SHARDS ? { index, count } : null;
}

/**
 * Returns the files of one shard, in the natural order of their paths; the shard may be empty. Paths must be unique. Each file is
 * in exactly one shard, whatever the order of `files`. The sizes of two shards differ by at most the size of the largest file.
 * With `sidecars`, a file whose name makes it the sidecar of a video in `files` is in the shard of the video. An alternative
 * text is in the shard of its picture. They count as one large file.
 */
export function selectShard<T extends Sized>(
  files: readonly T[],
  { shard, sidecars }: { readonly shard: Shard; readonly sidecars: boolean },
): readonly T[] {
  const sorted = files.toSorted(byPath);
  const groups = groupByStem(sorted, sidecars);
  return distribute(groups, shard).flat().sort(byPath);
}

type Group<T> = readonly T[];

/**
 * Groups are in the order of their first path. Files of one stem share their sidecars and their alternative text, so they form
 * one group. A text in another shard than its picture would be a file that is no media.
 */
function groupByStem<T extends Sized>(sorted: readonly T[], sidecars: boolean): Group<T>[] {
  const videos = sorted.filter(({ path }) => sidecars && hasVideoName(path));
  const stems = new Set(videos.map(({ path }) => stemOf(path)));
  const paths = new Set(sorted.map(({ path }) => path));
  const texts = new Set(sorted.map(({ path }) => altTextFileOf(path)).filter((text) => paths.has(text)));
  const groups = Map.groupBy(sorted, ({ path }) => {
    const stem = hasVideoName(path) ? stemOf(path) : sidecarStemOf(path);
    if (stem !== null && stems.has(stem)) return stem;
    const text = texts.has(path) ? path : altTextFileOf(path);
    // A file without others gets a new object as its key, which equals no other key.
    return texts.has(text) ? text.slice(0, -ALT_TEXT_SUFFIX.length) : { path };
  });
  return [...groups.values()];
}

/**
 * Assigns each group to the least loaded shard, the largest group first. Groups of equal size keep the order of their
 * paths, because `sort` is stable. Of equally loaded shards, the first one is taken.
 */
function distribute<T extends Sized>(groups: readonly Group<T>[], { index, count }: Shard): Group<T>[] {
  const weighed = groups.map((group) => ({
    group,
    groupBytes: group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }));
  const loads = new Array<number>(count).fill(0);
  const own: Group<T>[] = [];
  for (const { group, groupBytes } of weighed.sort((a, b) => b.groupBytes - a.groupBytes)) {
    const leastBytes = Math.min(...loads);
    const shard = loads.indexOf(leastBytes);
    loads[shard] = leastBytes + groupBytes;
    if (shard === index - 1) own.push(group);
  }
  return own;
}
