// Builds the report of a run of the post action as data: rows, totals, annotations, a headline. Without side effects.

import type { ActionError } from '../../errors/action-error.ts';
import type { AddressOf } from '../../github/run-page.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { PostInputs } from '../../inputs/read-post-inputs.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import { renderHint } from '../markdown.ts';
import type { OutputValues } from '../outputs.ts';
import { buildFailureReport, type Report, summarizeRun } from '../report.ts';
import { errorBlocks, formatRequests } from '../summary.ts';
import { buildPostPage, postBlocks } from './post-page.ts';
import { buildPostRows, type PostRow } from './post-row.ts';
import { isGoingOut, isPostSuccess, type PostView, postVerdict, viewPost } from './post-view.ts';

interface RunFacts {
  readonly ledger: PostLedger;
  readonly mode: Mode;
  readonly requests: RequestCounts;
  readonly tokenDaysLeft: number | null;
  readonly addressOf: AddressOf;
  /** Why it is not known what earlier runs posted; null if it is known. */
  readonly memoryError: ActionError | null;
  readonly maxPosts: number;
  readonly approval: PostInputs['approval'];
  /** Sentences about patterns that matched nothing, and files that are not posts. */
  readonly remarks: readonly string[];
  /** An error that belongs to no post, such as a memory that could not be written. */
  readonly runErrors: readonly ActionError[];
}

const TITLE = 'LinkedIn posts';

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildPostReport(run: RunFacts, abortReason: ActionError | null): Report {
  const { mode, ledger, memoryError, addressOf, requests } = run;
  const { items, plan } = ledger;
  const rows = buildPostRows(ledger);
  const isHeldBack = rows.some(({ state }) => state === 'failed') || ledger.stopReason !== null;
  const views = items.map((item) => viewPost(item, mode, isHeldBack));
  const isMemoryUnknown = mode === 'plan' && memoryError !== null;
  const runErrors = [abortReason, ...run.runErrors, ledger.stopReason].filter((error) => error !== null);
  const crowds = mode === 'plan' ? findCrowds(run, views) : [];
  const isUnchecked =
    mode === 'plan' && run.approval !== 'none' && rows.some(({ state }) => state === 'planned');
  const lines = isUnchecked ? [`A plan does not check \`approval: ${run.approval}\`.`] : [];
  const remarks = [...(isMemoryUnknown ? [MEMORY_UNKNOWN] : []), ...crowds, ...lines, ...run.remarks];
  const summarized = summarizeRun(views, {
    mode,
    verdict: postVerdict(views, mode, isHeldBack),
    errors: runErrors.filter((error) => !isOfOnePost(error)),
  });
  return {
    ...summarized,
    title: TITLE,
    failed: runErrors.length > 0 || views.some(({ isGood, errors }) => !isGood || errors.length > 0),
    rows,
    outputs: postOutputs(rows, plan.nextAtMs, run.tokenDaysLeft),
    notices: crowds.map((text) => ({ title: 'input max-posts', text, isWarning: true })),
    lines,
    owner: null,
    blocks: [
      ...errorBlocks(summarized.annotations),
      ...remarks.map(renderHint),
      ...postBlocks(views, addressOf),
      ...(requests.calls === 0 ? [] : [formatRequests(requests)]),
    ],
    page: views.some(({ isHandled }) => isHandled) ? buildPostPage(views) : null,
  };
}

/** Posts of earlier runs look new then, so their number is not checked. */
function findCrowds({ memoryError, maxPosts }: RunFacts, views: readonly PostView[]): string[] {
  const due = views.filter(isGoingOut).length;
  if (memoryError === null || due <= maxPosts) return [];
  return [
    `${due} posts are due, and \`max-posts\` is ${maxPosts}. Before the first post of this owner, a run that publishes sends nothing then: raise \`max-posts\`, or keep posts back with \`draft: true\`.`,
  ];
}

const MEMORY_UNKNOWN =
  'The manifest could not be read, so posts that earlier runs sent look new here. The log says why.';

/** The outputs without the paths of files. */
function postOutputs(rows: readonly PostRow[], nextAtMs: number | null, tokenDaysLeft: number | null) {
  const urns = rows.flatMap(({ id, state, urn }) =>
    (state === 'posted' || state === 'edited' || state === 'known') && urn !== undefined
      ? [[id, urn] as const]
      : [],
  );
  // If there are many posts, the next step hardly needs one that an earlier run sent.
  const first =
    rows.find(({ state }) => state === 'posted') ??
    rows.find(({ state }) => state === 'edited') ??
    (rows.length === 1 ? rows.find(({ state }) => state === 'known') : undefined);
  const count = (wanted: PostRow['state']) => rows.filter(({ state }) => state === wanted).length;
  return {
    'post-urn': first?.urn ?? '',
    'post-url': first?.url ?? '',
    'comment-urn': first?.commentUrn ?? '',
    urns: new Map(urns),
    results: rows,
    'posted-count': count('posted'),
    'edited-count': count('edited'),
    'known-count': count('known'),
    'waiting-count': count('scheduled'),
    'failed-count': rows.filter((row) => !isPostSuccess(row.state)).length,
    // A comment on a pull request also says why there is nothing to preview.
    'preview-file': '',
    'next-at': nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}

export function buildPostFailureReport(thrown: unknown): Report {
  return buildFailureReport(thrown, { title: TITLE, outputs: postOutputs([], null, null) });
}

/** Such an error is annotated with its post. */
function isOfOnePost(error: ActionError): boolean {
  return typeof error.subject === 'object' && 'file' in error.subject;
}
