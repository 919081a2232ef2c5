// Creates comments on posts. They have their own scopes, and LinkedIn is not known to reject duplicates.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/comments-api (read 2026-11-26)

import * as z from '../schema.ts';
import { readJson, shortText, unpermitted } from './body.ts';
import { invalidField } from './errors.ts';
import type { Call } from './gateway.ts';
import { jsonResponse, type SandboxResponse } from './messages.ts';
import { activityOf } from './model.ts';
import { checkAnyScope, checkScope } from './permissions.ts';
import { authorOf } from './post-content.ts';
import { existingPost } from './posts.ts';
import { keyInPath } from './query.ts';

const CREATE = {
  access: 'w',
  api: 'socialActions',
  method: 'CREATE',
  role: 'actor',
  isFeed: true,
} as const;

const COMMENT = z.strictObject({
  actor: z.string(),
  object: z.string(),
  message: z.strictObject({
    // The page has no number. This is the one that other tools use.
    text: shortText(1250),
    attributes: z
      .array(z.strictObject({ start: z.number(), length: z.number(), value: z.looseObject({}) }))
      .optional(),
  }),
  // Images in comments and replies to comments are not implemented in the sandbox.
  content: unpermitted,
  parentComment: unpermitted,
});

export async function createComment(call: Call): Promise<SandboxResponse> {
  const { model, request } = call;
  const urn = keyInPath(call.key);
  checkAnyScope(call, CREATE);
  const sent = await readJson(request, COMMENT);
  const actor = authorOf(sent.actor, '/actor');
  checkScope(call, CREATE, actor);
  // A post can be named by its own URN and by its activity.
  const named = model.storedPosts.find((post) => activityOf(post.urn) === urn)?.urn ?? urn;
  const { urn: postUrn } = existingPost(model, named);
  const activity = activityOf(postUrn);
  if (![postUrn, activity].includes(sent.object)) throw invalidField('/object');
  const { text } = sent.message;
  const { id, urn: commentUrn, createdAt: time } = model.addComment({ postUrn, actor, text });
  const stamp = { actor, time };
  // As the page shows it. The message of a plain comment has no attributes.
  const { headers, ...response } = jsonResponse(201, {
    actor,
    commentUrn,
    id,
    created: stamp,
    lastModified: stamp,
    object: activity,
    message: { attributes: [], text },
  });
  const location = `/socialActions/${encodeURIComponent(urn)}/comments/${id}`;
  return { ...response, headers: { ...headers, 'x-restli-id': id, location } };
}
