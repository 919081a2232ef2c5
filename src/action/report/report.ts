// Builds the report of a run as data: totals, annotations, a headline. Without side effects, at any moment.

import type { ErrorCode } from '../../error-codes.ts';
import { ERROR_CODES } from '../../error-codes.ts';
import { type ActionError, EnvironmentVariableError, type InputError, toActionError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { FileState } from '../../publish/file-state.ts';
import type { Ledger, RequestCounts } from '../../publish/ledger.ts';
import { hasCacheHit } from '../../publish/plan.ts';
import type { FailOn, Mode } from '../inputs/definitions.ts';
import { toInputErrors } from '../inputs/input-reader.ts';
import { escapeForLog } from '../log/logger.ts';
import type { SearchWarning } from '../log/search-report.ts';
import { buildReadyPosts, buildRows, isSuccess, type ResultRow } from './rows.ts';
import { buildSpans, type Span } from './timeline.ts';

/** An error of one input, one file or the whole run, with a hint. */
export interface Annotation {
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
  /** Left for another day by `max-calls`. */
  readonly deferred: number;
  readonly bytesSent: number;
}

export interface Report {
  readonly mode: Mode;
  readonly rows: readonly ResultRow[];
  /** The time span of each row's file, at the same index; null if it was never started. */
  readonly spans: readonly (Span | null)[];
  readonly totals: Totals;
  /** The error that stopped the run comes first, then one annotation per failed file, in file order. */
  readonly annotations: readonly Annotation[];
  readonly headline: string;
  readonly failed: boolean;
  readonly requests: RequestCounts;
  readonly durationMs: number;
  /** The warnings of the file search. */
  readonly searchWarnings: readonly SearchWarning[];
  /** The path of the manifest, which may not exist yet; null without one. */
  readonly manifestFile: string | null;
  /** Ready bodies for the Posts API. */
  readonly posts: ReturnType<typeof buildReadyPosts>;
  /** Whole days until the access token expires; null if unknown. */
  readonly tokenDaysLeft: number | null;
}

/** The settings that a report depends on. */
interface RunSettings {
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly manifest?: string | null;
  readonly shard?: Shard | null;
  readonly searchWarnings?: readonly SearchWarning[];
  readonly plan: { readonly api: string };
}

const RUN_ERRORS = new Set<ErrorCode>(['INTERNAL', 'MANIFEST_WRITE', 'BRANCH_PROTECTED']);

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildReport(ledger: Ledger, settings: RunSettings, abortReason: ActionError | null): Report {
  const { mode, failOn, plan } = settings;
  const { stopReason } = ledger;
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const rows = buildRows(ledger, plan.api);
  const totals = countTotals(rows, ledger.entries);
  // A bug or a failed manifest write is an error of no file, so `fail-on` does not apply.
  const isRunError = stopReason !== null && RUN_ERRORS.has(stopReason.code);
  const { files, failed, deferred } = totals;
  const failsOn = { any: failed > 0, all: failed > 0 && failed === files - deferred, never: false };
  return {
    mode,
    rows,
    spans: buildSpans(ledger),
    totals,
    annotations: buildAnnotations(rows, [
      ...(abortReason === null ? [] : [isCancelled ? CANCELLED : toAnnotation(abortReason)]),
      ...(stopReason === null ? [] : [toAnnotation(stopReason)]),
    ]),
    headline: formatHeadline(rows, totals, {
      mode,
      isCancelled,
      shard: settings.shard ?? null,
      known: ledger.entries.filter(({ state, planned }) => state === 'planned' && hasCacheHit(planned))
        .length,
    }),
    failed: abortReason !== null || isRunError || failsOn[failOn],
    requests: ledger.requests,
    durationMs: ledger.elapsedMs,
    searchWarnings: settings.searchWarnings ?? [],
    manifestFile: settings.manifest ?? null,
    posts: buildReadyPosts(ledger, rows),
    tokenDaysLeft: ledger.tokenInfo?.daysLeft ?? null,
  };
}

const EMPTY_TOTALS: Totals = {
  files: 0,
  uploaded: 0,
  reused: 0,
  planned: 0,
  failed: 0,
  deferred: 0,
  bytesSent: 0,
};

/**
 * The report of a run that failed before planning. `manifest` is the path of the manifest; it is dropped if it caused
 * the failure.
 */
export function buildFailureReport(thrown: unknown, manifest: string | null = null): Report {
  const inputErrors = toInputErrors(thrown);
  const error = toActionError(thrown);
  const headline = error.code === 'RUN_CANCELLED' ? 'Cancelled. Nothing was sent' : 'The run failed';
  return {
    mode: 'publish',
    rows: [],
    spans: [],
    totals: EMPTY_TOTALS,
    annotations: inputErrors === null ? [toAnnotation(error)] : inputErrors.map(inputAnnotation),
    headline:
      inputErrors === null
        ? headline
        : `Nothing was sent: ${pluralize(inputErrors.length, 'input')} to correct`,
    failed: true,
    requests: { calls: 0, uploads: 0 },
    durationMs: 0,
    searchWarnings: [],
    manifestFile: inputErrors?.some(({ input }) => input === 'manifest') ? null : manifest,
    posts: () => [],
    tokenDaysLeft: null,
  };
}

/** Puts the file name in front of the message, unless the message starts with it already. */
export function withFileName(file: string, message: string): string {
  return withoutFileName(file, message) === message ? `${file}: ${message}` : message;
}

/** Removes the file name from the start of the message. */
export function withoutFileName(file: string, message: string): string {
  return message.startsWith(`${file} `) ? message.slice(file.length + 1) : message;
}

// The runner cuts an annotation at 4,096 characters. Masking, which comes first, may lengthen it.
const MAX_ANNOTATION_CHARS = 4000;

/** Like `withHint`, but shortens the message to the runner's limit, so that the hint at the end is not cut. */
export function formatAnnotation({ message, hint }: Pick<Annotation, 'message' | 'hint'>): string {
  const room = MAX_ANNOTATION_CHARS - hint.length - 2;
  const text = escapeForLog(message);
  return withHint({ message: text.length > room ? `${text.slice(0, room - 1)}…` : text, hint });
}

/** The message and the hint as two sentences. Some messages end with a period already. */
export function withHint({ message, hint }: Pick<Annotation, 'message' | 'hint'>): string {
  return `${message}${/[.!?…]["”']?$/.test(message) ? '' : '.'} ${hint}`;
}

/** Each success counts once: as planned, uploaded in this run, or reused, even if it is not processed yet. */
function countTotals(rows: readonly ResultRow[], entries: readonly FileState[]): Totals {
  const successes = rows.filter(isSuccess);
  const [planned = 0, deferred = 0] = (['planned', 'deferred'] as const).map(
    (state) => successes.filter((row) => row.state === state).length,
  );
  const uploaded = successes.filter(
    ({ state, attempts }) => state !== 'reused' && state !== 'deferred' && attempts > 0,
  ).length;
  return {
    files: rows.length,
    uploaded,
    reused: successes.length - planned - deferred - uploaded,
    planned,
    failed: rows.length - successes.length,
    deferred,
    bytesSent: entries.reduce((sum, entry) => sum + entry.sentBytes, 0),
  };
}

interface HeadlineFacts {
  readonly mode: Mode;
  readonly isCancelled: boolean;
  readonly shard: Shard | null;
  /** The number of planned files that need no upload. */
  readonly known: number;
}

function formatHeadline(rows: readonly ResultRow[], totals: Totals, facts: HeadlineFacts): string {
  const { mode, isCancelled, shard, known } = facts;
  const lead = `${isCancelled ? 'Cancelled. ' : ''}${HEADLINE_PREFIXES[mode]}`;
  const place = shard === null ? 'found' : `in shard ${shard.index}/${shard.count}`;
  if (totals.files === 0) return `${lead}No files ${place}, nothing to do`;
  const isPlan = mode === 'plan';
  const reused = isPlan ? known : totals.reused;
  const parts = [isPlan ? `${totals.planned - known} can be uploaded` : `${totals.uploaded} uploaded`];
  if (reused > 0) parts.push(`${reused} reused`);
  if (totals.deferred > 0) parts.push(`${totals.deferred} deferred`);
  const skipped = rows.filter(({ state }) => state === 'skipped').length;
  const ofThem = skipped > 0 ? ` (${skipped} not started)` : '';
  if (totals.failed > 0) parts.push(`${totals.failed} ${isPlan ? 'rejected' : 'failed'}${ofThem}`);
  return `${lead}${parts.join(', ')} of ${pluralize(totals.files, 'file')}`;
}

const HEADLINE_PREFIXES: Record<Mode, string> = { publish: '', plan: 'Plan: ', simulate: 'Simulated: ' };

const CANCELLED: Annotation = {
  title: 'RUN_CANCELLED',
  message: 'the run was cancelled',
  hint: ERROR_CODES.RUN_CANCELLED.hint,
};

/** Errors of the whole run come first and once. They are not repeated for each file. */
function buildAnnotations(rows: readonly ResultRow[], runAnnotations: readonly Annotation[]): Annotation[] {
  const isReported = ({ title, message }: Annotation) =>
    title === 'RUN_STOPPED' ||
    runAnnotations.some((one) => one.title === title && (one === CANCELLED || message.endsWith(one.message)));
  const fileAnnotations = rows.flatMap(({ file, error }) => {
    if (error === undefined) return [];
    const { code, message, hint } = error;
    return [{ title: code, message: withFileName(file, message), hint, file }];
  });
  return [...runAnnotations, ...fileAnnotations.filter((annotation) => !isReported(annotation))];
}

/** A message that starts with `the` describes a part of the input, so it needs a lead-in. */
function inputAnnotation(error: InputError): Annotation {
  const { input, message, hint } = error;
  const text = message.startsWith('the ') ? `${input} cannot be used: ${message}` : `${input} ${message}`;
  return {
    title: `${error instanceof EnvironmentVariableError ? 'variable' : 'input'} ${input}`,
    message: text,
    hint,
  };
}

function toAnnotation({ code, message, hint }: ActionError): Annotation {
  return { title: code, message, hint };
}
