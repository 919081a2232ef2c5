// LinkedIn rejects the same post within some minutes, with the URN of the first one. In the recordings of 2023, a
// post is not a duplicate with another picture, with another letter in the text, or twelve minutes later.

import { isDeepStrictEqual } from 'node:util';
import { jsonResponse } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { ErrorResponse } from '../restli/error-responses.ts';
import type { PostFields } from './store.ts';

export function rejectDuplicate(model: SandboxModel, sent: PostFields): void {
  const since = model.now() - model.settings.duplicateWindowMs;
  const first = model.postStore.all.find(
    (post) => post.createdAt > since && isDeepStrictEqual(identityOf(post.sent), identityOf(sent)),
  );
  if (first !== undefined) throw duplicateError(first.urn);
}

function identityOf({ author, commentary, content, reshareContext }: PostFields) {
  return { author, commentary, content, reshareContext };
}

/** As recorded in 2022 and 2023: only the details have the code. */
function duplicateError(urn: string): ErrorResponse {
  const message = `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`;
  const inputErrors = [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }];
  const errorDetailType = 'com.linkedin.common.error.BadRequest';
  const body = { errorDetailType, message, errorDetails: { inputErrors }, status: 422 };
  return new ErrorResponse(`The post is a duplicate of ${urn}`, jsonResponse(422, body));
}
