// Builds every LinkedIn call: URLs, headers, JSON, bytes and forms. Throws rejections as errors.

import { type Idempotency, LinkedInError, type Phase, UploadError } from '../errors.ts';
import { allowedHeaders, parseUploadUrl } from '../http/allowed-hosts.ts';
import type { HttpClient } from '../http/client.ts';
import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import { wholeBody } from '../http/request-body.ts';
import { Secret } from '../secret.ts';
import { effectiveStatus, rejectionFromResponse, requestIdSuffix } from './replies.ts';
import type { PartBody, Receipt } from './session.ts';
import type { LinkedInVersion } from './versions.ts';

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
  /** Aborts only this call. */
  readonly signal?: AbortSignal | undefined;
  readonly onSending?: HttpRequest['onSending'];
  readonly isAnsweredBy?: HttpRequest['isAnsweredBy'];
}

/** LinkedIn's upload URL and headers, and what is added to them. */
interface UploadInstruction {
  readonly url: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The file's real type, or omitted to send the server's. */
  readonly contentType?: string;
  readonly bearer: boolean;
}

/** Where and how a part is sent. */
export interface PutTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer: boolean;
}

// The statuses that LinkedIn documents or has been seen to send for a stored part. 202 would not mean stored.
const STORED_STATUSES = new Set([200, 201, 204]);

export class RestClient {
  #client: HttpClient;
  readonly #version: LinkedInVersion;
  readonly #onSecret: OnSecret;

  constructor(client: HttpClient, version: LinkedInVersion, onSecret: OnSecret = () => {}) {
    this.#client = client;
    this.#version = version;
    this.#onSecret = onSecret;
  }

  /** Uses another client for all further calls: one with a refreshed token. */
  use(client: HttpClient): void {
    this.#client = client;
  }

  /** Reports the credentials in the response to a registration: keys in upload URLs, and opaque `texts`. */
  reportSecrets(urls: readonly (string | undefined)[], texts: readonly string[] = []): void {
    const keys = urls.flatMap((url) => (url === undefined ? [] : uploadKeysIn(url)));
    for (const secret of [...keys, ...texts]) this.#onSecret(secret);
  }

  get(call: Omit<ApiCall, 'idempotency'>): Promise<HttpResponse> {
    return this.#accepted('GET', { ...call, idempotency: 'idempotent' });
  }

  post(call: ApiCall, body: unknown): Promise<HttpResponse> {
    return this.#accepted('POST', call, JSON.stringify(body));
  }

  /**
   * A target from the server's `url` and `headers`. Our own `contentType` overrides the server's.
   * @throws UploadError UPLOAD_URL before anything is sent
   */
  buildTarget({ url, headers = {}, contentType, bearer }: UploadInstruction): PutTarget {
    const sent = allowedHeaders(headers);
    if (contentType !== undefined) sent.set('content-type', contentType);
    if (!sent.has('content-type')) sent.set('content-type', 'application/octet-stream');
    return { url: this.parseUploadUrl(url), headers: Object.fromEntries(sent), bearer };
  }

  /**
   * Sends one part.
   * @throws UploadError UPLOAD_INCOMPLETE on a 2xx response that does not mean stored; LinkedInError on a rejection;
   * the errors of `request`
   */
  async put(target: PutTarget, body: PartBody): Promise<Receipt> {
    const response = await this.#client.request({
      phase: 'upload',
      // The same bytes at the same URL replace themselves, but an upload whose response was lost may be complete.
      idempotency: 'verify-first',
      method: 'PUT',
      url: target.url,
      headers: target.headers,
      bearer: target.bearer,
      secrets: secretsOfUrl(target.url),
      body,
      signal: body.signal,
    });
    return this.#receiptOf(response, target);
  }

  #receiptOf(response: HttpResponse, { bearer }: Pick<PutTarget, 'bearer'>): Receipt {
    if (!STORED_STATUSES.has(response.status)) throw this.#notStoredError(response, bearer);
    return { status: response.status, etag: parseEtag(response.headers.etag) };
  }

  #notStoredError(response: HttpResponse, bearer: boolean): UploadError | LinkedInError {
    const { status, call } = response;
    if (status >= 200 && status < 300) {
      const text = `LinkedIn responded to the upload with ${status}, which does not confirm that the data is stored`;
      return new UploadError('UPLOAD_INCOMPLETE', `${text}${requestIdSuffix(response)}`, { call });
    }
    const error = rejectionFromResponse(response, 'upload', this.serverNow());
    // Without the token in the request, a 401 rejects the upload URL, which is itself a credential.
    if (error.code !== 'TOKEN_REFUSED' || bearer) return error;
    return new LinkedInError('UPLOAD_EXPIRED', error.message, { status, call });
  }

  /** @throws UploadError UPLOAD_URL */
  parseUploadUrl(text: string): URL {
    return parseUploadUrl(text, this.#client.apiUrl);
  }

  /**
   * Sends a form to an upload URL, with the token.
   * @throws as `put`
   */
  async postForm(url: URL, form: FormData, signal: AbortSignal): Promise<Receipt> {
    // Its length must be known, so the form is encoded as one chunk. The client splits it for slow connections.
    const encoded = new Response(form);
    const response = await this.#client.request({
      phase: 'upload',
      // The same form at the same URL replaces itself.
      idempotency: 'idempotent',
      method: 'POST',
      url,
      headers: { 'content-type': encoded.headers.get('content-type') ?? 'multipart/form-data' },
      bearer: true,
      secrets: secretsOfUrl(url),
      body: wholeBody(await encoded.bytes()),
      signal,
    });
    return this.#receiptOf(response, { bearer: true });
  }

  serverNow(): number {
    return this.#client.serverNow();
  }

  /** @throws LinkedInError on a rejection */
  async #accepted(method: 'GET' | 'POST', call: ApiCall, body?: string): Promise<HttpResponse> {
    const response = await this.send(method, call, body);
    const status = effectiveStatus(response);
    if (status >= 200 && status < 300) return response;
    throw rejectionFromResponse({ ...response, status }, call.phase, this.serverNow());
  }

  /** Sends JSON and returns the response, even if it is a rejection. `body` is sent as it is. */
  send(method: 'GET' | 'POST', call: ApiCall, body?: string): Promise<HttpResponse> {
    const { path, root: version = this.#version, secrets = [], headers = {}, ...options } = call;
    const isVersioned = version !== 'v2';
    const { origin, pathname } = this.#client.apiUrl;
    // A gateway may serve LinkedIn below its own path.
    const root = origin + pathname.replace(/\/+$/, '');
    return this.#client.request({
      ...options,
      method,
      url: new URL(`${root}/${isVersioned ? 'rest' : 'v2'}/${path}`),
      headers: {
        accept: 'application/json',
        'x-restli-protocol-version': '2.0.0',
        ...(isVersioned ? { 'linkedin-version': version } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      bearer: true,
      secrets: secrets.map((secret) => new Secret(secret)),
      ...(body === undefined ? {} : { body }),
    });
  }
}

/** The keys that make an upload URL a credential. */
function secretsOfUrl({ href }: URL): Secret[] {
  return uploadKeysIn(href).map((key) => new Secret(key));
}

/**
 * Removes one pair of surrounding quotes and changes nothing else, because an ETag is opaque. Identical headers count
 * as one.
 */
export function parseEtag(header: string | string[] | undefined): string | null {
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
export function requireEtag({ etag }: Receipt, index: number): string {
  if (etag !== null) return etag;
  throw new UploadError('ETAG_MISSING', `LinkedIn's response to part ${index + 1} has no valid ETag`);
}

/** Receives each upload credential as it arrives, before anything is done with it. */
export type OnSecret = (secret: string) => void;

// The query parameters that are credentials. The others are the same for many uploads.
const SECRET_PARAMS = ['sau', 'ut'];

/** The keys in `url` as LinkedIn wrote it. Invalid URLs yield none. */
export function uploadKeysIn(url: string): string[] {
  // A plus sign is not a space here: LinkedIn's keys are base64.
  const query = new URLSearchParams(URL.parse(url)?.search.replaceAll('+', '%2B'));
  return SECRET_PARAMS.flatMap((name) => query.getAll(name));
}
