// A post after the plan: what is decided about it, and what is known of it then.

import type { ActionError } from '../errors/action-error.ts';
import type { WrittenPost } from './file/post.ts';
import type { Identity } from './identity.ts';
import type { PostFile, UrnSource } from './memory/post-entry.ts';

export type PlanState =
  | 'other-owner'
  | 'known'
  /** The text on LinkedIn is to be replaced. */
  | 'edit'
  /** Another run is sending it now, or has changed what the memory says about it. */
  | 'claimed'
  /** It may be on LinkedIn. The entry of its identity is `unknown`, or an old `sending`, which may be looked up. */
  | 'unknown'
  | 'failed'
  | 'draft'
  | 'expired'
  | 'scheduled'
  | 'due';

/** The facts of a row about which nothing is known. */
export const NOTHING = {
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  errors: [] as readonly ActionError[],
  /** Completes a sentence about the post. Null where the state says it all. */
  reason: null as string | null,
  /** Completes a sentence about the post. */
  notice: null as string | null,
  /** A notice that nobody should miss. */
  warning: null as string | null,
  /** On LinkedIn. */
  urn: null as string | null,
  /** Null also for a URN that a person gave. */
  urnSource: null as UrnSource | null,
  commentUrn: null as string | null,
};

export type PostFacts = Readonly<typeof NOTHING>;

/** The facts are those of its row if nothing is sent. */
export interface PlannedPost extends WrittenPost, PostFile, PostFacts {
  readonly identity: Identity;
  readonly state: PlanState;
  /** When it is too old to go out, in epoch milliseconds; null if it never is. */
  readonly expiresMs: number | null;
  /** The number of the next attempt, counted from 1, if the post is due. */
  readonly attempt: number;
}

/** The key of the entry of a post; null without one. */
export function keyOf({ identity }: PlannedPost): string | null {
  return 'key' in identity ? identity.key : null;
}
