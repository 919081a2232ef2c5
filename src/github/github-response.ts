// What the responses of GitHub's API say: whether they have data, and the errors that they report. Pure.

import { CallError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { formatDuration } from '../format.ts';
import { describeRequest, type HttpRequest, type HttpResponse, retryAfterMs } from '../http/messages.ts';

/** GitHub asks to wait at least this long after a rate limit without a reset time. */
const MINUTE_MS = 60_000;

const TOKEN_HINT =
  'GitHub does not accept the token: it is wrong, expired or revoked. Leave `github-token` out, or set it to a valid token.';
const MOVED_HINT =
  'GitHub redirects requests after the repository was renamed or moved. Start a new run of the workflow, which has the new name of the repository; a re-run may have the old one. Where you set GITHUB_REPOSITORY or GITHUB_API_URL yourself, set the present name and address.';

/** Each response that is read is a list, or an object with fields. Octokit checks neither. */
export function invalidReasonOf(text: string): string | null {
  try {
    const json: unknown = JSON.parse(text);
    const hasFields = typeof json === 'object' && json !== null && Object.keys(json).length > 0;
    return hasFields || Array.isArray(json) ? null : 'has no fields';
  } catch {
    return 'is not valid JSON';
  }
}

/** The error of a response with an HTTP error. A rate limit is a 429, or a 403 that asks for a wait or names a rate limit. */
export function rejectionOf(
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
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message.slice(0, 200) : '';
  } catch {
    return '';
  }
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
export function toGitHubError(thrown: unknown): unknown {
  if (!(thrown instanceof CallError && UNREACHED.has(thrown.code))) return thrown;
  const { code, status, retry } = thrown;
  const isRedirect = status >= 300 && status < 400;
  const hint = code === 'PROXY_REFUSED' ? ERROR_CODES[code].hint : isRedirect ? MOVED_HINT : undefined;
  return thrown.withCode('GITHUB_FAILED', { retry, hint });
}
