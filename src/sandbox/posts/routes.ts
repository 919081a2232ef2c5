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
  const { method } = request;
  if (name === 'socialActions') {
    const [, post] = /^([^/]+)\/comments$/.exec(key ?? '') ?? [];
    if (post === undefined || method !== 'POST') return null;
    const check: Check = (model, given) => checkCommentCreate(model, given, post);
    return { kind: 'comment', restliMethod: 'CREATE', check };
  }
  if (key !== undefined) return null;
  const query = queryOf(request);
  if (method === 'POST' && query.size === 0)
    return { kind: 'post', restliMethod: 'CREATE', check: checkCreate };
  if (method !== 'GET' || query.get('q') !== 'author') return null;
  return { kind: 'postRead', restliMethod: 'FINDER', check: checkFind };
}
