// Groups the files of a run by their bytes: each file of the plan with its copies. All calls of a group count for its file.

import type { FileState } from '../../src/publish/file-state.ts';
import { contentsOf, type PlannedFault } from './fault-plan.ts';
import type { Told } from './schedule.ts';

export interface Member {
  /** In the order of the run. */
  readonly index: number;
  readonly entry: FileState;
}

export interface Group {
  /** In the plan. */
  readonly file: number;
  readonly first: Member;
  readonly copies: readonly Member[];
  readonly faults: readonly PlannedFault[];
  /** Of an upload of an earlier run. */
  readonly earlierUrn: string | null;
}

export function groupsOf({ plan, entries, trace, earlierUrns }: Told): Group[] {
  const members = contentsOf(plan).flatMap((file, index): (Member & { file: number })[] => {
    const entry = entries[index];
    return entry === undefined ? [] : [{ file, index, entry }];
  });
  return [...Map.groupBy(members, ({ file }) => file)].flatMap(([file, [first, ...copies]]) => {
    const [faults, earlierUrn] = [trace.struck.get(file) ?? [], earlierUrns.get(file) ?? null];
    return first === undefined ? [] : [{ file, first, copies, faults, earlierUrn }];
  });
}

export function urnsOf({ identity, abandonedUrns }: FileState): string[] {
  return [...abandonedUrns, ...(identity === null ? [] : [identity.urn])];
}

/** Whether the file was registered; copies are only after the first file failed. */
export function isSender({ attempts, possibleOrphans }: FileState): boolean {
  return attempts > 0 || possibleOrphans > 0;
}
