// The texts about posts in log, summary, preview and page: the headline, and the reasons, errors and warnings of each. Pure.

import { type ActionError, toActionError } from '../../errors/action-error.ts';
import { formatProblemIn } from '../../errors/problem.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { POST_URN, postUrl } from '../../linkedin/urn.ts';
import { postName } from '../../post/file/post.ts';
import type { PostWarning } from '../../post/file/post-issue.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostItem, PostState } from '../../post/post-state.ts';
import { headlineLead } from '../summary.ts';

/** The headline has the states in this order. */
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
} as const satisfies Record<PostState, string>;

interface HeadlineFacts {
  readonly mode: Mode;
  readonly isCancelled: boolean;
  /** Whether a plan could not read what earlier runs posted. */
  readonly isMemoryUnknown: boolean;
  readonly excess: PostLedger['excess'];
}

export function postHeadline(
  states: readonly PostState[],
  { mode, isCancelled, isMemoryUnknown, excess }: HeadlineFacts,
): string {
  const lead = headlineLead(mode, isCancelled);
  if (states.length === 0) return `${lead}No posts found, nothing to do`;
  const byState = Map.groupBy(states, (state) => state);
  const texts: Record<PostState, string | null> = {
    ...STATE_TEXTS,
    ...(isMemoryUnknown && { planned: 'due or posted earlier' }),
    ...(byState.has('failed') && { planned: 'held back until all are valid' }),
    // These are the posts that are due.
    ...(excess !== null && { planned: null, skipped: null }),
  };
  const parts = Object.entries(texts).flatMap(([state, text]) => {
    const number = byState.get(state as PostState)?.length ?? 0;
    return number === 0 || text === null ? [] : [`${number} ${text}`];
  });
  const counts = `${parts.join(', ')} of ${pluralize(states.length, 'post')}`;
  if (excess !== null) {
    const limit = `${lead}${excess.due} are due, \`max-posts\` is ${excess.maxPosts}`;
    return parts.length === 0 ? limit : `${limit}; ${counts}`;
  }
  return `${lead}${!byState.has('posted') && mode !== 'plan' ? '0 posted, ' : ''}${counts}`;
}

/** These posts are not going out: a line is enough, and warnings are not repeated. A folder may have the posts of years. */
const DONE: ReadonlySet<string> = new Set<PostState>(['known', 'expired', 'other-owner']);

/** During the run, a post that is not sent yet counts as skipped. */
export function postState({ state }: Pick<PostItem, 'state'>): PostState {
  return state ?? 'skipped';
}

export function isBrief(item: PostItem): boolean {
  return DONE.has(postState(item));
}

export function postWarnings({ planned: { state, written } }: PostItem): readonly PostWarning[] {
  return DONE.has(state) ? [] : written.warnings;
}

export function postReasons(item: PostItem, mode: Mode): string[] {
  const { reason, notice, urn } = item;
  return [
    reason,
    notice === null ? null : `it ${notice}`,
    isSimulated(item, mode) ? `simulated as ${urn}, which is not on LinkedIn` : null,
  ].filter((text) => text !== null);
}

/** The errors of the post. What stopped the run is said once, for all posts. */
export function postErrors({
  errors,
  planned: { written },
}: PostItem): Pick<ActionError, 'code' | 'message' | 'hint'>[] {
  return errors
    .filter((error) => !isOfStoppedRun(error))
    .map((error) => ({
      code: error.code,
      message: formatProblemIn(postName(written), error),
      hint: error.hint,
    }));
}

/** The page of the post on LinkedIn, where the posts of the sandbox are not. */
export function linkedUrl(item: PostItem, mode: Mode): string | null {
  const { urn } = item;
  return urn === null || !POST_URN.test(urn) || isSimulated(item, mode) ? null : postUrl(urn);
}

/** The URN of a post that a person published is real. */
function isSimulated({ state, urn }: PostItem, mode: Mode): boolean {
  return mode === 'simulate' && state === 'posted' && urn !== null;
}

/** Whether a post has this error because an error of the run left it undone. */
export function isOfStoppedRun({ code, cause }: ActionError): boolean {
  return code === 'RUN_STOPPED' && cause !== undefined;
}

/** One line about all posts that are skipped for one reason. `named`: whether that is named beside it. */
export function skippedLines(items: readonly PostItem[], named: boolean): string[] {
  const causes = items.flatMap(({ state, errors: [error] }) =>
    state === 'skipped' && error !== undefined && isOfStoppedRun(error) ? [toActionError(error.cause)] : [],
  );
  return [...Map.groupBy(causes, ({ reason }) => reason).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const line = `${pluralize(1 + others.length, 'post')} skipped: the run was stopped (${first.code})`;
    return named ? line : `${line}: ${first.message}`;
  });
}
