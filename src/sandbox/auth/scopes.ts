// What the token may do, by its scopes: a call that it has none for is forbidden, one for the other kind of owner or
// author is told whose permissions to use. Knows no call.

import type { SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import type { Scope } from '../options.ts';
import { plainError } from '../restli/error-responses.ts';
import { accessDenied } from '../restli/gateway.ts';

export interface Permission {
  /** `w_…` or `r_…`; an ad account has one scope for both. */
  readonly access: 'w' | 'r';
  /** As LinkedIn names the call in `partnerApiPostsExternal.CREATE`, the first letter small. */
  readonly api: string;
  readonly method: string;
  readonly role: 'author' | 'owner';
}

const AD_SCOPE: Scope = 'rw_ads';

/** Before it is known whose the call is about. */
export function checkAnyScope(model: SandboxModel, request: SandboxRequest, permission: Permission): void {
  const { access, api, method } = permission;
  const fitting: Scope[] = [`${access}_member_social`, `${access}_organization_social`, AD_SCOPE];
  if (!fitting.some((scope) => model.settings.scopes.has(scope))) throw accessDenied(request, api, method);
}

/** `urn` is the author or owner. */
export function checkScope(
  model: SandboxModel,
  request: SandboxRequest,
  permission: Permission,
  urn: string,
): void {
  checkAnyScope(model, request, permission);
  const { access, api, method, role } = permission;
  const { scopes } = model.settings;
  if (urn.startsWith('urn:li:person:')) {
    if (!scopes.has(`${access}_member_social`))
      throw plainError(400, `Member permissions must be used when using member as ${role}`);
  } else if (urn.startsWith('urn:li:organization:')) {
    if (!scopes.has(`${access}_organization_social`))
      throw plainError(400, `Organization permissions must be used when using organization as ${role}`);
  } else if (!scopes.has(AD_SCOPE)) throw accessDenied(request, api, method);
}
