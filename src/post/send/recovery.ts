// Finds the post of a request whose response was lost, or that LinkedIn refused as a duplicate: by the URN that LinkedIn names, or
// among the author's latest posts. Pure, except for the search itself.

import { abortAfter } from '../../clock.ts';
import { ActionError, type DuplicatePost, RunError } from '../../errors/action-error.ts';
import { readScopeOf } from '../../linkedin/owners.ts';
import type { FoundPost, PostClient } from '../../linkedin/post-client.ts';
import type { WrittenPost } from '../file/post.ts';
import { entryName, hasUrn, type Posts } from '../memory/post-entry.ts';
import { toLittleText } from '../text/little-text.ts';
import type { SendDeps } from './send-once.ts';

/** The permissions of the token. Null if unknown. */
export type Scopes = readonly string[] | null;

/** LinkedIn's `Date` has whole seconds, and responses take time. */
const TOLERANCE_MS = 2000;

/**
 * A repeat that LinkedIn refuses as a duplicate may create a post itself, which LinkedIn then names and never shows. So a named post is
 * the one of the first request only if it was created at least this long before the repeat.
 */
const BEFORE_REPEAT_MS = 10_000;

export interface DuplicateContext {
  readonly posts: Posts;
  /** The key of the entry of the post. */
  readonly key: string;
  /** The time from the claim, or from the request, to its answer. */
  readonly sinceStartMs: number;
  /** The time from the repeat to its answer; null if nothing was repeated, and the answer itself is the end. */
  readonly sinceRepeatMs: number | null;
}

/** The post that LinkedIn names, if it can only be the one of this run: it was made between start and repeat. */
export function findOwnDuplicate(
  { urn: duplicateUrn, serverDateMs }: DuplicatePost,
  { posts, key, sinceStartMs, sinceRepeatMs }: DuplicateContext,
): string | null {
  const [urn, id] = /^urn:li:(?:share|ugcPost):(\d+)$/.exec(duplicateUrn ?? '') ?? [];
  if (urn === undefined || id === undefined || serverDateMs === null) return null;
  if ([...posts].some(([other, entry]) => other !== key && hasUrn(entry, urn))) return null;
  // LinkedIn's ids contain their time, in Unix milliseconds.
  const createdMs = Number(BigInt(id) >> 22n);
  const isAfterStart = createdMs >= serverDateMs - sinceStartMs - TOLERANCE_MS;
  const endMs =
    sinceRepeatMs === null ? serverDateMs : serverDateMs - sinceRepeatMs - BEFORE_REPEAT_MS;
  return isAfterStart && createdMs <= endMs + TOLERANCE_MS ? urn : null;
}

/** Names the post that LinkedIn has, and its file if the memory has it. */
export function duplicateError(error: ActionError, urn: string | null, posts: Posts): ActionError {
  const known = [...posts.values()].find((entry) => hasUrn(entry, urn));
  const which = known === undefined ? 'not in the manifest' : entryName(known);
  const named = urn === null ? 'which it does not name' : `${urn}, which is ${which}`;
  const message = `LinkedIn has a post with this text, ${named}: ${error.message}`;
  return new ActionError('POST_DUPLICATE', message, { cause: error });
}

export interface Reader extends SendDeps {
  readonly linkedin: { readonly posts: Pick<PostClient, 'find'> };
  readonly scopes: Scopes;
}

const MAX_SEARCHES = 3;
const SEARCH_MS = 60_000;

/** The author's latest posts; null if the token may not read them, or if that fails. */
async function latestPosts(author: string, reader: Reader): Promise<readonly FoundPost[] | null> {
  const { linkedin, scopes, limits, clock, signal } = reader;
  // Unknown scopes may be enough.
  if (scopes !== null && !scopes.includes(readScopeOf(author))) return null;
  const search = () => linkedin.posts.find(author);
  const limit = abortAfter(SEARCH_MS, new RunError('RUN_STOPPED', 'not found in time'), {
    clock,
    signal,
  });
  return await limits
    .call(search, { maxAttempts: MAX_SEARCHES, signal: limit.signal })
    .catch(() => null)
    .finally(limit.clear);
}

interface SearchedPost extends Pick<WrittenPost, 'author' | 'text'> {
  /** When it was claimed, by LinkedIn's clock. */
  claimedAtMs(): number;
}

/** The URN of the only post that can be this one. Null without one, and if there are several: a miss proves nothing. */
export async function searchPost(
  post: SearchedPost,
  posts: Posts,
  reader: Reader,
): Promise<string | null> {
  const found = (await latestPosts(post.author, reader)) ?? [];
  const sinceMs = post.claimedAtMs() - TOLERANCE_MS;
  const text = plainText(toLittleText(post.text));
  const isMatch = ({ urn, commentary, createdAtMs }: FoundPost) =>
    createdAtMs >= sinceMs &&
    plainText(commentary) === text &&
    ![...posts.values()].some((entry) => hasUrn(entry, urn));
  const [first, ...others] = found.filter(isMatch);
  return first === undefined || others.length > 0 ? null : first.urn;
}

/** Whether the author has this post. Null if that cannot be read. */
export async function isThere(
  urn: string,
  author: string,
  reader: Reader,
): Promise<boolean | null> {
  const found = await latestPosts(author, reader);
  return found === null ? null : found.some((post) => post.urn === urn);
}

/** LinkedIn returns hashtags as templates, and may return the text without backslashes. */
function plainText(commentary: string): string {
  return commentary
    .replace(/\{hashtag\|\\?#\|((?:\\.|[^\\}|])+)\}/g, '#$1')
    .replace(/\\([\\|{}@[\]()<>#*_~])/g, '$1')
    .trim();
}
