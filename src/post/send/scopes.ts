// What a token may do with the posts of an author, as far as its scopes are known.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-26)

import { ActionError } from '../../errors.ts';
import { ownerKind } from '../../linkedin/urn.ts';
import type { PostLedger } from '../post-ledger.ts';

/** Null if unknown. */
export type Scopes = readonly string[] | null;

/** Whether a search for posts is worth a call. Unknown scopes may be enough. */
export function mayReadPosts(author: string, scopes: Scopes): boolean {
  return scopes?.includes(isPerson(author) ? 'r_member_social' : 'r_organization_social') ?? true;
}

/** If the token is known to lack the scope for comments and any post needs one, no post is sent. @throws ActionError */
export function assertMayComment(ledger: PostLedger, scopes: Scopes): void {
  const errors = ledger.open.flatMap((item) => {
    const { state, written } = item.planned;
    if (state !== 'due' || written.post?.comment == null) return [];
    const obstacle = findCommentObstacle(written.author, scopes);
    if (obstacle === null) return [];
    const error = new ActionError(obstacle.code, `${obstacle.message}; nothing was sent`);
    ledger.settle(item, { state: 'failed', errors: [error] });
    return [error];
  });
  if (errors[0] !== undefined) throw errors[0];
}

/** Why no comment can be made. Null if the token may, or if its scopes are unknown. */
export function findCommentObstacle(author: string, scopes: Scopes): ActionError | null {
  const needed = isPerson(author) ? 'w_member_social_feed' : 'w_organization_social_feed';
  if (scopes === null || scopes.includes(needed)) return null;
  const message = `the access token lacks the scope ${needed}, which the first comment needs`;
  return new ActionError('ACCESS_DENIED', message);
}

function isPerson(author: string): boolean {
  return ownerKind(author) === 'person';
}
