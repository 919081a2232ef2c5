// Builds the report of a run of the post action as data: rows, totals, annotations, a headline. Without side effects.

import { type ActionError, FileError, InputError } from '../../errors/action-error.ts';
import { restOfProblem } from '../../errors/problem.ts';
import { formatFirst, pluralize } from '../../format.ts';
import type { AddressOf } from '../../github/run-page.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { PostInputs } from '../../inputs/read-post-inputs.ts';
import { postName } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostItem } from '../../post/post-state.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import {
  type Annotation,
  toAbortAnnotation,
  toAnnotation,
  toFileAnnotation,
  withHint,
} from '../log/logger.ts';
import { paragraphs, renderHint } from '../markdown.ts';
import type { OutputValues } from '../outputs.ts';
import { buildFailureReport, type Report } from '../report.ts';
import { errorBlocks, formatRequests } from '../summary.ts';
import { buildPostSections } from './post-page.ts';
import { buildPostRows, isPostSuccess, type PostRow } from './post-row.ts';
import { isOfStoppedRun, postHeadline, postState, skippedLines } from './post-wording.ts';
import { buildPreview, formatPosts } from './preview.ts';

export interface PostReport extends Report {
  readonly rows: readonly PostRow[];
}

interface RunFacts {
  readonly ledger: PostLedger;
  readonly mode: Mode;
  readonly requests: RequestCounts;
  readonly tokenDaysLeft: number | null;
  readonly addressOf: AddressOf;
  /** Why it is not known what earlier runs posted; null if it is known. */
  readonly memoryError: ActionError | null;
  readonly maxPosts: number;
  readonly approval: PostInputs['approval']['kind'];
  /** Sentences about patterns that matched nothing, and files that are not posts. */
  readonly remarks: readonly string[];
  /** An error that belongs to no post, such as a memory that could not be written. */
  readonly runErrors: readonly ActionError[];
}

const TITLE = 'LinkedIn posts';

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildPostReport(run: RunFacts, abortReason: ActionError | null): PostReport {
  const { mode, ledger, tokenDaysLeft, memoryError } = run;
  const { items, plan } = ledger;
  const rows = buildPostRows(ledger);
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const isMemoryUnknown = mode === 'plan' && memoryError !== null;
  const runErrors = [...run.runErrors, ...(ledger.stopReason === null ? [] : [ledger.stopReason])];
  const crowds = mode === 'plan' ? findCrowds(run, rows) : [];
  const limits = mode === 'plan' ? planLimits(run, rows) : [];
  const annotations = [
    ...(abortReason === null ? [] : [toAbortAnnotation(abortReason)]),
    ...runErrors.filter((error) => !isOfOnePost(error)).map(toAnnotation),
    ...postAnnotations(ledger, runErrors),
  ];
  return {
    title: TITLE,
    mode,
    headline: postHeadline(items.map(postState), {
      mode,
      isCancelled,
      isMemoryUnknown,
      excess: ledger.excess,
    }),
    failed:
      abortReason !== null ||
      runErrors.length > 0 ||
      rows.some((row) => !isPostSuccess(row) || row.error !== undefined),
    annotations,
    rows,
    outputs: postOutputs(rows, plan.nextAtMs, tokenDaysLeft),
    notices: crowds.map((text) => ({ title: 'input max-posts', text })),
    lines: [...skippedLines(items, true), ...limits],
    paths: {},
    owner: null,
    page: buildPostSections(items, { mode, embedsPictures: abortReason === null }),
    ...showPosts(run, annotations, [
      ...(isMemoryUnknown ? [MEMORY_UNKNOWN] : []),
      ...crowds,
      ...limits,
      ...run.remarks,
    ]),
  };
}

/** The posts in the summary and in the preview. `remarks` are about all of them. */
function showPosts(
  { ledger: { items, stopReason }, mode, requests, addressOf }: RunFacts,
  annotations: readonly Annotation[],
  remarks: readonly string[],
): Pick<Report, 'blocks' | 'preview'> {
  const isStopped = mode === 'plan' && stopReason !== null && !isOfOnePost(stopReason);
  const stops = isStopped ? [withHint(stopReason)] : [];
  const posts = items.length === 0 ? [] : formatPosts(items, { mode, addressOf, showsErrors: false });
  return {
    blocks: [
      ...errorBlocks(annotations, true),
      ...[...remarks, ...skippedLines(items, true)].map(renderHint),
      ...(posts.length === 0 ? [] : [paragraphs(posts)]),
      ...(requests.calls === 0 ? [] : [formatRequests(requests)]),
    ],
    // The preview has no table of errors. A plan skips no post.
    preview: buildPreview(items, [...stops, ...remarks, ...skippedLines(items, false)], {
      mode,
      addressOf,
      showsErrors: true,
    }),
  };
}

/** Where a later run may find more posts due than it may send. */
function findCrowds({ memoryError, maxPosts }: RunFacts, rows: readonly PostRow[]): string[] {
  const max = pluralize(maxPosts, 'post');
  const due = rows.filter(({ state }) => state === 'planned').length;
  const scheduled = rows.filter(({ state }) => state === 'scheduled');
  const crowds = [...Map.groupBy(scheduled, ({ at }) => at)].filter(([, { length }]) => length > maxPosts);
  return [
    ...(memoryError !== null && due > maxPosts
      ? [`A run that publishes and finds more than ${max} due sends nothing (\`max-posts\`).`]
      : []),
    ...crowds.map(
      ([at, { length }]) =>
        `${length} posts are due at ${at?.replace('.000', '')}, and a run that finds more than ${max} due sends nothing: raise \`max-posts\`, or change \`at\` so that a run starts between them.`,
    ),
  ];
}

/** The limits of a plan, and facts that its states do not show. */
function planLimits({ approval }: RunFacts, rows: readonly PostRow[]): string[] {
  if (rows.every(({ state }) => state !== 'planned')) return [];
  return [
    ...(rows.some(({ state }) => state === 'failed') ? [HELD_BACK] : []),
    ...(approval === 'none' ? [] : [`A plan does not check \`approval: ${approval}\`.`]),
  ];
}

const HELD_BACK = 'A run that publishes sends nothing while a post has an error.';

const MEMORY_UNKNOWN =
  'The memory of posts could not be read, so posts that earlier runs sent look new here. The log says why.';

/** The outputs without the paths of files. */
function postOutputs(rows: readonly PostRow[], nextAtMs: number | null, tokenDaysLeft: number | null) {
  const urns = rows.flatMap(({ id, state, urn }) =>
    (state === 'posted' || state === 'known') && urn !== undefined ? [[id, urn] as const] : [],
  );
  // If there are many posts, the next step hardly needs one that an earlier run sent.
  const first = rows.find(({ state }) => state === 'posted') ?? (rows.length === 1 ? rows[0] : undefined);
  const count = (wanted: PostRow['state']) => rows.filter(({ state }) => state === wanted).length;
  return {
    'post-urn': first?.urn ?? '',
    'post-url': first?.url ?? '',
    'comment-urn': first?.commentUrn ?? '',
    urns: new Map(urns),
    results: rows,
    'posted-count': count('posted'),
    'known-count': count('known'),
    'waiting-count': count('scheduled'),
    'failed-count': rows.filter((row) => !isPostSuccess(row)).length,
    'next-at': nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}

export function buildPostFailureReport(thrown: unknown): Report {
  const outputs = postOutputs([], null, null);
  const report = buildFailureReport(thrown, { title: TITLE, outputs });
  // A comment on a pull request says why there is nothing to preview.
  const remarks = [`${report.headline}.`, ...report.annotations.map(withHint)];
  const options = { mode: report.mode, addressOf: () => null, showsErrors: true };
  return { ...report, preview: buildPreview([], remarks, options) };
}

/** Such an error is annotated with its post. */
function isOfOnePost(error: ActionError): boolean {
  return typeof error.subject === 'object' && 'file' in error.subject;
}

/** Reports once what happened to several posts for one reason. Mistakes in post files are annotated at their lines. */
function postAnnotations({ items }: PostLedger, runErrors: readonly ActionError[]): Annotation[] {
  const reported = new Set(runErrors.filter((error) => !isOfOnePost(error)).map(({ reason }) => reason));
  const found = items.flatMap((item) =>
    item.errors
      .filter((error) => !isOfStoppedRun(error) && !reported.has(error.reason))
      .map((error) => ({ item, error })),
  );
  const groups = Map.groupBy(found, ({ item, error }) =>
    item.planned.state === 'failed' || error instanceof FileError ? error : error.reason,
  );
  return [...groups.values()].flatMap((group) =>
    group.length > 1 ? annotatePosts(group) : group.map(annotatePost),
  );
}

interface ItemError {
  readonly item: PostItem;
  readonly error: ActionError;
}

function annotatePosts(group: readonly ItemError[]): Annotation[] {
  const [first] = group;
  if (first === undefined) return [];
  const { code, problem, hint } = first.error;
  const names = group.map(({ item }) => postName(item.planned.written));
  const message = `${group.length} posts (${formatFirst(names, MAX_NAMES)}): ${problem}`;
  return [{ title: code, message, hint }];
}

/** The most posts that a message names. */
const MAX_NAMES = 3;

function annotatePost({ item, error }: ItemError): Annotation {
  const { written } = item.planned;
  if (error instanceof InputError) return toAnnotation(error);
  if (written.file !== null) return toFileAnnotation(error, written.file);
  const name = postName(written);
  return { ...toAnnotation(error), message: name + restOfProblem(name, error) };
}
