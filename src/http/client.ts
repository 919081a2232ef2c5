// Sends every request to LinkedIn and GitHub: timeouts, host policy, no redirects, capped responses. Independent of assets and
// JSON shapes. An HTTP error status is a response here, not an error.

import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { ActionError, actionErrorIn, CallError, messageOf } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { CallContext, Phase } from '../errors/retry-policy.ts';
import { formatNumber } from '../format.ts';
import type { Run } from '../run.ts';
import { redactSecrets, type Secret } from '../secret.ts';
import { isTokenUrl, isTrustedUploadUrl } from './allowed-hosts.ts';
import {
  describeRequest,
  type HttpRequest,
  type HttpResponse,
  MAX_RESPONSE_BYTES,
  MIB,
  type RequestLogEntry,
  readBody,
  serverDateMs,
} from './messages.ts';
import { classifyNetworkError, toAbortError } from './network-errors.ts';
import {
  type IdleTimeout,
  RequestBody,
  STALL_MS,
  startIdleTimeout,
  UPLOAD_RESPONSE_MS,
} from './request-body.ts';

export interface HttpClient {
  readonly apiUrl: URL;
  /** Epoch milliseconds by the server's clock, from its last response; the runner's clock before the first one. */
  serverNow(): number;
  /**
   * @throws CallError NETWORK_FAILED, NETWORK_TIMEOUT, TLS_FAILED, PROXY_REFUSED; HTTP_UNEXPECTED on a redirect or a response over
   * the cap; UPLOAD_INCOMPLETE; ActionError UPLOAD_URL; RunError RUN_CANCELLED; the error of the body; an abort reason that is an
   * ActionError. If the request may have had its effect, the error of an abort is a CallError with the code of the reason.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface ClientOptions extends Run {
  readonly dispatcher: Dispatcher;
  readonly apiUrl: URL;
  readonly token: Secret;
  /** Other secrets that the server knows and may echo in any response. */
  readonly secrets?: readonly Secret[];
  /** Called before each request is sent. */
  readonly onRequest?: (phase: Phase) => void;
  /** Gets an entry for every request that has ended. */
  readonly onLogEntry?: ((entry: RequestLogEntry) => void) | undefined;
}

export function createHttpClient(options: ClientOptions): HttpClient {
  let skewMs = 0;
  return {
    apiUrl: options.apiUrl,
    serverNow: () => options.clock.epochMs() + skewMs,
    async request(request) {
      if (!isAllowed(request, options.apiUrl)) {
        const text = `requests to ${request.url.origin} are not allowed; nothing was sent`;
        throw new ActionError(request.phase === 'github' ? 'GITHUB_FAILED' : 'UPLOAD_URL', text);
      }
      const aborted = [options.signal, request.signal].find((signal) => signal?.aborted);
      if (aborted !== undefined) throw toAbortError(describeRequest(request), aborted.reason);
      options.onRequest?.(request.phase);
      const startedMs = options.clock.now();
      const call = openCall(request, options);
      let response: HttpResponse | null = null;
      try {
        response = await send(call, options);
        const serverMs = serverDateMs(response);
        if (serverMs !== null) skewMs = serverMs - options.clock.epochMs();
        return response;
      } catch (error) {
        throw failureOf(call, error);
      } finally {
        // Removes the listeners for an abort.
        call.detached.abort();
        call.timeout.end();
        const durationMs = options.clock.now() - startedMs;
        const name = redactSecrets(describeRequest(request), call.secrets);
        options.onLogEntry?.({ name, response, durationMs });
      }
    },
  };
}

/** The token and the bytes go only to the API's own origin and to trusted upload hosts, whatever a caller asks. */
function isAllowed({ url, phase, bearer }: HttpRequest, apiUrl: URL): boolean {
  if (phase === 'upload') return isTrustedUploadUrl(url, apiUrl);
  // GitHub stores release assets elsewhere. The caller checks their URLs.
  if (phase === 'github' && !bearer) return true;
  return phase === 'token' ? isTokenUrl(url, apiUrl) : url.origin === apiUrl.origin;
}

interface Call {
  readonly request: HttpRequest;
  readonly body: RequestBody | null;
  readonly timeout: IdleTimeout;
  /** Aborts when the run or the request is cancelled, with the reason of that, or when the timeout expires. */
  readonly stop: AbortSignal;
  /** Aborts when the request can no longer be cancelled. */
  readonly detached: AbortController;
  /** The secrets that its response may echo. */
  readonly secrets: readonly Secret[];
}

function openCall(
  request: HttpRequest,
  { clock, token, secrets = [], signal }: ClientOptions,
): Call {
  const [cancelled, detached] = [new AbortController(), new AbortController()];
  for (const one of [signal, request.signal])
    one?.addEventListener('abort', () => cancelled.abort(one.reason), { signal: detached.signal });
  const timeout = startIdleTimeout(clock, describeRequest(request));
  const onStart = () => {
    if (request.onSending === undefined) return;
    detached.abort();
    request.onSending();
  };
  const responseMs = request.phase === 'upload' ? UPLOAD_RESPONSE_MS : STALL_MS;
  const body =
    request.body === undefined
      ? null
      : new RequestBody(request.body, { timeout, responseMs, onStart });
  const echoed = [token, ...secrets, ...(request.secrets ?? [])];
  const stop = AbortSignal.any([cancelled.signal, timeout.signal]);
  return { request, body, timeout, stop, detached, secrets: echoed };
}

async function send(call: Call, { dispatcher, token }: ClientOptions): Promise<HttpResponse> {
  const { request, body, stop, secrets } = call;
  const { url, method, phase, bearer } = request;
  const response = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: {
      'user-agent': 'linkedin-media-upload',
      // Without this header a proxy may compress a response, and a small one could decompress to any size.
      'accept-encoding': 'identity',
      ...request.headers,
      ...(body !== null && { 'content-length': String(body.sizeBytes) }),
      ...(bearer && { authorization: `Bearer ${token.reveal()}` }),
    },
    // undici sends any async iterable chunk by chunk, with back-pressure. Only its type requires a stream.
    body: body as unknown as Readable | null,
    signal: stop,
    // undici's own timeouts are off: they would abort a slow upload that still makes progress. The idle timeout replaces them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const { statusCode: status, headers } = response;
  if (request.receive !== undefined && status < 300) {
    await request.receive(arriving(response.body, call));
    return { status, headers, text: '', call: contextOf(call) };
  }
  const { text, isComplete } = await readBody(request, response);
  // undici frees a connection one event-loop turn later. An upload that starts earlier would open another connection.
  if (phase === 'upload') await setImmediate();
  const received = { status, headers, text, call: contextOf(call) };
  assertResponse(received, isComplete, call);
  return redactResponse(received, secrets);
}

async function* arriving(body: AsyncIterable<Uint8Array>, call: Call): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      call.timeout.touch();
      yield chunk;
    }
  } catch (error) {
    throw failureOf(call, error);
  }
}

/** Redacts the parts of a response that are shown, its text and its id: both may echo a secret. */
export function redactResponse(response: HttpResponse, secrets: readonly Secret[]): HttpResponse {
  const id = response.headers['x-li-uuid'];
  const headers =
    typeof id === 'string'
      ? { ...response.headers, 'x-li-uuid': redactSecrets(id, secrets) }
      : response.headers;
  return { ...response, headers, text: redactSecrets(response.text, secrets) };
}

function assertResponse(
  { status, headers: { location } }: HttpResponse,
  isComplete: boolean,
  call: Call,
): void {
  const { request, body, secrets } = call;
  const name = describeRequest(request);
  const fail = (code: ErrorCode, text: string): never => {
    throw new CallError(code, text, { status, call: contextOf(call) });
  };
  // The start of a rejection is enough for its message.
  if (!isComplete && status < 400) {
    const { maxResponseBytes = MAX_RESPONSE_BYTES } = request;
    fail('HTTP_UNEXPECTED', `the response to ${name} is larger than ${maxResponseBytes / MIB} MiB`);
  }
  if (status >= 300 && status < 400 && !request.acceptsRedirect) {
    const target = typeof location === 'string' ? URL.parse(location, request.url.href) : null;
    // Redacts before it splits, because a secret that contains a slash continues in the path.
    const place =
      target === null || target.host === '' ? 'an invalid URL' : target.host + target.pathname;
    const [host] = redactSecrets(place, secrets).split('/');
    fail(
      'HTTP_UNEXPECTED',
      `${name} was redirected (${status}) to ${host}; redirects are not followed`,
    );
  }
  if (status < 300 && request.phase === 'upload' && body !== null && body.sent !== 'all') {
    const sent = `${formatNumber(body.sentBytes)} of ${formatNumber(body.sizeBytes)} bytes`;
    fail('UPLOAD_INCOMPLETE', `${name} got the response ${status} after only ${sent}`);
  }
}

function failureOf(call: Call, error: unknown): unknown {
  const { request, stop, body, timeout } = call;
  if (timeout.signal.aborted)
    return new CallError('NETWORK_TIMEOUT', messageOf(timeout.signal.reason), {
      call: contextOf(call),
    });
  if (stop.aborted) return toAbortError(describeRequest(request), stop.reason, contextOf(call));
  if (body !== null && body.failure !== null) return body.failure.error;
  const known = actionErrorIn(error);
  if (known !== null) return known;
  const { code, text, hint } = classifyNetworkError(error);
  return new CallError(code, `${describeRequest(request)} failed: ${text}`, {
    hint,
    call: contextOf(call),
  });
}

/** A request without a body counts as sent at once. */
function contextOf({ request: { phase, idempotency }, body }: Call): CallContext {
  return { phase, idempotency, sent: body?.sent ?? 'all' };
}
