// Creates, finds and edits posts, and comments on them: one request each, without retries.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { type ActionError, CallError, type DuplicatePost } from '../errors/action-error.ts';
import { type HttpResponse, MAX_POSTS_BYTES, parseJson, serverDateMs } from '../http/messages.ts';
import * as z from '../schema.ts';
import { lenientList, optionalText, readErrorBody } from './replies.ts';
import type { RestClient } from './rest-client.ts';

/** `urn`: null if LinkedIn accepted the post without naming it. `derived`: LinkedIn named only its number. */
export interface CreatedPost {
  readonly urn: string | null;
  readonly urnSource: 'linkedin' | 'derived';
}

export interface FoundPost {
  readonly urn: string;
  /** The text as LinkedIn returns it, with hashtags as templates. */
  readonly commentary: string;
  readonly createdAtMs: number;
}

interface SendOptions {
  /** Aborts only while nothing has been sent. */
  readonly signal?: AbortSignal;
  /** Called just before the first byte may leave. From then on no signal aborts the request, not even the run's. */
  readonly onSending?: () => void;
}

const MAX_FOUND = 100;

const foundPost = z
  .looseObject({
    id: z.string().regex(/^urn:li:(?:share|ugcPost):\d+$/),
    commentary: z.string(),
    createdAt: z.number(),
    // Nobody can see such a post.
    lifecycleState: optionalText.refine((state) => state !== 'DRAFT' && state !== 'PUBLISH_FAILED'),
  })
  .transform(
    ({ id, commentary, createdAt }): FoundPost => ({ urn: id, commentary, createdAtMs: createdAt }),
  );
const foundPosts = z.looseObject({ elements: lenientList(foundPost, { most: MAX_FOUND }) });

export class PostClient {
  readonly #api: RestClient;

  constructor(api: RestClient) {
    this.#api = api;
  }

  /**
   * Sends `json` as it is. `isVideo` decides the type of a derived URN.
   * @throws CallError, with POST_REFUSED for a definite rejection and POST_DUPLICATE besides the codes of every call; RunError
   * RUN_CANCELLED before anything is sent
   */
  async create(
    json: string,
    { isVideo, ...options }: SendOptions & { isVideo: boolean },
  ): Promise<CreatedPost> {
    let named: string | null = null;
    const call = {
      ...WRITE,
      ...options,
      phase: 'post',
      path: 'posts',
      isAnsweredBy: (headers: Headers) => findPostId(headers) !== null,
      refineError: (error: CallError, response: HttpResponse) => {
        const nowMs = serverDateMs(response) ?? this.#api.client.serverNow();
        named = findDuplicate(response) === null ? findNewPostId(response.headers, nowMs) : null;
        return toDuplicateError(error, response);
      },
    } as const;
    const id = await this.#api.send('POST', call, json).then(
      ({ headers }) => findPostId(headers),
      (error) => {
        // LinkedIn has made the post, whatever its status says.
        if (named === null) throw error;
        return named;
      },
    );
    if (id === null) return { urn: null, urnSource: 'linkedin' };
    if (id.startsWith('urn:')) return { urn: id, urnSource: 'linkedin' };
    return { urn: `urn:li:${isVideo ? 'ugcPost' : 'share'}:${id}`, urnSource: 'derived' };
  }

  /**
   * The latest hundred posts of `author`.
   * @throws CallError ACCESS_DENIED if the token may not read posts, and the errors of every call
   */
  async find(author: string): Promise<readonly FoundPost[]> {
    const call = {
      phase: 'find',
      path: `posts?q=author&author=${encodeURIComponent(author)}&count=${MAX_FOUND}&sortBy=CREATED`,
      headers: { 'x-restli-method': 'FINDER' },
      maxResponseBytes: MAX_POSTS_BYTES,
    } as const;
    return (await this.#api.get(call, foundPosts)).elements;
  }

  /**
   * Replaces the text of a post. A repeat does no harm, but the caller must know whether a failed call may have replaced the text.
   * `commentary`: little text. `urn`: not that of an activity, which LinkedIn does not edit.
   * @throws CallError, with POST_REFUSED for a definite rejection
   */
  async edit(urn: string, commentary: string, options: SendOptions): Promise<void> {
    const path = `posts/${encodeURIComponent(urn)}`;
    const headers = { 'x-restli-method': 'PARTIAL_UPDATE' };
    const body = { patch: { $set: { commentary } } };
    await this.#api.post(
      { ...options, phase: 'edit', idempotency: 'non-idempotent', path, headers },
      body,
    );
  }

  /**
   * Sends `json` as it is. Null if LinkedIn accepted the comment without naming it.
   * @throws as `create`, with COMMENT_FAILED for a definite rejection
   */
  async comment(
    postUrn: string,
    json: string,
    options: SendOptions,
  ): Promise<{ readonly urn: string | null }> {
    const call = {
      ...WRITE,
      ...options,
      phase: 'comment',
      path: `socialActions/${encodeURIComponent(postUrn)}/comments`,
      isAnsweredBy: (headers: Headers) =>
        idsIn(headers).some((one) => COMMENT_URN.test(one) || COMMENT_ID.test(one)),
    } as const;
    return { urn: findCommentUrn(await this.#api.send('POST', call, json), postUrn) };
  }
}

/** A second request would be a second post or comment, and one that is being sent is not cut off. */
const WRITE = { idempotency: 'non-idempotent', onSending: () => {} } as const;

function toDuplicateError(error: CallError, response: HttpResponse): CallError {
  const found = findDuplicate(response);
  if (found === null) return error;
  return error.withCode('POST_DUPLICATE', {
    duplicate: { ...found, serverDateMs: serverDateMs(response) },
  });
}

/** The post that LinkedIn has already; null if the post was rejected for another reason. */
export function duplicateIn(error: ActionError): DuplicatePost | null {
  return error instanceof CallError ? error.duplicate : null;
}

// LinkedIn names a new post or comment in one of several fields of its response. A damaged response must not lose an id.

type Headers = HttpResponse['headers'];

const ID_HEADERS = ['x-restli-id', 'location'];
const POST_ID = /^(?:urn:li:(?:share|ugcPost|activity):)?[1-9]\d{0,24}$/;

/** The URN of the created post, or only its number; null if no header names it. LinkedIn's response has no body. */
export function findPostId(headers: Headers): string | null {
  return idsIn(headers).find((id) => POST_ID.test(id)) ?? null;
}

/** No request takes longer. */
const REQUEST_MS = 120_000;

/** The id in the headers, if its post was made during the request. The number of a post contains its time, in Unix milliseconds. */
function findNewPostId(headers: Headers, nowMs: number): string | null {
  const id = findPostId(headers);
  const number = /\d+$/.exec(id ?? '')?.[0];
  if (id === null || number === undefined) return null;
  return Number(BigInt(number) >> 22n) >= nowMs - REQUEST_MS ? id : null;
}

/** Values that may be ids: of a path, its last segment. */
function idsIn(headers: Headers, inBody?: string): string[] {
  const given = [...ID_HEADERS.map((name) => headers[name]), inBody];
  return given
    .flatMap((values) => values ?? [])
    .map((value) => {
      const path = value.trim().replace(/[?#].*$/, '');
      const last = path.slice(path.lastIndexOf('/') + 1);
      try {
        return decodeURIComponent(last);
      } catch {
        return last;
      }
    });
}

const COMMENT_URN = /^urn:li:comment:\(urn:li:\w+:[\w-]+,[\w-]+\)$/;
const COMMENT_ID = /^[1-9]\d{0,24}$/;

// Older responses have the second name. A numeric `id` is ignored: JSON.parse may have rounded it.
const comment = z.looseObject({
  commentUrn: optionalText,
  $URN: optionalText,
  id: optionalText,
});

/**
 * The URN of the created comment; null if neither headers nor body name it. If LinkedIn names only its number, the URN
 * contains `postUrn`, where LinkedIn's own contains the activity of the post.
 */
export function findCommentUrn({ headers, text }: HttpResponse, postUrn: string): string | null {
  const { commentUrn = '', $URN = '', id } = comment.safeParse(parseJson(text)).data ?? {};
  const ids = idsIn(headers, id);
  const urn = [commentUrn, $URN, ...ids].find((one) => COMMENT_URN.test(one));
  if (urn !== undefined) return urn;
  const number = ids.find((one) => COMMENT_ID.test(one));
  return number === undefined ? null : `urn:li:comment:(${postUrn},${number})`;
}

const DUPLICATE_CODE = 'DUPLICATE_POST';
// Matches only at the start, because a message may quote the post.
const DUPLICATE_TEXT = /^(?:[\w.$]+: )?(?:Content is a duplicate of |Duplicate post is detected)/i;
// In a damaged body a URN may be cut off, so it must have an end.
const NAMED = /duplicate of (urn:li:[A-Za-z]+:[\w-]+)(?=[^\w-])/i;

/** The post that LinkedIn already has, as far as it names one. Null if the post was rejected for another reason. */
export function findDuplicate({
  status,
  text,
}: HttpResponse): { readonly urn: string | null } | null {
  if (status < 400 || status >= 500 || status === 401 || status === 429) return null;
  const json = parseJson(text);
  const { message = '', code, inputErrors } = readErrorBody(json);
  const texts = [message, ...inputErrors.map(({ description = '' }) => description)];
  const isDuplicate =
    (json === undefined && text.includes(DUPLICATE_CODE)) ||
    [code, ...inputErrors.map((one) => one.code)].includes(DUPLICATE_CODE) ||
    texts.some((one) => DUPLICATE_TEXT.test(one));
  return isDuplicate ? { urn: NAMED.exec(text)?.[1] ?? null } : null;
}

/** Whether LinkedIn rejected a post because its media must be uploaded again, if it has any. */
export function isMediaLost(error: unknown): boolean {
  if (error instanceof CallError) return MEDIA_LOST.has(error.serviceCode ?? '');
  return error instanceof Error && isMediaLost(error.cause);
}

const MEDIA_LOST: ReadonlySet<string> = new Set([
  'INVALID_IMAGE_ID',
  'INVALID_VIDEO_ID',
  // LinkedIn's tables name neither of them for documents, and no other code. The second one may also be about the author: then
  // another upload does not help.
  'INVALID_DOCUMENT_ID',
  'INVALID_URN_ID',
  'MEDIA_ASSET_PROCESSING_FAILED',
  'UPDATING_ASSET_FAILED',
  'EXPIRED_UPLOAD_URL',
]);
