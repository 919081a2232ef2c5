// The only place where a request to GitHub is made: deadlines, repeats, no redirects, capped answers, all through the
// run's own dispatcher. Knows nothing of releases.

import type { Dispatcher } from 'undici';
import type { Deps } from '../../deps.ts';
import { GitHubError, NetworkError } from '../../errors.ts';
import { formatWait } from '../../format.ts';
import { REFUSAL_CAP_BYTES, RELEASE_CAP_BYTES, readUpTo, showCap } from '../../http/capped.ts';
import { abortFault, classifyNetworkError } from '../../http/faults.ts';
import { type IdleTimeout, IdleTimeouts } from '../../http/idle-timeout.ts';
import { backoffMs, retryAfterMs } from '../../http/retry.ts';
import { redactSecretsInJson, type Secret } from '../../secret.ts';

export interface GitHubOptions extends Deps {
  /** GitHub's REST API, or that of a GitHub Enterprise Server. */
  readonly apiUrl: URL;
  readonly token: Secret;
}

interface Question {
  readonly url: URL;
  readonly accept: string;
  /** Whether the token goes along: to the API, and never to where it redirects. */
  readonly bearer: boolean;
}

/** What is no refusal: 2xx, or a redirect, which is never followed here. */
export interface Answer {
  readonly status: number;
  /** Where a redirect leads. */
  readonly location: string | null;
  /** The body, empty for a redirect; throws as `get` does. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const TRIES_MAX = 3;
/** Who asks for more patience than this is not asked again. */
const PATIENCE_MS = 60_000;

export class GitHub {
  readonly #options: GitHubOptions;
  readonly #deadlines: IdleTimeouts;

  constructor(options: GitHubOptions) {
    this.#options = options;
    this.#deadlines = new IdleTimeouts(options.clock);
  }

  /** The address of `path`, such as `/repos/…`, in the API: on a GitHub Enterprise Server that lies below a path too. */
  urlOf(path: string): URL {
    return new URL(this.#options.apiUrl.href.replace(/\/$/, '') + path);
  }

  /** The JSON at `path`, unchecked. Throws as `get` does. */
  json(path: string): Promise<unknown> {
    const question = { url: this.urlOf(path), accept: 'application/vnd.github+json', bearer: true };
    return this.repeat(() => this.#getJson(question));
  }

  /**
   * One GET; `take` must read the chunks to their end, or throw.
   * @throws GitHubError GITHUB_DENIED, GITHUB_FAILED; NetworkError TLS_FAILED; RunError RUN_CANCELLED; what `take` throws
   */
  async get<T>(question: Question, take: (answer: Answer) => Promise<T>): Promise<T> {
    const { dispatcher, signal } = this.#options;
    const stop = new AbortController();
    const deadline = this.#deadlines.start(describe(question), (fault) => stop.abort(new Error(fault)));
    const faultOf = (error: unknown) => this.#faultOf(error, question, deadline);
    try {
      const response = await dispatcher
        .request({
          origin: question.url.origin,
          path: question.url.pathname + question.url.search,
          method: 'GET',
          headers: this.#headersOf(question),
          signal: AbortSignal.any([signal, stop.signal]),
          headersTimeout: 0,
          bodyTimeout: 0,
        })
        .catch((error) => Promise.reject(faultOf(error)));
      const chunks = watched(response.body, deadline, faultOf);
      const { statusCode: status, headers } = response;
      // The start of a body is enough for its message.
      const said = status >= 300 ? (await readUpTo(REFUSAL_CAP_BYTES, chunks)).text : '';
      if (status >= 400) throw this.#refusal(question, response, said);
      return await take({ status, location: headers.location?.toString() ?? null, chunks });
    } finally {
      deadline.end();
    }
  }

  /** Does `work`, and again after a failure that may pass: three times at most, with a pause as long as is asked for. */
  async repeat<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        const askedMs = error instanceof GitHubError ? error.retryAfterMs : null;
        if (askedMs === null || askedMs > PATIENCE_MS || tries === TRIES_MAX) throw error;
        await clock.sleep(Math.max(askedMs, backoffMs(tries, 'error', clock.random())), signal);
      }
    }
  }

  #getJson(question: Question): Promise<unknown> {
    return this.get(question, async ({ status, chunks }) => {
      const { text, isWhole } = await readUpTo(RELEASE_CAP_BYTES, chunks);
      if (!isWhole) {
        const fault = `the answer to ${describe(question)} is larger than ${showCap(RELEASE_CAP_BYTES)}`;
        throw failure(fault, { status: 200, retryAfterMs: null });
      }
      if (status !== 200)
        throw failure(`${describe(question)} was answered with ${status}`, { status, retryAfterMs: null });
      try {
        return JSON.parse(text);
      } catch {
        // Without a length, an answer that breaks off looks like one that has ended.
        throw failure(`the answer to ${describe(question)} is not valid JSON`, { status, retryAfterMs: 0 });
      }
    });
  }

  #headersOf({ accept, bearer }: Question): Record<string, string> {
    const authorization = bearer ? { authorization: `Bearer ${this.#options.token.reveal()}` } : {};
    return { accept, 'user-agent': 'linkedin-media-upload', ...authorization };
  }

  /** A limit is told by a 429, or by a 403 with how long to wait or with nothing left. */
  #refusal(question: Question, { statusCode: status, headers }: Dispatcher.ResponseData, text: string) {
    const { clock, token } = this.#options;
    const asked = retryAfterMs(headers['retry-after'], clock.epochMs());
    const isLimited = status === 429 || (status === 403 && (asked !== null || headers[LEFT] === '0'));
    const limitMs = isLimited ? (asked ?? untilReset(headers[RESET], clock.epochMs())) : null;
    const patience = limitMs === null ? '' : `, to be asked again after ${formatWait(limitMs)}`;
    const said = messageIn(redactSecretsInJson(text, [token]));
    const message = `${describe(question)} was answered with ${status}${said}${patience}`;
    const isDenied = question.bearer && !isLimited && (status === 401 || status === 403);
    if (isDenied) return new GitHubError('GITHUB_DENIED', message, { status, retryAfterMs: null });
    return failure(message, {
      status,
      retryAfterMs: limitMs ?? (status >= 500 || status === 408 ? 0 : null),
    });
  }

  #faultOf(error: unknown, question: Question, deadline: IdleTimeout): unknown {
    const { signal } = this.#options;
    if (signal.aborted) return abortFault(describe(question), signal.reason);
    if (deadline.expired !== null) return failure(deadline.expired, { status: 0, retryAfterMs: 0 });
    const { code, text } = classifyNetworkError(error);
    const message = `${describe(question)} failed: ${text}`;
    if (code === 'TLS_FAILED') return new NetworkError(code, message, { cause: error });
    return failure(message, { status: 0, retryAfterMs: 0 });
  }
}

const LEFT = 'x-ratelimit-remaining';
const RESET = 'x-ratelimit-reset';

/** The reset is told in seconds since 1970; without it, GitHub asks for a minute at least. */
function untilReset(header: string | string[] | undefined, epochMs: number): number {
  return /^\d{1,12}$/.test(String(header)) ? Math.max(0, Number(header) * 1000 - epochMs) : PATIENCE_MS;
}

function failure(message: string, details: { status: number; retryAfterMs: number | null }): GitHubError {
  return new GitHubError('GITHUB_FAILED', message, details);
}

/** The query of a download's address is a credential, and so may its path be. */
function describe({ url, bearer }: Question): string {
  return bearer ? `GET ${url.host}${url.pathname}` : `the download from ${url.host}`;
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  deadline: IdleTimeout,
  faultOf: (e: unknown) => unknown,
) {
  try {
    for await (const chunk of body) {
      deadline.touch(false);
      yield chunk;
    }
  } catch (error) {
    throw faultOf(error);
  }
}

/** GitHub's own words, such as `Resource not accessible by integration`. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? `: "${message.slice(0, 200)}"` : '';
  } catch {
    return '';
  }
}
