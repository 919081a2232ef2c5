// Builds the report of a run as data: totals, annotations, a headline. Without side effects, at any moment.

import type { ErrorCode } from '../error-codes.ts';
import { ERROR_CODES } from '../error-codes.ts';
import { type ActionError, inputErrorsIn, toActionError } from '../errors.ts';
import { pluralize } from '../format.ts';
import type { Mode } from '../inputs/shared-inputs.ts';
import type { FailOn } from '../inputs/upload-schema.ts';
import type { Shard } from '../media/find/shards.ts';
import type { Subject } from '../problem.ts';
import type { Ledger, RequestCounts } from '../upload/ledger.ts';
import { hasCacheHit } from '../upload/plan.ts';
import { escapeForLog } from './log/logger.ts';
import type { SearchWarning } from './log/search-report.ts';
import type { ResultRow } from './uploads/result-row.ts';
import { iterateRows } from './uploads/rows.ts';
import {
  type Allowance,
  countTotals,
  EMPTY_TOTALS,
  formatDeferral,
  formatHeadline,
  type Totals,
} from './uploads/totals.ts';

/** A warning about one file, as a sentence without its subject. */
export interface FileWarning {
  readonly file: string;
  readonly text: string;
}

/** An error of one input, one file or the whole run, with a hint. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
}

export interface Report {
  readonly mode: Mode;
  readonly rows: readonly ResultRow[];
  readonly totals: Totals;
  /** The errors of the whole run come first, then one annotation per failed file, in file order. */
  readonly annotations: readonly Annotation[];
  readonly headline: string;
  /** The URN of the owner; null in a run that failed before planning. */
  readonly owner: string | null;
  /** Why files are left for another day; null without such files. */
  readonly deferral: string | null;
  readonly failed: boolean;
  readonly requests: RequestCounts;
  readonly durationMs: number;
  /** The warnings of the file search. */
  readonly searchWarnings: readonly SearchWarning[];
  /** The warnings about single files. */
  readonly fileWarnings: readonly FileWarning[];
  /** The path of the manifest, which may not exist yet; null without one. */
  readonly manifestFile: string | null;
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
  readonly plan: { readonly api: ResultRow['api']; readonly owner?: string };
  readonly allowance?: Allowance | null;
  /** An estimate, for a token that LinkedIn has not described. */
  readonly tokenDaysLeft?: number | null;
}

const RUN_ERRORS = new Set<ErrorCode>(['INTERNAL', 'MANIFEST_WRITE', 'BRANCH_PROTECTED']);

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildReport(ledger: Ledger, settings: RunSettings, abortReason: ActionError | null): Report {
  const { mode, failOn, plan } = settings;
  // A run that was stopped may also fail to write its manifest.
  const runErrors = [...new Set([ledger.stopReason, ledger.runError])].filter((error) => error !== null);
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const rows = [...iterateRows(ledger, plan.api)];
  const totals = countTotals(rows, ledger.entries);
  const cached = ledger.entries.filter(({ state, planned }) => state === 'planned' && hasCacheHit(planned));
  // A bug or a failed manifest write is an error that belongs to no file, so `fail-on` does not apply.
  const isRunError = ledger.runError !== null || runErrors.some(({ code }) => RUN_ERRORS.has(code));
  return {
    mode,
    rows,
    totals,
    annotations: buildAnnotations(rows, [
      ...(abortReason === null ? [] : [isCancelled ? CANCELLED : toAnnotation(abortReason)]),
      ...runErrors.map(toAnnotation),
    ]),
    headline: formatHeadline(rows, totals, {
      mode,
      isCancelled,
      shard: settings.shard ?? null,
      cached: cached.length,
    }),
    owner: plan.owner ?? null,
    deferral: formatDeferral(totals.deferred, settings.allowance ?? null),
    failed: abortReason !== null || isRunError || filesFail(failOn, totals),
    requests: ledger.requests,
    durationMs: ledger.elapsedMs,
    searchWarnings: settings.searchWarnings ?? [],
    fileWarnings: ledger.entries.flatMap(({ planned: { file, warnings } }) =>
      warnings.map((text) => ({ file: file.path, text })),
    ),
    manifestFile: settings.manifest ?? null,
    tokenDaysLeft: ledger.tokenInfo?.daysLeft ?? settings.tokenDaysLeft ?? null,
  };
}

function filesFail(failOn: FailOn, { files, failed, deferred }: Totals): boolean {
  if (failOn === 'never' || failed === 0) return false;
  return failOn === 'any' || failed === files - deferred;
}

/** Annotations and headline of a run that failed before planning. */
export function describeFailure(thrown: unknown): Pick<Report, 'annotations' | 'headline'> {
  const inputErrors = inputErrorsIn(thrown);
  if (inputErrors !== null)
    return {
      annotations: inputErrors.map(toAnnotation),
      headline: `Nothing was sent: ${pluralize(inputErrors.length, 'input')} to correct`,
    };
  const error = toActionError(thrown);
  const headline = error.code === 'RUN_CANCELLED' ? 'Cancelled. Nothing was sent' : 'The run failed';
  return { annotations: [toAnnotation(error)], headline };
}

/**
 * The report of a run that failed before planning. `manifest` is the path of the manifest; it is dropped if it caused
 * the failure.
 */
export function buildFailureReport(thrown: unknown, manifest: string | null = null): Report {
  const inputErrors = inputErrorsIn(thrown);
  return {
    ...describeFailure(thrown),
    mode: 'publish',
    rows: [],
    totals: EMPTY_TOTALS,
    owner: null,
    deferral: null,
    failed: true,
    requests: { calls: 0, uploads: 0 },
    durationMs: 0,
    searchWarnings: [],
    fileWarnings: [],
    manifestFile: inputErrors?.some(({ input }) => input === 'manifest') ? null : manifest,
    tokenDaysLeft: null,
  };
}

/** Puts the file name in front of the message, unless the message starts with it already. */
export function withFileName(file: string, message: string): string {
  return withoutFileName(file, message) === message ? `${file}: ${message}` : message;
}

/** Removes the file name from the start of the message. */
export function withoutFileName(file: string, message: string): string {
  const lead = [`${file} `, `${file}: `].find((start) => message.startsWith(start)) ?? '';
  return message.slice(lead.length);
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

export const CANCELLED: Annotation = {
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

/** The annotation of an input error has the name of the input as its title. */
export function toAnnotation({ code, subject, message, hint }: ActionError): Annotation {
  return { title: titleOf(subject) ?? code, message, hint };
}

function titleOf(subject: Subject): string | null {
  if (subject === 'run' || 'file' in subject) return null;
  return 'input' in subject ? `input ${subject.input}` : `variable ${subject.variable}`;
}
