// Selects the call of the Posts API by HTTP method, key and query. `X-RestLi-Method` is optional and
// case-insensitive; if present, it must name the same call. Comments are another resource.

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

/** Null when the request is not a call of this API. `key` is still encoded, as in the path. */
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
