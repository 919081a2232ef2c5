// Between finding and inspecting, for a job matrix: the share of the files that is this job's. Pure: names and sizes
// alone decide, so that every job comes to the same shares and none reads what is not its own.

import { hasVideoName, sidecarStemOf, stemOf } from '../sidecar-names.ts';
import { byPathBytes } from './path-order.ts';

/** What a file's share depends on. */
interface Sized {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The share `index` of `count`: 1 ≤ index ≤ count ≤ 1000. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A matrix has 256 jobs at most. */
export const MAX_SHARDS = 1000;

/** Reads `i/n`, whole numbers in plain digits without anything around them; null for anything else. */
export function parseShard(text: string): Shard | null {
  const [, first, second] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const index = Number(first);
  const count = Number(second);
  return index >= 1 && index <= count && count <= MAX_SHARDS ? { index, count } : null;
}

/**
 * The files of one share, sorted by the bytes of their path, maybe none; without shares all of them, as they came. The
 * paths must differ. Each file is in exactly one of all shares, whatever the order of `files`, and the bytes of two
 * shares differ at most by those of the largest file.
 * With `sidecars`, what by its name is the sidecar of a video in `files` shares that video's fate, as one large file.
 */
export function selectShard<T extends Sized>(
  files: readonly T[],
  { shard, sidecars }: { readonly shard: Shard | null; readonly sidecars: boolean },
): readonly T[] {
  if (shard === null) return files;
  const sorted = files.toSorted(byPathBytes);
  const groups = sidecars ? groupByVideo(sorted) : sorted.map((file) => [file]);
  return distribute(groups, shard).flat().sort(byPathBytes);
}

type Group<T> = readonly T[];

/** Groups in the order of their first path. Videos of one stem have the same sidecars, and are one group. */
function groupByVideo<T extends Sized>(sorted: readonly T[]): Group<T>[] {
  const stems = new Set(sorted.filter(({ path }) => hasVideoName(path)).map(({ path }) => stemOf(path)));
  const groups = Map.groupBy(sorted, ({ path }) => {
    const stem = hasVideoName(path) ? stemOf(path) : sidecarStemOf(path);
    // No stem is an object: a file that goes by itself has a key of its own.
    return stem !== null && stems.has(stem) ? stem : { path };
  });
  return [...groups.values()];
}

/** Largest first, each to the least loaded share. Ties go by path, for `sort` is stable, and to the first share. */
function distribute<T extends Sized>(groups: readonly Group<T>[], { index, count }: Shard): Group<T>[] {
  const weighed = groups.map((group) => ({ group, sizeBytes: sizeOf(group) }));
  const loads = new Array<number>(count).fill(0);
  const own: Group<T>[] = [];
  for (const { group, sizeBytes } of weighed.sort((a, b) => b.sizeBytes - a.sizeBytes)) {
    const least = leastLoaded(loads);
    loads[least] = (loads[least] ?? 0) + sizeBytes;
    if (least === index - 1) own.push(group);
  }
  return own;
}

function sizeOf(group: Group<Sized>): number {
  return group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function leastLoaded(loads: readonly number[]): number {
  let least = 0;
  let leastBytes = Number.POSITIVE_INFINITY;
  loads.forEach((bytes, index) => {
    if (bytes >= leastBytes) return;
    least = index;
    leastBytes = bytes;
  });
  return least;
}
