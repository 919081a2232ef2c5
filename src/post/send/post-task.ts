// The task of publishing a post, its dependencies, and its result.

import type { ActionError } from '../../errors.ts';
import type { PostClient } from '../../linkedin/post-client.ts';
import { postName } from '../file/post.ts';
import type { UrnSource } from '../memory/memory.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import type { PlannedPost, PostPlan } from '../plan.ts';
import type { Scopes } from './scopes.ts';
import type { SendEnv } from './send-once.ts';

export interface PostTask {
  readonly planned: PlannedPost;
  /** The exact bytes of `buildPostBody`. Null for a post that was not due when the run prepared its posts. */
  readonly json: string | null;
  readonly isVideo: boolean;
  /** The text of the first comment; null also if the post is not due. */
  readonly comment: string | null;
}

export interface PostEnv extends SendEnv {
  readonly memory: PostMemory;
  readonly linkedin: Pick<PostClient, 'create' | 'find' | 'comment'>;
  /** Of the plan. */
  readonly decide: PostPlan['decide'];
  /** As `apiBaseOf` returns it. */
  readonly apiUrl: string;
  /** The page of the run on GitHub; empty outside GitHub. */
  readonly runUrl: string;
  readonly scopes: Scopes;
  /** LinkedIn's clock, in epoch milliseconds. */
  readonly serverNow: () => number;
  /** Another one for each claim: `randomUUID`. */
  readonly makeNonce: () => string;
}

export interface PostResult {
  readonly state: 'posted' | 'known' | 'unknown' | 'failed' | 'skipped';
  readonly urn: string | null;
  /** Null also for a URN that a person gave. */
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
  /** Also of a post that is on LinkedIn, when its comment or the memory failed. */
  readonly error: ActionError | null;
  /** Completes a sentence about the post. */
  readonly notice: string | null;
}

export function makeResult(state: PostResult['state'], about: Partial<PostResult> = {}): PostResult {
  return { state, urn: null, urnSource: null, commentUrn: null, error: null, notice: null, ...about };
}

/** A post that was published earlier. */
export function makeKnownResult(planned: PlannedPost): PostResult {
  return makeResult('known', { notice: planned.notice ?? null, ...knownUrns(planned) });
}

/** The URNs of a post that was published earlier. What is about to be remembered outranks what is stored. */
export function knownUrns({ entry, toRemember }: Pick<PlannedPost, 'entry' | 'toRemember'>) {
  const known = [toRemember, entry].find((one) => one?.state === 'posted');
  if (known?.state !== 'posted') return {};
  const { urn, urnSource = null, comment } = known;
  return { urn, urnSource, commentUrn: comment?.state === 'posted' ? (comment.urn ?? null) : null };
}

/** The name of the post for users. */
export function nameOf({ candidate }: Pick<PlannedPost, 'candidate'>): string {
  return postName(candidate);
}
