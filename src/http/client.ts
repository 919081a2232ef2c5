// Sends every request to LinkedIn: timeouts, host policy, no redirects, capped responses.
// It does not know assets or JSON shapes. An HTTP error status is a response here, not an error.

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
import {
  formatLimit,
  type HttpRequest,
  type HttpResponse,
  MAX_ERROR_BODY_BYTES,
  MAX_RESPONSE_BYTES,
  readUpTo,
} from './messages.ts';
import { classifyNetworkError, sanitizeError, toAbortError } from './network-errors.ts';
import { type RequestLogEntry, startLogEntry } from './request-log.ts';
import { ChunkSizer, sentShare, UploadStream } from './upload-stream.ts';

export interface HttpClient {
  readonly apiUrl: URL;
  /** Epoch milliseconds by LinkedIn's clock, from its last response; the runner's clock before the first one. */
  serverNow(): number;
  /**
   * @throws NetworkError NETWORK_FAILED, NETWORK_TIMEOUT, TLS_FAILED; HttpError HTTP_UNEXPECTED on a redirect or a
   * response over the cap; UploadError UPLOAD_URL, UPLOAD_INCOMPLETE; RunError RUN_CANCELLED; the error of the
   * body; an abort reason that is an ActionError
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface ClientOptions extends Deps {
  readonly apiUrl: URL;
  readonly token: Secret;
  /** Other secrets that LinkedIn knows and may echo in any response. */
  readonly secrets?: readonly Secret[];
  /** Called before each request is sent. */
  readonly onRequest: (phase: Phase) => void;
  /** Gets an entry for every request that has ended. */
  readonly onLogEntry?: (entry: RequestLogEntry) => void;
}

export function createHttpClient(options: ClientOptions): HttpClient {
  const timeouts = new IdleTimeouts(options.clock);
  const secrets = [options.token, ...(options.secrets ?? [])];
  const shared = { ...options, secrets, timeouts, sizer: new ChunkSizer() };
  let skewMs = 0;
  return {
    apiUrl: options.apiUrl,
    serverNow: () => options.clock.epochMs() + skewMs,
    async request(request) {
      if (!isAllowed(request, options.apiUrl)) {
        const text = `requests to ${request.url.host} are not allowed; nothing was sent`;
        throw new UploadError('UPLOAD_URL', text);
      }
      const aborted = [options.signal, request.signal].find((signal) => signal?.aborted);
      if (aborted !== undefined) throw toAbortError(describe(request), aborted.reason);
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
        call.close();
      }
    },
  };
}

/** The token and the bytes go only to the API's own origin and to trusted upload hosts, whatever a caller asks. */
function isAllowed({ url, phase }: HttpRequest, apiUrl: URL): boolean {
  if (phase === 'upload') return isTrustedUploadUrl(url, apiUrl);
  return phase === 'token' ? isTokenUrl(url, apiUrl) : url.origin === apiUrl.origin;
}

/** One request in flight. */
interface Call {
  readonly request: HttpRequest;
  /** The options for undici. */
  readonly sent: Dispatcher.RequestOptions;
  readonly upload: UploadStream | null;
  readonly timeout: IdleTimeout;
  /** The signals that can cancel it: the run's and its own. */
  readonly signals: readonly AbortSignal[];
  /** The secrets that its response may echo. */
  readonly secrets: readonly Secret[];
  /** Ends its timeout and removes its abort listener. */
  readonly close: () => void;
}

interface Shared extends ClientOptions {
  readonly secrets: readonly Secret[];
  readonly timeouts: IdleTimeouts;
  readonly sizer: ChunkSizer;
}

function openCall(request: HttpRequest, { timeouts, sizer, token, secrets, signal }: Shared): Call {
  const stop = new AbortController();
  const timeout = timeouts.start(describe(request), (message) => stop.abort(new Error(message)));
  const upload = typeof request.body === 'object' ? new UploadStream(request.body, timeout, sizer) : null;
  const signals = [signal, ...(request.signal ? [request.signal] : [])];
  const sent = {
    origin: request.url.origin,
    path: request.url.pathname + request.url.search,
    method: request.method,
    headers: headersOf(request, token),
    // undici sends any async iterable chunk by chunk, with back-pressure. Only its type requires a stream.
    body: typeof request.body === 'string' ? request.body : (upload as unknown as Readable | null),
    // Not `AbortSignal.any`, which keeps ended requests in memory until a major GC.
    signal: stop.signal,
    // Off, because undici's timeouts would abort a slow upload that still makes progress. IdleTimeout replaces them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const abort = () => stop.abort();
  for (const one of signals) one.addEventListener('abort', abort);
  const close = () => {
    for (const one of signals) one.removeEventListener('abort', abort);
    timeout.end();
  };
  const echoed = [...secrets, ...(request.secrets ?? [])];
  return { request, sent, upload, timeout, signals, secrets: echoed, close };
}

async function readReply(call: Call, response: Dispatcher.ResponseData): Promise<HttpResponse> {
  const { request, upload, secrets } = call;
  const { statusCode: status, headers } = response;
  const capBytes = status >= 400 ? MAX_ERROR_BODY_BYTES : (request.maxResponseBytes ?? MAX_RESPONSE_BYTES);
  const { text, isComplete } = await readUpTo(capBytes, response.body);
  // undici frees a connection one event-loop turn later. An upload that starts earlier would open another connection.
  if (upload !== null) await setImmediate();
  assertResponse({ status, headers, isComplete }, call);
  return redactResponse({ status, headers, text, call: callFacts(request, sentShare(upload)) }, secrets);
}

/** Redacts the parts of a response that are shown, its text and its id: both may echo a secret. */
export function redactResponse(response: HttpResponse, secrets: readonly Secret[]): HttpResponse {
  const id = response.headers['x-li-uuid'];
  const headers =
    typeof id === 'string'
      ? { ...response.headers, 'x-li-uuid': redactSecrets(id, secrets) }
      : response.headers;
  return { ...response, headers, text: redactSecretsInJson(response.text, secrets) };
}

function headersOf(request: HttpRequest, token: Secret): Record<string, string> {
  const length = typeof request.body === 'object' ? { 'content-length': String(request.body.sizeBytes) } : {};
  const authorization = request.bearer ? { authorization: `Bearer ${token.reveal()}` } : {};
  // Without this header a proxy may compress a response, and a small one could decompress to any size.
  const own = { 'user-agent': 'linkedin-media-upload', 'accept-encoding': 'identity' };
  return { ...own, ...request.headers, ...length, ...authorization };
}

/** `isComplete`: whether the body was read to its end. */
function assertResponse(
  { status, headers: { location }, isComplete }: Omit<HttpResponse, 'text'> & { isComplete: boolean },
  { request, upload, secrets }: Call,
): void {
  // The start of a rejection is enough for its message.
  if (!isComplete && status < 400) {
    const { maxResponseBytes = MAX_RESPONSE_BYTES } = request;
    const message = `the response to ${describe(request)} is larger than ${formatLimit(maxResponseBytes)}`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: callFacts(request, 'all') });
  }
  if (status >= 300 && status < 400) {
    const target = typeof location === 'string' ? URL.parse(location, request.url.href) : null;
    // Redacted before the split: a secret that contains a slash continues in the path.
    const place = target === null || target.host === '' ? 'an invalid URL' : target.host + target.pathname;
    const [host] = redactSecrets(place, secrets).split('/');
    const message = `${describe(request)} was redirected (${status}) to ${host}; redirects are not followed`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: callFacts(request, 'all') });
  }
  if (status < 300 && upload !== null && upload.sentBytes < upload.sizeBytes) {
    throw new UploadError(
      'UPLOAD_INCOMPLETE',
      `${describe(request)} got the response ${status} after only ${formatNumber(upload.sentBytes)} of ${formatNumber(upload.sizeBytes)} bytes`,
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

/** Host and path only: the query of an upload URL is a credential. */
function describe({ method, url, phase }: HttpRequest): string {
  return phase === 'upload' ? `the upload to ${url.host}` : `${method} ${url.host}${url.pathname} (${phase})`;
}

// Some LinkedIn upload hosts send dates in another format, and Date.parse reads any number as a year.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function readClockSkew({ headers: { date } }: HttpResponse, { clock }: ClientOptions): number | null {
  if (typeof date !== 'string' || !HTTP_DATE.test(date)) return null;
  const epochMs = Date.parse(date);
  return Number.isNaN(epochMs) ? null : epochMs - clock.epochMs();
}
