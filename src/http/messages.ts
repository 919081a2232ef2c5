// Requests to LinkedIn and its responses as plain records, and the limits on the size of a response.

import type { Dispatcher } from 'undici';
import type { CallContext, Idempotency, Phase } from '../errors.ts';
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
  readonly body?: string | Body;
  /** The cap of a successful response, if not `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number | undefined;
  /** Other secrets in the request, to be redacted if the response echoes them. */
  readonly secrets?: readonly Secret[];
  /** Aborts only this request. The run's signal always applies too. */
  readonly signal?: AbortSignal | undefined;
  /**
   * For a request with a text that must not be cut off halfway: called just before its first byte may leave. If it throws,
   * nothing is sent. Afterwards no signal aborts the request.
   */
  readonly onSending?: (() => void) | undefined;
  /** Whether the headers of a success are a sufficient response, so that a damaged body does not matter. */
  readonly isAnsweredBy?: ((headers: HttpResponse['headers']) => boolean) | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The request of this response. */
  readonly call?: CallContext;
}

// Some LinkedIn upload hosts send dates in another format, and Date.parse reads any number as a year.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Epoch milliseconds of the `Date` header; null if it is missing or has another format. */
export function serverDateMs({ headers: { date } }: Pick<HttpResponse, 'headers'>): number | null {
  if (typeof date !== 'string' || !HTTP_DATE.test(date)) return null;
  const epochMs = Date.parse(date);
  return Number.isNaN(epochMs) ? null : epochMs;
}

const MIB = 1024 * 1024;

/** Fifty statuses in one response are about 50 KB. Malicious JSON can take a hundred times its size in memory. */
export const MAX_RESPONSE_BYTES = MIB;
/** The response to the registration of a 5 GiB video is about 2 MB. */
export const MAX_PART_PLAN_BYTES = 4 * MIB;
/** A hundred posts with long texts and alternative texts. */
export const MAX_POSTS_BYTES = 4 * MIB;
/** The response for a release lists all of its assets, a thousand at most. */
export const MAX_RELEASE_BYTES = 16 * MIB;
/** A rejection is read for its message, which is at its start. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** Such as `4 MiB`. */
export function formatLimit(maxBytes: number): string {
  return `${maxBytes / MIB} MiB`;
}

interface ReadBody {
  readonly text: string;
  readonly isComplete: boolean;
}

/**
 * The first `maxBytes` of a body as text, and whether that is all of it. The rest is not read.
 * @throws the error of `chunks`
 */
export async function readUpTo(maxBytes: number, chunks: AsyncIterable<Uint8Array>): Promise<ReadBody> {
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
export async function readText(
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
