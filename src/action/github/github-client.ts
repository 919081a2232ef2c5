// The only place where a request to GitHub is made: deadlines, repeats, no redirects, capped answers, all through the
// run's own dispatcher. Knows nothing of releases.

import type { Dispatcher } from 'undici';
import type { Deps } from '../../deps.ts';
import { GitHubError, NetworkError } from '../../errors.ts';
import { formatWait } from '../../format.ts';
import { backoffMs, retryAfterMs } from '../../http/backoff.ts';
import { type IdleTimeout, IdleTimeouts } from '../../http/idle-timeout.ts';
import { classifyNetworkError, toAbortError } from '../../http/network-errors.ts';
import { formatLimit, MAX_ERROR_BODY_BYTES, MAX_RELEASE_BYTES, readUpTo } from '../../http/response-limit.ts';
import { redactSecretsInJson, type Secret } from '../../secret.ts';

export interface GitHubOptions extends Deps {
  /** GitHub's REST API, or that of a GitHub Enterprise Server. */
  readonly apiUrl: URL;
  readonly token: Secret;
}

interface GitHubRequest {
  readonly url: URL;
  readonly accept: string;
  /** Whether the token goes along: to the API, and never to where it redirects. */
  readonly withToken: boolean;
}

/** What is no refusal: 2xx, or a redirect, which is never followed here. */
export interface GitHubResponse {
  readonly status: number;
  /** Where a redirect leads. */
  readonly location: string | null;
  /** The body, empty for a redirect; throws as `get` does. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const MAX_ATTEMPTS = 3;
/** Who asks for more patience than this is not asked again. */
const MAX_RETRY_AFTER_MS = 60_000;

export class GitHubClient {
  readonly #options: GitHubOptions;
  readonly #idleTimeouts: IdleTimeouts;

  constructor(options: GitHubOptions) {
    this.#options = options;
    this.#idleTimeouts = new IdleTimeouts(options.clock);
  }

  /** The address of `path`, such as `/repos/…`, in the API: on a GitHub Enterprise Server that lies below a path too. */
  urlOf(path: string): URL {
    return new URL(this.#options.apiUrl.href.replace(/\/$/, '') + path);
  }

  /** The JSON at `path`, unchecked. Throws as `get` does. */
  json(path: string): Promise<unknown> {
    const question = { url: this.urlOf(path), accept: 'application/vnd.github+json', withToken: true };
    return this.retry(() => this.#getJson(question));
  }

  /**
   * One GET; `handle` must read the chunks to their end, or throw.
   * @throws GitHubError GITHUB_DENIED, GITHUB_FAILED; NetworkError TLS_FAILED; RunError RUN_CANCELLED; what `handle` throws
   */
  async get<T>(request: GitHubRequest, handle: (answer: GitHubResponse) => Promise<T>): Promise<T> {
    const { dispatcher, signal } = this.#options;
    const controller = new AbortController();
    const idleTimeout = this.#idleTimeouts.start(describe(request), (message) =>
      controller.abort(new Error(message)),
    );
    const toError = (error: unknown) => this.#toError(error, request, idleTimeout);
    try {
      const response = await dispatcher
        .request({
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: 'GET',
          headers: this.#headersOf(request),
          signal: AbortSignal.any([signal, controller.signal]),
          headersTimeout: 0,
          bodyTimeout: 0,
        })
        .catch((error) => Promise.reject(toError(error)));
      const chunks = withIdleTimeout(response.body, idleTimeout, toError);
      const { statusCode: status, headers } = response;
      // The start of a body is enough for its message.
      const body = status >= 300 ? (await readUpTo(MAX_ERROR_BODY_BYTES, chunks)).text : '';
      if (status >= 400) throw this.#toGitHubError(request, response, body);
      return await handle({ status, location: headers.location?.toString() ?? null, chunks });
    } finally {
      idleTimeout.end();
    }
  }

  /** Does `work`, and again after a failure that may pass: three times at most, with a pause as long as is asked for. */
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

  #getJson(request: GitHubRequest): Promise<unknown> {
    return this.get(request, async ({ status, chunks }) => {
      const { text, isComplete } = await readUpTo(MAX_RELEASE_BYTES, chunks);
      if (!isComplete) {
        const message = `the answer to ${describe(request)} is larger than ${formatLimit(MAX_RELEASE_BYTES)}`;
        throw requestFailed(message, { status: 200, retryAfterMs: null });
      }
      if (status !== 200)
        throw requestFailed(`${describe(request)} was answered with ${status}`, {
          status,
          retryAfterMs: null,
        });
      try {
        return JSON.parse(text);
      } catch {
        // Without a length, an answer that breaks off looks like one that has ended.
        throw requestFailed(`the answer to ${describe(request)} is not valid JSON`, {
          status,
          retryAfterMs: 0,
        });
      }
    });
  }

  #headersOf({ accept, withToken }: GitHubRequest): Record<string, string> {
    const authorization = withToken ? { authorization: `Bearer ${this.#options.token.reveal()}` } : {};
    return { accept, 'user-agent': 'linkedin-media-upload', ...authorization };
  }

  /** A limit is told by a 429, or by a 403 with how long to wait or with nothing left. */
  #toGitHubError(
    request: GitHubRequest,
    { statusCode: status, headers }: Dispatcher.ResponseData,
    text: string,
  ) {
    const { clock, token } = this.#options;
    const requestedMs = retryAfterMs(headers['retry-after'], clock.epochMs());
    const isLimited =
      status === 429 || (status === 403 && (requestedMs !== null || headers[RATE_LIMIT_REMAINING] === '0'));
    const limitMs = isLimited
      ? (requestedMs ?? untilReset(headers[RATE_LIMIT_RESET], clock.epochMs()))
      : null;
    const retryHint = limitMs === null ? '' : `, to be asked again after ${formatWait(limitMs)}`;
    const body = errorMessageIn(redactSecretsInJson(text, [token]));
    const message = `${describe(request)} was answered with ${status}${body}${retryHint}`;
    const isDenied = request.withToken && !isLimited && (status === 401 || status === 403);
    if (isDenied) return new GitHubError('GITHUB_DENIED', message, { status, retryAfterMs: null });
    return requestFailed(message, {
      status,
      retryAfterMs: limitMs ?? (status >= 500 || status === 408 ? 0 : null),
    });
  }

  #toError(error: unknown, request: GitHubRequest, idleTimeout: IdleTimeout): unknown {
    const { signal } = this.#options;
    if (signal.aborted) return toAbortError(describe(request), signal.reason);
    if (idleTimeout.expired !== null)
      return requestFailed(idleTimeout.expired, { status: 0, retryAfterMs: 0 });
    const { code, text } = classifyNetworkError(error);
    const message = `${describe(request)} failed: ${text}`;
    if (code === 'TLS_FAILED') return new NetworkError(code, message, { cause: error });
    return requestFailed(message, { status: 0, retryAfterMs: 0 });
  }
}

const RATE_LIMIT_REMAINING = 'x-ratelimit-remaining';
const RATE_LIMIT_RESET = 'x-ratelimit-reset';

/** The reset is told in seconds since 1970; without it, GitHub asks for a minute at least. */
function untilReset(header: string | string[] | undefined, epochMs: number): number {
  return /^\d{1,12}$/.test(String(header))
    ? Math.max(0, Number(header) * 1000 - epochMs)
    : MAX_RETRY_AFTER_MS;
}

function requestFailed(
  message: string,
  details: { status: number; retryAfterMs: number | null },
): GitHubError {
  return new GitHubError('GITHUB_FAILED', message, details);
}

/** The query of a download's address is a credential, and so may its path be. */
function describe({ url, withToken }: GitHubRequest): string {
  return withToken ? `GET ${url.host}${url.pathname}` : `the download from ${url.host}`;
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

/** GitHub's own words, such as `Resource not accessible by integration`. */
function errorMessageIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? `: "${message.slice(0, 200)}"` : '';
  } catch {
    return '';
  }
}
