// Answers who the token's member is, and which pages the member has a role in. Changes nothing.
// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 (read 2026-11-28)
// https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-access-control-by-role (read 2026-11-28)

import { isApproved, type SandboxPage } from './auth/directory.ts';
import { respondWith, type ValidCall } from './calls.ts';
import { headerOf, type SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { SandboxSettings, Scope } from './options.ts';
import { codedError, type ErrorResponse } from './restli/error-responses.ts';
import { accessDenied, checkGateway, checkToken, unsupportedMethod } from './restli/gateway.ts';
import { invalidQuery, keyInPath, keysInList, numberIn, parseQuery } from './restli/query.ts';

/** OpenID Connect: outside the gateway, so without its headers. Without the scope `profile` there is no name. */
export function checkUserinfo({ settings }: SandboxModel, request: SandboxRequest): ValidCall {
  if (request.method !== 'GET') throw unsupportedMethod(request);
  checkToken(request, settings);
  if (!hasScope(settings, 'openid')) throw unversionedDenial('userinfo');
  const { id, firstName, lastName } = settings.member;
  const profile = {
    name: `${firstName} ${lastName}`,
    given_name: firstName,
    family_name: lastName,
    locale: { country: 'US', language: 'en' },
  };
  return respondWith('userinfo', () => ({ sub: id, ...(hasScope(settings, 'profile') ? profile : {}) }));
}

export function checkMe({ settings }: SandboxModel, request: SandboxRequest): ValidCall {
  if (request.method !== 'GET') throw unsupportedMethod(request);
  checkGateway(request, settings);
  if (!hasScope(settings, 'r_basicprofile')) throw unversionedDenial('me');
  const { id, firstName, lastName } = settings.member;
  return respondWith('me', () => ({
    id,
    localizedFirstName: firstName,
    localizedLastName: lastName,
    vanityName: `${firstName}-${lastName}`.toLowerCase(),
  }));
}

const MAX_PAGE_SIZE = 100;
const DEFAULT_PAGE_SIZE = 10;

/** The finder `q=roleAssignee`. */
export function checkRoles({ settings }: SandboxModel, request: SandboxRequest): ValidCall {
  checkReadMethod(request, 'FINDER');
  checkGateway(request, settings);
  const parameters = parseQuery(request, ['q', 'role', 'state', 'start', 'count']);
  if (parameters.get('q') !== 'roleAssignee') throw invalidQuery('q must be roleAssignee');
  const count = numberIn(parameters, 'count', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const start = numberIn(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
  if (!mayReadPages(settings)) throw accessDenied(request, 'organizationAcls', 'FINDER-roleAssignee');
  const [role, state] = ['role', 'state'].map((name) => parameters.get(name));
  return respondWith('roles', () => {
    const found = settings.pages.filter(
      (page) => (role ?? page.role) === page.role && (state ?? stateOf(page)) === stateOf(page),
    );
    const elements = found.slice(start, start + count).map((page) => ({
      roleAssignee: `urn:li:person:${settings.member.id}`,
      state: stateOf(page),
      role: page.role,
      organization: `urn:li:organization:${page.number}`,
    }));
    return { paging: { start, count, links: [], total: found.length }, elements };
  });
}

/** One page, or several with `ids`. `key` is what follows the name in the path. */
export function checkOrganizations(
  { settings }: SandboxModel,
  request: SandboxRequest,
  key: string | undefined,
): ValidCall {
  const method = key === undefined ? 'BATCH_GET' : 'GET';
  checkReadMethod(request, method);
  checkGateway(request, settings);
  const parameters = parseQuery(request, key === undefined ? ['ids'] : []);
  const numbers = key === undefined ? keysInList(parameters.get('ids') ?? '') : [keyInPath(key)];
  if (!mayReadPages(settings)) throw accessDenied(request, 'organizations', method);
  // LinkedIn shows the details of a page to its administrators only.
  const shown = settings.pages.filter((page) => page.role === 'ADMINISTRATOR' && isApproved(page));
  const entries = shown
    .filter(({ number }) => numbers.includes(number))
    .map(({ number, name }) => {
      const vanityName = name.toLowerCase().replaceAll(' ', '-');
      const details = { localizedName: name, vanityName, organizationType: 'PRIVATELY_HELD' };
      return [number, { id: Number(number), ...details }] as const;
    });
  if (key !== undefined && entries.length === 0) throw accessDenied(request, 'organizations', method);
  return respondWith('organizations', () => {
    if (key !== undefined) return entries[0]?.[1];
    const refused = numbers.filter((number) => entries.every(([shownNumber]) => shownNumber !== number));
    return {
      results: Object.fromEntries(entries),
      statuses: Object.fromEntries(entries.map(([number]) => [number, 200])),
      errors: Object.fromEntries(refused.map((number) => [number, REFUSED])),
    };
  });
}

const REFUSED = { status: 403, code: 'ACCESS_DENIED', message: 'Viewer is not an administrator of the page' };

function checkReadMethod(request: SandboxRequest, restliMethod: string): void {
  const given = headerOf(request, 'x-restli-method')?.toUpperCase() ?? restliMethod;
  if (request.method !== 'GET' || given !== restliMethod) throw unsupportedMethod(request);
}

function stateOf({ state = 'APPROVED' }: SandboxPage): string {
  return state;
}

function mayReadPages(settings: SandboxSettings): boolean {
  return hasScope(settings, 'r_organization_admin') || hasScope(settings, 'rw_organization_admin');
}

function hasScope({ scopes }: SandboxSettings, scope: Scope): boolean {
  return scopes.has(scope);
}

/** Recorded in 2024 and 2026. */
function unversionedDenial(resource: 'userinfo' | 'me'): ErrorResponse {
  return codedError(
    403,
    'ACCESS_DENIED',
    `Not enough permissions to access: ${resource}.GET.NO_VERSION`,
    100,
  );
}
