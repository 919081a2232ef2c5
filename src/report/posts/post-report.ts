// Builds the report of a run of the post action as data: rows, totals, annotations, a headline. Without side effects.

import { type ActionError, InputError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/shared-inputs.ts';
import type { MediaFile } from '../../media/media-file.ts';
import { postName } from '../../post/file/post.ts';
import { mediaFilesOf, type PostFile } from '../../post/file/post-file.ts';
import { formatProblemIn, restOfProblem } from '../../problem.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import { type Annotation, CANCELLED, toAnnotation, toFileAnnotation } from '../annotation.ts';
import { type Block, list } from '../blocks.ts';
import { errorBlocks } from '../message-tables.ts';
import { buildFailureReport, type Report } from '../report.ts';
import { postOutputs } from './post-outputs.ts';
import { buildPostSections } from './post-page.ts';
import type { PostRow } from './post-row.ts';
import { buildPostRows, isPostSuccess, type PostRunState, warningsOf } from './post-rows.ts';
import { countTotals, formatHeadline, type PostTotals } from './post-totals.ts';
import { buildPreview, formatPosts, isBrief, type PreviewedPost } from './preview.ts';

export interface PostReport extends Report {
  readonly rows: readonly PostRow[];
  readonly totals: PostTotals;
  /** The posts as they will look. */
  readonly previews: readonly PreviewedPost[];
}

interface RunFacts extends PostRunState {
  readonly mode: Mode;
  readonly requests: RequestCounts;
  readonly tokenDaysLeft: number | null;
  /** Path of a file → its address on GitHub. */
  readonly addresses?: ReadonlyMap<string, string>;
  /** An error that belongs to no post, such as a memory that could not be written. */
  readonly runErrors: readonly ActionError[];
}

const TITLE = 'LinkedIn posts';

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildPostReport(run: RunFacts, abortReason: ActionError | null): PostReport {
  const { mode, ledger, requests, tokenDaysLeft } = run;
  const rows = buildPostRows(run);
  const totals = countTotals(rows);
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const runErrors = [...run.runErrors, ...(ledger.stopReason === null ? [] : [ledger.stopReason])];
  const { nextAtMs } = ledger.plan;
  const nextAt = nextAtMs === null ? null : new Date(nextAtMs).toISOString();
  const previews = buildPreviews(run);
  const annotations = [
    ...(abortReason === null ? [] : [isCancelled ? CANCELLED : toAnnotation(abortReason)]),
    ...runErrors.filter((error) => !isOfOnePost(error)).map(toAnnotation),
    ...postAnnotations(run, runErrors),
  ];
  return {
    title: TITLE,
    mode,
    headline: formatHeadline(rows, totals, { mode, isCancelled }),
    failed:
      abortReason !== null ||
      runErrors.length > 0 ||
      rows.some((row) => !isPostSuccess(row) || row.error !== undefined),
    annotations,
    rows,
    totals,
    outputs: postOutputs({ rows, totals, nextAt, tokenDaysLeft }),
    notices: [],
    lines: [],
    paths: {},
    owner: null,
    blocks: [
      // Without `file`, each error has its own row: its message says where it is.
      ...errorBlocks(annotations.map(({ title, message, hint }) => ({ title, message, hint }))),
      ...sectionsOf(previews, requests),
    ],
    previews,
    preview: buildPreview(previews),
    page: (embedsPictures) => ({
      sections: buildPostSections(
        previews,
        run.ledger.items.map(({ planned }) => planned.written),
        embedsPictures,
      ),
    }),
  };
}

/** The report of a run that failed before its posts were planned. */
export function buildPostFailureReport(thrown: unknown): Report {
  const totals = countTotals([]);
  const outputs = postOutputs({ rows: [], totals, nextAt: null, tokenDaysLeft: null });
  // A comment on a pull request may say that there is nothing to preview.
  return { ...buildFailureReport(thrown, { title: TITLE, outputs }), preview: buildPreview([]) };
}

function sectionsOf(previews: readonly PreviewedPost[], { calls, uploads }: RequestCounts): Block[] {
  return [
    ...(previews.length === 0 ? [] : [list(formatPosts(previews))]),
    ...(calls === 0 ? [] : [`${pluralize(calls, 'API call')} and ${pluralize(uploads, 'upload')} (PUT).`]),
  ];
}

/** Such an error is annotated with its post. */
function isOfOnePost(error: ActionError): boolean {
  return typeof error.subject === 'object' && 'file' in error.subject;
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
  return !isOfOnePost(runError) && runError.reason === error.reason;
}

function annotatePost(error: ActionError, file: string | null, id: string): Annotation {
  if (error instanceof InputError) return toAnnotation(error);
  if (file !== null) return toFileAnnotation(error, file);
  const name = postName({ file, id });
  return { ...toAnnotation(error), message: name + restOfProblem(name, error) };
}

/** The pictures of the posts that are shown. */
export function shownPictures({ ledger }: PostRunState): string[] {
  const shown = ledger.items.filter(({ state }) => !isBrief(state ?? 'skipped'));
  return shown.flatMap(({ planned }) => picturesOf(planned.written).map(({ path }) => path));
}

function picturesOf(written: PostFile): MediaFile[] {
  return mediaFilesOf(written).filter(({ media }) => media?.kind === 'image');
}

/** Posts of the sandbox are not on LinkedIn, so there is nothing to link to. */
function buildPreviews({ ledger, mode, addresses = new Map() }: RunFacts): PreviewedPost[] {
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
      ...errors.map((error) => `${error.code}: ${formatProblemIn(postName(planned.written), error)}`),
      ...facts,
      ...warningsOf(item).map(({ text, line }) => `warning${line === null ? '' : `, line ${line}`}: ${text}`),
    ];
    const linked = isSimulated ? null : urn;
    const pictures = picturesOf(planned.written).flatMap(({ path: file, media: found }) => {
      const url = addresses.get(file);
      const alt = media.find((one) => one.file === file)?.alt ?? null;
      return url === undefined ? [] : [{ file, url, alt, width: found?.width ?? null }];
    });
    return { name: postName(planned.written), state, reasons, urn: linked, post, media, pictures };
  });
}
