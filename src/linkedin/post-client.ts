// Creates and finds posts, and comments on them: one request each, without retries.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { DuplicatePostError, type LinkedInError } from '../errors.ts';
import { type HttpResponse, MAX_POSTS_BYTES, serverDateMs } from '../http/messages.ts';
import * as z from '../schema.ts';
import { findCommentUrn, findDuplicate, findPostId, isCommentAnswered } from './post-replies.ts';
import { effectiveStatus, lenient, list, parseReply, rejectionFromReply } from './replies.ts';
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

const foundPost = lenient(
  z.looseObject({
    id: z.string().regex(/^urn:li:(?:share|ugcPost):\d+$/),
    commentary: z.string(),
    createdAt: z.number(),
    lifecycleState: lenient(z.string()),
  }),
);
const foundPosts = z.looseObject({ elements: list(foundPost, { most: MAX_FOUND }) });

// Posts that nobody can see.
const HIDDEN_STATES: readonly unknown[] = ['DRAFT', 'PUBLISH_FAILED'];

export class PostClient {
  readonly #api: RestClient;

  constructor(api: RestClient) {
    this.#api = api;
  }

  /**
   * Sends `json` as it is. `isVideo` decides the type of a derived URN.
   * @throws NetworkError, whose `call` has what was sent; LinkedInError POST_REFUSED for a definite rejection, and other
   * codes; DuplicatePostError; RunError RUN_CANCELLED before anything is sent
   */
  async create(
    json: string,
    { isVideo, ...options }: SendOptions & { isVideo: boolean },
  ): Promise<CreatedPost> {
    const reply = await this.#write(json, {
      ...options,
      phase: 'post',
      path: 'posts',
      isAnsweredBy: (headers) => findPostId(headers) !== null,
    });
    const id = findPostId(reply.headers);
    if (id === null) return { urn: null, urnSource: 'linkedin' };
    if (id.startsWith('urn:')) return { urn: id, urnSource: 'linkedin' };
    return { urn: `urn:li:${isVideo ? 'ugcPost' : 'share'}:${id}`, urnSource: 'derived' };
  }

  /**
   * The latest posts of `author`, newest first.
   * @throws LinkedInError ACCESS_DENIED if the token may not read posts, and the errors of every call
   */
  async find(author: string, { count }: { count: number }): Promise<readonly FoundPost[]> {
    const most = Math.min(count, MAX_FOUND);
    const reply = await this.#api.get({
      phase: 'find',
      path: `posts?q=author&author=${encodeURIComponent(author)}&count=${most}&sortBy=CREATED`,
      headers: { 'x-restli-method': 'FINDER' },
      maxResponseBytes: MAX_POSTS_BYTES,
    });
    return parseReply(reply, foundPosts, 'find')
      .elements.filter((one) => one !== undefined)
      .filter(({ lifecycleState }) => !HIDDEN_STATES.includes(lifecycleState))
      .map(({ id, commentary, createdAt }) => ({ urn: id, commentary, createdAtMs: createdAt }))
      .sort((one, other) => other.createdAtMs - one.createdAtMs)
      .slice(0, most);
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
    const reply = await this.#write(json, {
      ...options,
      phase: 'comment',
      path: `socialActions/${encodeURIComponent(postUrn)}/comments`,
      isAnsweredBy: isCommentAnswered,
    });
    return { urn: findCommentUrn(reply, postUrn) };
  }

  async #write(json: string, call: OnceCall): Promise<HttpResponse> {
    const { onSending = () => {}, ...rest } = call;
    const reply = await this.#api.send('POST', { idempotency: 'non-idempotent', onSending, ...rest }, json);
    const isNamed = reply.status >= 200 && reply.status < 300 && call.isAnsweredBy(reply.headers);
    // An id in the headers counts, even if the body reports an error.
    const status = isNamed ? reply.status : effectiveStatus(reply);
    if (status >= 200 && status < 300) return reply;
    throw this.#rejectionOf({ ...reply, status }, call.phase);
  }

  #rejectionOf(reply: HttpResponse, phase: OnceCall['phase']): LinkedInError {
    const error = rejectionFromReply(reply, phase, this.#api.serverNow());
    const duplicate = phase === 'post' ? findDuplicate(reply) : null;
    if (duplicate === null) return error;
    const { message, status, serviceCode, call } = error;
    return new DuplicatePostError(message, {
      status,
      serviceCode,
      call,
      duplicateUrn: duplicate.urn,
      serverDateMs: serverDateMs(reply),
    });
  }
}

interface OnceCall extends SendOptions {
  readonly phase: 'post' | 'comment';
  readonly path: string;
  /** Whether headers name what was created. */
  readonly isAnsweredBy: (headers: HttpResponse['headers']) => boolean;
}
