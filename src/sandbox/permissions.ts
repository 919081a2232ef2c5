// Checks the scopes of the token and the roles of its member. A call without any matching scope is forbidden. A call for the wrong
// kind of owner or author gets an error that names the required permissions.

import { apiError, invalidField } from './errors.ts';
import { accessDenied, type Call } from './gateway.ts';
import type { Scope } from './options.ts';

/** Whose token it is. Plainly fake. */
export const MEMBER = { id: 'SIMULATED-member', firstName: 'Sam', lastName: 'Sandbox' };

/** The roles of that member, each in the page `urn:li:organization:NUMBER`. */
export const PAGES = [
  { number: '24141830', name: 'Sandbox Company', role: 'ADMINISTRATOR', state: 'APPROVED' },
  { number: '24141831', name: 'Sandbox Lab', role: 'CONTENT_ADMINISTRATOR', state: 'APPROVED' },
  { number: '24141832', name: 'Sandbox Press', role: 'ANALYST', state: 'APPROVED' },
  { number: '24141833', name: 'Sandbox Archive', role: 'ADMINISTRATOR', state: 'REVOKED' },
];

export interface Permission {
  /** `w_…` or `r_…`. An ad account has one scope for both. */
  readonly access: 'w' | 'r';
  /** LinkedIn's name of the API in `partnerApiPostsExternal.CREATE`, with a lower-case first letter. */
  readonly api: string;
  readonly method: string;
  readonly role: 'author' | 'owner' | 'actor';
  /** Comments have their own scopes since 2026: `w_member_social_feed`. */
  readonly isFeed?: boolean;
}

export function hasScope({ settings }: Call, scope: Scope): boolean {
  return settings.scopes.includes(scope);
}

/** Serves before the author or owner is known. */
export function checkAnyScope(call: Call, permission: Permission): void {
  const { api, method, isFeed = false } = permission;
  const fits =
    hasSocialScope(call, permission, 'member') || hasSocialScope(call, permission, 'organization');
  if (!fits && (isFeed || !hasScope(call, 'rw_ads'))) throw accessDenied(call.request, api, method);
}

/** `urn` is the author or owner. */
export function checkScope(call: Call, permission: Permission, urn: string): void {
  checkAnyScope(call, permission);
  const { access, api, method, role } = permission;
  const [, type] = /^urn:li:(person|organization):/.exec(urn) ?? [];
  if (type === 'person' && !hasSocialScope(call, permission, 'member'))
    throw apiError(400, `Member permissions must be used when using member as ${role}`);
  if (type === 'organization' && !hasSocialScope(call, permission, 'organization'))
    throw apiError(
      400,
      `Organization Or Events permissions must be used when using organization as ${role}`,
    );
  if (type === undefined && !hasScope(call, 'rw_ads'))
    throw accessDenied(call.request, api, method);
  if (access === 'r' || !lacksRole(urn)) return;
  if (role !== 'owner') throw invalidField(`/${role}`);
  throw apiError(
    403,
    'Accessing this resource is forbidden. Please check your permissions for this resource',
  );
}

function hasSocialScope(
  { settings }: Call,
  { access, isFeed = false }: Permission,
  type: 'member' | 'organization',
): boolean {
  const scopes: readonly string[] = settings.scopes;
  return scopes.includes(`${access}_${type}_social${isFeed ? '_feed' : ''}`);
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)
const WRITING_ROLES = ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR', 'DIRECT_SPONSORED_CONTENT_POSTER'];

/** Whether the member may not upload for `urn`, or post as it. */
function lacksRole(urn: string): boolean {
  return !hasRoleOf(WRITING_ROLES, urn);
}

/** Whether the member has one of the roles in a page. The sandbox accepts pages that it does not know. */
export function hasRoleOf(roles: readonly string[], urn: string): boolean {
  const page = PAGES.find(({ number }) => urn === `urn:li:organization:${number}`);
  return page === undefined || (page.state === 'APPROVED' && roles.includes(page.role));
}
