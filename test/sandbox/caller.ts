// Calls the sandbox with bare undici requests, valid unless a test changes them. It shares no code with the action's
// client, so that both cannot contain the same mistake.

import { type Dispatcher, request } from 'undici';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed text, or null if it is not JSON. */
  readonly json: unknown;
}

type Registered = ReturnType<typeof registeredIn>;

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface Sent {
  readonly method: string;
  readonly path: string;
  /** Undefined removes a header. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Body;
}

export const IMAGE = 'urn:li:digitalmediaRecipe:feedshare-image';
export const VIDEO = 'urn:li:digitalmediaRecipe:feedshare-video';
export const REGISTER = '/rest/assets?action=registerUpload';
export const COMPLETE = '/rest/assets?action=completeMultiPartUpload';

export const CALL_HEADERS = {
  authorization: 'Bearer test-token',
  'linkedin-version': '202609',
  'x-restli-protocol-version': '2.0.0',
} as const;
export const JSON_HEADERS = { ...CALL_HEADERS, 'content-type': 'application/json' } as const;
export const IMAGE_HEADERS = {
  authorization: 'Bearer test-token',
  'media-type-family': 'STILLIMAGE',
  'content-type': 'image/png',
} as const;
export const VIDEO_HEADERS = {
  'media-type-family': 'VIDEO',
  'content-type': 'application/octet-stream',
} as const;
export const PART_HEADERS = { 'content-type': 'application/octet-stream' } as const;

/** A valid register body; `fields` override, and undefined removes a field. */
export function registration(fields: Record<string, unknown> = {}): {
  registerUploadRequest: Record<string, unknown>;
} {
  return {
    registerUploadRequest: {
      owner: 'urn:li:organization:24141830',
      recipes: [IMAGE],
      serviceRelationships: [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }],
      supportedUploadMechanism: ['SYNCHRONOUS_UPLOAD'],
      ...fields,
    },
  };
}

export const inParts = (fileSize: number) => ({
  recipes: [VIDEO],
  supportedUploadMechanism: ['MULTIPART_UPLOAD'],
  fileSize,
});
export const inOne = { recipes: [VIDEO], supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'] };

export class Caller {
  readonly #origin: string;
  readonly #dispatcher: Dispatcher | undefined;

  constructor(origin: string, dispatcher?: Dispatcher) {
    this.#origin = origin;
    this.#dispatcher = dispatcher;
  }

  async send(sent: Sent): Promise<Answer> {
    const { statusCode, headers, body } = await request(this.#origin + sent.path, {
      method: sent.method,
      headers: Object.fromEntries(Object.entries(sent.headers).filter(([, value]) => value !== undefined)),
      // undici sends any async iterable; its types name only Node's streams.
      body: (sent.body ?? null) as string | null,
      ...(this.#dispatcher === undefined ? {} : { dispatcher: this.#dispatcher }),
    });
    const text = await body.text();
    return { status: statusCode, headers, text, json: /^[[{]/.test(text) ? JSON.parse(text) : null };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send({ method: 'POST', path, headers: JSON_HEADERS, body: JSON.stringify(body) });
  }

  get(path: string): Promise<Answer> {
    return this.send({ method: 'GET', path, headers: CALL_HEADERS });
  }

  put(path: string, headers: Sent['headers'], body: Body): Promise<Answer> {
    return this.send({ method: 'PUT', path, headers, body });
  }

  /** The JSON of the answer to a call that is accepted. */
  async accepted<T>(path: string, body: unknown): Promise<T> {
    const { status, text, json } = await this.post(path, body);
    if (status !== 200) throw new Error(`${path} was rejected: ${text}`);
    return json as T;
  }

  async register(fields: Record<string, unknown> = {}) {
    return registeredIn(await this.accepted(REGISTER, registration(fields)), this.#origin);
  }

  /** Sends the bytes to every address, one after the other, and returns the receipts for the complete call. */
  async putParts({ addresses }: Registered, file: Uint8Array) {
    const receipts = [];
    for (const { path, headers, firstByte, lastByte } of addresses) {
      const answer = await this.put(path, headers, file.subarray(firstByte, lastByte + 1));
      const ETag = String(answer.headers.etag).replaceAll('"', '');
      receipts.push({ headers: { ETag }, httpStatusCode: answer.status });
    }
    return receipts;
  }
}

export function completion({ mediaArtifact, metadata }: Registered, partUploadResponses: unknown) {
  return { completeMultipartUploadRequest: { mediaArtifact, metadata, partUploadResponses } };
}

/** The ID and the upload URLs in a register reply. */
function registeredIn(json: unknown, origin: string) {
  const { value } = json as { value: Record<string, unknown> & { asset: string; mediaArtifact: string } };
  const [mechanism] = Object.values(value.uploadMechanism as Record<string, Record<string, unknown>>);
  const { uploadUrl, headers, partUploadRequests, metadata } = mechanism ?? {};
  const parts = (partUploadRequests ?? [
    { url: uploadUrl, headers, byteRange: { firstByte: 0, lastByte: -1 } },
  ]) as {
    url: string;
    headers: Record<string, string>;
    byteRange: { firstByte: number; lastByte: number };
  }[];
  return {
    id: value.asset.replace('urn:li:digitalmediaAsset:', ''),
    mediaArtifact: value.mediaArtifact,
    metadata: String(metadata),
    addresses: parts.map((part) => ({
      path: part.url.replace(origin, ''),
      headers: part.headers,
      ...part.byteRange,
    })),
  };
}
