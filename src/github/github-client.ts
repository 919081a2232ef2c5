// The only way to GitHub's API: Octokit over the client of all HTTP requests. A call is made once, or repeated if its second attempt
// can do no harm. Responses arrive whole, and errors say what they report.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOctokit } from '@actions/github';
import type { Dispatcher } from 'undici';
import { abortAfter, retry } from '../clock.ts';
import {
  ActionError,
  abortReason,
  actionErrorIn,
  CallError,
  toActionError,
} from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { backoffMs } from '../errors/retry-policy.ts';
import { formatDuration } from '../format.ts';
import { createHttpClient, type HttpClient } from '../http/client.ts';
import {
  describeRequest,
  type HttpRequest,
  type HttpResponse,
  MAX_GITHUB_BYTES,
  parseJson,
  retryAfterMs,
} from '../http/messages.ts';
import type { ProxyConfig } from '../http/proxy.ts';
import type { Run } from '../run.ts';
import type { Secret } from '../secret.ts';

export interface GitHubAccess {
  readonly repository: { readonly owner: string; readonly repo: string };
  /** The REST API of GitHub or of a GitHub Enterprise Server. */
  readonly apiUrl: URL;
  readonly proxy: ProxyConfig;
  readonly token: Secret;
}

export type GitHubApi = ReturnType<typeof getOctokit>;

/** A call of the API. `target`: the parameters that each of its requests has, the repository and the signal of the call. */
export type GitHubCall<T> = (
  api: GitHubApi,
  target: GitHubAccess['repository'] & { readonly request: { readonly signal: AbortSignal } },
) => Promise<T>;

/** The waits before these attempts outlast an outage of 16 s, and last 32 s on average. */
const MAX_ATTEMPTS = 6;
/** A request with a longer `Retry-After` is not retried. */
const MAX_RETRY_AFTER_MS = 60_000;
/** A call with all its attempts ends after this time: a response may arrive byte by byte, each one in time. */
export const CALL_LIMIT_MS = 5 * 60_000;

/** One client serves the whole run. The caller must `disconnect` it. */
export class GitHubClient {
  readonly repository: GitHubAccess['repository'];
  readonly apiUrl: URL;
  readonly #run: Run;
  readonly #dispatcher: Dispatcher;
  readonly #http: HttpClient;
  readonly #api: GitHubApi;
  #tempDir: Promise<string> | null = null;

  constructor({ repository, apiUrl, proxy, token }: GitHubAccess, run: Run) {
    this.repository = repository;
    this.apiUrl = apiUrl;
    this.#run = run;
    this.#dispatcher = run.openDispatcher(proxy);
    // Each request has its own signal: the last write of a cancelled run starts after that of the run has aborted.
    const { signal } = new AbortController();
    this.#http = createHttpClient({ ...run, dispatcher: this.#dispatcher, signal, apiUrl, token });
    this.#api = getOctokit(token.reveal(), {
      baseUrl: apiUrl.href.replace(/\/$/, ''),
      userAgent: 'linkedin-media-upload',
      request: { fetch: fetchOver(this.#http, run.signal) },
      // Otherwise Octokit writes texts of the server to the log.
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
  }

  /** Epoch milliseconds by GitHub's clock, from its last response; the runner's clock before the first one. */
  serverNow(): number {
    return this.#http.serverNow();
  }

  /**
   * Makes one attempt. An error has the status of its response: 409 and 422 are conflicts. After status 0 or an incomplete
   * response, the call may have succeeded. `signal` replaces that of the run.
   * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal
   */
  async once<T>(call: GitHubCall<T>, signal = this.#run.signal): Promise<T> {
    try {
      return await call(this.#api, { ...this.repository, request: { signal } });
    } catch (error) {
      // Octokit wraps the errors of `fetch` in its own.
      throw actionErrorIn(error) ?? error;
    }
  }

  /**
   * Repeats an idempotent call after transient errors. Waits at least as long as GitHub asks for. `limitMs`: for all attempts
   * together. @throws as `once`; ActionError GITHUB_FAILED after `limitMs`
   */
  async retry<T>(
    call: GitHubCall<T>,
    signal = this.#run.signal,
    limitMs = CALL_LIMIT_MS,
  ): Promise<T> {
    const { clock } = this.#run;
    const limit = abortAfter(limitMs, lateError(limitMs), { clock, signal });
    const waitMsAfter = (error: unknown, attempt: number) => {
      const { retry } = toActionError(error);
      if (retry.kind !== 'again' || attempt === MAX_ATTEMPTS) return null;
      const requestedMs = retry.waitMs ?? 0;
      if (requestedMs > MAX_RETRY_AFTER_MS) return null;
      return Math.max(requestedMs, backoffMs(attempt, 'error', clock.random()));
    };
    try {
      return await retry(() => this.once(call, limit.signal), {
        waitMsAfter,
        clock,
        signal: limit.signal,
      });
    } catch (error) {
      // The end of a time limit says less than the error of GitHub, but a cancellation says why nothing is repeated.
      const end = abortReason(signal);
      throw end?.code === 'RUN_CANCELLED' ? end : error;
    } finally {
      limit.clear();
    }
  }

  /** Makes one GET, and passes the bytes of its response on while they arrive. Throws like `once`. */
  download(request: Omit<HttpRequest, 'phase' | 'idempotency' | 'method'>): Promise<HttpResponse> {
    return sendToGitHub(this.#http, { signal: this.#run.signal, ...request, method: 'GET' });
  }

  /** The real path of the folder of the downloads, which is the same on each call. Other users have no access to it. */
  tempDir(): Promise<string> {
    const parent = this.#run.env.RUNNER_TEMP || tmpdir();
    this.#tempDir ??= mkdtemp(join(parent, 'linkedin-release-')).then((made) => realpath(made));
    return this.#tempDir;
  }

  /** Ends all connections, and removes the downloads. */
  async disconnect(): Promise<void> {
    await this.#dispatcher.destroy();
    await this.#tempDir
      ?.then((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
      .catch(() => {});
  }
}

/** Why a call ends whose response does not arrive in time. */
function lateError(limitMs: number): ActionError {
  const text = `GitHub has not responded completely within ${formatDuration(limitMs)}`;
  return new ActionError('GITHUB_FAILED', text);
}

function ignore(): void {}

/** The options that Octokit passes to `fetch`. */
interface FetchInit {
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Replaces the signal of the run: the last write of a cancelled run starts after that has aborted. */
  readonly signal?: AbortSignal;
}

/** @throws as `sendToGitHub`; CallError GITHUB_FAILED for a response without the expected content */
function fetchOver(
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
    return new Response(text, {
      status,
      headers: { ...type, ...(link && { link: String(link) }) },
    });
  };
}

/**
 * Sends a request to GitHub. Only a read has certainly no effect.
 * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal; that of `receive`
 */
async function sendToGitHub(
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
  const isLimited =
    status === 429 || (status === 403 && (requestedMs !== null || isSpent || isSecondary));
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
  return /^\d{1,12}$/.test(String(seconds))
    ? Math.max(0, Number(seconds) * 1000 - epochMs)
    : MINUTE_MS;
}

const UNREACHED: ReadonlySet<ErrorCode> = new Set([
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
  const hint =
    code === 'PROXY_REFUSED' ? ERROR_CODES[code].hint : isRedirect ? MOVED_HINT : undefined;
  return thrown.withCode('GITHUB_FAILED', { retry, hint });
}
