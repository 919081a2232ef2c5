// Checks the scopes of the token. A call without any matching scope is forbidden. A call for the wrong kind of owner
// or author gets an error that names the required permissions.

import type { SandboxRequest } from '../messages.ts';
import type { ApiName, SandboxSettings, Scope } from '../options.ts';
import { type ErrorResponse, invalidField, plainError } from '../restli/error-responses.ts';
import { accessDenied } from '../restli/gateway.ts';
import { lacksRole } from './directory.ts';

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

const AD_SCOPE: string = 'rw_ads' satisfies Scope;

/** Serves before the author or owner is known. */
export function checkAnyScope(
  settings: SandboxSettings,
  request: SandboxRequest,
  permission: Permission,
): void {
  const { api, method, isFeed } = permission;
  const { member, organization } = scopesOf(permission);
  const fitting = [member, organization, ...(isFeed ? [] : [AD_SCOPE])];
  if (!fitting.some((scope) => settings.scopes.has(scope))) throw accessDenied(request, api, method);
}

/** `urn` is the author or owner. */
export function checkScope(
  settings: SandboxSettings,
  request: SandboxRequest,
  permission: Permission,
  urn: string,
): void {
  checkAnyScope(settings, request, permission);
  const { access, api, method, role } = permission;
  const { scopes, pages } = settings;
  const { member, organization } = scopesOf(permission);
  if (urn.startsWith('urn:li:person:')) {
    if (!scopes.has(member))
      throw plainError(400, `Member permissions must be used when using member as ${role}`);
  } else if (urn.startsWith('urn:li:organization:')) {
    if (!scopes.has(organization))
      throw plainError(
        400,
        `Organization Or Events permissions must be used when using organization as ${role}`,
      );
    if (access === 'w' && lacksRole(pages, urn))
      throw role === 'owner' ? forbidden() : invalidField(`/${role}`);
  } else if (!scopes.has(AD_SCOPE)) throw accessDenied(request, api, method);
}

function forbidden(): ErrorResponse {
  const text = 'Accessing this resource is forbidden. Please check your permissions for this resource';
  return plainError(403, text);
}

function scopesOf({ access, isFeed }: Permission): { member: string; organization: string } {
  const suffix = isFeed ? '_feed' : '';
  return {
    member: `${access}_member_social${suffix}`,
    organization: `${access}_organization_social${suffix}`,
  };
}

/** Status reads of media depend on this setting only, not on the scopes. */
export function checkReadAccess(settings: SandboxSettings, request: SandboxRequest, api: ApiName): void {
  if (settings.statusReads === 'forbidden') throw accessDenied(request, api, 'GET');
}
