// The outcome of a file without faults, and the faults despite which it must succeed.

import type { FileState, OutcomeState } from '../../src/publish/file-state.ts';
import { type EarlierUpload, entryKind, isRecent } from './earlier-uploads.ts';
import { kindOf } from './fault-kinds.ts';
import type { FaultSchedule, ScheduledFault } from './fault-schedule.ts';

const MINUTE_MS = 60_000;
const STUCK_MS = MINUTE_MS;

/** How LinkedIn processes an upload of the file, of this run or of an earlier one. */
export function processingOf(schedule: FaultSchedule, file: number): { processingMs: number; lagMs: number } {
  return {
    processingMs: isProcessedOnUpload(schedule, file) ? 0 : schedule.processingMs,
    lagMs: isShownLate(schedule, file) ? lagOf(schedule) : 0,
  };
}

/** Whether a 201 response to the upload means that LinkedIn has processed it, so that no status read follows. */
export function isProcessedOnUpload({ api, imageUpload, files }: FaultSchedule, file: number): boolean {
  return api === 'assets' && imageUpload === 'synchronous' && files[file]?.form === 'picture';
}

/** Whether LinkedIn shows the upload with a delay, as the APIs of whole files do. */
function isShownLate({ api, files }: FaultSchedule, file: number): boolean {
  const { form } = files[file] ?? {};
  return api === 'media' && (form === 'picture' || form === 'deck');
}

/** How late LinkedIn shows an upload. */
export function lagOf({ processingMs }: FaultSchedule): number {
  return Math.min(Math.floor(processingMs / 3), 20_000);
}

/** The outcome of a scheduled file without faults, and the number of registrations it takes. */
export interface ExpectedOutcome {
  readonly state: OutcomeState;
  readonly registrations: number;
}

export function outcomeWithoutFaults(schedule: FaultSchedule, file: number): ExpectedOutcome {
  const resumed = resumedState(schedule, file);
  if (resumed !== null) return { state: resumed, registrations: 0 };
  const leftMs = waitMsOf(schedule) - hiddenMsOf(schedule, schedule.files[file]?.earlier);
  const { processingMs } = processingOf(schedule, file);
  if (schedule.waitMinutes === 0 && isProcessedOnUpload(schedule, file))
    return { state: 'available', registrations: 1 };
  const isInTime = schedule.waitMinutes > 0 && processingMs <= leftMs;
  return { state: isInTime ? 'available' : 'processing', registrations: 1 };
}

export function waitMsOf({ waitMinutes }: FaultSchedule): number {
  return waitMinutes * MINUTE_MS;
}

/** How long the run waits for an earlier upload that LinkedIn does not show. */
export function hiddenMsOf(schedule: FaultSchedule, earlier: EarlierUpload | undefined): number {
  const mayComeLate =
    earlier !== undefined && isRecent(earlier) && ['empty', 'missing'].includes(earlier.asset);
  return mayComeLate ? Math.min(STUCK_MS, waitMsOf(schedule) / 2) : 0;
}

/** Null if the file is sent in this run. */
function resumedState(schedule: FaultSchedule, file: number): OutcomeState | null {
  const earlier = schedule.files[file]?.earlier;
  if (earlier === undefined || earlier.entry === 'registered') return null;
  if (earlier.entry === 'checked-today') return 'reused';
  if (earlier.asset !== 'held' && earlier.asset !== 'endless') return null;
  const { processingMs, lagMs } = processingOf(schedule, file);
  const { agoMs } = entryKind(earlier);
  // The only read comes before LinkedIn shows the upload.
  if (schedule.waitMinutes === 0 && agoMs < lagMs) return null;
  const isInTime = processingMs - agoMs <= waitMsOf(schedule);
  return earlier.asset === 'held' && isInTime ? 'reused' : 'processing';
}

/** One recoverable fault, or two after which the same call is made again. */
export function mustSucceed(
  schedule: FaultSchedule,
  file: number,
  faults: readonly ScheduledFault[],
): boolean {
  if (!faults.every((fault) => isRecoverable(schedule, file, fault))) return false;
  return faults.length <= 1 || (faults.length === 2 && faults.every(isRetried));
}

function isRecoverable(schedule: FaultSchedule, file: number, fault: ScheduledFault): boolean {
  const { kind, on, nth } = fault;
  if (!kindOf(kind).recoverableOn.includes(on)) return false;
  // Without a wait, no status read shows that the upload is missing.
  if (schedule.waitMinutes === 0) return !isFalseConfirmation(fault);
  if (on !== 'status') return true;
  // A 404 is only expected right after the upload, and a single unanswered read uses up a wait of one minute.
  return schedule.waitMinutes >= 5 && (kind !== '404' || (nth === 1 && fault.file === file));
}

/** With one slot for status reads, an unanswered read of one file uses up a wait of one minute of another one. */
export function mayUseUpWait({ concurrency, waitMinutes, faults }: FaultSchedule): boolean {
  const isUnanswered = ({ on, kind }: ScheduledFault) =>
    on === 'status' && kindOf(kind).effect.how === 'hang';
  return concurrency === 1 && waitMinutes === 1 && faults.some(isUnanswered);
}

/** After these faults the same call is made again. */
function isRetried({ kind, on }: ScheduledFault): boolean {
  const { effect } = kindOf(kind);
  // A conflict on an upload means that its URL is no longer valid.
  if (kind === '409') return on !== 'upload';
  return effect.how === 'break' || /^(5|429-(bare|zero|soon|seconds|date|garbage|echo)|408)/.test(kind);
}

/** After such a fault, no file is registered again: the call is repeated, or a status read shows that it succeeded. */
export function mustKeepSession(schedule: FaultSchedule, file: number, fault: ScheduledFault): boolean {
  const { kind, on, isApplied } = fault;
  const { effect } = kindOf(kind);
  if (!isRetried(fault) && effect.how !== 'hang') return false;
  if (on !== 'upload') return true;
  const { form, sidecars } = schedule.files[file] ?? { form: 'film', sidecars: [] };
  // LinkedIn rejects bytes again that it has stored despite an error response. The state of sidecars cannot be read.
  if (sidecars.length > 0 || (form !== 'film' && isApplied && effect.how === 'answer')) return false;
  return !isShownLate(schedule, file) || schedule.processingMs === 0;
}

const FALSE_CONFIRMATIONS = ['html-200', 'refusal-in-200', 'echo-in-200', 'empty-200', 'empty-204'];

/** LinkedIn confirmed bytes that it does not have, or lost them later. */
export function isFalseConfirmation({
  kind,
  on,
  isApplied,
}: Pick<ScheduledFault, 'kind' | 'on' | 'isApplied'>): boolean {
  if (on !== 'upload' && on !== 'complete') return false;
  return kind === 'vanished' || (!isApplied && FALSE_CONFIRMATIONS.includes(kind));
}

const STOPPING_KINDS = [
  ...['401', '401-restricted', '401-echo', '426', '429-day'],
  ...['bad-certificate', 'proxy-denied'],
];

/** Whether one response of this kind stops the run. */
export function stopsRun(kind: string): boolean {
  return STOPPING_KINDS.includes(kind);
}

const UPLOADED: readonly (OutcomeState | null)[] = ['available', 'processing', 'unverified'];

/** Whether the state tells users that LinkedIn has the whole file. */
export function claimsUpload({ state }: FileState): boolean {
  return UPLOADED.includes(state);
}
