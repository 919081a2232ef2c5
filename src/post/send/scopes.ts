// What a token may do with the posts of an author, as far as its scopes are known. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-26)

import { ActionError } from '../../errors.ts';
import { ownerKind } from '../../linkedin/urn.ts';

/** Null if unknown. */
export type Scopes = readonly string[] | null;

/** Whether a search for posts is worth a call. Unknown scopes may be enough. */
export function mayReadPosts(author: string, scopes: Scopes): boolean {
  return scopes?.includes(isPerson(author) ? 'r_member_social' : 'r_organization_social') ?? true;
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
