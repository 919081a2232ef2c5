// What LinkedIn may do that the sandbox does not: rules that make calls fail, change their answers or the end of an upload, and
// answers that depend on the token.

import {
  headerOf,
  htmlResponse,
  jsonResponse,
  pathOnly,
  readBody,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import type { ApiName, CallKind, Purpose, SandboxOptions } from '../../src/sandbox/options.ts';
import { callKindOf, createRoutes } from '../../src/sandbox/routes.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { bodyOf } from '../support/sandbox-dispatcher.ts';

export interface FaultRule {
  readonly on: CallKind;
  /** The number of the affected call, counted from 1 over the calls that match this rule. Default: 1. */
  readonly nth?: number;
  /** Affects every matching call from `nth` on. */
  readonly every?: boolean;
  /** Matches only calls to this API. */
  readonly api?: ApiName;
  /** Matches only calls for this bare id, alone or in a batch. Never a register call: it has no id yet. */
  readonly asset?: string;
  /** Matches only uploads with this purpose. */
  readonly of?: Purpose;
  /**
   * Overrides the response. With a status below 300 the call is executed, and the real response keeps everything
   * not set here. With a status of 300 or more the call has no effect. A body that is not a string is sent as JSON.
   */
  readonly reply?: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  /** Merged into the JSON of the real response. Null removes a field. Numeric keys address array elements. */
  readonly mutate?: Readonly<Record<string, unknown>>;
  readonly omitEtag?: boolean;
  /** The status after processing, instead of AVAILABLE. */
  readonly finalStatus?: string;
  /** The `processingFailureReason` of a video that is PROCESSING_FAILED. */
  readonly failureReason?: string;
  /** The asset's own status from now on, instead of ALLOWED. */
  readonly assetStatus?: string;
}

export interface LinkedInOptions extends SandboxOptions {
  readonly faults?: readonly FaultRule[];
  /** Whether the token may read statuses at all. */
  readonly statusReads?: 'allowed' | 'forbidden';
  /** Whether batch reads of images, videos or documents are allowed. The Development tier answers 403 or 400. */
  readonly batchReads?: 'allowed' | 'forbidden-403' | 'forbidden-400';
  /** Maps the URN of the first post to the one that the rejection of a duplicate names; null names none. */
  readonly duplicateUrnInResponse?: (urn: string) => string | null;
}

/** A sandbox with the faults of `options`. `around` wraps it. */
export function startLinkedIn(
  options: LinkedInOptions = {},
  around: (handle: SandboxHandler) => SandboxHandler = (handle) => handle,
): Promise<Sandbox> {
  return startSandbox(options, (handle, model) => around(disturb(handle, model, options)));
}

/** The routes of a sandbox, with the faults of `options`. */
export function linkedInRoutes(model: SandboxModel, options: LinkedInOptions): SandboxHandler {
  return disturb(createRoutes(model), model, options);
}

/** A call that faults may affect. */
interface Call {
  readonly request: SandboxRequest;
  readonly kind: FaultRule['on'];
  /** Null for a call outside the four media APIs. */
  readonly api: string | null;
  readonly purpose: Purpose | null;
  /** Path and body, which have the ids of its assets. */
  readonly text: string;
}

function disturb(
  handle: SandboxHandler,
  model: SandboxModel,
  options: LinkedInOptions,
): SandboxHandler {
  const { faults = [] } = options;
  const counts: number[] = [];
  let rejections = 0;
  const reject = ({ kind, request }: Call, response: SandboxResponse): SandboxResponse => {
    const { method } = request;
    model.countCall(kind);
    model.log.push({
      ...{
        kind,
        method,
        path: pathOnly(request),
        status: response.status,
        reason: 'Injected error',
      },
    });
    rejections += 1;
    return {
      ...response,
      headers: { 'x-li-uuid': `SIMULATED-F${rejections}`, ...response.headers },
    };
  };
  return async (given) => {
    const call = await toCall(given, model);
    if (call === null) return await handle(given);
    const refused = refusedRead(options, call.request);
    if (refused !== null) return reject(call, refused);
    const rules = faults.filter((rule, index) => applies(rule, index, call, counts));
    const error = rules.find(({ reply }) => reply !== undefined && reply.status >= 300)?.reply;
    if (error !== undefined) return reject(call, override(errorOf(call, error.status), error));
    const response = await handle(call.request);
    if (call.kind === 'post' && response.status === 422) return withDuplicate(options, response);
    if (response.status >= 300) return response;
    changeAssets(model, call, rules, response);
    return change(response, rules);
  };
}

/** LinkedIn's answer to a status read that the token may not make; null for other calls. */
function refusedRead(
  { statusReads, batchReads }: LinkedInOptions,
  request: SandboxRequest,
): SandboxResponse | null {
  const [, api, rest = ''] =
    /^\/(?:rest|v2)\/(assets|images|videos|documents)\b(.*)$/.exec(request.path) ?? [];
  if (request.method !== 'GET' || api === undefined) return null;
  const isBatch = rest.startsWith('?');
  if (isBatch && batchReads === 'forbidden-400')
    return jsonResponse(400, {
      message: 'BATCH_GET is not allowed in the Development tier',
      status: 400,
    });
  if (statusReads !== 'forbidden' && !(isBatch && batchReads === 'forbidden-403')) return null;
  const version = headerOf(request, 'linkedin-version');
  const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
  const call = [
    resource,
    isBatch ? 'BATCH_GET' : 'GET',
    ...(version === undefined ? [] : [`${version}01`]),
  ];
  const message = `Not enough permissions to access: ${call.join('.')}`;
  return jsonResponse(403, { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED', message });
}

function withDuplicate(
  { duplicateUrnInResponse }: LinkedInOptions,
  response: SandboxResponse,
): SandboxResponse {
  const [text, urn = ''] = /Content is a duplicate of (urn:[\w:]+)/.exec(response.body) ?? [];
  if (duplicateUrnInResponse === undefined || text === undefined) return response;
  const named = duplicateUrnInResponse(urn);
  const other =
    named === null ? 'Duplicate post is detected' : `Content is a duplicate of ${named}`;
  return { ...response, body: response.body.replace(text, other) };
}

async function toCall(given: SandboxRequest, model: SandboxModel): Promise<Call | null> {
  const kind = callKindOf(given);
  if (kind === null) return null;
  if (kind === 'upload') {
    const { asset, slot } = model.slotAt(given.path) ?? {};
    const api = asset?.registration.api ?? null;
    return { request: given, kind, api, purpose: slot?.purpose ?? null, text: given.path };
  }
  const body = await readBody(given);
  const [, api = null] =
    /^\/(?:rest|v2)\/(assets|images|videos|documents)\b/.exec(given.path) ?? [];
  const text = `${given.path} ${body.toString()}`;
  return { request: { ...given, body: bodyOf(body) }, kind, api, purpose: null, text };
}

/** Counts the calls that match each rule. */
function applies(
  rule: FaultRule,
  index: number,
  { kind, api, purpose, text }: Call,
  counts: number[],
): boolean {
  const { on, every = false, nth = 1 } = rule;
  if (on !== kind || (rule.api ?? api) !== api || (rule.of ?? purpose) !== purpose) return false;
  if (rule.asset !== undefined && !text.includes(rule.asset)) return false;
  const count = (counts[index] ?? 0) + 1;
  counts[index] = count;
  return every ? count >= nth : count === nth;
}

/** The lasting effects of rules. A rule for one asset does not affect the others of a batch. */
function changeAssets(
  model: SandboxModel,
  { text, request }: Call,
  rules: readonly FaultRule[],
  { body }: SandboxResponse,
): void {
  const ids = [...`${text} ${body}`.matchAll(/SIMULATED-[A-Z0-9]+/g)].map(([id]) => id);
  const assets = ids.map((id) => model.assetById(id)).filter((asset) => asset !== undefined);
  const { slot } = model.slotAt(request.path) ?? {};
  for (const rule of rules) {
    for (const asset of assets) {
      if (rule.asset !== undefined && rule.asset !== asset.id) continue;
      asset.finalStatus = rule.finalStatus ?? asset.finalStatus;
      asset.failureReason = rule.failureReason ?? asset.failureReason;
      asset.assetStatus = rule.assetStatus ?? asset.assetStatus;
    }
    // The complete call of the Assets API must repeat the status.
    if (slot?.stored && rule.reply !== undefined)
      slot.stored = { ...slot.stored, status: rule.reply.status };
  }
}

function change(response: SandboxResponse, rules: readonly FaultRule[]): SandboxResponse {
  let { body, headers } = response;
  for (const { mutate, omitEtag } of rules) {
    if (mutate !== undefined)
      body = JSON.stringify(merge(body === '' ? {} : JSON.parse(body), mutate));
    if (omitEtag === true) {
      const { etag: _, ...others } = headers;
      headers = others;
    }
  }
  const changed = { ...response, headers, body };
  return rules.reduce((result, { reply }) => (reply ? override(result, reply) : result), changed);
}

function errorOf({ kind }: Call, status: number): SandboxResponse {
  const message = 'Injected error';
  return kind === 'upload'
    ? htmlResponse(status, message)
    : jsonResponse(status, { message, status });
}

function override(
  response: SandboxResponse,
  { status, headers = {}, body = response.body }: NonNullable<FaultRule['reply']>,
): SandboxResponse {
  const added = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status,
    headers: { ...response.headers, ...Object.fromEntries(added) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> =
    typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return Array.isArray(target) ? Object.values(merged) : merged;
}
