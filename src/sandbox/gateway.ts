// LinkedIn's gateway, which checks every call of the API before its resource does: size, token, version and protocol. It does not
// depend on resources.

import { apiError, ErrorResponse } from './errors.ts';
import { headerOf, jsonResponse, pathOnly, type SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { SandboxSettings } from './options.ts';
import type { Parameters } from './query.ts';

/** A call that has passed the gateway. */
export interface Call {
  readonly model: SandboxModel;
  readonly settings: SandboxSettings;
  readonly request: SandboxRequest;
  readonly parameters: Parameters;
  /** The name of the resource in the path, such as `images`. */
  readonly resource: string;
  /** What follows the name, still encoded; empty for a call of the whole resource. */
  readonly key: string;
}

// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-26)
const MAX_URL_CHARS = 8 * 1024;
const MAX_PART_CHARS = 4 * 1024;

export function checkGateway(request: SandboxRequest, settings: SandboxSettings): void {
  const { path } = request;
  // A query, or a segment of the path.
  const longest = Math.max(...path.split(/\/(?!.*\?)|\?/s).map((part) => part.length));
  if (path.length > MAX_URL_CHARS || longest > MAX_PART_CHARS)
    throw apiError(414, 'Request-URI Too Long');
  checkToken(request, settings);
  if (path.startsWith('/rest/')) checkVersion(request, settings);
  if (headerOf(request, 'x-restli-protocol-version') !== '2.0.0')
    throw apiError(400, 'X-Restli-Protocol-Version must be 2.0.0');
}

export function hasValidToken(request: SandboxRequest, { token, oauth }: SandboxSettings): boolean {
  const [, given] = /^Bearer ([^\s,]+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
  return given !== undefined && (token === null || [token, oauth?.accessToken].includes(given));
}

export function checkToken(request: SandboxRequest, settings: SandboxSettings): void {
  const sent = headerOf(request, 'authorization') ?? '';
  if (/^(Bearer\s*)?$/.test(sent))
    throw apiError(401, 'Empty oauth2 access token', 'EMPTY_ACCESS_TOKEN', 65604);
  if (!hasValidToken(request, settings))
    throw apiError(401, 'Invalid access token', undefined, 65600);
  // Observed in 2023 and 2026.
  const text = 'The token used in the request';
  if (settings.tokenStatus === 'expired')
    throw apiError(401, `${text} has expired`, 'EXPIRED_ACCESS_TOKEN', 65602);
  if (settings.tokenStatus === 'revoked')
    throw apiError(401, `${text} has been revoked by the user`, 'REVOKED_ACCESS_TOKEN', 65601);
}

// Observed in 2026: the gateway itself rejects a missing version and marks the response with a header. For a retired
// or nonexistent version, the message names the version with a day appended.
function checkVersion(request: SandboxRequest, { clock }: SandboxSettings): void {
  const version = headerOf(request, 'linkedin-version') ?? '';
  if (version === '') {
    const message =
      'A version must be present. Please specify a version by adding the LinkedIn-Version header.';
    const { headers, ...response } = jsonResponse(400, {
      status: 400,
      code: 'VERSION_MISSING',
      message,
    });
    throw new ErrorResponse(message, {
      ...response,
      headers: { ...headers, 'x-restli-gateway-error': 'true' },
    });
  }
  if (!isActiveVersion(version, clock.now()))
    throw apiError(426, `Requested version ${version}01 is not active`, 'NONEXISTENT_VERSION');
}

const FIRST_ACTIVE_VERSION = '202601';
// The newest version in LinkedIn's documentation (2026-10). It is active even when the clock is behind.
const NEWEST_KNOWN_VERSION = '202609';

/** LinkedIn publishes a version around the middle of its month: 202610 was refused on 2 October 2026. */
const PUBLISHED_AFTER_MS = 14 * 86_400_000;

/** Whether a version is a month that is neither retired by late 2026 nor still to be published. */
function isActiveVersion(version: string, now: number): boolean {
  const newest = new Date(now - PUBLISHED_AFTER_MS).toISOString().slice(0, 7).replace('-', '');
  return (
    /^\d{4}(0[1-9]|1[0-2])$/.test(version) &&
    version >= FIRST_ACTIVE_VERSION &&
    (version <= NEWEST_KNOWN_VERSION || version <= newest)
  );
}

export function unsupportedMethod(request: SandboxRequest): ErrorResponse {
  // LinkedIn shows the query, the sandbox does not: a token that a client puts there must not reach a log.
  const uri = pathOnly(request).replace(/^\/(rest|v2)/, '');
  return apiError(400, `Method '${request.method}' is not supported for URI '${uri}'`);
}

/** The token lacks the permission for `method` on a resource. LinkedIn's name of one: `partnerApiImages`. */
export function accessDenied(request: SandboxRequest, api: string, method: string): ErrorResponse {
  const version = headerOf(request, 'linkedin-version');
  const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
  const call = [resource, method, ...(version === undefined ? [] : [`${version}01`])].join('.');
  return apiError(403, `Not enough permissions to access: ${call}`, 'ACCESS_DENIED', 100);
}
