// Trouble as data: rules that make a call go wrong, and how they bend a true reply.
// Strikes only calls that kept every rule of LinkedIn's; knows nothing of what those rules are.

import type { ApiName } from './asset.ts';
import { htmlResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import type { Purpose } from './uploads/slot.ts';

/** Of whichever API: initialize is its register, finalize its complete; captions and thumbnails are uploads. */
export type CallKind = 'register' | 'upload' | 'complete' | 'status';
/** What is no upload: the two token calls, and those about posts; `post` makes one. */
export type OtherCallKind = 'refresh' | 'introspect' | 'post' | 'postRead' | 'postEdit' | 'postDelete';

export interface FaultRule {
  readonly on: CallKind | OtherCallKind;
  /** The call to strike, counted from 1 over the calls this rule fits. Default: the first. */
  readonly nth?: number;
  /** Strikes every call from `nth` on, or from the first. */
  readonly every?: boolean;
  /** Fits only calls to this API. */
  readonly api?: ApiName;
  /** Fits only calls for this bare id, alone or among others (never a register: no id exists yet). */
  readonly asset?: string;
  /** Fits only calls for this recipe URN. */
  readonly recipe?: string;
  /** Fits only uploads of this. */
  readonly of?: Purpose;
  /**
   * Answers in this way. Below 300 the call is carried out first and the true reply keeps what is not named
   * here; from 300 on the call has no effect. A body that is no string is sent as JSON.
   */
  readonly reply?: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  /** Merged over the JSON of the true reply: null removes a field, keys of numbers reach into arrays. */
  readonly mutate?: Readonly<Record<string, unknown>>;
  readonly omitEtag?: boolean;
  /** What processing ends with in place of AVAILABLE. */
  readonly finalStatus?: string;
  /** What a video tells as `processingFailureReason` once it is PROCESSING_FAILED. */
  readonly failureReason?: string;
  /** The asset's own status from now on, in place of ALLOWED. */
  readonly assetStatus?: string;
}

export interface FaultTarget {
  readonly kind: CallKind | OtherCallKind;
  readonly api: ApiName | null;
  readonly assets: readonly string[];
  readonly recipes: readonly string[];
  readonly purpose: Purpose | null;
}

/** Counts the calls that each rule fits, and says which rules strike now. */
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

/** The reply of the first rule that keeps the call from being carried out, or null. */
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

/** The true reply as the rules bend it, one after the other. */
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
