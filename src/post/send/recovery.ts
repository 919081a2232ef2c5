// Finds the post of a request whose response was lost: by the URN that LinkedIn names when it rejects the retry as a
// duplicate, or among the author's latest posts. Pure, except for the search itself.

import { abortAfter } from '../../clock.ts';
import { type DuplicatePost, RunError } from '../../errors/action-error.ts';
import type { FoundPost } from '../../linkedin/post-client.ts';
import { READ_SCOPES } from '../../linkedin/scopes.ts';
import { ownerKind } from '../../linkedin/urn.ts';
import { hasUrn, type PostEntry, postKeyText } from '../memory/post-entry.ts';
import type { PostDeps, Scopes } from './post-deps.ts';

/** LinkedIn's `Date` has whole seconds, and responses take time. */
const TOLERANCE_MS = 2000;

export interface DuplicateContext {
  readonly entries: readonly PostEntry[];
  /** `postKeyText` of the post. */
  readonly key: string;
  /** The times from the claim, and from the retry, to the response to the retry. */
  readonly sinceClaimMs: number;
  readonly sinceRetryMs: number;
}

/** The post that LinkedIn names, if it is the one whose response was lost: it was made between claim and retry. */
export function findOwnDuplicate(
  { urn: duplicateUrn, serverDateMs }: DuplicatePost,
  { entries, key, sinceClaimMs, sinceRetryMs }: DuplicateContext,
): string | null {
  const [urn, id] = /^urn:li:(?:share|ugcPost):(\d+)$/.exec(duplicateUrn ?? '') ?? [];
  if (urn === undefined || id === undefined || serverDateMs === null) return null;
  if (entries.some((entry) => postKeyText(entry) !== key && hasUrn(entry, urn))) return null;
  const createdMs = createdAtMs(id);
  const isAfterClaim = createdMs >= serverDateMs - sinceClaimMs - TOLERANCE_MS;
  const isBeforeRetry = createdMs <= serverDateMs - sinceRetryMs + TOLERANCE_MS;
  return isAfterClaim && isBeforeRetry ? urn : null;
}

/** LinkedIn's ids contain their time, in Unix milliseconds. */
function createdAtMs(id: string): number {
  return Number(BigInt(id) >> 22n);
}

interface SearchedPost {
  readonly author: string;
  /** Little text, as sent. */
  readonly commentary: string;
  /** When it was claimed, by LinkedIn's clock. */
  claimedAtMs(): number;
}

/** Whether a search for posts is worth a call. Unknown scopes may be enough. */
export function mayReadPosts(author: string, scopes: Scopes): boolean {
  const needed = READ_SCOPES[ownerKind(author) === 'person' ? 'person' : 'organization'];
  return scopes?.includes(needed) ?? true;
}

const MAX_POSTS = 100;
const MAX_SEARCHES = 3;
const SEARCH_MS = 60_000;

/** The URN of the only post that can be this one. Null without one, if there are several, and if the search fails. */
export async function searchPost(
  post: SearchedPost,
  entries: readonly PostEntry[],
  { linkedin, scopes, limits, clock, signal }: PostDeps,
): Promise<string | null> {
  if (!mayReadPosts(post.author, scopes)) return null;
  const search = () => linkedin.find(post.author, { count: MAX_POSTS });
  const limit = abortAfter(SEARCH_MS, new RunError('RUN_STOPPED', 'not found in time'), { clock, signal });
  const options = { limiter: limits.calls, key: search, maxAttempts: MAX_SEARCHES };
  // A miss proves nothing, and neither does a search that fails.
  const found = await limits
    .call(search, { ...options, signal: limit.signal })
    .catch(() => [])
    .finally(limit.clear);
  const sinceMs = post.claimedAtMs() - TOLERANCE_MS;
  const text = plainText(post.commentary);
  const isMatch = ({ urn, commentary, createdAtMs }: FoundPost) =>
    createdAtMs >= sinceMs && plainText(commentary) === text && !entries.some((entry) => hasUrn(entry, urn));
  const [first, ...others] = found.filter(isMatch);
  return first === undefined || others.length > 0 ? null : first.urn;
}

/** LinkedIn returns hashtags as templates, and may return the text without backslashes. */
function plainText(commentary: string): string {
  return commentary
    .replace(/\{hashtag\|\\?#\|((?:\\.|[^\\}|])+)\}/g, '#$1')
    .replace(/\\([\\|{}@[\]()<>#*_~])/g, '$1')
    .trim();
}
