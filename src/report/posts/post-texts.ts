// What log, summary, preview and page say about a post: why it is in its state, its errors and its warnings. Pure.

import { type ActionError, toActionError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { postName } from '../../post/file/post.ts';
import type { PostWarning } from '../../post/file/post-issue.ts';
import type { PostItem, PostState } from '../../post/post-state.ts';
import { formatProblemIn } from '../../problem.ts';

/** These posts are not going out: a line is enough, and warnings are not repeated. A folder may have the posts of years. */
const DONE: ReadonlySet<string> = new Set<PostState>(['known', 'expired', 'other-owner']);

/** During the run, a post that is not sent yet counts as skipped. */
export function stateOf({ state }: Pick<PostItem, 'state'>): PostState {
  return state ?? 'skipped';
}

export function isBrief(item: PostItem): boolean {
  return DONE.has(stateOf(item));
}

/** The warnings of a post that may go out. */
export function warningsOf({ planned: { state, written } }: PostItem): readonly PostWarning[] {
  return DONE.has(state) ? [] : written.warnings;
}

/** Why the post is in its state. */
export function reasonsOf(item: PostItem, mode: Mode): string[] {
  const { reason, notice, urn } = item;
  return [
    reason,
    notice === null ? null : `it ${notice}`,
    isSimulated(item, mode) ? `simulated as ${urn}, which is not on LinkedIn` : null,
  ].filter((text) => text !== null);
}

/** The errors of the post. What stopped the run is said once, for all posts. */
export function errorsOf({
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

/** The URN of the post on LinkedIn, where the posts of the sandbox are not. */
export function linkedUrn(item: PostItem, mode: Mode): string | null {
  return isSimulated(item, mode) ? null : item.urn;
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
  return [...Map.groupBy(causes, ({ reason }) => reason).values()].flatMap((own) =>
    own.slice(0, 1).map(({ code, message }) => {
      const line = `${pluralize(own.length, 'post')} skipped: the run was stopped (${code})`;
      return named ? line : `${line}: ${message}`;
    }),
  );
}
