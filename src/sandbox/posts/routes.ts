// Finds the call of the Posts API or of the comments that a request makes, by its method, path and query. The sandbox has no
// calls that edit or delete, or that read posts by their URNs.

import type { Check } from '../apis.ts';
import { queryOf, type SandboxRequest } from '../messages.ts';
import type { OtherCallKind } from '../options.ts';
import { checkCommentCreate } from './comments.ts';
import { checkFind } from './read.ts';
import { checkCreate } from './write.ts';

export interface PostCall {
  readonly kind: OtherCallKind;
  readonly restliMethod: string;
  readonly check: Check;
}

/** `key` is what follows the name in the path, still encoded. Null when the sandbox has no such call. */
export function postCallOf(
  request: SandboxRequest,
  name: 'posts' | 'socialActions',
  key: string | undefined,
): PostCall | null {
  if (name === 'socialActions') return commentCall(request, key ?? '');
  return key === undefined ? collectionCall(request) : null;
}

function collectionCall(request: SandboxRequest): PostCall | null {
  const query = queryOf(request);
  if (request.method === 'POST')
    return query.size > 0 ? null : { kind: 'post', restliMethod: 'CREATE', check: checkCreate };
  if (request.method !== 'GET' || query.get('q') !== 'author') return null;
  return { kind: 'postRead', restliMethod: 'FINDER', check: checkFind };
}

/** `POST {post}/comments`. */
function commentCall({ method }: SandboxRequest, key: string): PostCall | null {
  const [, post] = /^([^/]+)\/comments$/.exec(key) ?? [];
  if (post === undefined || method !== 'POST') return null;
  const check: Check = (model, given) => checkCommentCreate(model, given, post);
  return { kind: 'comment', restliMethod: 'CREATE', check };
}
