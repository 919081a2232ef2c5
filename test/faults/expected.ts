// How a file would end if nothing went wrong, and which faults a file is to survive.

import type { Entry, State } from '../../src/publish/entry.ts';
import type { FaultPlan, PlannedFault } from './fault-plan.ts';
import { kindOf } from './kinds.ts';

const MINUTE_MS = 60_000;

export function undisturbed(plan: FaultPlan, file: number): State {
  const isSynchronous =
    plan.api === 'assets' && plan.imageUpload === 'synchronous' && plan.files[file]?.form === 'picture';
  const processingMs = isSynchronous ? 0 : plan.processingMs;
  if (plan.waitMinutes === 0) return isSynchronous ? 'available' : 'processing';
  return processingMs <= plan.waitMinutes * MINUTE_MS ? 'available' : 'processing';
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
  return spoil.how === 'break' || /^(5|429-(bare|zero|seconds|date|garbage|echo)|408)/.test(kind);
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

const UPLOADED: readonly (State | null)[] = ['available', 'processing', 'unverified'];

/** Ended as something that users may build on: LinkedIn holds the whole file. */
export function claimsUpload({ state }: Entry): boolean {
  return UPLOADED.includes(state);
}
