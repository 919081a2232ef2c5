// The calls of the Posts API, told apart by HTTP method, key and query. `X-RestLi-Method` may name the call too, in
// any case, and has to name this one then. Comments are another resource.

import { headerOf, queryOf, type SandboxExchange } from '../exchange.ts';
import type { SideKind } from '../options.ts';
import type { Check } from '../protocol.ts';
import { checkCreate } from './create.ts';
import { checkDelete, checkEdit } from './edit.ts';
import { checkBatchGet, checkFind, checkGet } from './read.ts';

interface PostCall {
  readonly kind: SideKind;
  readonly restliMethod: string;
  readonly check: Check;
}

/** Null for what is no call of this API. `key` as it stands in the path. */
export function postCall(exchange: SandboxExchange, key: string | undefined): PostCall | null {
  const call = key === undefined ? callOfAll(exchange) : callOfOne(exchange, key);
  const named = headerOf(exchange, 'x-restli-method');
  return named === undefined || named.toUpperCase() === call?.restliMethod ? call : null;
}

function callOfAll(exchange: SandboxExchange): PostCall | null {
  const query = queryOf(exchange);
  if (exchange.method === 'POST')
    return query.size > 0 ? null : { kind: 'post', restliMethod: 'CREATE', check: checkCreate };
  if (exchange.method !== 'GET') return null;
  if (query.has('ids')) return { kind: 'postRead', restliMethod: 'BATCH_GET', check: checkBatchGet };
  return query.get('q') === 'author' ? { kind: 'postRead', restliMethod: 'FINDER', check: checkFind } : null;
}

function callOfOne({ method }: SandboxExchange, key: string): PostCall | null {
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
