// Builds the rows of the output `results` of the post action, at any moment of the run. Without side effects.

import { ERROR_CODES } from '../../error-codes.ts';
import { postUrl } from '../../linkedin/urn.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostItem, PostState } from '../../post/post-state.ts';
import type { PostRow } from './post-row.ts';
import { stateOf } from './post-texts.ts';

const MAX_TEXT_CODE_POINTS = 200;

/** In the order of the posts. */
export function buildPostRows({ items, mediaUrns }: PostLedger): PostRow[] {
  return items.map((item) => buildRow(item, mediaUrns));
}

function buildRow(item: PostItem, mediaUrns: ReadonlyMap<string, string>): PostRow {
  const {
    planned: { written },
    state,
    urn,
    urnSource,
    commentUrn,
    errors,
  } = item;
  const { id, file, author, post, text, media } = written;
  const [error] = errors;
  return {
    id,
    file,
    state: stateOf(item),
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
    ...(state === null && { error: OPEN_ERROR }),
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

const FAILURES: ReadonlySet<PostState> = new Set<PostState>(['unknown', 'failed', 'skipped']);

/** Whether the state is a success. A posted row may have an error all the same. */
export function isPostSuccess({ state }: Pick<PostRow, 'state'>): boolean {
  return !FAILURES.has(state);
}
