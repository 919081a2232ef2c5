// The only client for GitHub: timeouts, retries, no redirects, size-limited responses, all through the given
// dispatcher. Independent of releases.

import type { Dispatcher } from 'undici';
import type { Deps } from '../../deps.ts';
import { GitHubError, NetworkError } from '../../errors.ts';
import { formatWait } from '../../format.ts';
import { backoffMs, retryAfterMs } from '../../http/backoff.ts';
import { type IdleTimeout, IdleTimeouts } from '../../http/idle-timeout.ts';
import {
  formatLimit,
  MAX_ERROR_BODY_BYTES,
  MAX_RELEASE_BYTES,
  readUpTo,
  serverDateMs,
} from '../../http/messages.ts';
import { classifyNetworkError, toAbortError } from '../../http/network-errors.ts';
import type { ProxyConfig } from '../../http/proxy.ts';
import { redactSecretsInJson, type Secret } from '../../secret.ts';
import { MINUTE_MS, msUntilReset } from './rate-limit.ts';

/** The repository of the run, and how to reach it. */
export interface GitHubAccess {
  readonly repository: { readonly owner: string; readonly repo: string };
  /** The REST API of GitHub or of a GitHub Enterprise Server. */
  readonly apiUrl: URL;
  readonly proxy: ProxyConfig;
  readonly token: Secret;
}

export interface GitHubOptions extends Deps, Pick<GitHubAccess, 'apiUrl' | 'token'> {}

interface GitHubRequest {
  readonly url: URL;
  readonly accept: string;
  /** Whether to send the token: to the API, never to a redirect target. */
  readonly withToken: boolean;
  readonly method?: GitHubCall['method'];
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A call of the REST API. */
export interface GitHubCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Such as `/repos/…`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** GitHub's JSON if absent. */
  readonly accept?: string;
  /** Replaces the run's signal: the last write of a cancelled run starts after that has aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A 2xx response, or a redirect, which the client does not follow. */
export interface GitHubResponse {
  readonly status: number;
  /** The target of a redirect. */
  readonly location: string | null;
  /** The body. Throws like `request`. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const MAX_ATTEMPTS = 3;
/** A request with a longer `Retry-After` is not retried. */
const MAX_RETRY_AFTER_MS = 60_000;

export class GitHubClient {
  readonly #options: GitHubOptions;
  readonly #idleTimeouts: IdleTimeouts;
  #skewMs = 0;

  constructor(options: GitHubOptions) {
    this.#options = options;
    this.#idleTimeouts = new IdleTimeouts(options.clock);
  }

  /** Epoch milliseconds by GitHub's clock, from its last response; the runner's clock before the first one. */
  serverNow(): number {
    return this.#options.clock.epochMs() + this.#skewMs;
  }

  /** The API URL for `path`, such as `/repos/…`. The API of a GitHub Enterprise Server has a base path. */
  urlOf(path: string): URL {
    return new URL(this.#options.apiUrl.href.replace(/\/$/, '') + path);
  }

  /** Fetches the JSON at `path`, without validation. Throws like `request`. */
  getJson(path: string): Promise<unknown> {
    return this.retry(() => this.send({ method: 'GET', path }));
  }

  /**
   * Makes one attempt at a call, and returns the JSON of its 2xx response, without validation. An error has the status
   * of its response: 409 and 422 are conflicts. Throws like `request`.
   */
  send({ method, path, body, accept = 'application/vnd.github+json', signal }: GitHubCall): Promise<unknown> {
    const json = body && { body: JSON.stringify(body) };
    const request = { method, url: this.urlOf(path), accept, withToken: true, signal, ...json };
    return this.request(request, async ({ status, chunks }) => {
      const { text, isComplete } = await readUpTo(MAX_RELEASE_BYTES, chunks);
      if (!isComplete) {
        const limit = formatLimit(MAX_RELEASE_BYTES);
        throw requestFailed(`the response to ${describe(request)} is larger than ${limit}`, status);
      }
      if (status !== 200 && status !== 201)
        throw requestFailed(`${describe(request)} failed with status ${status}`, status);
      try {
        return JSON.parse(text);
      } catch {
        // Without a content length, a truncated response looks complete.
        throw requestFailed(`the response to ${describe(request)} is not valid JSON`, status, 0);
      }
    });
  }

  /**
   * Sends one request, a GET by default. `handle` must read all chunks or throw.
   * @throws GitHubError GITHUB_DENIED, GITHUB_FAILED; NetworkError TLS_FAILED; RunError RUN_CANCELLED;
   * any error of `handle`
   */
  async request<T>(request: GitHubRequest, handle: (response: GitHubResponse) => Promise<T>): Promise<T> {
    const { dispatcher, token } = this.#options;
    const { url, accept, withToken, method = 'GET', body: json, signal = this.#options.signal } = request;
    const controller = new AbortController();
    const idleTimeout = this.#idleTimeouts.start(describe(request), (message) =>
      controller.abort(new Error(message)),
    );
    const toError = (error: unknown) => this.#toError(error, request, idleTimeout);
    try {
      const response = await dispatcher
        .request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: {
            accept,
            'user-agent': 'linkedin-media-upload',
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(withToken ? { authorization: `Bearer ${token.reveal()}` } : {}),
          },
          body: json ?? null,
          signal: AbortSignal.any([signal, controller.signal]),
          headersTimeout: 0,
          bodyTimeout: 0,
        })
        .catch((error) => Promise.reject(toError(error)));
      const chunks = withIdleTimeout(response.body, idleTimeout, toError);
      const { statusCode: status, headers } = response;
      const dateMs = withToken ? serverDateMs(response) : null;
      if (dateMs !== null) this.#skewMs = dateMs - this.#options.clock.epochMs();
      // The start of the body is enough for the error message.
      const body = status >= 300 ? (await readUpTo(MAX_ERROR_BODY_BYTES, chunks)).text : '';
      if (status >= 400) throw this.#toGitHubError(request, response, body);
      return await handle({ status, location: headers.location?.toString() ?? null, chunks });
    } finally {
      idleTimeout.end();
    }
  }

  /** Ends all connections. */
  disconnect(): Promise<void> {
    return this.#options.dispatcher.destroy();
  }

  /** Retries `work` after transient errors, up to three attempts. Waits at least as long as GitHub asks for. */
  async retry<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const requestedMs = error instanceof GitHubError ? error.retryAfterMs : null;
        if (requestedMs === null || requestedMs > MAX_RETRY_AFTER_MS || attempt === MAX_ATTEMPTS) throw error;
        await clock.sleep(Math.max(requestedMs, backoffMs(attempt, 'error', clock.random())), signal);
      }
    }
  }

  /** A rate limit is a 429, or a 403 with `Retry-After`, with no requests remaining, or that names a secondary limit. */
  #toGitHubError(
    request: GitHubRequest,
    { statusCode: status, headers }: Dispatcher.ResponseData,
    text: string,
  ): GitHubError {
    const { token } = this.#options;
    const requestedMs = retryAfterMs(headers['retry-after'], this.serverNow());
    const isSpent = headers['x-ratelimit-remaining'] === '0';
    const isSecondary = /secondary rate limit/i.test(text);
    const isLimited = status === 429 || (status === 403 && (requestedMs !== null || isSpent || isSecondary));
    // The reset header is the time of the primary limit.
    const resetMs = isSecondary ? MINUTE_MS : msUntilReset(headers, this.serverNow());
    const limitMs = isLimited ? (requestedMs ?? resetMs) : null;
    const retryHint = limitMs === null ? '' : `; retry after ${formatWait(limitMs)}`;
    const body = errorMessageIn(redactSecretsInJson(text, [token]));
    const message = `${describe(request)} failed with status ${status}${body}${retryHint}`;
    const isDenied = request.withToken && !isLimited && (status === 401 || status === 403);
    if (isDenied) return new GitHubError('GITHUB_DENIED', message, { status, retryAfterMs: null });
    return requestFailed(
      message,
      status,
      limitMs ?? (status >= 500 || status === 408 ? (requestedMs ?? 0) : null),
    );
  }

  #toError(error: unknown, request: GitHubRequest, idleTimeout: IdleTimeout): unknown {
    const { signal = this.#options.signal } = request;
    if (signal.aborted) return toAbortError(describe(request), signal.reason);
    if (idleTimeout.expired !== null) return requestFailed(idleTimeout.expired, 0, 0);
    const { code, text } = classifyNetworkError(error);
    const message = `${describe(request)} failed: ${text}`;
    if (code === 'TLS_FAILED') return new NetworkError(code, message, { cause: error });
    return requestFailed(message, 0, 0);
  }
}

/** Not retried if `retryAfterMs` is null. */
function requestFailed(message: string, status: number, retryAfterMs: number | null = null): GitHubError {
  return new GitHubError('GITHUB_FAILED', message, { status, retryAfterMs });
}

/** The query of a download URL is a credential, and its path may be one. */
function describe({ url, withToken, method = 'GET' }: GitHubRequest): string {
  return withToken ? `${method} ${url.host}${url.pathname}` : `the download from ${url.host}`;
}

async function* withIdleTimeout(
  body: AsyncIterable<Uint8Array>,
  idleTimeout: IdleTimeout,
  toError: (e: unknown) => unknown,
) {
  try {
    for await (const chunk of body) {
      idleTimeout.touch(false);
      yield chunk;
    }
  } catch (error) {
    throw toError(error);
  }
}

/** GitHub's error message, such as `Resource not accessible by integration`. */
function errorMessageIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? `: "${message.slice(0, 200)}"` : '';
  } catch {
    return '';
  }
}
