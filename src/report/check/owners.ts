// Who may own media and posts with a token, as far as its scopes are known. Pure.

import { ActionError } from '../../errors.ts';
import { type PermittedPosts, postsOfRole } from '../../linkedin/owners.ts';
import type { OwnerKind } from '../../linkedin/urn.ts';
import { type Findings, scopesOf } from './findings.ts';

export interface OwnerRow {
  readonly urn: string;
  /** Empty if the token may not read it. */
  readonly name: string;
  /** LinkedIn's role of the member in a page; `MEMBER` for the member itself. */
  readonly role: string;
  readonly posts: PermittedPosts;
  /** The scope that the token lacks for this owner, as far as its scopes are known; null if none. */
  readonly lacks: string | null;
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
export const UPLOAD_SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

/** Why this kind of owner cannot be used, as far as the scopes are known; null if it can. */
export function lackingScope(findings: Findings, kind: OwnerKind): string | null {
  const scope = UPLOAD_SCOPES[kind];
  return scopesOf(findings)?.includes(scope) === false ? scope : null;
}

/** The member and its pages. Empty with the input `owner`, so that nothing shows names or roles. */
export function ownersIn(findings: Findings): readonly OwnerRow[] {
  const { member, pages } = findings;
  const owners: OwnerRow[] = [];
  if (member !== null && !(member instanceof ActionError)) {
    const { urn, name } = member;
    owners.push({
      urn,
      name: name ?? '',
      role: 'MEMBER',
      posts: 'all',
      lacks: lackingScope(findings, 'person'),
    });
  }
  if (pages === null || pages instanceof ActionError) return owners;
  const lacks = lackingScope(findings, 'organization');
  for (const { urn, name, role } of pages)
    owners.push({ urn, name: name ?? '', role, posts: postsOfRole(role), lacks });
  return owners;
}

export function describeRole({ role, posts, lacks }: Pick<OwnerRow, 'role' | 'posts' | 'lacks'>): string {
  const words = role === 'MEMBER' ? 'the member of the token' : role.toLowerCase().replaceAll('_', ' ');
  if (posts === 'none') return `${words}: cannot post`;
  if (lacks !== null) return `${words}: needs a token with ${lacks}`;
  return posts === 'sponsored' ? `${words}: can post sponsored content only` : words;
}
