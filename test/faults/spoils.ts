// The ways in which one call can be spoiled, as data. Knows no kind by name and no schedule.

import type { Asset } from '../../src/sandbox/asset.ts';
import type { SandboxResponse } from '../../src/sandbox/messages.ts';
import type { Slot } from '../../src/sandbox/uploads/slot.ts';
import { broken } from './breakages.ts';
import type { Echo } from './echo.ts';

/** How far a call comes: nothing has left, half of the body, all of it, or half of the answer is back. */
export type Moment = 'start' | 'middle' | 'end' | 'answer';

type Headers = Readonly<Record<string, string>>;

export type Spoil =
  /** The connection breaks, with an error as the system or undici makes it. */
  | { readonly how: 'break'; readonly at: Moment; readonly make: () => Error }
  /** Nothing moves any more, and nobody says so. */
  | { readonly how: 'hang'; readonly at: Moment }
  /** Another answer in place of the true one, after the whole body or after half of it. */
  | {
      readonly how: 'answer';
      readonly at: 'middle' | 'end';
      readonly give: (serverNowMs: number, echo: Echo) => SandboxResponse;
    }
  /** The true answer, changed. */
  | { readonly how: 'bend'; readonly bend: (reply: SandboxResponse, echo: Echo) => SandboxResponse }
  /** The true answer, with other ETag headers. */
  | { readonly how: 'etags'; readonly give: (etag: string) => readonly string[] }
  /** A true answer, after which LinkedIn makes something else of the upload. */
  | { readonly how: 'fate'; readonly befall: (asset: Asset, slot: Slot | null) => void }
  /** Nothing of the network: the disk fails. */
  | { readonly how: 'disk' };

export const breaksBy = (at: Moment, make: () => Error): Spoil => ({ how: 'break', at, make });
export const breaks = (at: Moment, code: string): Spoil => breaksBy(at, () => broken(code));
export const hangs = (at: Moment): Spoil => ({ how: 'hang', at });

/** An answer in JSON, as LinkedIn's API gives them. */
export function answers(
  status: number,
  {
    headers = () => ({}),
    ...fields
  }: { headers?: (serverNowMs: number) => Headers; [field: string]: unknown } = {},
): Spoil {
  const body = JSON.stringify({ status, message: 'on purpose', ...fields });
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

export function answersText(status: number, body: string, headers: Headers = {}): Spoil {
  return { how: 'answer', at: 'end', give: () => ({ status, headers, body }) };
}

/** An answer that does not wait for the rest of the body. */
export function answersEarly(status: number): Spoil {
  return { how: 'answer', at: 'middle', give: () => ({ status, headers: { etag: '"early"' }, body: '' }) };
}

export const retryAfter = (text: string) => ({ headers: () => ({ 'retry-after': text }) });

/** A date on the server's own clock. */
export const retryAfterDate = (ms: number) => ({
  headers: (serverNowMs: number) => ({ 'retry-after': new Date(serverNowMs + ms).toUTCString() }),
});

export const bends = (bend: (reply: SandboxResponse, echo: Echo) => SandboxResponse): Spoil => ({
  how: 'bend',
  bend,
});

/** Changes the text of a JSON answer. */
export const rewrites = (change: (body: string) => string): Spoil =>
  bends((reply) => ({ ...reply, body: change(reply.body) }));

/** Changes the object below `value` in the answer to a registration. */
export const redraws = (change: (value: Record<string, unknown>) => unknown): Spoil =>
  rewrites((body) => (body === '' ? body : JSON.stringify({ value: change(JSON.parse(body).value) })));

export const befalls = (befall: (asset: Asset, slot: Slot | null) => void): Spoil => ({
  how: 'fate',
  befall,
});

export const ends = (finalStatus: string): Spoil =>
  befalls((asset) => {
    asset.finalStatus = finalStatus;
  });

export const withdraws = (assetStatus: string): Spoil =>
  befalls((asset) => {
    asset.assetStatus = assetStatus;
  });
