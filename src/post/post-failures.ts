// The errors of a post whose memory or text needs a person. Each names the URN if there is one.

import { ActionError, DuplicatePostError } from '../errors.ts';

/** The post is on LinkedIn. */
export function unremembered(urn: string, why: string, cause?: ActionError): ActionError {
  const advice = `set \`urn: ${urn}\` in its file, so that it is not sent again`;
  const message = `the post is on LinkedIn as ${urn}, but that could not be remembered: ${why}; ${advice}`;
  return new ActionError(cause?.code ?? 'MANIFEST_WRITE', message, { cause });
}

/** The post is not on LinkedIn, because of `error`. */
export function unwithdrawn(error: ActionError, why: string): ActionError {
  const rest = `its claim could not be withdrawn from the memory (${why}), so later runs may report POST_UNKNOWN`;
  return new ActionError(error.code, `${error.message}; ${rest}`, { cause: error });
}

/** Names the post that LinkedIn has. Any other error is returned as it is. */
export function namedDuplicate(error: ActionError): ActionError {
  if (!(error instanceof DuplicatePostError)) return error;
  const urn = error.duplicateUrn ?? 'which it does not name';
  const message = `LinkedIn has a post with this text, ${urn}, that this run did not send: ${error.message}`;
  return new ActionError('POST_DUPLICATE', message, { cause: error });
}
