// Builds the report of a run of the post action as data: rows, totals, annotations, a headline. Without side effects.

import { type ActionError, InputError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/shared-inputs.ts';
import { postName } from '../../post/file/post.ts';
import { PostError } from '../../post/file/post-error.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import { type Annotation, CANCELLED, describeFailure, toAnnotation } from '../report.ts';
import { HEADLINE_PREFIXES } from '../uploads/totals.ts';
import type { PostRow } from './post-row.ts';
import { buildPostRows, isPostSuccess, type PostRunState, warningsOf } from './post-rows.ts';
import type { PreviewedPost } from './preview.ts';

interface PostTotals {
  readonly posted: number;
  readonly known: number;
  /** `scheduled`. */
  readonly waiting: number;
  readonly planned: number;
  /** `failed`, `skipped` and `unknown`. */
  readonly failed: number;
}

export interface PostReport {
  readonly mode: Mode;
  readonly rows: readonly PostRow[];
  readonly totals: PostTotals;
  /** The error that stopped the run comes first, then those of the posts, in their order. */
  readonly annotations: readonly Annotation[];
  readonly headline: string;
  readonly failed: boolean;
  /** When the next scheduled post is due, ISO 8601; null without one. */
  readonly nextAt: string | null;
  /** The posts as they will look. */
  readonly previews: readonly PreviewedPost[];
  readonly requests: RequestCounts;
  /** Whole days until the access token expires; null if unknown. */
  readonly tokenDaysLeft: number | null;
}

interface RunFacts extends PostRunState {
  readonly mode: Mode;
  readonly requests: RequestCounts;
  readonly tokenDaysLeft: number | null;
  /** An error that belongs to no post, such as a memory that could not be written. */
  readonly runErrors: readonly ActionError[];
}

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildPostReport(run: RunFacts, abortReason: ActionError | null): PostReport {
  const { mode, ledger, requests, tokenDaysLeft } = run;
  const rows = buildPostRows(run);
  const totals = countTotals(rows);
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const runErrors = [...run.runErrors, ...(ledger.stopReason === null ? [] : [ledger.stopReason])];
  const { nextAtMs } = ledger.plan;
  return {
    mode,
    rows,
    totals,
    annotations: [
      ...(abortReason === null ? [] : [isCancelled ? CANCELLED : toAnnotation(abortReason)]),
      ...runErrors.filter((error) => !isOfOnePost(error)).map(toAnnotation),
      ...postAnnotations(run, runErrors),
    ],
    headline: formatHeadline(rows, totals, { mode, isCancelled }),
    failed:
      abortReason !== null ||
      runErrors.length > 0 ||
      rows.some((row) => !isPostSuccess(row) || row.error !== undefined),
    nextAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
    previews: buildPreviews(run),
    requests,
    tokenDaysLeft,
  };
}

/** The report of a run that failed before its posts were planned. */
export function buildPostFailureReport(thrown: unknown): PostReport {
  return {
    ...describeFailure(thrown),
    mode: 'publish',
    rows: [],
    totals: { posted: 0, known: 0, waiting: 0, planned: 0, failed: 0 },
    failed: true,
    nextAt: null,
    previews: [],
    requests: { calls: 0, uploads: 0 },
    tokenDaysLeft: null,
  };
}

/** Such an error is annotated with its post. */
function isOfOnePost(error: ActionError): boolean {
  return error instanceof PostError;
}

function postAnnotations({ ledger }: PostRunState, runErrors: readonly ActionError[]): Annotation[] {
  return ledger.items.flatMap(({ planned, errors }) => {
    const { file, id } = planned.written;
    return errors
      .filter((error) => error.code !== 'RUN_STOPPED' && !runErrors.some((one) => isSame(one, error)))
      .map((error) => annotatePost(error, file, id));
  });
}

/** An error that stopped the run is annotated once. An error of a post is annotated at its line. */
function isSame(runError: ActionError, error: ActionError): boolean {
  if (isOfOnePost(runError)) return false;
  return runError.code === error.code && runError.message === error.message;
}

/** The place is in the text too: the log shows only the text. */
function annotatePost(error: ActionError, file: string | null, id: string): Annotation {
  const { code, message, hint } = error;
  if (error instanceof InputError) return toAnnotation(error);
  if (error instanceof PostError) {
    const text = `${error.file}, line ${error.line}: ${message}`;
    return { title: code, message: text, hint, file: error.file, line: error.line };
  }
  const name = postName({ file, id });
  const text = message.startsWith(`${name} `) ? message : `${name}: ${message}`;
  return { title: code, message: text, hint, ...(file !== null && { file }) };
}

function countTotals(rows: readonly PostRow[]): PostTotals {
  const count = (state: PostRow['state']) => rows.filter((row) => row.state === state).length;
  return {
    posted: count('posted'),
    known: count('known'),
    waiting: count('scheduled'),
    planned: count('planned'),
    failed: rows.filter((row) => !isPostSuccess(row)).length,
  };
}

/** In this order in the headline. */
const STATE_TEXTS = {
  posted: 'posted',
  planned: 'can be posted',
  known: 'posted earlier',
  scheduled: 'scheduled',
  draft: 'in draft',
  expired: 'expired',
  'other-owner': 'of other owners',
  unknown: 'unknown',
  failed: 'failed',
  skipped: 'not sent',
} as const satisfies Record<PostRow['state'], string>;

function formatHeadline(
  rows: readonly PostRow[],
  { posted }: PostTotals,
  { mode, isCancelled }: { readonly mode: Mode; readonly isCancelled: boolean },
): string {
  const lead = `${isCancelled ? 'Cancelled. ' : ''}${HEADLINE_PREFIXES[mode]}`;
  if (rows.length === 0) return `${lead}No posts found, nothing to do`;
  const states = Map.groupBy(rows, ({ state }) => state);
  const parts = Object.entries(STATE_TEXTS).flatMap(([state, text]) => {
    const number = states.get(state as PostRow['state'])?.length ?? 0;
    return number === 0 ? [] : [`${number} ${text}`];
  });
  if (posted === 0 && mode !== 'plan') parts.unshift('0 posted');
  return `${lead}${parts.join(', ')} of ${pluralize(rows.length, 'post')}`;
}

/** Posts of the sandbox are not on LinkedIn, so there is nothing to link to. */
function buildPreviews({ ledger, mode }: RunFacts): PreviewedPost[] {
  return ledger.items.map((item) => {
    const { reason, notice, errors, urn, planned } = item;
    const { post, media } = planned.written;
    const state = item.state ?? 'skipped';
    // The URN of a post that a person published is real.
    const isSimulated = mode === 'simulate' && state === 'posted' && urn !== null;
    const facts = [
      reason,
      notice === null ? null : `it ${notice}`,
      isSimulated ? `simulated as ${urn}, which is not on LinkedIn` : null,
    ].filter((text) => text !== null);
    const reasons = [
      ...errors.map(describeError),
      ...facts,
      ...warningsOf(item).map(({ text, line }) => `warning${line === null ? '' : `, line ${line}`}: ${text}`),
    ];
    const linked = isSimulated ? null : urn;
    return { name: postName(planned.written), state, reasons, urn: linked, post, media };
  });
}

function describeError(error: ActionError): string {
  const { code, message } = error;
  if (error instanceof PostError) return `${code}, line ${error.line}: ${message}`;
  return `${code}: ${message}`;
}
