// Valid calls that are not yet executed, and fault injection: the rules that make such a call fail or change its response.
// Independent of LinkedIn's own rules.

import type { Asset } from './asset.ts';
import { DroppedConnection, htmlResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import type { ApiName, CallKind, FaultRule, OtherCallKind, Purpose } from './options.ts';

export interface ValidCall {
  readonly kind: CallKind | OtherCallKind;
  /** Null for a call outside the four media APIs. */
  readonly api: ApiName | null;
  /** Empty for a register call, which has not created its asset yet. Several for a batch read. */
  readonly assets: readonly Asset[];
  /** Register calls only. Later calls use the recipes of their assets. */
  readonly recipes?: readonly string[];
  /** Uploads only. */
  readonly purpose?: Purpose;
  /** `answerStatus` is the status that a fault sets instead of the real one, or null. */
  execute(answerStatus: number | null): Promise<CallResult>;
}

export interface CallResult {
  /** The affected assets, including one that the call created. */
  readonly assets: readonly Asset[];
  /** LinkedIn's response, before faults change it. */
  readonly response: SandboxResponse;
}

/** The rules that apply to the call. `matchCounts` counts the calls that match each rule, by its index. */
export function rulesFor(call: ValidCall, rules: readonly FaultRule[], matchCounts: number[]): FaultRule[] {
  return rules.filter((rule, index) => {
    if (!matches(rule, call)) return false;
    const count = (matchCounts[index] ?? 0) + 1;
    matchCounts[index] = count;
    const nth = rule.nth ?? 1;
    return rule.every === true ? count >= nth : count === nth;
  });
}

function matches(rule: FaultRule, { kind, api, assets, recipes, purpose }: ValidCall): boolean {
  if (rule.on !== kind) return false;
  if (rule.api !== undefined && rule.api !== api) return false;
  if (rule.of !== undefined && rule.of !== purpose) return false;
  if (rule.asset !== undefined && !assets.some(({ id }) => id === rule.asset)) return false;
  const allRecipes = recipes ?? assets.flatMap(({ registration }) => registration.recipes);
  return rule.recipe === undefined || allRecipes.includes(rule.recipe);
}

/**
 * The response of the first rule that prevents the call, or null.
 * @throws DroppedConnection
 */
export function injectedError(rules: readonly FaultRule[], kind: ValidCall['kind']): SandboxResponse | null {
  if (rules.some(({ drop }) => drop === 'request')) throw new DroppedConnection();
  const found = rules.find(({ reply }) => reply !== undefined && reply.status >= 300 && !reply.isExecuted);
  return found?.reply === undefined ? null : errorOf(found.reply, kind);
}

function errorOf(reply: Reply, kind: ValidCall['kind']): SandboxResponse {
  const base =
    kind === 'upload'
      ? htmlResponse(reply.status, INJECTED)
      : jsonResponse(reply.status, { message: INJECTED, status: reply.status });
  return override(base, reply);
}

/** The message of an injected error without a body, and its reason in the log. */
export const INJECTED = 'Injected error';

/**
 * Applies the rules to the real response, in order.
 * @throws DroppedConnection
 */
export function applyFaults(
  response: SandboxResponse,
  rules: readonly FaultRule[],
  kind: ValidCall['kind'],
): SandboxResponse {
  if (rules.some(({ drop }) => drop === 'response')) throw new DroppedConnection();
  let result = response;
  for (const { mutate, omitEtag, omitHeaders, reply } of rules) {
    if (mutate !== undefined) {
      const { body } = result;
      result = { ...result, body: JSON.stringify(merge(body === '' ? {} : JSON.parse(body), mutate)) };
    }
    const omitted = [...(omitEtag === true ? ['etag'] : []), ...(omitHeaders ?? [])];
    const kept = Object.entries(result.headers).filter(([name]) => !omitted.includes(name));
    result = { ...result, headers: Object.fromEntries(kept) };
    // An error says nothing about the call that was executed.
    if (reply !== undefined) result = reply.status >= 300 ? errorOf(reply, kind) : override(result, reply);
  }
  return result;
}

type Reply = NonNullable<FaultRule['reply']>;

function override(response: SandboxResponse, reply: Reply): SandboxResponse {
  const added = Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = { ...response.headers, ...Object.fromEntries(added) };
  const { status, body = response.body } = reply;
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return Array.isArray(target) ? Object.values(merged) : merged;
}

/** A call that changes nothing. */
export function respondWith(kind: OtherCallKind, body: () => unknown): ValidCall {
  return {
    kind,
    api: null,
    assets: [],
    execute: async () => ({ assets: [], response: jsonResponse(200, body()) }),
  };
}
