// The permissions (scopes) of an access token that LinkedIn requires, by the kind of owner or author.

import { type OwnerKind, ownerKind } from './urn.ts';

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
export const UPLOAD_SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-26)
export const commentScopeOf = byAuthor('w_member_social_feed', 'w_organization_social_feed');
/** A search for posts needs it. */
export const readScopeOf = byAuthor('r_member_social', 'r_organization_social');

function byAuthor(person: string, organization: string): (author: string) => string {
  return (author) => (ownerKind(author) === 'person' ? person : organization);
}
