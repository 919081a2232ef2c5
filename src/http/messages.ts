// Requests and their responses as plain records: the times in their headers, the limits on the size of a response,
// and the names of requests.

import type { Dispatcher } from 'undici';
import type { CallContext, Idempotency, Phase } from '../errors/retry-policy.ts';
import { DAY_MS } from '../format.ts';
import type { Secret } from '../secret.ts';
import type { Body } from './request-body.ts';

export interface HttpRequest {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the access token is sent. */
  readonly bearer: boolean;
  readonly body?: string | Body | undefined;
  /** The cap of a successful response, if not `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number | undefined;
  /** Other secrets in the request, to be redacted if the response echoes them. */
  readonly secrets?: readonly Secret[];
  /** Aborts only this request. The run's signal always applies too. */
  readonly signal?: AbortSignal | undefined;
  /** Called just before the first byte may leave. If it throws, nothing is sent. Afterwards no signal cuts the request off. */
  readonly onSending?: (() => void) | undefined;
  /** Gets the body of a success as it arrives, which may take as long as bytes move. The response then has no text. */
  readonly receive?: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Whether a redirect is a response, not an error. It is not followed. */
  readonly acceptsRedirect?: boolean | undefined;
  /** Whether the headers of a success are a sufficient response, so that a damaged body does not matter. */
  readonly isAnsweredBy?: ((headers: HttpResponse['headers']) => boolean) | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The request that it answers. */
  readonly call: CallContext;
}

// Some LinkedIn upload hosts send dates in another format, and Date.parse reads any number as a year.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function httpDateMs(text: string): number | null {
  const epochMs = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(epochMs) ? null : epochMs;
}

/** Epoch milliseconds of the `Date` header; null if it is missing or has another format. */
export function serverDateMs({ headers: { date } }: Pick<HttpResponse, 'headers'>): number | null {
  return httpDateMs(String(date));
}

// The largest time that a Date can hold.
const MAX_DATE_MS = 8.64e15;

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date relative to the server's own clock. A date in the past is 0;
 * an invalid value is null.
 */
export function retryAfterMs(
  header: string | string[] | undefined,
  serverNowMs: number,
): number | null {
  const text = String(header).trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_DATE_MS);
  const dateMs = httpDateMs(text);
  return dateMs === null ? null : Math.max(0, dateMs - serverNowMs);
}

/** Milliseconds until LinkedIn's daily limits reset, at 00:00 UTC. */
export function untilMidnightMs(serverNowMs: number): number {
  return DAY_MS - (serverNowMs % DAY_MS);
}

export const MIB = 1024 * 1024;

/** Fifty statuses in one response are about 50 KB. Malicious JSON can take a hundred times its size in memory. */
export const MAX_RESPONSE_BYTES = 1 * MIB;
/** The response to the registration of a 5 GiB video is about 2 MB. */
export const MAX_PART_PLAN_BYTES = 4 * MIB;
/** A hundred posts with long texts and alternative texts. */
export const MAX_POSTS_BYTES = 4 * MIB;
/** The limit of all JSON from GitHub. A release with a thousand assets, the most that it can have, is about the largest. */
export const MAX_GITHUB_BYTES = 16 * MIB;
/** A rejection is read for its message, which is at its start. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;

interface ReadBody {
  readonly text: string;
  readonly isComplete: boolean;
}

/** The first `maxBytes` of a body as text, and whether that is all of it. The rest is not read. @throws the error of `chunks` */
export async function readUpTo(
  maxBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<ReadBody> {
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk.subarray(0, maxBytes - sizeBytes));
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) break;
  }
  return { text: Buffer.concat(kept).toString('utf8'), isComplete: sizeBytes <= maxBytes };
}

/** The body of a response, as far as it may be read. A damaged one is empty, if the headers are sufficient. */
export async function readBody(
  { maxResponseBytes = MAX_RESPONSE_BYTES, isAnsweredBy }: HttpRequest,
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
): Promise<ReadBody> {
  const isAnswered = status >= 200 && status < 300 && isAnsweredBy?.(headers) === true;
  try {
    const read = await readUpTo(status >= 400 ? MAX_ERROR_BODY_BYTES : maxResponseBytes, body);
    if (read.isComplete || !isAnswered) return read;
  } catch (error) {
    if (!isAnswered) throw error;
  }
  return { text: '', isComplete: true };
}

/**
 * Names a request in errors, without its query: that of an upload URL or of a download is a credential. Without the key of a
 * permission too: it has the id of a member.
 */
export function describeRequest({
  method,
  url,
  phase,
  bearer,
}: Omit<HttpRequest, 'idempotency'>): string {
  if (phase === 'upload') return `the upload to ${url.host}`;
  if (phase === 'permission')
    return `${method} ${url.host}${url.pathname.replace(/\(.*/s, '…')} (${phase})`;
  if (phase !== 'github') return `${method} ${url.host}${url.pathname} (${phase})`;
  return bearer ? `${method} ${url.host}${url.pathname}` : `the download from ${url.host}`;
}

/** A request that has ended. */
export interface RequestLogEntry {
  /** The result of `describeRequest`, without secrets. */
  readonly name: string;
  readonly durationMs: number;
  /** Null when none arrived. */
  readonly response: HttpResponse | null;
}

/** Parses JSON. Returns undefined if it is invalid, such as an error page. Ignores a byte order mark. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
