// The permissions (scopes) of an access token that LinkedIn requires, by the kind of owner or author.

import type { OwnerKind } from './urn.ts';

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
export const UPLOAD_SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-26)
export const COMMENT_SCOPES = {
  person: 'w_member_social_feed',
  organization: 'w_organization_social_feed',
} as const;
/** A search for posts needs them. */
export const READ_SCOPES = { person: 'r_member_social', organization: 'r_organization_social' } as const;
