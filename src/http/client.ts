// Sends every request to LinkedIn: timeouts, host policy, no redirects, capped responses. Independent of assets and JSON
// shapes. An HTTP error status is a response here, not an error.

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
import { IdleTimeout } from './idle-timeout.ts';
import {
  formatLimit,
  type HttpRequest,
  type HttpResponse,
  MAX_RESPONSE_BYTES,
  readText,
  serverDateMs,
} from './messages.ts';
import { classifyNetworkError, sanitizeError, toAbortError } from './network-errors.ts';
import { sentShare, UploadStream } from './request-body.ts';
import { type RequestLogEntry, startLogEntry } from './request-log.ts';
import { TextBody } from './text-body.ts';

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
  const secrets = [options.token, ...(options.secrets ?? [])];
  const shared = { ...options, secrets };
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
        const serverMs = serverDateMs(response);
        if (serverMs !== null) skewMs = serverMs - options.clock.epochMs();
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
  /** The body of a request that reports its start. */
  readonly text: TextBody | null;
  readonly timeout: IdleTimeout;
  /**
   * The signals that can cancel it: the run's and its own. Empty once a text is being sent, which must not be interrupted.
   */
  readonly signals: readonly AbortSignal[];
  /** The secrets that its response may echo. */
  readonly secrets: readonly Secret[];
  /** Ends its timeout and removes its abort listeners. */
  readonly close: () => void;
}

interface Shared extends ClientOptions {
  readonly secrets: readonly Secret[];
}

function openCall(request: HttpRequest, { clock, token, secrets, signal }: Shared): Call {
  const stop = new AbortController();
  const onExpire = (message: string) => stop.abort(new Error(message));
  const timeout = new IdleTimeout({ clock, what: describe(request), onExpire });
  const abort = () => stop.abort();
  const signals = [signal, ...(request.signal ? [request.signal] : [])];
  for (const one of signals) one.addEventListener('abort', abort);
  const detach = () => {
    for (const one of signals.splice(0)) one.removeEventListener('abort', abort);
  };
  const upload = typeof request.body === 'object' ? new UploadStream(request.body, timeout) : null;
  const text = textBodyOf(request, timeout, detach);
  const sent = {
    origin: request.url.origin,
    path: request.url.pathname + request.url.search,
    method: request.method,
    headers: headersOf(request, token, text),
    // undici sends any async iterable chunk by chunk, with back-pressure. Only its type requires a stream.
    body:
      text === null && typeof request.body === 'string'
        ? request.body
        : ((text ?? upload) as unknown as Readable | null),
    signal: stop.signal,
    // Off, because undici's timeouts would abort a slow upload that still makes progress. IdleTimeout replaces them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const close = () => {
    detach();
    timeout.end();
  };
  const echoed = [...secrets, ...(request.secrets ?? [])];
  return { request, sent, upload, text, timeout, signals, secrets: echoed, close };
}

function textBodyOf(
  { body, onSending }: HttpRequest,
  timeout: IdleTimeout,
  detach: () => void,
): TextBody | null {
  if (typeof body !== 'string' || onSending === undefined) return null;
  return new TextBody(body, timeout, () => {
    detach();
    onSending();
  });
}

async function readReply(call: Call, response: Dispatcher.ResponseData): Promise<HttpResponse> {
  const { request, upload, secrets } = call;
  const { statusCode: status, headers } = response;
  const { text, isComplete } = await readText(request, response);
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

function headersOf(request: HttpRequest, token: Secret, text: TextBody | null): Record<string, string> {
  const sizeBytes = typeof request.body === 'object' ? request.body.sizeBytes : text?.sizeBytes;
  const length = sizeBytes === undefined ? {} : { 'content-length': String(sizeBytes) };
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

function failureOf({ request, signals, upload, text: body, timeout }: Call, error: unknown): unknown {
  const aborted = signals.find((signal) => signal.aborted);
  const call = callFacts(request, body?.sent ?? sentShare(upload));
  if (aborted !== undefined) return toAbortError(describe(request), aborted.reason);
  if (timeout.expired !== null) return new NetworkError('NETWORK_TIMEOUT', timeout.expired, { call });
  if (upload !== null && upload.failure !== null) return upload.failure.error;
  if (error instanceof ActionError) return error;
  const { code, text, isBeforeSending } = classifyNetworkError(error);
  return new NetworkError(code, `${describe(request)} failed: ${text}`, {
    cause: sanitizeError(error),
    call: isBeforeSending && body === null ? callFacts(request, 'nothing') : call,
  });
}

function callFacts({ phase, idempotency }: HttpRequest, sent: CallContext['sent']): CallContext {
  return { phase, idempotency, sent };
}

/** Host and path only: the query of an upload URL is a credential. */
function describe({ method, url, phase }: HttpRequest): string {
  return phase === 'upload' ? `the upload to ${url.host}` : `${method} ${url.host}${url.pathname} (${phase})`;
}
