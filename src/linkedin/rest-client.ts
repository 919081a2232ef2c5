// Builds every LinkedIn call but those for tokens (access-token.ts): URLs, headers, JSON, bytes, forms. Throws rejections as errors.

import { CallError } from '../errors/action-error.ts';
import type { Idempotency, Phase } from '../errors/retry-policy.ts';
import { allowedHeaders, apiBaseOf, parseUploadUrl } from '../http/allowed-hosts.ts';
import type { HttpClient } from '../http/client.ts';
import { type HttpRequest, type HttpResponse, MAX_PART_PLAN_BYTES } from '../http/messages.ts';
import type * as z from '../schema.ts';
import { Secret } from '../secret.ts';
import type { LinkedInVersion } from './apis.ts';
import {
  attachUrn,
  effectiveStatus,
  parseReply,
  rejectionFromResponse,
  requestIdSuffix,
} from './replies.ts';
import type { Part, PartBody, Receipt } from './session.ts';
import type { MediaKind } from './urn.ts';

interface ApiCall {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  /** Relative to the version root, such as `assets?action=registerUpload`. */
  readonly path: string;
  /** The root of a call that has no version; by default that of the input `linkedin-version`. */
  readonly root?: 'v2';
  readonly maxResponseBytes?: number | undefined;
  /** Secrets in the body, to be redacted if the response echoes them. */
  readonly secrets?: readonly string[];
  /** Such as `X-RestLi-Method`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onSending?: HttpRequest['onSending'];
  readonly isAnsweredBy?: HttpRequest['isAnsweredBy'];
  /** Returns a more precise error for a rejection, if there is one. */
  readonly refineError?: (error: CallError, response: HttpResponse) => CallError;
}

/** A range of the file, LinkedIn's upload URL and headers for it, and what is added to them. */
interface UploadInstruction extends Omit<Part, 'put'> {
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The file's real type, or omitted to send the server's. */
  readonly contentType?: string;
  readonly bearer: boolean;
}

/** `POST` for a form. */
type UploadTarget = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'bearer'>;

// The statuses that LinkedIn documents or has been seen to send for a stored part. 202 would not mean stored.
const STORED_STATUSES = new Set([200, 201, 204]);

export class RestClient {
  client: HttpClient;
  #isTokenYoung = () => false;
  readonly onSecret: OnSecret;
  readonly #version: LinkedInVersion;

  constructor(client: HttpClient, version: LinkedInVersion, onSecret: OnSecret = () => {}) {
    this.client = client;
    this.#version = version;
    this.onSecret = onSecret;
  }

  /** Sends all further calls with a new token. */
  useToken(client: HttpClient, isYoung: () => boolean): void {
    this.client = client;
    this.#isTokenYoung = isYoung;
  }

  /** Parses an upload URL, and reports its keys as secrets. @throws ActionError UPLOAD_URL before anything is sent */
  parseUploadUrl(text: string): URL {
    for (const key of uploadKeysIn(text)) this.onSecret(key);
    return parseUploadUrl(text, this.client.apiUrl);
  }

  /** @throws CallError, with REPLY_SHAPE for a response that does not match `schema` */
  async get<T>(call: Omit<ApiCall, 'idempotency'>, schema: z.ZodType<T>): Promise<T> {
    return parseReply(await this.send('GET', { ...call, idempotency: 'idempotent' }), schema);
  }

  post(call: ApiCall, body: unknown): Promise<HttpResponse> {
    return this.send('POST', call, JSON.stringify(body));
  }

  /**
   * Registers an upload, and runs `read` on the response. LinkedIn has no idempotency key: each registration creates another asset.
   * @throws CallError, with `urn` if the response contains one
   */
  async register<T>(
    kind: 'asset' | MediaKind,
    { path, body }: { readonly path: string; readonly body: unknown },
    read: (response: HttpResponse) => T,
  ): Promise<T> {
    const call = { phase: 'register', idempotency: 'non-idempotent', path } as const;
    const response = await this.post({ ...call, maxResponseBytes: MAX_PART_PLAN_BYTES }, body);
    return attachUrn(response, kind, () => read(response));
  }

  /** Completes an upload. If the response is lost, it may have succeeded. Only the status shows it. */
  async complete(path: string, secret: string, body: unknown): Promise<void> {
    await this.post(
      { phase: 'complete', idempotency: 'verify-first', path, secrets: [secret] },
      body,
    );
  }

  /** @throws as `parseUploadUrl` */
  openPart({ url, headers = {}, contentType, bearer, ...range }: UploadInstruction): Part {
    const sent = allowedHeaders(headers);
    if (contentType !== undefined) sent.set('content-type', contentType);
    if (!sent.has('content-type')) sent.set('content-type', 'application/octet-stream');
    const target = {
      method: 'PUT',
      url: this.parseUploadUrl(url),
      headers: Object.fromEntries(sent),
      bearer,
    } as const;
    return { ...range, put: this.upload.bind(this, target) };
  }

  /**
   * Sends one part, or a form.
   * @throws CallError, with UPLOAD_INCOMPLETE on a 2xx response that does not mean stored; the other errors of `request`
   */
  async upload(target: UploadTarget, body: PartBody): Promise<Receipt> {
    const response = await this.client.request({
      ...target,
      phase: 'upload',
      // The same bytes at the same URL replace themselves, but a PUT whose response was lost may have sent the whole file.
      idempotency: target.method === 'PUT' ? 'verify-first' : 'idempotent',
      secrets: uploadKeysIn(target.url.href).map((key) => new Secret(key)),
      body,
      signal: body.signal,
    });
    const { status, call } = response;
    if (STORED_STATUSES.has(status)) return { status, etag: parseEtag(response.headers.etag) };
    if (status >= 200 && status < 300) {
      const text = `LinkedIn responded to the upload with ${status}, which does not confirm that the data is stored`;
      throw new CallError('UPLOAD_INCOMPLETE', `${text}${requestIdSuffix(response)}`, {
        status,
        call,
      });
    }
    throw rejectionFromResponse(response, this.client.serverNow());
  }

  /** Sends a form to an upload URL, with the token. @throws as `upload` */
  async postForm(url: URL, form: FormData, signal: AbortSignal): Promise<Receipt> {
    // Its length must be known, so the form is encoded as one chunk. The client splits it for slow connections.
    const encoded = new Response(form);
    const headers = {
      'content-type': encoded.headers.get('content-type') ?? 'multipart/form-data',
    };
    const bytes = await encoded.bytes();
    const body = { sizeBytes: bytes.byteLength, chunks: [bytes], signal };
    return await this.upload({ method: 'POST', url, headers, bearer: true }, body);
  }

  /** Sends a call, with `body` as it is: it is JSON already. @throws CallError, and the other errors of `request` */
  async send(method: 'GET' | 'POST', call: ApiCall, body?: string): Promise<HttpResponse> {
    const {
      path,
      root: version = this.#version,
      secrets = [],
      headers = {},
      refineError,
      ...options
    } = call;
    const isVersioned = version !== 'v2';
    const root = apiBaseOf(this.client.apiUrl);
    const response = await this.client.request({
      ...options,
      method,
      url: new URL(`${root}/${isVersioned ? 'rest' : 'v2'}/${path}`),
      headers: {
        accept: 'application/json',
        'x-restli-protocol-version': '2.0.0',
        ...(isVersioned && { 'linkedin-version': version }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      bearer: true,
      secrets: secrets.map((secret) => new Secret(secret)),
      ...(body !== undefined && { body }),
    });
    const status = effectiveStatus(response, call.isAnsweredBy);
    if (status >= 200 && status < 300) return response;
    const rejected = { ...response, status };
    const error = rejectionFromResponse(rejected, this.client.serverNow());
    if (error.code === 'TOKEN_REFUSED' && this.#isTokenYoung())
      throw error.withCode(error.code, { retry: TOKEN_UNKNOWN });
    throw refineError?.(error, rejected) ?? error;
  }
}

/** LinkedIn does not know the new token everywhere yet. */
const TOKEN_UNKNOWN = { kind: 'again', waitMs: 5000, isOverloaded: false } as const;

/** Removes one pair of quotes and changes nothing else, because an ETag is opaque. Identical headers count as one. */
export function parseEtag(header: string | string[] | undefined): string | null {
  const values = [...new Set([header ?? []].flat())];
  const [value] = values;
  if (value === undefined || values.length > 1) return null;
  const etag = /^"(.*)"$/.exec(value)?.[1] ?? value;
  return /^[\x20-\x7e]+$/.test(etag) ? etag : null;
}

/** Receives each upload credential as it arrives, before anything is done with it. */
export type OnSecret = (secret: string) => void;

// The query parameters that are credentials. The others are the same for many uploads.
const SECRET_PARAMS = ['sau', 'ut'];

/** The keys that make `url` a credential, as LinkedIn wrote them. Invalid URLs yield none. */
export function uploadKeysIn(url: string): string[] {
  // A plus sign is not a space here: LinkedIn's keys are base64.
  const query = new URLSearchParams(URL.parse(url)?.search.replaceAll('+', '%2B'));
  return SECRET_PARAMS.flatMap((name) => query.getAll(name));
}
