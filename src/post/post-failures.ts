// The errors of a post whose memory or text needs a person. Each names the URN if there is one.

import { ActionError } from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import { duplicateIn } from '../linkedin/post-client.ts';
import { postName } from './file/post.ts';
import { hasUrn, type PostEntry } from './memory/post-entry.ts';
import type { Attempt } from './send/send-once.ts';

/** The post is on LinkedIn. */
export function notStoredError(urn: string, why: string, cause?: ActionError): ActionError {
  const problem = `the post is on LinkedIn as ${urn}, but that could not be remembered: ${why}`;
  const hint = `So that it is not sent again, set \`urn: ${urn}\` in its file; without a file, do not run it again.`;
  return new ActionError(cause?.code ?? 'MANIFEST_WRITE', problem, { hint, cause });
}

/** The post is not on LinkedIn, because of `error`. */
export function claimNotWithdrawnError(error: ActionError, why: string): ActionError {
  const rest = `its claim may still be stored (${why}); later runs report POST_UNKNOWN then`;
  return error.reword(`${error.message}; ${rest}`);
}

/** No later run makes the comment `text`, so a person needs it. Null if LinkedIn has it. */
export function commentError(text: string, attempt: Attempt<unknown>): ActionError | null {
  if (attempt.kind === 'accepted') return null;
  const { kind, error: cause } = attempt;
  if (kind === 'lost') {
    const what = `the response to the first comment was lost, so the comment may be on LinkedIn: ${cause.message}`;
    const advice = `look at the post, and add the comment by hand if it is missing: "${text}"`;
    return new ActionError('COMMENT_UNKNOWN', `${what}; ${advice}`, { cause });
  }
  const code = cause.code === 'RUN_CANCELLED' ? cause.code : 'COMMENT_FAILED';
  const what = `the first comment was not made: ${cause.message}; add it by hand: "${text}"`;
  // The hints of other codes say how to repeat a call.
  const { hint } = cause.code === 'COMMENT_FAILED' ? cause : ERROR_CODES.COMMENT_FAILED;
  return new ActionError(code, what, { hint, cause });
}

/** The next run uploads these media again. */
export function mediaLostError(error: ActionError): ActionError {
  const hint =
    'Run the job again: it uploads the media again. If LinkedIn refuses the post then too, export the media again, and check `owner`.';
  return error.reword(error.message, { hint });
}

/** Names the post that LinkedIn has, and its file if the memory has it. Any other error is returned as it is. */
export function duplicateError(error: ActionError, entries: readonly PostEntry[]): ActionError {
  const duplicate = duplicateIn(error);
  if (duplicate === null) return error;
  const { urn } = duplicate;
  const known = urn === null ? undefined : entries.find((entry) => hasUrn(entry, urn));
  const which = known === undefined ? 'which is not in the memory' : `which is ${postName(known)}`;
  const named = urn === null ? 'which it does not name' : `${urn}, ${which}`;
  const message = `LinkedIn has a post with this text, ${named}: ${error.message}`;
  return new ActionError('POST_DUPLICATE', message, { cause: error });
}
