// Groups the files of a run by their bytes: each scheduled file with its copies. Calls of a group count for its file.

import type { FileState } from '../../src/publish/file-state.ts';
import { contentsOf, type ScheduledFault } from './fault-schedule.ts';
import type { ScheduleRun } from './run-schedule.ts';

export interface Member {
  /** Index in the run. */
  readonly index: number;
  readonly entry: FileState;
}

export interface Group {
  /** Index in the schedule. */
  readonly file: number;
  readonly first: Member;
  readonly copies: readonly Member[];
  readonly faults: readonly ScheduledFault[];
  /** Of an upload of an earlier run. */
  readonly earlierUrn: string | null;
}

export function groupsOf({ schedule, entries, trace, earlierUrns }: ScheduleRun): Group[] {
  const members = contentsOf(schedule).flatMap((file, index): (Member & { file: number })[] => {
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

/** Whether the file was registered. A copy is registered only after the first file failed. */
export function isSender({ attempts, possibleOrphans }: FileState): boolean {
  return attempts > 0 || possibleOrphans > 0;
}
