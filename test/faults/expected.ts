// How a file would end if nothing went wrong, and which faults a file is to survive.

import type { FileState, OutcomeState } from '../../src/publish/file-state.ts';
import { type EarlierUpload, entryKind, isRecent } from './earlier-kinds.ts';
import type { FaultPlan, PlannedFault } from './fault-plan.ts';
import { kindOf } from './kinds.ts';

const MINUTE_MS = 60_000;
const STUCK_MS = MINUTE_MS;

/** How LinkedIn processes an upload of the file, of this run or of an earlier one. */
export function processingOf(plan: FaultPlan, file: number): { processingMs: number; lagMs: number } {
  const isPicture = plan.files[file]?.form === 'picture';
  const isSynchronous = plan.api === 'assets' && plan.imageUpload === 'synchronous' && isPicture;
  return {
    processingMs: isSynchronous ? 0 : plan.processingMs,
    lagMs: plan.api === 'media' && isPicture ? lagOf(plan) : 0,
  };
}

/** How late LinkedIn shows an upload. */
export function lagOf({ processingMs }: FaultPlan): number {
  return Math.min(Math.floor(processingMs / 3), 20_000);
}

/** How a file of the plan ends if nothing goes wrong, and how many registrations that takes. */
export interface Course {
  readonly state: OutcomeState;
  readonly registrations: number;
}

export function undisturbed(plan: FaultPlan, file: number): Course {
  const resumed = resumedState(plan, file);
  if (resumed !== null) return { state: resumed, registrations: 0 };
  const leftMs = waitMsOf(plan) - lostMsOf(plan, plan.files[file]?.earlier);
  const { processingMs } = processingOf(plan, file);
  const isSynchronous = plan.api === 'assets' && plan.imageUpload === 'synchronous';
  if (plan.waitMinutes === 0 && isSynchronous && plan.files[file]?.form === 'picture')
    return { state: 'available', registrations: 1 };
  const isInTime = plan.waitMinutes > 0 && processingMs <= leftMs;
  return { state: isInTime ? 'available' : 'processing', registrations: 1 };
}

export function waitMsOf({ waitMinutes }: FaultPlan): number {
  return waitMinutes * MINUTE_MS;
}

/** How long the run waits for an earlier upload that LinkedIn does not show. */
export function lostMsOf(plan: FaultPlan, earlier: EarlierUpload | undefined): number {
  const mayComeLate =
    earlier !== undefined && isRecent(earlier) && ['empty', 'missing'].includes(earlier.asset);
  return mayComeLate ? Math.min(STUCK_MS, waitMsOf(plan) / 2) : 0;
}

/** Null if the file is sent in this run. */
function resumedState(plan: FaultPlan, file: number): OutcomeState | null {
  const earlier = plan.files[file]?.earlier;
  if (earlier === undefined || earlier.entry === 'registered') return null;
  if (earlier.entry === 'checked-today') return 'reused';
  if (earlier.asset !== 'held' && earlier.asset !== 'endless') return null;
  const { processingMs, lagMs } = processingOf(plan, file);
  const { agoMs } = entryKind(earlier);
  // The only read comes before LinkedIn shows the upload.
  if (plan.waitMinutes === 0 && agoMs < lagMs) return null;
  const isInTime = processingMs - agoMs <= waitMsOf(plan);
  return earlier.asset === 'held' && isInTime ? 'reused' : 'processing';
}

/** One fault that can be mended, or two of those that need no other registration. */
export function isToSurvive(plan: FaultPlan, file: number, faults: readonly PlannedFault[]): boolean {
  if (!faults.every((fault) => mends(plan, file, fault))) return false;
  return faults.length <= 1 || (faults.length === 2 && faults.every(isPassing));
}

function mends(plan: FaultPlan, file: number, fault: PlannedFault): boolean {
  const { kind, on, nth } = fault;
  if (!kindOf(kind).mends.includes(on)) return false;
  // What is not waited for is not seen to be missing.
  if (plan.waitMinutes === 0) return !isLie(fault);
  if (on !== 'status') return true;
  // A read that finds nothing is for the first moments of its file, and a wait of a minute is over after one silence.
  return plan.waitMinutes >= 5 && (kind !== '404' || (nth === 1 && fault.file === file));
}

/** Kinds after which the same call is simply made again. */
function isPassing({ kind, on }: PlannedFault): boolean {
  const { spoil } = kindOf(kind);
  // Of an upload, a conflict says that its address is dead.
  if (kind === '409') return on !== 'upload';
  return spoil.how === 'break' || /^(5|429-(bare|zero|soon|seconds|date|garbage|echo)|408)/.test(kind);
}

/** One fault for which no file may be registered anew: the same call is made again, or found to have been heard. */
export function isToKeepSession(plan: FaultPlan, file: number, fault: PlannedFault): boolean {
  const { kind, on, isApplied } = fault;
  const { spoil } = kindOf(kind);
  if (!isPassing(fault) && spoil.how !== 'hang') return false;
  if (on !== 'upload') return true;
  const { form, beside } = plan.files[file] ?? { form: 'film', beside: [] };
  // What was taken whole and refused all the same is refused again; what lies beside a video cannot be asked for.
  if (beside.length > 0 || (form !== 'film' && isApplied && spoil.how === 'answer')) return false;
  // The Images API shows a moment late what it holds.
  return form !== 'picture' || plan.api === 'assets' || plan.processingMs === 0;
}

const LYING = ['html-200', 'refusal-in-200', 'echo-in-200', 'empty-200', 'empty-204'];

/** LinkedIn said that it has what it does not have, or lost it since. */
export function isLie({ kind, on, isApplied }: Pick<PlannedFault, 'kind' | 'on' | 'isApplied'>): boolean {
  if (on !== 'upload' && on !== 'complete') return false;
  return kind === 'vanished' || (!isApplied && LYING.includes(kind));
}

const TRUE_FOR_ALL = [
  ...['401', '401-restricted', '401-echo', '426', '429-day'],
  ...['bad-certificate', 'proxy-denied'],
];

/** Whether one answer of this kind ends the run. */
export function isTrueForAll(kind: string): boolean {
  return TRUE_FOR_ALL.includes(kind);
}

const UPLOADED: readonly (OutcomeState | null)[] = ['available', 'processing', 'unverified'];

/** Ended as something that users may build on: LinkedIn holds the whole file. */
export function claimsUpload({ state }: FileState): boolean {
  return UPLOADED.includes(state);
}
