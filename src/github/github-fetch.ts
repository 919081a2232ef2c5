// The `fetch` of Octokit: requests to GitHub's API over the client of all HTTP requests, with responses that arrive whole, and the errors
// that they report.

import { CallError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { formatDuration } from '../format.ts';
import type { HttpClient } from '../http/client.ts';
import {
  describeRequest,
  type HttpRequest,
  type HttpResponse,
  MAX_GITHUB_BYTES,
  parseJson,
  retryAfterMs,
} from '../http/messages.ts';

/** The options that Octokit passes to `fetch`. */
interface FetchInit {
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Replaces the signal of the run: the last write of a cancelled run starts after that has aborted. */
  readonly signal?: AbortSignal;
}

/** @throws as `sendToGitHub`; CallError GITHUB_FAILED for a response without the expected content */
export function fetchOver(
  http: HttpClient,
  runSignal: AbortSignal,
): (address: string, init: FetchInit) => Promise<Response> {
  return async (address, { method, headers, body, signal = runSignal }) => {
    const request = { method, url: new URL(address), headers, body, signal, bearer: true } as const;
    const response = await sendToGitHub(http, { ...request, maxResponseBytes: MAX_GITHUB_BYTES });
    const { status, text, call } = response;
    // Octokit would report an incomplete body as a success without data. Without a content length, it looks complete.
    const invalidReason = invalidReasonOf(text);
    if (invalidReason !== null) {
      const message = `the response to ${describeRequest({ ...request, phase: 'github' })} ${invalidReason}`;
      throw new CallError('GITHUB_FAILED', message, { call, status });
    }
    const { link } = response.headers;
    const type = { 'content-type': 'application/json; charset=utf-8' };
    return new Response(text, { status, headers: { ...type, ...(link ? { link: String(link) } : {}) } });
  };
}

/**
 * Sends a request to GitHub. Only a read has certainly no effect.
 * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal; that of `receive`
 */
export async function sendToGitHub(
  http: HttpClient,
  given: Omit<HttpRequest, 'phase' | 'idempotency'>,
): Promise<HttpResponse> {
  const idempotency = given.method === 'GET' ? 'idempotent' : 'non-idempotent';
  const request: HttpRequest = { ...given, phase: 'github', idempotency };
  let response: HttpResponse;
  try {
    response = await http.request(request);
  } catch (error) {
    throw toGitHubError(error);
  }
  if (response.status >= 400) throw rejectionOf(request, response, http.serverNow());
  return response;
}

/** GitHub asks to wait at least this long after a rate limit without a reset time. */
const MINUTE_MS = 60_000;

const TOKEN_HINT =
  'GitHub does not accept the token: it is wrong, expired or revoked. Leave `github-token` out, or set it to a valid token.';
const MOVED_HINT =
  'GitHub redirects requests after the repository was renamed or moved. Start a new run of the workflow, which has the new name of the repository; a re-run may have the old one. Where you set GITHUB_REPOSITORY or GITHUB_API_URL yourself, set the present name and address.';

/** Each response that is read is a list, or an object with fields. Octokit checks neither. */
function invalidReasonOf(text: string): string | null {
  const json = parseJson(text);
  if (json === undefined) return 'is not valid JSON';
  const hasFields = typeof json === 'object' && json !== null && Object.keys(json).length > 0;
  return hasFields || Array.isArray(json) ? null : 'has no fields';
}

/** The error of a response with an HTTP error. A rate limit is a 429, or a 403 that asks for a wait or names a rate limit. */
function rejectionOf(
  request: HttpRequest,
  { status, headers, text, call }: HttpResponse,
  serverNowMs: number,
): CallError {
  const requestedMs = retryAfterMs(headers['retry-after'], serverNowMs);
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  const isSecondary = /secondary rate limit/i.test(text);
  const isLimited = status === 429 || (status === 403 && (requestedMs !== null || isSpent || isSecondary));
  // The reset header is the time of the primary limit.
  const resetMs = isSecondary ? MINUTE_MS : msUntilReset(headers, serverNowMs);
  const limitMs = isLimited ? (requestedMs ?? resetMs) : null;
  const serviceMessage = errorMessageIn(text);
  const quoted = serviceMessage === '' ? '' : `: "${serviceMessage}"`;
  const wait = limitMs === null ? '' : `; retry after ${formatDuration(limitMs)}`;
  const message = `${describeRequest(request)} failed with status ${status}${quoted}${wait}`;
  if (request.bearer && !isLimited && (status === 401 || status === 403)) {
    const hint = status === 401 ? TOKEN_HINT : undefined;
    return new CallError('GITHUB_DENIED', message, { call, status, serviceMessage, hint });
  }
  const details = { call, status, serviceMessage, retryAfterMs: limitMs ?? requestedMs };
  return new CallError('GITHUB_FAILED', message, details);
}

/** GitHub's error message, such as `Resource not accessible by integration`. */
function errorMessageIn(text: string): string {
  const { message } = Object(parseJson(text));
  return typeof message === 'string' ? message.slice(0, 200) : '';
}

/** How long GitHub asks to wait after a rate limit. The reset header has seconds since 1970. */
function msUntilReset(headers: HttpResponse['headers'], epochMs: number): number {
  const seconds = headers['x-ratelimit-reset'];
  return /^\d{1,12}$/.test(String(seconds)) ? Math.max(0, Number(seconds) * 1000 - epochMs) : MINUTE_MS;
}

const UNREACHED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NETWORK_FAILED',
  'NETWORK_TIMEOUT',
  'PROXY_REFUSED',
  'HTTP_UNEXPECTED',
]);

/** Reports as GITHUB_FAILED that GitHub could not be reached, or that its response cannot be used. */
function toGitHubError(thrown: unknown): unknown {
  if (!(thrown instanceof CallError && UNREACHED.has(thrown.code))) return thrown;
  const { code, status, retry } = thrown;
  const isRedirect = status >= 300 && status < 400;
  const hint = code === 'PROXY_REFUSED' ? ERROR_CODES[code].hint : isRedirect ? MOVED_HINT : undefined;
  return thrown.withCode('GITHUB_FAILED', { retry, hint });
}
