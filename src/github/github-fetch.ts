// The requests of the GitHub client over the dispatcher of the run: the token for one origin only, timeouts, no redirects,
// responses that arrive whole, and errors that name the request and GitHub's own message.

import type { Dispatcher } from 'undici';
import type { Deps } from '../deps.ts';
import { ActionError, CallError, messageOf, statusOf } from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import { type CallContext, NO_RETRY } from '../errors/retry-policy.ts';
import { formatWait } from '../format.ts';
import { type IdleTimeout, STALL_MS, startIdleTimeout } from '../http/idle-timeout.ts';
import {
  formatLimit,
  MAX_ERROR_BODY_BYTES,
  MAX_GITHUB_BYTES,
  readUpTo,
  retryAfterMs,
  serverDateMs,
} from '../http/messages.ts';
import { classifyNetworkError, toAbortError } from '../http/network-errors.ts';
import { redactSecretsInJson, type Secret } from '../secret.ts';
import { errorMessageIn, invalidReasonOf, MINUTE_MS, msUntilReset } from './github-response.ts';

interface FetchOptions extends Deps {
  readonly apiUrl: URL;
  readonly token: Secret;
}

/** The options that Octokit passes to `fetch`. */
interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirect?: string;
  /** Replaces the signal of the run: the last write of a cancelled run starts after that has aborted. */
  readonly signal?: AbortSignal;
}

interface GitHubRequest extends FetchInit {
  readonly url: URL;
  /** False for the storage of release assets, whose URLs are credentials. */
  readonly isApi: boolean;
}

interface GitHubReply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Whether the body is passed on while it arrives: a release asset, or a large manifest. */
function acceptsBytes({ headers }: FetchInit): boolean {
  return /octet-stream|raw/.test(headers?.accept ?? '');
}

export class GitHubFetch {
  readonly #options: FetchOptions;
  #skewMs = 0;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  serverNow(): number {
    return this.#options.clock.epochMs() + this.#skewMs;
  }

  /**
   * The `fetch` of Octokit. Resolves with a complete JSON, or with bytes that are still to be read if the request accepts
   * bytes, or with a redirect if the request sets `redirect: manual`.
   * @throws CallError GITHUB_DENIED, GITHUB_FAILED, TLS_FAILED; the error of an aborted signal
   */
  readonly fetch = async (address: string, init: FetchInit = {}): Promise<Response> => {
    const url = new URL(address);
    const request = { ...init, url, isApi: true };
    // A `Link` header may name any URL, and Octokit would send the token there.
    if (url.origin !== this.#options.apiUrl.origin)
      throw new ActionError(
        'GITHUB_FAILED',
        `GitHub named ${url.origin}, which may not get the token; nothing was sent`,
      );
    const { status, headers, chunks } = await this.#send(request);
    if (init.redirect === 'manual' && status >= 300 && status !== 304)
      return new Response(null, { status, headers: pick(headers, 'location') });
    if (status >= 300 && status !== 304) throw redirected(request, status);
    if (status > 201) throw unusable(request, status, 'has no content');
    if (acceptsBytes(init)) return new Response(ReadableStream.from(chunks), { status });
    const json = await readJson(request, { status, headers, chunks });
    return new Response(json, {
      status,
      headers: { ...pick(headers, 'link'), 'content-type': JSON_TYPE },
    });
  };

  /** Sends a GET without the token. Throws like `fetch`. */
  async download(url: URL): Promise<{ readonly status: number; readonly chunks: AsyncIterable<Uint8Array> }> {
    const headers = { accept: 'application/octet-stream', 'user-agent': 'linkedin-media-upload' };
    return await this.#send({ url, headers, isApi: false });
  }

  async #send(request: GitHubRequest): Promise<GitHubReply> {
    const { url, method = 'GET', headers = {}, body, signal = this.#options.signal } = request;
    if (signal.aborted) throw toAbortError(describe(request), signal.reason);
    const idleTimeout = startIdleTimeout(this.#options.clock, describe(request));
    const toError = (error: unknown) => toRequestError(error, { ...request, signal }, idleTimeout);
    try {
      const response = await this.#options.dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers,
        body: body ?? null,
        signal: AbortSignal.any([signal, idleTimeout.signal]),
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      // A body that nobody reads ends with its timeout, or with the connection.
      response.body.on('error', () => {}).once('close', () => idleTimeout.end());
      // Bytes may take as long as they move. Any other response, errors too, has to be complete in the time that its start has.
      const isMoving = acceptsBytes(request) && response.statusCode < 300;
      const onChunk = isMoving ? () => idleTimeout.touch() : () => {};
      const chunks = readChunks(response.body, { onChunk, toError });
      return await this.#check(request, { status: response.statusCode, headers: response.headers, chunks });
    } catch (error) {
      idleTimeout.end();
      throw statusOf(error) === null ? toError(error) : error;
    }
  }

  /** Learns GitHub's time, and throws the error that the response reports. */
  async #check(request: GitHubRequest, reply: GitHubReply): Promise<GitHubReply> {
    const dateMs = request.isApi ? serverDateMs(reply) : null;
    if (dateMs !== null) this.#skewMs = dateMs - this.#options.clock.epochMs();
    if (reply.status < 300) return reply;
    // The start of the body is enough for the error message.
    const { text } = await readUpTo(MAX_ERROR_BODY_BYTES, reply.chunks);
    if (reply.status >= 400) throw this.#toGitHubError(request, reply, text);
    return reply;
  }

  /** A rate limit is a 429, or a 403 with `Retry-After`, with no requests remaining, or that names a secondary limit. */
  #toGitHubError(request: GitHubRequest, { status, headers }: GitHubReply, text: string): CallError {
    const requestedMs = retryAfterMs(headers['retry-after'], this.serverNow());
    const isSpent = headers['x-ratelimit-remaining'] === '0';
    const isSecondary = /secondary rate limit/i.test(text);
    const isLimited = status === 429 || (status === 403 && (requestedMs !== null || isSpent || isSecondary));
    // The reset header is the time of the primary limit.
    const resetMs = isSecondary ? MINUTE_MS : msUntilReset(headers, this.serverNow());
    const limitMs = isLimited ? (requestedMs ?? resetMs) : null;
    const retryHint = limitMs === null ? '' : `; retry after ${formatWait(limitMs)}`;
    const call = contextOf(request);
    const serviceMessage = errorMessageIn(redactSecretsInJson(text, [this.#options.token]));
    const quoted = serviceMessage === '' ? '' : `: "${serviceMessage}"`;
    const message = `${describe(request)} failed with status ${status}${quoted}${retryHint}`;
    const isDenied = request.isApi && !isLimited && (status === 401 || status === 403);
    if (isDenied) {
      const hint = status === 401 ? TOKEN_HINT : undefined;
      return new CallError('GITHUB_DENIED', message, { call, status, serviceMessage, hint });
    }
    const details = { call, status, serviceMessage, retryAfterMs: limitMs ?? requestedMs };
    return new CallError('GITHUB_FAILED', message, details);
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

const TOKEN_HINT =
  'GitHub does not accept the token: it is wrong, expired or revoked. Leave `github-token` out, or set it to a valid token.';

/** Octokit would report an incomplete body as a success without data. */
async function readJson(request: GitHubRequest, { status, chunks }: GitHubReply): Promise<string> {
  const { text, isComplete } = await readUpTo(MAX_GITHUB_BYTES, chunks);
  if (!isComplete) {
    throw unusable(request, status, `is larger than ${formatLimit(MAX_GITHUB_BYTES)}`);
  }
  // Without a content length, a truncated response looks complete.
  const invalidReason = invalidReasonOf(text);
  if (invalidReason === null) return text;
  const message = `the response to ${describe(request)} ${invalidReason}`;
  throw new CallError('GITHUB_FAILED', message, { call: contextOf(request), status });
}

function toRequestError(
  error: unknown,
  request: GitHubRequest & { readonly signal: AbortSignal },
  idleTimeout: IdleTimeout,
): Error {
  const call = contextOf(request);
  if (request.signal.aborted) return toAbortError(describe(request), request.signal.reason, call);
  if (idleTimeout.signal.aborted) {
    const late = `${describe(request)} timed out: its response was not complete after ${STALL_MS / 1000} s`;
    const text = acceptsBytes(request) ? messageOf(idleTimeout.signal.reason) : late;
    return new CallError('GITHUB_FAILED', text, { call });
  }
  const { code, text, hint } = classifyNetworkError(error);
  const message = `${describe(request)} failed: ${text}`;
  if (code === 'TLS_FAILED') return new CallError(code, message, { call, hint, cause: error });
  // A proxy that reloads may refuse one request of a run.
  const advice = code === 'PROXY_REFUSED' ? ERROR_CODES[code].hint : undefined;
  return new CallError('GITHUB_FAILED', message, { call, hint: advice });
}

/** Only a read has certainly no effect. */
function contextOf({ method = 'GET' }: GitHubRequest): CallContext {
  return { phase: 'github', idempotency: method === 'GET' ? 'idempotent' : 'non-idempotent', sent: 'all' };
}

/** A response that would be the same again. */
function unusable(request: GitHubRequest, status: number, why: string): CallError {
  const details = { call: contextOf(request), status, retry: NO_RETRY };
  return new CallError('GITHUB_FAILED', `the response to ${describe(request)} ${why}`, details);
}

/** The URL in the response is not trusted. It has the number of the repository, not its new name. */
function redirected(request: GitHubRequest, status: number): CallError {
  const text = `${describe(request)} failed with status ${status}: GitHub redirects it, as after the repository was renamed or moved`;
  const hint =
    'Start a new run of the workflow, which has the new name of the repository; a re-run may have the old one. Where you set GITHUB_REPOSITORY or GITHUB_API_URL yourself, set the present name and address.';
  return new CallError('GITHUB_FAILED', text, { call: contextOf(request), status, hint });
}

/** The query of a download URL is a credential, and its path may be one. */
function describe({ url, isApi, method = 'GET' }: GitHubRequest): string {
  return isApi ? `${method} ${url.host}${url.pathname}` : `the download from ${url.host}`;
}

function pick(headers: GitHubReply['headers'], name: string): Record<string, string> {
  const value = headers[name];
  return value === undefined ? {} : { [name]: String(value) };
}

async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  { onChunk, toError }: { readonly onChunk: () => void; readonly toError: (error: unknown) => Error },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      onChunk();
      yield chunk;
    }
  } catch (error) {
    throw toError(error);
  }
}
