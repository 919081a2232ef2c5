// Builds the rows of the output `results` of the post action, at any moment of the run. Without side effects.

import type { CollectedPost } from '../../action/posts/inspect-post.ts';
import type { PostNote } from '../../action/posts/post-draft.ts';
import { ERROR_CODES } from '../../error-codes.ts';
import type { PostLedger, PostProgress, PostState } from '../../post/post-ledger.ts';
import { postUrl } from '../../post/post-urn.ts';
import type { PostRow } from './post-row.ts';

/** The posts as they were collected, and what became of them. */
export interface PostRunState {
  /** In the order of the ledger. */
  readonly collected: readonly CollectedPost[];
  readonly ledger: PostLedger;
  /** Path of a media file → its URN on LinkedIn. */
  readonly mediaUrns: ReadonlyMap<string, string>;
}

const MAX_TEXT_CODE_POINTS = 200;

/** In the order of the posts. */
export function buildPostRows({ collected, ledger, mediaUrns }: PostRunState): PostRow[] {
  return ledger.posts.flatMap((progress, index) => {
    const post = collected[index];
    return post === undefined ? [] : [buildRow(post, progress, mediaUrns)];
  });
}

function buildRow(
  { candidate, text, media }: CollectedPost,
  { outcome }: PostProgress,
  mediaUrns: PostRunState['mediaUrns'],
): PostRow {
  const { id, file, author, post } = candidate;
  const { urn = null, urnSource = null, commentUrn = null, errors = [] } = outcome ?? {};
  const [error] = errors;
  return {
    id,
    file,
    // A report during the run, before the post is sent.
    state: outcome?.state ?? 'skipped',
    author,
    ...(post?.atMs != null && { at: new Date(post.atMs).toISOString() }),
    text: [...text].slice(0, MAX_TEXT_CODE_POINTS).join(''),
    media: media.map(({ file: path, kind, alt }) => ({
      file: path,
      kind,
      urn: mediaUrns.get(path) ?? null,
      alt,
    })),
    ...(urn !== null && { urn, url: postUrl(urn) }),
    ...(urnSource !== null && { urnSource }),
    ...(commentUrn !== null && { commentUrn }),
    ...(outcome === null && { error: OPEN_ERROR }),
    ...(error !== undefined && {
      error: { code: error.code, message: error.message, hint: error.hint },
    }),
  };
}

const OPEN_ERROR = {
  code: 'RUN_STOPPED',
  message: 'the run was still in progress when this row was written',
  hint: ERROR_CODES.RUN_STOPPED.hint,
} as const;

/** These posts do not go out, so their warnings are not repeated: a folder may have the posts of years. */
const DONE: ReadonlySet<string> = new Set<PostState>(['known', 'expired', 'other-owner']);

/** The warnings of a post that may go out. */
export function warningsOf({ warnings }: CollectedPost, { planned }: PostProgress): readonly PostNote[] {
  return DONE.has(planned.state) ? [] : warnings;
}

const FAILURES: ReadonlySet<PostState> = new Set<PostState>(['unknown', 'failed', 'skipped']);

/** Whether the state is a success. A posted row may have an error all the same. */
export function isPostSuccess({ state }: Pick<PostRow, 'state'>): boolean {
  return !FAILURES.has(state);
}
