// The only place where a request to LinkedIn is made: deadlines, host policy, no redirects, capped answers.
// Knows nothing of assets or JSON shapes; an HTTP status is an answer here, not an error.

import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Deps } from '../deps.ts';
import {
  ActionError,
  type CallContext,
  HttpError,
  NetworkError,
  type Phase,
  UploadError,
} from '../errors.ts';
import { formatNumber } from '../format.ts';
import { redactSecrets, redactSecretsInJson, type Secret } from '../secret.ts';
import { isTokenUrl, isTrustedUploadUrl } from './allowed-hosts.ts';
import { type IdleTimeout, IdleTimeouts } from './idle-timeout.ts';
import type { HttpRequest, HttpResponse } from './messages.ts';
import { classifyNetworkError, sanitizeError, toAbortError } from './network-errors.ts';
import { type RequestLogEntry, startLogEntry } from './request-log.ts';
import { formatLimit, MAX_ERROR_BODY_BYTES, MAX_RESPONSE_BYTES, readUpTo } from './response-limit.ts';
import { sentShare, UploadStream } from './upload-stream.ts';

export interface HttpClient {
  readonly apiUrl: URL;
  /** Epoch milliseconds by LinkedIn's clock, as its last answer told it; the runner's own before that. */
  serverNow(): number;
  /**
   * @throws NetworkError NETWORK_FAILED, NETWORK_TIMEOUT, TLS_FAILED; HttpError HTTP_UNEXPECTED on a redirect or an
   * answer over the cap; UploadError UPLOAD_ADDRESS, UPLOAD_INCOMPLETE; RunError RUN_CANCELLED; whatever the body
   * or the one who aborts throws.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface ClientOptions extends Deps {
  readonly apiUrl: URL;
  readonly token: Secret;
  /** What else LinkedIn may know and echo, in the answer to any call. */
  readonly secrets?: readonly Secret[];
  /** Hears of every request that is sent. */
  readonly onRequest: (phase: Phase) => void;
  /** Gets an entry for every request that has ended. */
  readonly onLogEntry?: (entry: RequestLogEntry) => void;
}

export function createHttpClient(options: ClientOptions): HttpClient {
  const shared = { ...options, secrets: secretsOf(options), timeouts: new IdleTimeouts(options.clock) };
  let skewMs = 0;
  return {
    apiUrl: options.apiUrl,
    serverNow: () => options.clock.epochMs() + skewMs,
    async request(request) {
      assertHost(request, options.apiUrl);
      assertOngoing(request, options.signal);
      options.onRequest(request.phase);
      const log = startLogEntry(request, shared);
      const call = openCall(request, shared);
      try {
        const response = await readReply(call, await options.dispatcher.request(call.sent));
        skewMs = readClockSkew(response, options) ?? skewMs;
        log(response);
        return response;
      } catch (error) {
        log(null);
        throw failureOf(call, error);
      } finally {
        call.timeout.end();
      }
    },
  };
}

/** The token and the bytes go to the API's own origin and to trusted upload hosts, whatever a caller asks for. */
function assertHost({ url, phase }: HttpRequest, apiUrl: URL): void {
  if (!isTrusted(url, phase, apiUrl))
    throw new UploadError('UPLOAD_ADDRESS', `requests to ${url.host} are not allowed; nothing was sent`);
}

function isTrusted(url: URL, phase: Phase, apiUrl: URL): boolean {
  if (phase === 'upload') return isTrustedUploadUrl(url, apiUrl);
  return phase === 'token' ? isTokenUrl(url, apiUrl) : url.origin === apiUrl.origin;
}

function assertOngoing(request: HttpRequest, runSignal: AbortSignal): void {
  const aborted = [runSignal, request.signal].find((signal) => signal?.aborted);
  if (aborted !== undefined) throw toAbortError(describe(request), aborted.reason);
}

/** One request in flight. */
interface Call {
  readonly request: HttpRequest;
  /** What undici is asked. */
  readonly sent: Dispatcher.RequestOptions;
  readonly upload: UploadStream | null;
  readonly timeout: IdleTimeout;
  /** Those that may cancel it: the run's, and its own. */
  readonly signals: readonly AbortSignal[];
  /** What its answer may echo. */
  readonly secrets: readonly Secret[];
}

interface Shared extends ClientOptions {
  readonly secrets: readonly Secret[];
  readonly timeouts: IdleTimeouts;
}

function openCall(request: HttpRequest, { timeouts, token, secrets, signal }: Shared): Call {
  const expiry = new AbortController();
  const timeout = timeouts.start(describe(request), (message) => expiry.abort(new Error(message)));
  const upload = typeof request.body === 'object' ? new UploadStream(request.body, timeout) : null;
  const signals = [signal, ...(request.signal ? [request.signal] : [])];
  const sent = {
    origin: request.url.origin,
    path: request.url.pathname + request.url.search,
    method: request.method,
    headers: headersOf(request, token),
    body: upload === null ? bodyText(request) : iterableBody(upload),
    signal: AbortSignal.any([...signals, expiry.signal]),
    // Ours decide: undici's would end a slow upload that still makes progress.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return { request, sent, upload, timeout, signals, secrets: [...secrets, ...(request.secrets ?? [])] };
}

async function readReply(call: Call, response: Dispatcher.ResponseData): Promise<HttpResponse> {
  const { request, upload, secrets } = call;
  const { statusCode: status, headers } = response;
  const capBytes = status >= 400 ? MAX_ERROR_BODY_BYTES : (request.maxResponseBytes ?? MAX_RESPONSE_BYTES);
  const { text, isComplete } = await readUpTo(capBytes, response.body);
  // undici frees a connection one turn of the event loop later: an upload that starts before that opens another one.
  if (upload !== null) await setImmediate();
  assertResponse({ status, headers, isWhole: isComplete }, call);
  return redactResponse({ status, headers, text, call: callFacts(request, sentShare(upload)) }, secrets);
}

function secretsOf({ token, secrets = [] }: ClientOptions): Secret[] {
  return [token, ...secrets];
}

/** What is shown of an answer, its words and its id, may echo a secret. */
export function redactResponse(response: HttpResponse, secrets: readonly Secret[]): HttpResponse {
  const id = response.headers['x-li-uuid'];
  const headers =
    typeof id === 'string'
      ? { ...response.headers, 'x-li-uuid': redactSecrets(id, secrets) }
      : response.headers;
  return { ...response, headers, text: redactSecretsInJson(response.text, secrets) };
}

function bodyText({ body }: HttpRequest): string | null {
  return typeof body === 'string' ? body : null;
}

/** undici sends any async iterable chunk by chunk, with back-pressure; only its type asks for a stream. */
function iterableBody(chunks: AsyncIterable<Uint8Array>): Readable {
  return chunks as unknown as Readable;
}

function headersOf(request: HttpRequest, token: Secret): Record<string, string> {
  const length = typeof request.body === 'object' ? { 'content-length': String(request.body.sizeBytes) } : {};
  const authorization = request.bearer ? { authorization: `Bearer ${token.reveal()}` } : {};
  // Unasked, something between may compress, and a small answer unfold to any size.
  const own = { 'user-agent': 'linkedin-media-upload', 'accept-encoding': 'identity' };
  return { ...own, ...request.headers, ...length, ...authorization };
}

interface Answer extends Pick<HttpResponse, 'status' | 'headers'> {
  /** Whether its body was read to the end. */
  readonly isWhole: boolean;
}

function assertResponse({ status, headers: { location }, isWhole }: Answer, call: Call): void {
  const { request, upload, secrets } = call;
  // The start of a refusal is enough for its message.
  if (!isWhole && status < 400) {
    const { maxResponseBytes = MAX_RESPONSE_BYTES } = request;
    const message = `the answer to ${describe(request)} is larger than ${formatLimit(maxResponseBytes)}`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: callFacts(request, 'all') });
  }
  if (status >= 300 && status < 400) {
    const target = typeof location === 'string' ? URL.parse(location, request.url.href) : null;
    // Hidden before it is cut: a secret with a slash in it ends in the path.
    const place = target === null || target.host === '' ? 'nowhere' : target.host + target.pathname;
    const [host] = redactSecrets(place, secrets).split('/');
    const message = `${describe(request)} was redirected (${status}) to ${host}; redirects are not followed`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: callFacts(request, 'all') });
  }
  if (status < 300 && upload !== null && upload.sentBytes < upload.sizeBytes) {
    throw new UploadError(
      'UPLOAD_INCOMPLETE',
      `${describe(request)} was answered with ${status} after ${formatNumber(upload.sentBytes)} of ${formatNumber(upload.sizeBytes)} bytes`,
      { call: callFacts(request, 'some') },
    );
  }
}

function failureOf({ request, signals, upload, timeout }: Call, error: unknown): unknown {
  const aborted = signals.find((signal) => signal.aborted);
  const call = callFacts(request, sentShare(upload));
  if (aborted !== undefined) return toAbortError(describe(request), aborted.reason);
  if (timeout.expired !== null) return new NetworkError('NETWORK_TIMEOUT', timeout.expired, { call });
  if (upload !== null && upload.failure !== null) return upload.failure.error;
  if (error instanceof ActionError) return error;
  const { code, text, isBeforeSending } = classifyNetworkError(error);
  return new NetworkError(code, `${describe(request)} failed: ${text}`, {
    cause: sanitizeError(error),
    call: isBeforeSending ? callFacts(request, 'nothing') : call,
  });
}

function callFacts({ phase, idempotency }: HttpRequest, sent: CallContext['sent']): CallContext {
  return { phase, idempotency, sent };
}

/** Host and path only: the query of an upload address is a credential. */
function describe({ method, url, phase }: HttpRequest): string {
  return phase === 'upload' ? `the upload to ${url.host}` : `${method} ${url.host}${url.pathname} (${phase})`;
}

// Some of LinkedIn's upload hosts send dates in a form of their own, and Date.parse makes a year of any number.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function readClockSkew({ headers: { date } }: HttpResponse, { clock }: ClientOptions): number | null {
  if (typeof date !== 'string' || !HTTP_DATE.test(date)) return null;
  const epochMs = Date.parse(date);
  return Number.isNaN(epochMs) ? null : epochMs - clock.epochMs();
}
