// Rules for how files end: a fault of one file changes no other, what can be mended is mended, a hiccup changes nothing,
// and the end of a run excuses only what it explains.

import { ActionError } from '../../src/errors.ts';
import type { FileState } from '../../src/publish/file-state.ts';
import { stopsStatusReads } from '../../src/publish/retry/retry-policy.ts';
import type { Breach } from './breach.ts';
import { isFirstTurn } from './calls.ts';
import { isLie, isToKeepSession, isToSurvive, undisturbed } from './expected.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type Group, groupsOf } from './groups.ts';
import type { Told } from './schedule.ts';

export function checkOutcomes(told: Told): Breach[] {
  return [...checkHiccup(told), ...groupsOf(told).flatMap((group) => checkFirstOf(group, told))];
}

function checkHiccup({ plan: { hiccup }, stopReason }: Told): Breach[] {
  if (hiccup === undefined || stopReason === null) return [];
  return [{ rule: 'HICCUP', text: `${hiccup.forMs} ms of ${hiccup.kind} stopped the run: ${stopReason}` }];
}

/** Copies have rules of their own, which compare them with the first file. */
function checkFirstOf(group: Group, told: Told): Breach[] {
  const { plan } = told;
  const { file, first, faults } = group;
  if (faults.length > 0 && plan.hiccup === undefined && !isToSurvive(plan, file, faults)) return [];
  const rule = plan.hiccup !== undefined ? 'HICCUP' : faults.length > 0 ? 'MENDED' : 'OTHERS_UNHARMED';
  const breach = (what: string) => [{ rule, text: `file ${file} (${kindsOf(group)}) ${what}` }];
  const { state, error, attempts } = first.entry;
  if (isExcused(group, told)) return [];
  if (!isAsExpected(group, told))
    return breach(`is ${state} ${error?.code}, not ${undisturbed(plan, file).state}`);
  const registrations = state === 'reused' ? 0 : undisturbed(plan, file).registrations;
  if (mayStartOver(group, plan) || attempts === registrations) return [];
  return [{ rule: 'ONE_SESSION', text: `file ${file} (${kindsOf(group)}) took ${attempts} registrations` }];
}

function kindsOf({ faults }: Group): string {
  return faults.map(({ kind, on }) => `${kind} on ${on}`).join(', ');
}

function isAsExpected({ file, first, faults, earlierUrn }: Group, { plan, pauses }: Told): boolean {
  const { state, error, abandonedUrns } = first.entry;
  const isStruckOn = (call: string) => faults.some(({ on }) => on === call);
  const { state: expected, registrations } = undisturbed(plan, file);
  // Without a wait, a lost 201 of a picture leaves its processing unknown, and a failed read that of an earlier upload.
  const isUntold =
    plan.waitMinutes === 0 && (isStruckOn('upload') || (isStruckOn('status') && earlierUrn !== null));
  // One minute for all sessions of a file may end before the second one is processed, or in a pause before it begins.
  const isAnother = abandonedUrns.length > 0 || (pauses.length > 0 && faults.some(isLie));
  const isLate = plan.waitMinutes === 1 && isAnother && error?.code === 'PROCESSING_TIMEOUT';
  // An earlier upload that a read does not show may be sent again.
  const isSentAgain = earlierUrn !== null && isStruckOn('status');
  // A slow run may see processing end.
  const isHeld = plan.files[file]?.earlier?.asset === 'held';
  const good = [
    expected,
    ...(isUntold || isLate ? ['processing'] : []),
    ...(registrations > 0 || isSentAgain ? ['available'] : []),
    ...(isHeld || isSentAgain ? ['reused'] : []),
  ];
  return good.some((one) => one === state);
}

function mayStartOver({ file, faults, earlierUrn }: Group, plan: FaultPlan): boolean {
  const [fault, ...more] = faults;
  if (fault === undefined) return false;
  if (plan.waitMinutes === 0 && earlierUrn !== null) return true;
  if (plan.hiccup !== undefined) return !isToKeepSession(plan, file, fault);
  return more.length > 0 || !isToKeepSession(plan, file, fault);
}

/** Whether a stop, a cancellation or three lost registrations explain how the file ended. */
function isExcused(group: Group, told: Told): boolean {
  const { plan, cancelSeq, stopped, atCancel } = told;
  const { index, entry } = group.first;
  if (plan.hiccup !== undefined) return isLostAtRegistration(group, told);
  if (cancelSeq !== null && atCancel[index]?.stage !== 'settled') return true;
  const before = stopped?.entries[index];
  if (before === undefined || before.stage === 'settled') return false;
  if (before.stage === 'waiting') return isSkipped(entry) || group.earlierUrn !== null;
  return group.faults.length > 0 || isStoppedMidway(group, told);
}

function isSkipped({ state, error }: FileState): boolean {
  return state === 'skipped' && error?.code === 'RUN_STOPPED';
}

/** After a stop, an upload continues, but its status may not be read, and no file may be registered. */
function isStoppedMidway({ first, earlierUrn }: Group, { trace }: Told): boolean {
  const { state, error } = first.entry;
  if (error?.code !== 'RUN_STOPPED') return false;
  const isLocked = trace.fired.some(({ kind }) => kind === '429-huge');
  if (isLocked || earlierUrn !== null) return true;
  return state === 'processing' && error.cause instanceof ActionError && stopsStatusReads(error.cause);
}

// Each lost answer may have left an asset behind, so there are three tries.
const LOST_REGISTRATIONS = 3;
const LOSING = ['503', '503-seconds', 'reset-at-start', 'reset-at-end'];

function isLostAtRegistration({ file, first }: Group, { trace }: Told): boolean {
  const lost = trace.of('register').filter(({ key, files, fault }) => {
    const isOfFirst = files.includes(file) && isFirstTurn(key);
    return isOfFirst && fault !== null && LOSING.includes(fault.kind);
  });
  return first.entry.state === 'failed' && lost.length === LOST_REGISTRATIONS;
}
