// The calls of the Posts API, told apart by HTTP method, key and query. `X-RestLi-Method` may name the call too, in
// any case, and has to name this one then. Comments are another resource.

import type { Check } from '../api-routes.ts';
import { headerOf, queryOf, type SandboxRequest } from '../messages.ts';
import type { OtherCallKind } from '../options.ts';
import { checkCreate } from './create.ts';
import { checkDelete, checkEdit } from './edit.ts';
import { checkBatchGet, checkFind, checkGet } from './read.ts';

interface PostCall {
  readonly kind: OtherCallKind;
  readonly restliMethod: string;
  readonly check: Check;
}

/** Null for what is no call of this API. `key` as it stands in the path. */
export function postCall(request: SandboxRequest, key: string | undefined): PostCall | null {
  const call = key === undefined ? collectionCall(request) : entityCall(request, key);
  const named = headerOf(request, 'x-restli-method');
  return named === undefined || named.toUpperCase() === call?.restliMethod ? call : null;
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
