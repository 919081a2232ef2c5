// What the run comes to, as data: rows, totals, problems. Pure over the ledger, so it can be made at any moment.

import { type ActionError, asActionError, type Code, HINTS, InputError, InputFaults } from '../errors.ts';
import type { Entry, Ledger, Requests, Stage, State } from '../publish/ledger.ts';
import type { FailOn, Mode } from './inputs.ts';
import { count } from './units.ts';

/** One row of the output `results`. */
export interface Row {
  readonly file: string;
  readonly state: State;
  readonly kind?: 'image' | 'video';
  readonly mediaType?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  readonly frames?: number;
  readonly api: string;
  readonly recipe?: string;
  readonly assetUrn?: string;
  readonly mediaUrn?: string;
  readonly urnSource?: 'derived' | 'linkedin';
  readonly status?: string;
  readonly attempts: number;
  readonly durationMs: number;
  readonly abandonedUrns?: readonly string[];
  /** In every row that is no success, and only there. */
  readonly error?: { readonly code: Code; readonly message: string; readonly hint: string };
}

/** Something to act on: of one input, of one file, or of the whole run. */
export interface Problem {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
}

export interface Totals {
  readonly files: number;
  readonly uploaded: number;
  readonly reused: number;
  readonly planned: number;
  readonly failed: number;
  readonly bytesSent: number;
}

export interface Report {
  readonly mode: Mode;
  readonly rows: readonly Row[];
  readonly totals: Totals;
  /** What stopped the run first, then one a file, in file order. */
  readonly problems: readonly Problem[];
  readonly headline: string;
  readonly failed: boolean;
  readonly requests: Requests;
  readonly durationMs: number;
}

/** The settings that a report depends on. */
interface RunSettings {
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly plan: { readonly api: string };
}

export function buildReport(ledger: Ledger, settings: RunSettings, isCancelled: boolean): Report {
  const { mode, failOn, plan } = settings;
  const rows = rowsOf(ledger, plan.api);
  const totals = totalsOf(rows, ledger.entries);
  const stop = ledger.stopReason === null ? [] : [runProblem(ledger.stopReason)];
  return {
    mode,
    rows,
    totals,
    problems: [...stop, ...rows.flatMap(fileProblem)],
    headline: headlineOf(totals, mode, isCancelled),
    failed: isCancelled || failsBy(failOn, totals),
    requests: ledger.requests,
    durationMs: ledger.elapsedMs,
  };
}

const NOTHING: Totals = { files: 0, uploaded: 0, reused: 0, planned: 0, failed: 0, bytesSent: 0 };

/** One row a file, in file order, at any moment of the run. */
export function rowsOf(ledger: Ledger, api: string): Row[] {
  return ledger.entries.map((entry) => rowOf(entry, api));
}

/** The report of a run that found its inputs wrong, or itself. */
export function reportFailure(thrown: unknown): Report {
  const faults = faultsOf(thrown);
  const problems = faults === null ? [runProblem(asActionError(thrown))] : faults.map(inputProblem);
  const headline =
    faults === null
      ? 'The run failed before any file was sent'
      : `Nothing was sent: ${count(faults.length, 'input')} to correct`;
  return {
    mode: 'publish',
    rows: [],
    totals: NOTHING,
    problems,
    headline,
    failed: true,
    requests: { calls: 0, uploads: 0 },
    durationMs: 0,
  };
}

function faultsOf(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof InputError) return [thrown];
  return thrown instanceof InputFaults ? thrown.faults : null;
}

/** A success is a row without an error; what that means for each state was decided when it was settled. */
export function isSuccess(row: Row): boolean {
  return row.error === undefined;
}

/** The message with the file's name in front, once. */
export function tell(file: string, message: string): string {
  return message.startsWith(file) ? message : `${file}: ${message}`;
}

function rowOf(entry: Entry, api: string): Row {
  const { file, request } = entry.planned;
  const { identity } = entry;
  const media = file.media;
  return {
    file: file.path,
    // A report in the middle of the run shows files on their way as what LinkedIn has of them.
    state: entry.state ?? UNFINISHED[entry.stage],
    ...(media === null ? {} : { kind: media.kind, mediaType: media.mediaType }),
    bytes: file.sizeBytes,
    ...pick(media, ['sha256', 'width', 'height', 'durationSeconds', 'frames']),
    api,
    ...(request === null ? {} : { recipe: request.recipe }),
    ...pick(identity, ['assetUrn', 'mediaUrn', 'urnSource']),
    ...(entry.status === null ? {} : { status: entry.status }),
    attempts: entry.attempts,
    durationMs: Math.round(Math.max(0, (entry.endedMs ?? 0) - (entry.startedMs ?? entry.endedMs ?? 0))),
    ...(entry.abandonedUrns.length === 0 ? {} : { abandonedUrns: entry.abandonedUrns }),
    ...errorOf(entry),
  };
}

const UNFINISHED: Record<Stage, State> = {
  waiting: 'skipped',
  registering: 'failed',
  registered: 'failed',
  uploading: 'failed',
  uploaded: 'processing',
  settled: 'failed',
};

function errorOf({ error, state }: Entry): Pick<Row, 'error'> {
  if (state === null)
    return { error: { code: 'RUN_STOPPED', message: 'the run is not over', hint: HINTS.RUN_STOPPED } };
  return error === null ? {} : { error: { code: error.code, message: error.message, hint: error.hint } };
}

/** The `keys` of `from` that are set. */
function pick<T extends object, K extends keyof T>(from: T | null, keys: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from?.[key] !== undefined) picked[key] = from[key];
  return picked;
}

const UPLOADED: ReadonlySet<State> = new Set<State>(['available', 'unverified', 'processing']);

function totalsOf(rows: readonly Row[], entries: readonly Entry[]): Totals {
  const successes = rows.filter(isSuccess);
  return {
    files: rows.length,
    uploaded: successes.filter((row) => UPLOADED.has(row.state)).length,
    reused: successes.filter((row) => row.state === 'reused').length,
    planned: successes.filter((row) => row.state === 'planned').length,
    failed: rows.length - successes.length,
    bytesSent: entries.reduce((sum, entry) => sum + entry.sentBytes, 0),
  };
}

function failsBy(failOn: FailOn, { failed, files }: Totals): boolean {
  if (failOn === 'never') return false;
  return failOn === 'all' ? files > 0 && failed === files : failed > 0;
}

function headlineOf(totals: Totals, mode: Mode, isCancelled: boolean): string {
  if (totals.files === 0) return 'No files found, nothing to do';
  const done = mode === 'plan' ? `${totals.planned} can be uploaded` : `${totals.uploaded} uploaded`;
  const parts = [done, ...(totals.reused > 0 ? [`${totals.reused} reused`] : [])];
  const bad = mode === 'plan' ? 'refused' : 'failed';
  if (totals.failed > 0) parts.push(`${totals.failed} ${bad}`);
  const lead = { publish: '', plan: 'Plan: ', simulate: 'Simulated: ' }[mode];
  return `${isCancelled ? 'Cancelled. ' : ''}${lead}${parts.join(', ')} of ${count(totals.files, 'file')}`;
}

function fileProblem(row: Row): Problem[] {
  if (row.error === undefined || row.error.code === 'RUN_STOPPED') return [];
  const { code, message, hint } = row.error;
  return [{ title: code, message: tell(row.file, message), hint, file: row.file }];
}

function inputProblem(fault: InputError): Problem {
  return { title: `input ${fault.input}`, message: `${fault.input} ${fault.message}`, hint: fault.hint };
}

function runProblem(error: ActionError): Problem {
  return { title: error.code, message: error.message, hint: error.hint };
}
