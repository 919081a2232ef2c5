// Answers who the token's member is, which pages the member has a role in, and what the member may do there. Changes nothing.
// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 (read 2026-11-28)
// https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-access-control-by-role (read 2026-11-28)
// https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-authorizations/organization-authorizations (read 2026-11-28)

import { apiError, type ErrorResponse, illegalArgument } from './errors.ts';
import { accessDenied, type Call, checkToken } from './gateway.ts';
import { jsonResponse, type SandboxResponse } from './messages.ts';
import { hasRoleOf, hasScope, MEMBER, PAGES } from './permissions.ts';
import { keyInPath, keysIn, pageIn } from './query.ts';

const { id: memberId, firstName, lastName } = MEMBER;

/** OpenID Connect: outside the gateway, so without its headers. Without the scope `profile` there is no name. */
export function readUserinfo(call: Call): SandboxResponse {
  checkToken(call.request, call.settings);
  if (!hasScope(call, 'openid')) throw unversionedDenial('userinfo');
  const profile = {
    name: `${firstName} ${lastName}`,
    given_name: firstName,
    family_name: lastName,
    locale: { country: 'US', language: 'en' },
  };
  return jsonResponse(200, { sub: memberId, ...(hasScope(call, 'profile') ? profile : {}) });
}

export function readMe(call: Call): SandboxResponse {
  if (!hasScope(call, 'r_basicprofile')) throw unversionedDenial('me');
  return jsonResponse(200, {
    id: memberId,
    localizedFirstName: firstName,
    localizedLastName: lastName,
    vanityName: `${firstName}-${lastName}`.toLowerCase(),
  });
}

/** Recorded in 2024 and 2026. */
function unversionedDenial(resource: 'userinfo' | 'me'): ErrorResponse {
  const text = `Not enough permissions to access: ${resource}.GET.NO_VERSION`;
  return apiError(403, text, 'ACCESS_DENIED', 100);
}

/** The finder `q=roleAssignee`. */
export function findRoles(call: Call): SandboxResponse {
  const { parameters } = call;
  const { start, count } = pageIn(parameters);
  checkPagesScope(call, 'FINDER-roleAssignee');
  const [role, state] = ['role', 'state'].map((name) => parameters.get(name));
  const found = PAGES.filter(
    (page) => (role ?? page.role) === page.role && (state ?? page.state) === page.state,
  );
  const elements = found.slice(start, start + count).map((page) => ({
    roleAssignee: `urn:li:person:${memberId}`,
    state: page.state,
    role: page.role,
    organization: `urn:li:organization:${page.number}`,
  }));
  return jsonResponse(200, { paging: { start, count, links: [], total: found.length }, elements });
}

export function readOrganization(call: Call): SandboxResponse {
  checkPagesScope(call, 'GET');
  const [, page] = pagesShown([keyInPath(call.key)])[0] ?? [];
  if (page === undefined) throw accessDenied(call.request, 'organizations', 'GET');
  return jsonResponse(200, page);
}

export function readOrganizations(call: Call): SandboxResponse {
  const numbers = keysIn(call.parameters);
  checkPagesScope(call, 'BATCH_GET');
  const shown = pagesShown(numbers);
  const refused = numbers.filter((number) => shown.every(([other]) => other !== number));
  const error = {
    status: 403,
    code: 'ACCESS_DENIED',
    message: 'Viewer is not an administrator of the page',
  };
  return jsonResponse(200, {
    results: Object.fromEntries(shown),
    statuses: Object.fromEntries(shown.map(([number]) => [number, 200])),
    errors: Object.fromEntries(refused.map((number) => [number, error])),
  });
}

/** LinkedIn shows the details of a page to its administrators only. */
function pagesShown(numbers: readonly string[]) {
  return PAGES.filter(
    ({ number, role, state }) =>
      numbers.includes(number) && role === 'ADMINISTRATOR' && state === 'APPROVED',
  ).map(({ number, name }) => {
    const vanityName = name.toLowerCase().replaceAll(' ', '-');
    const details = { localizedName: name, vanityName, organizationType: 'PRIVATELY_HELD' };
    return [number, { id: Number(number), ...details }] as const;
  });
}

/** A key of three fields. Those that are URNs are percent-encoded. */
const AUTHORIZATION_KEY =
  /^\(impersonator:([^:(),]+),organization:([^:(),]+),action:\(organizationContentAuthorizationAction:\(actionType:(\w+)\)\)\)$/;
const POST_ACTIONS = ['ORGANIC_SHARE_CREATE', 'ORGANIC_SHARE_EDIT', 'ORGANIC_SHARE_DELETE'];
const POSTING_ROLES = ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR'];

/** Whether a member may do something with the posts of a page. */
export function readAuthorization(call: Call): SandboxResponse {
  const { request, key } = call;
  if (!hasScope(call, 'rw_organization_admin'))
    throw accessDenied(request, 'organizationAuthorizations', 'GET');
  const [, person, page, actionType = ''] = AUTHORIZATION_KEY.exec(key) ?? [];
  if (person === undefined || page === undefined)
    throw illegalArgument('Syntax exception in path variables');
  if (!POST_ACTIONS.includes(actionType))
    throw illegalArgument(
      `${actionType} is not a member of enum OrganizationContentAuthorizationActionType`,
    );
  const [impersonator, organization] = [keyInPath(person), keyInPath(page)];
  const isMember = impersonator === `urn:li:person:${memberId}`;
  const status =
    isMember && hasRoleOf(POSTING_ROLES, organization)
      ? { 'com.linkedin.organization.Approved': {} }
      : { 'com.linkedin.organization.Denied': { reasons: [LACKS_ROLE] } };
  const action = { organizationContentAuthorizationAction: { actionType } };
  return jsonResponse(200, { impersonator, organization, action, status });
}

const LACKS_ROLE = 'MEMBER_HAS_INSUFFICIENT_PERMISSIONS_IN_ACCESS_CONTROL';

function checkPagesScope(call: Call, method: string): void {
  if (!hasScope(call, 'r_organization_admin') && !hasScope(call, 'rw_organization_admin'))
    throw accessDenied(call.request, call.resource, method);
}
