// Finds the call of the Posts API or of the comments that a request makes, by its method, path and query.

import type { Check } from '../apis.ts';
import { queryOf, type SandboxRequest } from '../messages.ts';
import type { OtherCallKind } from '../options.ts';
import { checkCommentCreate, checkCommentDelete } from './comments.ts';
import { checkBatchGet, checkFind, checkGet } from './read.ts';
import { checkCreate, checkDelete, checkEdit } from './write.ts';

export interface PostCall {
  readonly kind: OtherCallKind;
  readonly restliMethod: string;
  readonly check: Check;
}

/** `key` is what follows the name in the path, still encoded. Null when LinkedIn has no such call. */
export function postCallOf(
  request: SandboxRequest,
  name: 'posts' | 'socialActions',
  key: string | undefined,
): PostCall | null {
  if (name === 'socialActions') return commentCall(request, key ?? '');
  return key === undefined ? collectionCall(request) : entityCall(request, key);
}

function collectionCall(request: SandboxRequest): PostCall | null {
  const query = queryOf(request);
  if (request.method === 'POST')
    return query.size > 0 ? null : { kind: 'post', restliMethod: 'CREATE', check: checkCreate };
  if (request.method !== 'GET') return null;
  if (query.has('ids')) return { kind: 'postRead', restliMethod: 'BATCH_GET', check: checkBatchGet };
  return query.get('q') === 'author' ? { kind: 'postRead', restliMethod: 'FINDER', check: checkFind } : null;
}

function entityCall({ method }: SandboxRequest, key: string): PostCall | null {
  switch (method) {
    case 'GET':
      return { kind: 'postRead', restliMethod: 'GET', check: (model, given) => checkGet(model, given, key) };
    case 'POST':
      return {
        kind: 'postEdit',
        restliMethod: 'PARTIAL_UPDATE',
        check: (model, given) => checkEdit(model, given, key),
      };
    case 'DELETE':
      return {
        kind: 'postDelete',
        restliMethod: 'DELETE',
        check: (model, given) => checkDelete(model, given, key),
      };
    default:
      return null;
  }
}

/** `POST {post}/comments` and `DELETE {post}/comments/{id}`. The sandbox has no call to read comments. */
function commentCall({ method }: SandboxRequest, key: string): PostCall | null {
  const [, post, id] = /^([^/]+)\/comments(?:\/([^/]+))?$/.exec(key) ?? [];
  if (post === undefined) return null;
  if (method === 'POST' && id === undefined)
    return {
      kind: 'comment',
      restliMethod: 'CREATE',
      check: (model, given) => checkCommentCreate(model, given, post),
    };
  if (method === 'DELETE' && id !== undefined)
    return {
      kind: 'commentDelete',
      restliMethod: 'DELETE',
      check: (model, given) => checkCommentDelete(model, given, { post, id }),
    };
  return null;
}
