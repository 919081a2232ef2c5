// The lines about the owners of a token: its member, its pages, and the owner that the workflow gives. Pure.

import { ActionError } from '../../errors.ts';
import type { OwnerKind } from '../../linkedin/urn.ts';
import { type Findings, isRefusedUse, scopesOf } from './findings.ts';
import { type CheckLine, code, quote } from './line.ts';

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

export function memberLine(findings: Findings): CheckLine | null {
  const about = 'member';
  const { member, pages } = findings;
  if (member === null) return null;
  if (member instanceof ActionError) {
    const hasPages = pages !== null && !(pages instanceof ActionError) && pages.length > 0;
    if (member.code !== 'ACCESS_DENIED')
      return { about, level: 'warning', text: `is not known: ${quote(member)}`, hint: member.hint };
    const text = `is not known, because the token may not read it: ${quote(member)}`;
    return { about, level: hasPages ? 'info' : 'warning', text, hint: MEMBER_HINT };
  }
  const scope = lackingScope(findings, 'person');
  if (scope === null) return { about, level: 'good', text: 'can be an owner', hint: '' };
  return { about, level: 'info', text: `can be an owner only with a token that has \`${scope}\``, hint: '' };
}

const MEMBER_HINT =
  'To post as a member, add the product "Sign In with LinkedIn using OpenID Connect" to the app, and create a token with `openid`, `profile` and `w_member_social`. An app with the Community Management API takes no other product: create a token with `r_basicprofile` there.';

export function pagesLine({ pages, member }: Findings): CheckLine | null {
  const about = 'pages';
  if (pages === null) return null;
  if (pages instanceof ActionError) {
    if (pages.code !== 'ACCESS_DENIED')
      return { about, level: 'warning', text: `are not known: ${quote(pages)}`, hint: pages.hint };
    const level = member instanceof ActionError ? 'warning' : 'info';
    const text = `are not known, because the token may not list them: ${quote(pages)}`;
    return { about, level, text, hint: LIST_HINT };
  }
  const text = `in which the member has a role: ${pages.length === 0 ? 'none' : pages.length}`;
  return pages.length > 0
    ? { about, level: 'good', text, hint: '' }
    : { about, level: 'info', text, hint: ROLE_HINT };
}

const LIST_HINT =
  'To post as a page, create a token that also has `r_organization_admin` or `rw_organization_admin`. Or write the URN yourself: the number of a page is in the address of its admin view. For linkedin.com/company/24141830/admin it is `urn:li:organization:24141830`.';
const ROLE_HINT =
  'To post as a page, let an administrator of the page make the member of the token an administrator or content administrator.';

export function ownerLine({ given: { owner }, registered }: Findings): CheckLine | null {
  if (owner === null || registered === null) return null;
  const about = code(owner.owner);
  if (registered instanceof ActionError) {
    const what = isRefusedUse(registered) ? 'cannot own media' : 'could not be tried';
    return { about, level: 'error', text: `${what}: ${quote(registered)}`, hint: registered.hint };
  }
  const text = 'can own media: LinkedIn has registered a picture for it, which is never sent';
  return { about, level: 'good', text, hint: '' };
}

/** Only if the scopes are known: LinkedIn lets nobody try a post. */
export function postsLine(findings: Findings): CheckLine | null {
  const { action, owner } = findings.given;
  const scopes = scopesOf(findings);
  if (action !== 'post' || owner === null || scopes === null) return null;
  const write = UPLOAD_SCOPES[owner.ownerKind];
  const feed = `${write}_feed`;
  if (!scopes.includes(write)) {
    const text = `need \`${write}\`, which the token lacks`;
    return { about: 'posts', level: 'warning', text, hint: `Create a token that also has \`${write}\`.` };
  }
  if (scopes.includes(feed))
    return { about: 'posts and first comments', level: 'good', text: 'are within the scopes', hint: '' };
  const text = `need \`${feed}\`, which the token lacks. Posts do not`;
  const hint =
    'For posts with a first comment, create a token with this scope. LinkedIn grants it only to apps with the Community Management API.';
  return { about: 'first comments', level: 'info', text, hint };
}
