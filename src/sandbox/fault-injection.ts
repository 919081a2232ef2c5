// Fault injection: rules that make a call fail or change its response. Faults apply only to valid calls.
// This module does not know LinkedIn's own rules.

import { htmlResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import type { ApiName, CallKind, FaultRule, OtherCallKind, Purpose } from './options.ts';

export interface FaultTarget {
  readonly kind: CallKind | OtherCallKind;
  readonly api: ApiName | null;
  readonly assets: readonly string[];
  readonly recipes: readonly string[];
  readonly purpose: Purpose | null;
}

/** Counts the calls that match each rule, and returns the rules that apply to the current call. */
export class FaultInjector {
  readonly #rules: readonly FaultRule[];
  readonly #matchCounts: number[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules;
    this.#matchCounts = rules.map(() => 0);
  }

  matchingRules(call: FaultTarget): FaultRule[] {
    return this.#rules.filter((rule, index) => {
      if (!matches(rule, call)) return false;
      const count = (this.#matchCounts[index] ?? 0) + 1;
      this.#matchCounts[index] = count;
      const nth = rule.nth ?? 1;
      return rule.every === true ? count >= nth : count === nth;
    });
  }
}

function matches(rule: FaultRule, call: FaultTarget): boolean {
  if (rule.on !== call.kind) return false;
  if (rule.api !== undefined && rule.api !== call.api) return false;
  if (rule.of !== undefined && rule.of !== call.purpose) return false;
  if (rule.asset !== undefined && !call.assets.includes(rule.asset)) return false;
  return rule.recipe === undefined || call.recipes.includes(rule.recipe);
}

/** The response of the first rule that prevents the call, or null. */
export function injectedError(
  rules: readonly FaultRule[],
  kind: FaultTarget['kind'],
): SandboxResponse | null {
  const reply = rules.find((rule) => rule.reply !== undefined && rule.reply.status >= 300)?.reply;
  if (reply === undefined) return null;
  const base =
    kind === 'upload'
      ? htmlResponse(reply.status, 'Trouble')
      : jsonResponse(reply.status, { message: 'Trouble', status: reply.status });
  return overlay(base, reply);
}

/** Applies the rules to the real response, in order. */
export function applyFaults(response: SandboxResponse, rules: readonly FaultRule[]): SandboxResponse {
  let result = response;
  for (const rule of rules) {
    if (rule.mutate !== undefined) result = { ...result, body: patched(result.body, rule.mutate) };
    if (rule.omitEtag === true) result = withoutHeader(result, 'etag');
    if (rule.reply !== undefined) result = overlay(result, rule.reply);
  }
  return result;
}

function patched(body: string, patch: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(merge(body === '' ? {} : JSON.parse(body), patch));
}

function overlay(response: SandboxResponse, over: NonNullable<FaultRule['reply']>): SandboxResponse {
  const added = Object.entries(over.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = { ...response.headers, ...Object.fromEntries(added) };
  if (over.body === undefined) return { status: over.status, headers, body: response.body };
  const body = typeof over.body === 'string' ? over.body : JSON.stringify(over.body);
  return { status: over.status, headers, body };
}

function withoutHeader(response: SandboxResponse, name: string): SandboxResponse {
  return {
    ...response,
    headers: Object.fromEntries(Object.entries(response.headers).filter(([other]) => other !== name)),
  };
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const merged: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return Array.isArray(target) ? Object.values(merged) : merged;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
