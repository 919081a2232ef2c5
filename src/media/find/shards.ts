// For a job matrix: selects the files of this job, after the search and before inspection. Pure: uses names and sizes
// only, so that every job computes the same shards and reads only its own files.

import { ALT_TEXT_SUFFIX, isAltTextName } from '../inspect-media.ts';
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
 * in exactly one shard, whatever the order of `files`. Files with one stem are in one shard, and count as one large file, because
 * the captions of a video and the alternative text of a picture belong to it. The sizes of two shards differ by at most the
 * largest of these.
 */
export function selectShard<T extends Sized>(files: readonly T[], shard: Shard): readonly T[] {
  const groups = Map.groupBy(files.toSorted(byPath), ({ path }) => groupOf(path));
  return distribute([...groups.values()], shard)
    .flat()
    .sort(byPath);
}

type Group<T> = readonly T[];

function groupOf(path: string): string {
  if (isAltTextName(path)) return path.slice(0, -ALT_TEXT_SUFFIX.length);
  return (hasVideoName(path) ? null : sidecarStemOf(path)) ?? stemOf(path);
}

/**
 * Assigns each group to the least loaded shard, the largest group first. Groups of equal size keep the order of their
 * paths, because `sort` is stable. Of equally loaded shards, the first one is taken.
 */
function distribute<T extends Sized>(
  groups: readonly Group<T>[],
  { index, count }: Shard,
): Group<T>[] {
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
