// LinkedIn takes the same post once in some minutes, and names the first to whoever sends it again. The recordings of
// 2023 show what is not the same: another picture, another letter in the text, or twelve minutes later.

import { isDeepStrictEqual } from 'node:util';
import { jsonReply } from '../exchange.ts';
import type { SandboxModel } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { PostFields } from './store.ts';

export function refuseDuplicate(model: SandboxModel, sent: PostFields): void {
  const since = model.now() - model.settings.duplicateWindowMs;
  const first = model.postStore.all.find(
    (post) => post.createdAt > since && isDeepStrictEqual(identityOf(post.sent), identityOf(sent)),
  );
  if (first !== undefined) throw duplicateOf(first.urn);
}

function identityOf({ author, commentary, content, reshareContext }: PostFields) {
  return { author, commentary, content, reshareContext };
}

/** As recorded in 2022 and 2023: the code is in the details alone. */
function duplicateOf(urn: string): Refusal {
  const message = `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`;
  const inputErrors = [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }];
  const errorDetailType = 'com.linkedin.common.error.BadRequest';
  const body = { errorDetailType, message, errorDetails: { inputErrors }, status: 422 };
  return new Refusal(`The post is a duplicate of ${urn}`, jsonReply(422, body));
}
