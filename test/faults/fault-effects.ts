// The effects that a fault can have on a call, as data, and functions that create them.

import type { Asset } from '../../src/sandbox/asset.ts';
import type { SandboxResponse } from '../../src/sandbox/messages.ts';
import type { Slot } from '../../src/sandbox/uploads/slot.ts';
import { connectionError } from './connection-errors.ts';
import type { Echo } from './echo.ts';

/** When the effect begins: before the request, after half of its body, after all of it, or after half of the response. */
export type Moment = 'start' | 'middle' | 'end' | 'answer';

type Headers = Readonly<Record<string, string>>;

export type FaultEffect =
  /** The connection breaks, with an error as the system or undici makes it. */
  | { readonly how: 'break'; readonly at: Moment; readonly make: () => Error }
  /** Nothing more is transferred, and no error occurs. */
  | { readonly how: 'hang'; readonly at: Moment }
  /** Another response instead of the true one, after the whole body or after half of it. */
  | {
      readonly how: 'answer';
      readonly at: 'middle' | 'end';
      readonly give: (serverNowMs: number, echo: Echo) => SandboxResponse;
    }
  /** The true response, changed. */
  | { readonly how: 'change-reply'; readonly change: (reply: SandboxResponse, echo: Echo) => SandboxResponse }
  /** The true response with other ETag headers. */
  | { readonly how: 'etags'; readonly give: (etag: string) => readonly string[] }
  /** The true response; afterwards the state of the asset changes. */
  | { readonly how: 'change-asset'; readonly change: (asset: Asset, slot: Slot | null) => void }
  /** The disk fails, not the network. */
  | { readonly how: 'disk' };

export const breaksBy = (at: Moment, make: () => Error): FaultEffect => ({ how: 'break', at, make });
export const breaks = (at: Moment, code: string): FaultEffect => breaksBy(at, () => connectionError(code));
export const hangs = (at: Moment): FaultEffect => ({ how: 'hang', at });

/** A JSON response as LinkedIn's API sends it. */
export function answers(
  status: number,
  {
    headers = () => ({}),
    ...fields
  }: { headers?: (serverNowMs: number) => Headers; [field: string]: unknown } = {},
): FaultEffect {
  const body = JSON.stringify({ status, message: 'injected fault', ...fields });
  return {
    how: 'answer',
    at: 'end',
    give: (serverNowMs) => ({
      status,
      headers: { 'content-type': 'application/json', ...headers(serverNowMs) },
      body,
    }),
  };
}

export function answersText(status: number, body: string, headers: Headers = {}): FaultEffect {
  return { how: 'answer', at: 'end', give: () => ({ status, headers, body }) };
}

/** A response before the rest of the body is sent. */
export function answersEarly(status: number): FaultEffect {
  return { how: 'answer', at: 'middle', give: () => ({ status, headers: { etag: '"early"' }, body: '' }) };
}

export const retryAfter = (text: string) => ({ headers: () => ({ 'retry-after': text }) });

/** A date on the server's clock. */
export const retryAfterDate = (ms: number) => ({
  headers: (serverNowMs: number) => ({ 'retry-after': new Date(serverNowMs + ms).toUTCString() }),
});

export const changesReply = (
  change: (reply: SandboxResponse, echo: Echo) => SandboxResponse,
): FaultEffect => ({
  how: 'change-reply',
  change,
});

/** Changes the text of a JSON response. */
export const rewrites = (change: (body: string) => string): FaultEffect =>
  changesReply((reply) => ({ ...reply, body: change(reply.body) }));

/** Changes the `value` object in the response to a registration. */
export const rewritesValue = (change: (value: Record<string, unknown>) => unknown): FaultEffect =>
  rewrites((body) => (body === '' ? body : JSON.stringify({ value: change(JSON.parse(body).value) })));

export const changesAsset = (change: (asset: Asset, slot: Slot | null) => void): FaultEffect => ({
  how: 'change-asset',
  change,
});

export const setsFinalStatus = (finalStatus: string): FaultEffect =>
  changesAsset((asset) => {
    asset.finalStatus = finalStatus;
  });

export const setsAssetStatus = (assetStatus: string): FaultEffect =>
  changesAsset((asset) => {
    asset.assetStatus = assetStatus;
  });
