// The only place where a request to LinkedIn is made: deadlines, host policy, no redirects, capped answers.
// Knows nothing of assets or JSON shapes; an HTTP status is an answer here, not an error.

import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import { ActionError, type CallFacts, HttpError, NetworkError, type Phase, UploadError } from '../errors.ts';
import { hideIn, hideInJson, type Secret } from '../secret.ts';
import { grouped } from '../units.ts';
import { type Answer, Call } from './call.ts';
import { REPLY_CAP_BYTES, showCap } from './capped.ts';
import { type Deadline, Deadlines } from './deadline.ts';
import { type Exchange, overheard } from './exchanges.ts';
import { abortFault, networkFault, retold } from './faults.ts';
import { whenAborted } from './hearers.ts';
import type { HttpReply, HttpRequest } from './messages.ts';
import { isTokenUrl, isTrustedUploadUrl } from './policy.ts';
import { howMuchLeft, Pace, Sending } from './sending.ts';

export interface HttpClient {
  readonly apiUrl: URL;
  /** Epoch milliseconds by LinkedIn's clock, as its last answer told it; the runner's own before that. */
  serverNow(): number;
  /**
   * @throws NetworkError NETWORK_FAILED, NETWORK_TIMEOUT, TLS_FAILED; HttpError HTTP_UNEXPECTED on a redirect or an
   * answer over the cap; UploadError UPLOAD_ADDRESS, UPLOAD_INCOMPLETE; RunError RUN_CANCELLED; whatever the body
   * or the one who aborts throws.
   */
  request(request: HttpRequest): Promise<HttpReply>;
}

export interface ClientOptions extends Deps {
  readonly apiUrl: URL;
  readonly token: Secret;
  /** What else LinkedIn may know and echo, in the answer to any call. */
  readonly secrets?: readonly Secret[];
  /** Hears of every request that is sent. */
  readonly onRequest: (phase: Phase) => void;
  /** Hears how each one went. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export function createClient(options: ClientOptions): HttpClient {
  const hearing = { ...options, secrets: secretsOf(options) };
  let skewMs = 0;
  const line = { deadlines: new Deadlines(options.clock), pace: new Pace() };
  return {
    apiUrl: options.apiUrl,
    serverNow: () => options.clock.today() + skewMs,
    async request(request) {
      assertHost(request, options.apiUrl);
      assertOngoing(request, options.signal);
      options.onRequest(request.phase);
      const reply = await overheard(request, () => exchange(request, options, line), hearing);
      skewMs = readSkew(reply, options) ?? skewMs;
      return reply;
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
  if (aborted !== undefined) throw abortFault(describe(request), aborted.reason);
}

/** What all requests of a client share. */
interface Line {
  readonly deadlines: Deadlines;
  readonly pace: Pace;
}

async function exchange(
  request: HttpRequest,
  options: ClientOptions,
  { deadlines, pace }: Line,
): Promise<HttpReply> {
  const signals = [options.signal, ...(request.signal ? [request.signal] : [])];
  const deadline = deadlines.start(describe(request), (fault) => call.giveUp(new Error(fault)));
  const sending = typeof request.body === 'object' ? new Sending(request.body, deadline, pace) : null;
  const sent = {
    origin: request.url.origin,
    path: request.url.pathname + request.url.search,
    method: request.method,
    headers: headersOf(request, options.token),
    body: sending === null ? bodyText(request) : iterableBody(sending),
    // Deadlines are ours: undici's would end a slow upload that still makes progress.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const call = new Call(options.dispatcher, sent, request.replyCapBytes);
  const stopHearing = whenAborted(signals, (reason) => call.giveUp(reason));
  try {
    const answer = await call.answer;
    // undici takes a connection for free a turn later: a part that came before would open another one.
    if (sending !== null) await setImmediate();
    const secrets = [...secretsOf(options), ...(request.secrets ?? [])];
    assertAnswer(answer, { request, sending, secrets });
    const { status, headers, text } = answer;
    return hiding({ status, headers, text, call: factsOf(request, howMuchLeft(sending)) }, secrets);
  } catch (error) {
    throw faultOf(error, { request, signals, sending, deadline });
  } finally {
    stopHearing();
    deadline.end();
  }
}

function secretsOf({ token, secrets = [] }: ClientOptions): Secret[] {
  return [token, ...secrets];
}

/** What is shown of an answer, its words and its id, may echo a secret. */
export function hiding(reply: HttpReply, secrets: readonly Secret[]): HttpReply {
  const id = reply.headers['x-li-uuid'];
  const headers =
    typeof id === 'string' ? { ...reply.headers, 'x-li-uuid': hideIn(id, secrets) } : reply.headers;
  return { ...reply, headers, text: hideInJson(reply.text, secrets) };
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

interface Asked {
  readonly request: HttpRequest;
  readonly sending: Sending | null;
  readonly secrets: readonly Secret[];
}

function assertAnswer(
  { status, headers: { location }, isWhole }: Answer,
  { request, sending, secrets }: Asked,
): void {
  // The start of a refusal is enough for its message.
  if (!isWhole && status < 400) {
    const { replyCapBytes = REPLY_CAP_BYTES } = request;
    const message = `the answer to ${describe(request)} is larger than ${showCap(replyCapBytes)}`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: factsOf(request, 'all') });
  }
  if (status >= 300 && status < 400) {
    const target = typeof location === 'string' ? URL.parse(location, request.url.href) : null;
    // Hidden before it is cut: a secret with a slash in it ends in the path.
    const place = target === null || target.host === '' ? 'nowhere' : target.host + target.pathname;
    const [host] = hideIn(place, secrets).split('/');
    const message = `${describe(request)} was redirected (${status}) to ${host}; redirects are not followed`;
    throw new HttpError('HTTP_UNEXPECTED', message, { status, call: factsOf(request, 'all') });
  }
  if (status < 300 && sending !== null && sending.sentBytes < sending.sizeBytes) {
    throw new UploadError(
      'UPLOAD_INCOMPLETE',
      `${describe(request)} was answered with ${status} after ${grouped(sending.sentBytes)} of ${grouped(sending.sizeBytes)} bytes`,
      { call: factsOf(request, 'some') },
    );
  }
}

interface Failure {
  readonly request: HttpRequest;
  readonly signals: readonly AbortSignal[];
  readonly sending: Sending | null;
  readonly deadline: Deadline;
}

function faultOf(error: unknown, { request, signals, sending, deadline }: Failure): unknown {
  const aborted = signals.find((signal) => signal.aborted);
  const call = factsOf(request, howMuchLeft(sending));
  if (aborted !== undefined) return abortFault(describe(request), aborted.reason);
  if (deadline.fault !== null) return new NetworkError('NETWORK_TIMEOUT', deadline.fault, { call });
  if (sending !== null && sending.bodyFault !== null) return sending.bodyFault.error;
  if (error instanceof ActionError) return error;
  const { code, text, isBeforeSending } = networkFault(error);
  return new NetworkError(code, `${describe(request)} failed: ${text}`, {
    cause: retold(error),
    call: isBeforeSending ? factsOf(request, 'nothing') : call,
  });
}

function factsOf({ phase, repeat }: HttpRequest, sent: CallFacts['sent']): CallFacts {
  return { phase, repeat, sent };
}

/** Host and path only: the query of an upload address is a credential. */
function describe({ method, url, phase }: HttpRequest): string {
  return phase === 'upload' ? `the upload to ${url.host}` : `${method} ${url.host}${url.pathname} (${phase})`;
}

// Some of LinkedIn's upload hosts send dates in a form of their own, and Date.parse makes a year of any number.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function readSkew({ headers: { date } }: HttpReply, { clock }: ClientOptions): number | null {
  if (typeof date !== 'string' || !HTTP_DATE.test(date)) return null;
  const todayMs = Date.parse(date);
  return Number.isNaN(todayMs) ? null : todayMs - clock.today();
}
