// Invariants of outcomes: a fault of one file affects no other file, recoverable faults and short outages change
// nothing, and a stopped run excuses only outcomes that the stop explains.

import { ActionError } from '../../src/errors.ts';
import type { FileState } from '../../src/publish/file-state.ts';
import { stopsStatusReads } from '../../src/publish/retry/retry-policy.ts';
import { isFirstTurn } from './classify-call.ts';
import {
  isFalseConfirmation,
  mayUseUpWait,
  mustKeepSession,
  mustSucceed,
  outcomeWithoutFaults,
  waitMsOf,
} from './expected.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { type Group, groupsOf } from './file-groups.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { Violation } from './violation.ts';

export function checkOutcomes(run: ScheduleRun): Violation[] {
  return [...checkShortOutage(run), ...groupsOf(run).flatMap((group) => checkFirstFile(group, run))];
}

function checkShortOutage({ schedule: { shortOutage }, stopReason }: ScheduleRun): Violation[] {
  // The branch of the manifest has its own faults.
  if (shortOutage === undefined || stopReason === null || stopReason.code === 'BRANCH_PROTECTED') return [];
  return [
    {
      rule: 'SHORT_OUTAGE',
      text: `${shortOutage.forMs} ms of ${shortOutage.kind} stopped the run: ${stopReason}`,
    },
  ];
}

/** Copies are checked by the reuse rules, which compare them with the first file. */
function checkFirstFile(group: Group, run: ScheduleRun): Violation[] {
  const { schedule } = run;
  const { file, first, faults } = group;
  if (faults.length > 0 && schedule.shortOutage === undefined && !mustSucceed(schedule, file, faults))
    return [];
  const rule =
    schedule.shortOutage !== undefined ? 'SHORT_OUTAGE' : faults.length > 0 ? 'RECOVERED' : 'ISOLATED';
  const violation = (what: string) => [{ rule, text: `file ${file} (${kindsOf(group)}) ${what}` }];
  const { state, error, attempts, identity } = first.entry;
  if (isExcused(group, run)) return [];
  if (!isAsExpected(group, run))
    return violation(`is ${state} ${error?.code}, not ${outcomeWithoutFaults(schedule, file).state}`);
  // A slow start, such as that of a token call that hangs, gives LinkedIn the time to show an earlier upload.
  const isEarlier = state === 'reused' || identity?.urn === group.earlierUrn;
  const registrations = isEarlier ? 0 : outcomeWithoutFaults(schedule, file).registrations;
  if (mayStartOver(group, schedule) || attempts === registrations) return [];
  return [{ rule: 'ONE_SESSION', text: `file ${file} (${kindsOf(group)}) took ${attempts} registrations` }];
}

function kindsOf({ faults }: Group): string {
  return faults.map(({ kind, on }) => `${kind} on ${on}`).join(', ');
}

function isAsExpected(
  { file, first, faults, earlierUrn }: Group,
  { schedule, pauses }: ScheduleRun,
): boolean {
  const { state, error, abandonedUrns } = first.entry;
  const isStruckOn = (call: string) => faults.some(({ on }) => on === call);
  const { state: expected, registrations } = outcomeWithoutFaults(schedule, file);
  // Without a wait, a lost 201 of a picture leaves its processing unknown, and a failed read that of an earlier upload.
  const isUnknown =
    schedule.waitMinutes === 0 && (isStruckOn('upload') || (isStruckOn('status') && earlierUrn !== null));
  // One minute for all sessions of a file may end before the second one is processed, or in a pause before it begins.
  const isAnother = abandonedUrns.length > 0 || (pauses.length > 0 && faults.some(isFalseConfirmation));
  const isLate =
    ((schedule.waitMinutes === 1 && isAnother) || mayUseUpWait(schedule)) &&
    error?.code === 'PROCESSING_TIMEOUT';
  // A failure that LinkedIn reports when the wait is used up gets no new session.
  const tookMs = (first.entry.endedMs ?? 0) - (first.entry.startedMs ?? 0);
  const isTooLate =
    schedule.waitMinutes === 1 && tookMs >= waitMsOf(schedule) && error?.code === 'PROCESSING_FAILED';
  // An earlier upload that a read does not show may be sent again.
  const isSentAgain = earlierUrn !== null && isStruckOn('status');
  // In a slow run, processing may end in time.
  const isHeld = schedule.files[file]?.earlier?.asset === 'held';
  const good = [
    expected,
    ...(isUnknown || isLate ? ['processing'] : []),
    ...(isTooLate ? ['failed'] : []),
    ...(registrations > 0 || isSentAgain ? ['available'] : []),
    ...(isHeld || isSentAgain ? ['reused'] : []),
  ];
  return good.some((one) => one === state);
}

function mayStartOver({ file, faults, earlierUrn }: Group, schedule: FaultSchedule): boolean {
  const [fault, ...more] = faults;
  if (fault === undefined) return false;
  if (schedule.waitMinutes === 0 && earlierUrn !== null) return true;
  if (schedule.shortOutage !== undefined) return !mustKeepSession(schedule, file, fault);
  return more.length > 0 || !mustKeepSession(schedule, file, fault);
}

/** Whether a stop, a cancellation or three lost registrations explain how the file ended. */
function isExcused(group: Group, run: ScheduleRun): boolean {
  const { schedule, cancelSeq, stopped, stopReason, atCancel } = run;
  const { index, entry } = group.first;
  const isStoppedByBranch = stopReason?.code === 'BRANCH_PROTECTED';
  if (schedule.shortOutage !== undefined && !isStoppedByBranch) return isLostAtRegistration(group, run);
  if (cancelSeq !== null && atCancel[index]?.stage !== 'settled') return true;
  const before = stopped?.entries[index];
  if (before === undefined || before.stage === 'settled') return false;
  if (before.stage === 'waiting') return isSkipped(entry) || group.earlierUrn !== null;
  return group.faults.length > 0 || isStoppedMidway(group, run);
}

function isSkipped({ state, error }: FileState): boolean {
  return state === 'skipped' && error?.code === 'RUN_STOPPED';
}

/** After a stop, an upload continues, but its status may not be read, and no file may be registered. */
function isStoppedMidway({ first, earlierUrn }: Group, { trace }: ScheduleRun): boolean {
  const { state, error } = first.entry;
  if (error?.code !== 'RUN_STOPPED') return false;
  const isLocked = trace.fired.some(({ kind }) => kind === '429-huge');
  if (isLocked || earlierUrn !== null) return true;
  return state === 'processing' && error.cause instanceof ActionError && stopsStatusReads(error.cause);
}

// Each lost response may leave an asset at LinkedIn, so a file gets three registrations at most.
const LOST_REGISTRATIONS = 3;
const LOSING = ['503', '503-seconds', 'reset-at-start', 'reset-at-end'];

function isLostAtRegistration({ file, first }: Group, { trace }: ScheduleRun): boolean {
  const lost = trace.of('register').filter(({ key, files, fault }) => {
    const isOfFirst = files.includes(file) && isFirstTurn(key);
    return isOfFirst && fault !== null && LOSING.includes(fault.kind);
  });
  return first.entry.state === 'failed' && lost.length === LOST_REGISTRATIONS;
}
