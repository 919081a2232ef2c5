// How every LinkedIn call looks: headers, JSON in and out, and its errors put into ours.

import type { FormData } from 'undici';
import { z } from 'zod';
import { type Code, LinkedInError, ReplyShapeError, UploadError } from '../errors.ts';
import type { HttpClient, HttpReply, Phase, Repeat } from '../http/client.ts';
import { allowedHeaders, parseUploadUrl } from '../http/policy.ts';
import type { PartBody, Receipt } from './session.ts';
import { type LinkedInVersion, NEWEST_KNOWN_VERSION } from './versions.ts';

interface ApiCall {
  readonly phase: Phase;
  readonly repeat: Repeat;
  /** Below the version root, such as `assets?action=registerUpload`. */
  readonly path: string;
}

/** Where and how a part is sent. */
export interface PutTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer: boolean;
}

export class Api {
  readonly #client: HttpClient;
  readonly #version: LinkedInVersion;

  constructor(client: HttpClient, version: LinkedInVersion) {
    this.#client = client;
    this.#version = version;
  }

  get(call: ApiCall): Promise<HttpReply> {
    return this.#json('GET', call);
  }

  post(call: ApiCall, body: unknown): Promise<HttpReply> {
    return this.#json('POST', call, JSON.stringify(body));
  }

  /**
   * A target for server-given `url` and `headers`; our own `contentType` wins over the server's.
   * @throws UploadError UPLOAD_ADDRESS before anything is sent
   */
  target(given: { url: string; headers: Readonly<Record<string, unknown>> }, own: OwnHeaders): PutTarget {
    const headers = allowedHeaders(given.headers);
    if (own.contentType !== null) headers.set('content-type', own.contentType);
    if (!headers.has('content-type')) headers.set('content-type', 'application/octet-stream');
    const url = parseUploadUrl(given.url, this.#client.apiUrl);
    return { url, headers: Object.fromEntries(headers), bearer: own.bearer };
  }

  /** Sends one part; any 2xx that LinkedIn documents or was seen to give counts as stored. */
  async put(target: PutTarget, body: PartBody): Promise<Receipt> {
    const reply = await this.#client.request({
      phase: 'upload',
      // The same bytes to the same address replace themselves, but an upload whose answer was lost may be done.
      repeat: 'after-probe',
      method: 'PUT',
      url: target.url,
      headers: target.headers,
      bearer: target.bearer,
      body: { sizeBytes: body.sizeBytes, chunks: body.chunks },
      signal: body.signal,
    });
    if (![200, 201, 204].includes(reply.status)) {
      // Without the token in the request, a 401 speaks of the address, which is its own key.
      const refused = refusal(reply, 'upload');
      if (refused.code !== 'TOKEN_REFUSED' || target.bearer) throw refused;
      throw new LinkedInError('UPLOAD_EXPIRED', refused.message, { status: refused.status });
    }
    return { status: reply.status, etag: readEtag(reply.headers.etag) };
  }

  /** @throws UploadError UPLOAD_ADDRESS */
  uploadUrl(text: string): URL {
    return parseUploadUrl(text, this.#client.apiUrl);
  }

  /** Sends a form to an upload address, with the token. */
  async postForm(url: URL, form: FormData, signal: AbortSignal): Promise<void> {
    const reply = await this.#client.request({
      phase: 'upload',
      // The same form to the same address replaces itself.
      repeat: 'freely',
      method: 'POST',
      url,
      headers: {},
      bearer: true,
      body: form,
      signal,
    });
    if (reply.status < 200 || reply.status >= 300) throw refusal(reply, 'upload');
  }

  serverNow(): number {
    return this.#client.serverNow();
  }

  async #json(method: 'GET' | 'POST', { phase, repeat, path }: ApiCall, body?: string): Promise<HttpReply> {
    const isVersioned = this.#version !== 'v2';
    const reply = await this.#client.request({
      phase,
      repeat,
      method,
      url: new URL(`${this.#root()}/${isVersioned ? 'rest' : 'v2'}/${path}`),
      headers: {
        accept: 'application/json',
        'x-restli-protocol-version': '2.0.0',
        ...(isVersioned ? { 'linkedin-version': this.#version } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      bearer: true,
      ...(body === undefined ? {} : { body }),
    });
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw refusal(reply, phase);
  }

  /** A gateway may serve LinkedIn below a path of its own. */
  #root(): string {
    const { origin, pathname } = this.#client.apiUrl;
    return origin + pathname.replace(/\/+$/, '');
  }
}

interface OwnHeaders {
  /** The file's real type, or null to send the server's. */
  readonly contentType: string | null;
  readonly bearer: boolean;
}

/**
 * Reads a JSON answer by `schema`: unknown fields pass, a missing one is an error that names it.
 * @throws ReplyShapeError REPLY_SHAPE
 */
export function parseReply<T>(reply: HttpReply, schema: z.ZodType<T>, phase: Phase): T {
  const parsed = schema.safeParse(parseJson(reply.text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'a JSON object' : issue.path.join('.');
  throw new ReplyShapeError(
    'REPLY_SHAPE',
    `LinkedIn's answer to ${PHASE_NAMES[phase]} lacks ${field}${requestId(reply)}`,
  );
}

/** The text as JSON, or null when it is none: an error page is an answer too. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * An ETag is LinkedIn's opaque receipt: one pair of surrounding quotes goes, nothing else. Two headers that agree
 * count as one.
 */
export function readEtag(header: string | string[] | undefined): string | null {
  const values = [...new Set([header ?? []].flat())];
  const [value] = values;
  if (value === undefined || values.length > 1) return null;
  const etag = /^"(.*)"$/.exec(value)?.[1] ?? value;
  return /^[\x20-\x7e]+$/.test(etag) ? etag : null;
}

/**
 * The receipt that completing an upload needs.
 * @throws UploadError ETAG_MISSING: a missing one is never guessed
 */
export function etagOf({ etag }: Receipt, index: number): string {
  if (etag !== null) return etag;
  throw new UploadError('ETAG_MISSING', `part ${index + 1} came back without a usable ETag`);
}

const PHASE_NAMES: Record<Phase, string> = {
  register: 'the registration',
  upload: 'the upload',
  complete: 'the completion of the upload',
  status: 'the status request',
};

// Three shapes of error bodies are known, and any field may be missing from each, or be of another type in a fourth.
const errorBody = z.looseObject({
  message: z.string().optional().catch(undefined),
  code: z.union([z.string(), z.number()]).optional().catch(undefined),
  serviceErrorCode: z.number().optional().catch(undefined),
});

const WORDS_CAP = 300;
const CODE_CAP = 60;

/** LinkedIn's refusal as an error: status, codes and message in its own words, and the id its support asks for. */
export function refusal(reply: HttpReply, phase: Phase): LinkedInError {
  const body = errorBody.safeParse(parseJson(reply.text)).data ?? {};
  return refusalOf({ ...body, status: reply.status }, phase, requestId(reply));
}

interface Refusal extends z.infer<typeof errorBody> {
  readonly status: number;
}

/** The same for a refusal that stands in an answer of its own, as those of a batch read do. */
export function refusalOf(body: Refusal, phase: Phase, requestedBy = ''): LinkedInError {
  const given = [body.code, body.serviceErrorCode].filter((part) => part !== undefined);
  const codes = new Set([body.status, ...given].map((part) => String(part).slice(0, CODE_CAP)));
  const words = body.message === undefined ? '' : `: "${body.message.slice(0, WORDS_CAP)}"`;
  const code = refusalCode(body.status, phase, body.message ?? '');
  const advice = code === 'VERSION_RETIRED' ? `; the newest version known is ${NEWEST_KNOWN_VERSION}` : '';
  const message = `LinkedIn refused ${PHASE_NAMES[phase]} (${[...codes].join(', ')})${words}${advice}${requestedBy}`;
  return new LinkedInError(code, message, { status: body.status });
}

// An upload address that is used up or out of date answers with one of these.
const DEAD_ADDRESS = new Set([403, 404, 409, 410, 412]);

function refusalCode(status: number, phase: Phase, message: string): Code {
  if (status === 401) return 'TOKEN_REFUSED';
  if (phase === 'upload' && DEAD_ADDRESS.has(status)) return 'UPLOAD_EXPIRED';
  // A value that it does not take is answered with 403 too, of any owner: "Field Value validation failed in …".
  if (status === 403 && /field value validation failed/i.test(message)) return 'REQUEST_REFUSED';
  if (status === 403) return 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_RETIRED';
  if (status === 429) return 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn answers a missing role with 400: "Organization permissions must be used when using organization …".
  if (/permissions must be used when using/i.test(message)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
}

function requestId({ headers }: HttpReply): string {
  const [id = ''] = [headers['x-li-uuid'] ?? []].flat();
  return /^[\w+/=-]{1,64}$/.test(id) ? ` [x-li-uuid ${id}]` : '';
}
