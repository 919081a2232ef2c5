// An HTTP client that gives scripted answers without sockets and records every request, and upload sessions over it. Like the
// real client, it redacts the secrets of a request in its answer.

import type { ActionError } from '../../src/errors/action-error.ts';
import type { Phase } from '../../src/errors/retry-policy.ts';
import { type HttpClient, redactResponse } from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/messages.ts';
import type { Body } from '../../src/http/request-body.ts';
import { openAsset } from '../../src/linkedin/assets.ts';
import { openVideo, openWholeFile } from '../../src/linkedin/media-sessions.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type {
  MediaStatus,
  SessionRequest,
  StatusResult,
  UploadSession,
  WithReadSlot,
} from '../../src/linkedin/session.ts';
import { factsOf } from '../errors/failures.ts';
import { bodyOf } from '../support/sandbox-dispatcher.ts';

type Answer = HttpResponse | Error | ((request: HttpRequest) => HttpResponse);

export class ScriptedClient implements HttpClient {
  readonly apiUrl: URL;
  readonly requests: HttpRequest[] = [];
  readonly #answers: Answer[];

  /** Gives `answers` in order, and then repeats the last one. */
  constructor(answers: readonly Answer[] = [], apiUrl = 'https://api.linkedin.com') {
    this.#answers = [...answers];
    this.apiUrl = new URL(apiUrl);
  }

  get last(): HttpRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new RangeError('nothing was sent');
    return request;
  }

  /** The JSON body of the last request. */
  get lastJson(): unknown {
    const { body } = this.last;
    return typeof body === 'string' ? JSON.parse(body) : undefined;
  }

  serverNow(): number {
    return 1_700_000_000_000;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    this.requests.push(request);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === undefined)
      throw new RangeError(`no answer was scripted for ${request.url.pathname}`);
    if (answer instanceof Error) throw answer;
    const { phase, idempotency } = request;
    const given = typeof answer === 'function' ? answer(request) : answer;
    const call =
      given.call === ANY_CALL ? ({ phase, idempotency, sent: 'all' } as const) : given.call;
    return redactResponse({ ...given, call }, request.secrets ?? []);
  }
}

/** Opens a session with scripted answers, the first of which answers the registration. */
export async function open(request: SessionRequest, ...answers: Answer[]) {
  const client = new ScriptedClient(answers);
  return { client, session: await openOn(new RestClient(client, '202609'), request) };
}

/** Opens a session of the API and the kind of file that the request names. */
export function openOn(api: RestClient, request: SessionRequest): Promise<UploadSession> {
  if (request.api === 'assets') return openAsset(api, request);
  return request.kind === 'video'
    ? openVideo(api, request)
    : openWholeFile(api, request, request.kind);
}

/** The results of status reads, with the errors in the place of those that failed. */
export function withErrors(results: readonly StatusResult[]): (MediaStatus | ActionError)[] {
  return results.map((one) => (one.state === 'unread' ? one.error : one));
}

export const straight: WithReadSlot = (call) => call();

/** A response to any call: the scripted client fills in the call. */
export function reply(
  status: number,
  body: unknown = '',
  headers: Record<string, string | string[]> = {},
): HttpResponse {
  return {
    status,
    headers,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    call: ANY_CALL,
  };
}

export const ANY_CALL = factsOf('status');

export function inPhase(phase: Phase, response: HttpResponse): HttpResponse {
  return { ...response, call: factsOf(phase) };
}

export function partBody(text: string): Body & { readonly signal: AbortSignal } {
  const bytes = Buffer.from(text);
  return {
    sizeBytes: bytes.byteLength,
    chunks: bodyOf(bytes),
    signal: new AbortController().signal,
  };
}
