// Creates comments on posts. They have their own scopes, and LinkedIn is not known to reject duplicates.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/comments-api (read 2026-11-26)

import { checkAnyScope, checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest } from '../messages.ts';
import { activityOf, type Comment, type SandboxModel } from '../model.ts';
import {
  codedError,
  type ErrorResponse,
  inputError,
  invalidField,
  unpermittedField,
} from '../restli/error-responses.ts';
import { fieldsOf, listOf, textOf } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import { keyInPath, parseQuery } from '../restli/query.ts';
import { authorOf } from './content.ts';

const WRITE = { access: 'w', api: 'socialActions', role: 'actor', isFeed: true } as const;
const CREATE: Permission = { ...WRITE, method: 'CREATE' };

const NAMES = { required: ['actor', 'object', 'message'], optional: ['content', 'parentComment'] };
/** LinkedIn knows these fields, but images in comments and replies to comments are not implemented in the sandbox. */
const UNSUPPORTED = ['content', 'parentComment'];

// The page has no number. This is the one that other tools use.
const MAX_COMMENT_CHARS = 1250;

/** `key` is the URN of the post, still encoded. */
export async function checkCommentCreate(
  model: SandboxModel,
  request: SandboxRequest,
  key: string,
): Promise<ValidCall> {
  const urn = keyInPath(key);
  parseQuery(request, []);
  checkAnyScope(model.settings, request, CREATE);
  const sent = fieldsOf(await readJson(request), '', NAMES);
  const unsupported = UNSUPPORTED.find((name) => sent[name] !== undefined);
  if (unsupported !== undefined) throw unpermittedField(`/${unsupported}`);
  const actor = authorOf(sent.actor, '/actor');
  checkScope(model.settings, request, CREATE, actor);
  const text = textIn(sent.message);
  // A post can be named by its own URN and by its activity.
  const posts = model.storedPosts;
  const post = posts.find((other) => other.urn === urn || activityOf(other.urn) === urn);
  if (post === undefined) throw unknownPost(urn);
  if (![post.urn, activityOf(post.urn)].includes(textOf(sent.object, '/object')))
    throw invalidField('/object');
  return {
    kind: 'comment',
    api: null,
    assets: [],
    execute: async () => {
      const comment = model.addComment({ postUrn: post.urn, actor, text });
      const location = `/socialActions/${encodeURIComponent(urn)}/comments/${comment.id}`;
      const response = jsonResponse(201, toJson(comment));
      return {
        assets: [],
        response: { ...response, headers: { ...response.headers, 'x-restli-id': comment.id, location } },
      };
    },
  };
}

function textIn(message: unknown): string {
  const path = '/message';
  const { text, attributes } = fieldsOf(message, path, { required: ['text'], optional: ['attributes'] });
  if (attributes !== undefined)
    for (const [index, one] of listOf(attributes, `${path}/attributes`).entries())
      fieldsOf(one, `${path}/attributes/${index}`, { required: ['start', 'length', 'value'] });
  const given = textOf(text, `${path}/text`);
  if (given.trim() === '')
    throw inputError('INVALID_VALUE_BLANK_FIELD', `${path}/text`, `${path}/text is blank`);
  if (given.length > MAX_COMMENT_CHARS)
    throw inputError(
      'FIELD_LENGTH_TOO_LONG',
      `${path}/text`,
      `${path}/text is longer than ${MAX_COMMENT_CHARS} characters`,
    );
  return given;
}

function unknownPost(urn: string): ErrorResponse {
  const [, type, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
  if (type !== undefined && type !== 'share' && type !== 'ugcPost')
    return codedError(400, 'INVALID_URN_TYPE', 'The URN is not of type share or ugcPost');
  if (!/^[A-Za-z0-9_-]+$/.test(id))
    return codedError(400, 'INVALID_URN_ID', 'The URN of the post is not well-formed');
  return codedError(404, 'NOT_FOUND', 'Could not find entity');
}

/** The comment as the page shows it. The message of a plain comment has no attributes. */
function toJson({ urn, id, postUrn, actor, text, createdAt }: Comment): unknown {
  const stamp = { actor, time: createdAt };
  return {
    actor,
    commentUrn: urn,
    created: stamp,
    id,
    lastModified: stamp,
    message: { attributes: [], text },
    object: activityOf(postUrn),
  };
}
