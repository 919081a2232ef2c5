// Merges what a run changed in a manifest with what others changed meanwhile: a three-way merge against the version that
// the run read.

import type { Manifest, ManifestEntry } from '../../memory/manifest.ts';

export interface MergeInput {
  /** The version that both sides started from. */
  readonly base: Manifest;
  /** The version of this run. */
  readonly ours: Manifest;
  /** The version that is stored now. */
  readonly theirs: Manifest;
}

/**
 * A change on one side counts. If both sides changed the same entry, see `mergeEntry`. Nothing that a side has is dropped,
 * because no run removes anything. Posts are never merged: the stored ones count. Changes none of its arguments.
 */
export function mergeManifests({ base, ours, theirs }: MergeInput): Manifest {
  const { entries: baseEntries, calls: baseCalls = NO_CALLS, posts: _base, ...baseRest } = base;
  const { entries: ourEntries, calls: ourCalls = NO_CALLS, posts: _ours, ...ourRest } = ours;
  const { entries: theirEntries, calls: theirCalls = NO_CALLS, posts, ...theirRest } = theirs;
  const entries = new Map(theirEntries);
  for (const [key, our] of ourEntries) {
    const their = theirEntries.get(key);
    entries.set(key, their === undefined ? our : mergeEntry(baseEntries.get(key), our, their));
  }
  const calls = new Map(theirCalls);
  for (const [day, count] of ourCalls) {
    const added = Math.max(0, count - (baseCalls.get(day) ?? 0));
    // A branch that somebody deleted or reset still has all calls that this run knows of.
    calls.set(day, Math.max(count, (theirCalls.get(day) ?? 0) + added));
  }
  const rest = mergeRecords(baseRest, ourRest, theirRest);
  return { ...rest, entries, calls: newestDays(calls), ...(posts && { posts }) };
}

/** The number of days whose counts are kept. */
const CALL_DAYS = 7;

function newestDays(calls: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...calls].sort().slice(-CALL_DAYS));
}

/** A copy that shares its entries, which never change. It always has call counts, of the newest days. */
export function copyManifest({
  entries,
  calls,
  posts = {},
  unknownFields = {},
}: Manifest): Required<Manifest> {
  return { unknownFields, posts, entries: new Map(entries), calls: newestDays(calls ?? NO_CALLS) };
}

/** Brings `current` up to `merged`, which was merged from `ours`, a copy of it. Changes since that copy stay. */
export function adoptMerged(current: Manifest, { ours, merged }: Record<'ours' | 'merged', Manifest>): void {
  const { entries, calls = NO_CALLS, posts = {}, ...rest } = merged;
  for (const [key, entry] of entries)
    if (current.entries.get(key) === ours.entries.get(key)) current.entries.set(key, entry);
  for (const [day, count] of calls) {
    const added = (current.calls?.get(day) ?? 0) - (ours.calls?.get(day) ?? 0);
    current.calls?.set(day, count + added);
  }
  Object.assign(current, { ...rest, posts });
}

const NO_CALLS: ReadonlyMap<string, number> = new Map();

/** Is symmetric: every job that merges the same two versions gets the same entry. */
function mergeEntry(
  base: ManifestEntry | undefined,
  ours: ManifestEntry,
  theirs: ManifestEntry,
): ManifestEntry {
  if (isEqual(ours, base)) return theirs;
  if (isEqual(theirs, base)) return ours;
  if (ours.urn === theirs.urn) return mergeProgress(base, ours, theirs);
  // A side replaces a URN only after LinkedIn lost it. Progress on the other side does not bring it back.
  if (ours.urn === base?.urn) return theirs;
  if (theirs.urn === base?.urn) return ours;
  return preferred(ours, theirs, [updatedMs, progressOf]);
}

/** Both sides changed the entry of one upload. */
function mergeProgress(
  base: ManifestEntry | undefined,
  ours: ManifestEntry,
  theirs: ManifestEntry,
): ManifestEntry {
  if (base?.urn === ours.urn) {
    // A side takes progress back only after LinkedIn rejected the file.
    const [isOursRejected, isTheirsRejected] = [ours, theirs].map(
      (entry) => progressOf(entry) < progressOf(base),
    );
    if (isOursRejected !== isTheirsRejected) return isOursRejected ? ours : theirs;
  }
  return preferred(ours, theirs, [progressOf, checkedMs, updatedMs]);
}

const PROGRESS = { registered: 0, uploaded: 1, available: 2 } as const;

function progressOf({ state }: ManifestEntry): number {
  return PROGRESS[state];
}

function updatedMs({ updatedAt }: ManifestEntry): number {
  return Date.parse(updatedAt);
}

function checkedMs({ checkedAt }: ManifestEntry): number {
  return checkedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(checkedAt);
}

/** The entry with the higher value of the first criterion that differs; then any of them, but always the same one. */
function preferred(
  left: ManifestEntry,
  right: ManifestEntry,
  criteria: readonly ((entry: ManifestEntry) => number)[],
): ManifestEntry {
  const differing = criteria.find((measure) => measure(left) !== measure(right));
  if (differing !== undefined) return differing(left) > differing(right) ? left : right;
  return JSON.stringify(left) > JSON.stringify(right) ? left : right;
}

type JsonRecord = Readonly<Record<string, unknown>>;

/** Merges fields that this version does not know, object by object. If both sides changed a value, the stored one counts. */
function mergeRecords(base: JsonRecord, ours: JsonRecord, theirs: JsonRecord): JsonRecord {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return Object.fromEntries(
    [...names].map((name) => [name, mergeValue(own(base, name), own(ours, name), own(theirs, name))]),
  );
}

function mergeValue(base: unknown, ours: unknown, theirs: unknown): unknown {
  if (theirs === undefined) return ours;
  if (ours === undefined) return theirs;
  if (isRecord(ours) && isRecord(theirs)) return mergeRecords(isRecord(base) ? base : {}, ours, theirs);
  return isEqual(theirs, base) ? ours : theirs;
}

function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The order of the fields counts: entries have the order of their schema, and unknown fields the order of the file. */
function isEqual(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
