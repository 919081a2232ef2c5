// Calls a sandbox with bare undici requests, valid unless a test changes them. It shares no code with the action's client, so that both
// cannot contain the same mistake.

import { type Dispatcher, request } from 'undici';
import { expect } from 'vitest';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';

export const START_MS = Date.UTC(2026, 10, 25);
export const DAY_MS = 24 * 60 * 60 * 1000;
export const ORIGIN = 'https://api.linkedin.com';
export const PAGE = 'urn:li:organization:24141830';
export const MEMBER = 'urn:li:person:-f_Ut43FoQ';
export const AD_ACCOUNT = 'urn:li:sponsoredAccount:1';

export const IMAGE = 'urn:li:digitalmediaRecipe:feedshare-image';
export const VIDEO = 'urn:li:digitalmediaRecipe:feedshare-video';
export const REGISTER = '/rest/assets?action=registerUpload';
export const COMPLETE = '/rest/assets?action=completeMultiPartUpload';
export const INIT_IMAGE = '/rest/images?action=initializeUpload';
export const INIT_DOCUMENT = '/rest/documents?action=initializeUpload';
export const INIT_VIDEO = '/rest/videos?action=initializeUpload';
export const FINALIZE = '/rest/videos?action=finalizeUpload';
export const POSTS = '/rest/posts';

export const BEARER = { authorization: 'Bearer test-token' };
const CALL_HEADERS = {
  ...BEARER,
  'linkedin-version': '202609',
  'x-restli-protocol-version': '2.0.0',
} as const;
export const JSON_HEADERS = { ...CALL_HEADERS, 'content-type': 'application/json' } as const;
const OCTET_STREAM = 'application/octet-stream';
export const PART_HEADERS = { 'content-type': OCTET_STREAM } as const;
export const IMAGE_HEADERS = { ...BEARER, 'content-type': 'image/png' } as const;
export const THUMBNAIL_HEADERS = {
  'media-type-family': 'STILLIMAGE',
  'content-type': OCTET_STREAM,
} as const;

export const CAPTIONS = Buffer.from('1\r\n00:00:00,000 --> 00:00:02,000\r\nHello – Grüße\r\n');
export const METADATA = {
  format: 'SRT',
  formattedForEasyReader: true,
  largeText: true,
  source: 'USER_PROVIDED',
  locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
  transcriptType: 'CLOSED_CAPTION',
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed text, or null if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it.
  readonly json: any;
}

export type Fields = Readonly<Record<string, unknown>>;
export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface Sent {
  readonly method: string;
  readonly path: string;
  /** Undefined removes a header. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Body;
}

/** A sandbox in this process, with a clock that a test sets. */
export function setUp(options: SandboxOptions = {}) {
  const clock = { ms: START_MS, now: () => clock.ms };
  const model = new SandboxModel({ token: 'test-token', processingMs: 0, clock, ...options });
  const caller = new Caller(ORIGIN, new SandboxDispatcher(createRoutes(model)));
  return { model, caller, clock };
}

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
      headers: Object.fromEntries(
        Object.entries(sent.headers).filter(([, value]) => value !== undefined),
      ),
      // undici sends any async iterable; its types name only Node's streams.
      body: (sent.body ?? null) as string | null,
      ...(this.#dispatcher === undefined ? {} : { dispatcher: this.#dispatcher }),
    });
    const text = await body.text();
    return {
      status: statusCode,
      headers,
      text,
      json: /^[[{]/.test(text) ? JSON.parse(text) : null,
    };
  }

  post(path: string, body: unknown, headers: Sent['headers'] = {}): Promise<Answer> {
    const all = { ...JSON_HEADERS, ...headers };
    return this.send({ method: 'POST', path, headers: all, body: JSON.stringify(body) });
  }

  get(path: string): Promise<Answer> {
    return this.send({ method: 'GET', path, headers: CALL_HEADERS });
  }

  put(path: string, headers: Sent['headers'], body: Body): Promise<Answer> {
    return this.send({ method: 'PUT', path, headers, body });
  }

  /** The `value` of the answer to a register or initialize call. */
  async registered(path: string, body: unknown): Promise<Answer['json']> {
    const { status, text, json } = await this.post(path, body);
    if (status !== 200) throw new Error(`${path} was rejected: ${text}`);
    return json.value;
  }
}

const without = (url: string) => url.replace(/^https?:\/\/[^/]+/, '');
const idOf = (urn: string) => urn.slice(urn.lastIndexOf(':') + 1);
const shown = (urn: string) => encodeURIComponent(urn);

/** An error of the API: LinkedIn's JSON repeats its status; `code` is undefined in the formats that have none. */
export function expectApiError(
  { status, json }: Answer,
  expected: number,
  code: string | undefined,
): void {
  expect({ status, code: json?.code ?? json?.errorDetails?.inputErrors[0].code }).toEqual({
    status: expected,
    code,
  });
  expect(json).toMatchObject({ status, message: expect.stringMatching(/./) });
}

/** An error of the upload host. */
export function expectHtmlError({ status, headers, json }: Answer, expected: number): void {
  expect({ status, type: headers['content-type'], json }).toEqual({
    ...{ status: expected, type: 'text/html; charset=utf-8', json: null },
  });
}

/** The token lacks the permission for a call, which the message names. */
export function expectDenied(answer: Answer, call: string): void {
  const message = `Not enough permissions to access: ${call}`;
  expect(answer).toMatchObject({
    status: 403,
    json: { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED', message },
  });
}

/** The name and type of every field; a list is represented by its first entry. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

// The Assets API. `fields` override those of a valid call, and undefined removes one.

export function registration(fields: Fields = {}) {
  return {
    registerUploadRequest: {
      owner: PAGE,
      recipes: [IMAGE],
      serviceRelationships: [
        { identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' },
      ],
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

interface Part {
  readonly path: string;
  readonly firstByte: number;
  readonly lastByte: number;
}

export async function register(caller: Caller, fields: Fields = {}) {
  const { asset, mediaArtifact, uploadMechanism } = await caller.registered(
    REGISTER,
    registration(fields),
  );
  const [{ uploadUrl = '', partUploadRequests = [], metadata }] =
    Object.values<Answer['json']>(uploadMechanism);
  const parts = partUploadRequests.map(({ url, byteRange }: Answer['json']) => ({
    path: without(url),
    ...byteRange,
  })) as Part[];
  return { id: idOf(asset), mediaArtifact, metadata, path: without(uploadUrl), parts };
}

/** Sends the bytes to every address, one after the other; returns the ETags without their quotes. */
export async function putParts(
  caller: Caller,
  { parts }: { parts: readonly Part[] },
  file: Uint8Array,
): Promise<string[]> {
  const etags = [];
  for (const { path, firstByte, lastByte } of parts) {
    const answer = await caller.put(path, PART_HEADERS, file.subarray(firstByte, lastByte + 1));
    etags.push(String(answer.headers.etag).replaceAll('"', ''));
  }
  return etags;
}

export const receiptsOf = (etags: readonly string[]) =>
  etags.map((ETag) => ({ headers: { ETag }, httpStatusCode: 200 }));

export function completion(
  {
    mediaArtifact,
    metadata,
  }: Pick<Awaited<ReturnType<typeof register>>, 'mediaArtifact' | 'metadata'>,
  partUploadResponses: unknown,
) {
  return { completeMultipartUploadRequest: { mediaArtifact, metadata, partUploadResponses } };
}

// The Images, Documents and Videos APIs.

export function initialization(fields: Fields = {}) {
  return { initializeUploadRequest: { owner: PAGE, ...fields } };
}

export async function initialize(caller: Caller, kind: 'image' | 'document', fields: Fields = {}) {
  const { uploadUrl, [kind]: urn } = await caller.registered(
    `/rest/${kind}s?action=initializeUpload`,
    initialization(fields),
  );
  return { id: idOf(urn), urn: urn as string, path: without(uploadUrl) };
}

export async function initializeVideo(caller: Caller, fields: Fields = {}) {
  const body = initialization({ fileSizeBytes: 10, ...fields });
  const value = await caller.registered(INIT_VIDEO, body);
  const { video, uploadToken, uploadInstructions, captionsUploadUrl, thumbnailUploadUrl } = value;
  const parts = uploadInstructions.map(({ uploadUrl, ...range }: Answer['json']) => ({
    path: without(uploadUrl),
    ...range,
  })) as Part[];
  return {
    ...{ id: idOf(video), urn: video as string, token: uploadToken as string, parts },
    ...{
      captionsPath: without(captionsUploadUrl ?? ''),
      thumbnailPath: without(thumbnailUploadUrl ?? ''),
    },
  };
}

export function finalization(
  { urn, token }: Pick<Awaited<ReturnType<typeof initializeVideo>>, 'urn' | 'token'>,
  uploadedPartIds: unknown,
) {
  return { finalizeUploadRequest: { video: urn, uploadToken: token, uploadedPartIds } };
}

export const FILE = Buffer.from('0123456789');

/** Initializes, sends and finalizes a video of ten bytes with what `fields` ask for. */
export async function uploadVideo(caller: Caller, fields: Fields = {}) {
  const video = await initializeVideo(caller, fields);
  const ids = await putParts(caller, video, FILE);
  if (video.captionsPath !== '') await sendCaptions(caller, video.captionsPath);
  if (video.thumbnailPath !== '')
    await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, 'picture');
  expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
  return video;
}

/** Valid captions as undici writes a form: the headers of its request, and its bytes. */
export async function captionsForm() {
  const fields = new FormData();
  fields.set('metadata', JSON.stringify(METADATA));
  fields.set('file', new File([CAPTIONS], 'a "quoted" clip.srt'));
  const form = new Response(fields);
  const type = form.headers.get('content-type') ?? '';
  return {
    headers: { ...BEARER, 'content-type': type },
    body: Buffer.from(await form.arrayBuffer()),
  };
}

export async function sendCaptions(caller: Caller, path: string): Promise<Answer> {
  return caller.send({ method: 'POST', path, ...(await captionsForm()) });
}

export type Resource = 'images' | 'videos' | 'documents';

export function readOne(caller: Caller, resource: Resource, urn: string): Promise<Answer> {
  return caller.get(`/rest/${resource}/${shown(urn)}`);
}

export function readSeveral(
  caller: Caller,
  resource: Resource,
  urns: readonly string[],
): Promise<Answer> {
  return caller.get(`/rest/${resource}?ids=List(${urns.map(shown).join(',')})`);
}

/** Sends an image, or a video if `fields` have recipes, with the Assets API. Returns its bare id. */
export async function uploadAsset(caller: Caller, fields: Fields = {}): Promise<string> {
  const { id, path } = await register(caller, fields);
  const answer = await caller.put(
    path,
    'recipes' in fields ? PART_HEADERS : IMAGE_HEADERS,
    'bytes',
  );
  expect(answer.status).toBeLessThan(300);
  return id;
}

// The Posts API.

/** A valid body with text only. */
export const POLL = {
  question: 'Which one?',
  options: [{ text: 'This' }, { text: 'That' }],
  settings: { duration: 'THREE_DAYS' },
};

export function postBody(fields: Fields = {}): Record<string, unknown> {
  return {
    author: PAGE,
    commentary: 'Our launch',
    visibility: 'PUBLIC',
    distribution: {
      feedDistribution: 'MAIN_FEED',
      targetEntities: [],
      thirdPartyDistributionChannels: [],
    },
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
    ...fields,
  };
}

/** Creates a post and returns its URN. */
export async function makePost(caller: Caller, fields: Fields = {}): Promise<string> {
  const answer = await caller.post(POSTS, postBody(fields));
  if (answer.status !== 201) throw new Error(`the post was rejected: ${answer.text}`);
  return String(answer.headers['x-restli-id']);
}

export const postPath = (urn: string) => `${POSTS}/${shown(urn)}`;

/** The posts of an author; `query` follows and starts with `&`. */
export function findPosts(caller: Caller, author = PAGE, query = ''): Promise<Answer> {
  return caller.get(`${POSTS}?q=author&author=${shown(author)}${query}`);
}

export function editPost(caller: Caller, urn: string, patch: unknown): Promise<Answer> {
  return caller.post(postPath(urn), { patch }, { 'x-restli-method': 'PARTIAL_UPDATE' });
}

export function deletePost(caller: Caller, urn: string): Promise<Answer> {
  const headers = { ...CALL_HEADERS, 'x-restli-method': 'DELETE' };
  return caller.send({ method: 'DELETE', path: postPath(urn), headers });
}
