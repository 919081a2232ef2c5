// LinkedIn's gateway: unwraps tunnelled requests, and checks every JSON call before routing (size, token, version,
// protocol, query, body, permission). All APIs share it. It does not depend on assets.

import { headerOf, jsonResponse, pathOnly, queryOf, readBody, type SandboxRequest } from '../messages.ts';
import type { SandboxSettings } from '../options.ts';
import { codedError, ErrorResponse, numericError, plainError } from './error-responses.ts';
import { parseMultipart, type Section } from './multipart.ts';

// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-26)
const MAX_URL_CHARS = 8 * 1024;
const MAX_QUERY_CHARS = 4 * 1024;
const MAX_SEGMENT_CHARS = 4 * 1024;

export function checkGateway(request: SandboxRequest, settings: SandboxSettings): void {
  checkUrlLength(request);
  checkToken(request, settings);
  if (pathOnly(request).startsWith('/rest/')) checkVersion(request, settings);
  if (headerOf(request, 'x-restli-protocol-version') !== '2.0.0') {
    throw plainError(400, 'X-Restli-Protocol-Version must be 2.0.0');
  }
}

function checkUrlLength(request: SandboxRequest): void {
  const line = request.requestLinePath ?? request.path;
  const [path = ''] = line.split('?', 1);
  const query = line.slice(path.length + 1);
  const segments = path.split('/').map((segment) => segment.length);
  if (
    line.length > MAX_URL_CHARS ||
    query.length > MAX_QUERY_CHARS ||
    Math.max(...segments) > MAX_SEGMENT_CHARS
  ) {
    throw plainError(414, 'Request-URI Too Long');
  }
}

export function hasValidToken(request: SandboxRequest, settings: SandboxSettings): boolean {
  const [, token] = /^Bearer ([^\s,]+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
  return token !== undefined && settings.acceptsToken(token);
}

export function checkToken(request: SandboxRequest, settings: SandboxSettings): void {
  const sent = headerOf(request, 'authorization');
  if (sent === undefined || /^Bearer\s*$/.test(sent)) {
    throw codedError(401, 'EMPTY_ACCESS_TOKEN', 'Empty oauth2 access token', 65604);
  }
  if (!hasValidToken(request, settings)) throw numericError(401, 65600, 'Invalid access token');
  // Observed in 2023 and 2026.
  const text = 'The token used in the request';
  if (settings.tokenStatus === 'expired')
    throw codedError(401, 'EXPIRED_ACCESS_TOKEN', `${text} has expired`, 65602);
  if (settings.tokenStatus === 'revoked')
    throw codedError(401, 'REVOKED_ACCESS_TOKEN', `${text} has been revoked by the user`, 65601);
}

// Observed in 2026: the gateway itself rejects a missing version and marks the response with a header. For a retired
// or nonexistent version, the message names the version with a day appended.
function checkVersion(request: SandboxRequest, settings: SandboxSettings): void {
  const version = headerOf(request, 'linkedin-version');
  if (version === undefined || version === '') {
    const message =
      'A version must be present. Please specify a version by adding the LinkedIn-Version header.';
    const response = jsonResponse(400, { status: 400, code: 'VERSION_MISSING', message });
    throw new ErrorResponse(message, {
      ...response,
      headers: { ...response.headers, 'x-restli-gateway-error': 'true' },
    });
  }
  if (!settings.isActiveVersion(version)) {
    throw codedError(426, 'NONEXISTENT_VERSION', `Requested version ${version}01 is not active`);
  }
}

/** The action of a POST, or null. With any other query parameter, LinkedIn does not recognize the method. */
export function actionOf(request: SandboxRequest): string | null {
  const query = [...queryOf(request)];
  const [name, action] = query[0] ?? [];
  return query.length === 1 && name === 'action' && action !== undefined ? action : null;
}

export function unsupportedMethod(request: SandboxRequest): ErrorResponse {
  // LinkedIn shows the query, the sandbox does not: a token that a client puts there must not reach a log.
  const uri = pathOnly(request).replace(/^\/(rest|v2)/, '');
  return plainError(400, `Method '${request.method}' is not supported for URI '${uri}'`);
}

/** The token lacks the permission for `method` on a resource. LinkedIn's name of one: `partnerApiImages`. */
export function accessDenied(request: SandboxRequest, api: string, method: string): ErrorResponse {
  const version = headerOf(request, 'linkedin-version');
  const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
  const call = [resource, method, ...(version === undefined ? [] : [`${version}01`])].join('.');
  return codedError(403, 'ACCESS_DENIED', `Not enough permissions to access: ${call}`, 100);
}

export async function readJson(request: SandboxRequest): Promise<unknown> {
  const type = headerOf(request, 'content-type') ?? '';
  if (!/^application\/json(\s*;.*)?$/i.test(type)) {
    throw plainError(415, 'Content-Type must be application/json');
  }
  const body = await readBody(request);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw plainError(400, 'The body is not JSON');
  }
}

// Query tunnelling: a POST carries a query that is too long for the request line in its body, and the real method in
// a header.
const OVERRIDE = 'x-http-method-override';
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
const FORM = /^application\/x-www-form-urlencoded(\s*;.*)?$/i;
const MIXED = /^multipart\/mixed\s*;/i;
/** Headers that do not apply to the request inside. */
const OUTER_HEADERS = [OVERRIDE, 'content-type', 'content-length'];

/** Whether an API request is tunnelled. The upload host and the token endpoints do not support tunnelling. */
export function isTunneled(request: SandboxRequest): boolean {
  return /^\/(rest|v2)\//.test(request.path) && headerOf(request, OVERRIDE) !== undefined;
}

/** The request inside, or the error response for an invalid tunnelled request. */
export async function unwrapTunneled(request: SandboxRequest): Promise<SandboxRequest | ErrorResponse> {
  const method = headerOf(request, OVERRIDE) ?? '';
  if (request.method !== 'POST' || !METHODS.includes(method))
    return plainError(400, `X-HTTP-Method-Override requires POST and one of ${METHODS.join(', ')}`);
  const type = headerOf(request, 'content-type') ?? '';
  if (FORM.test(type))
    return innerRequest(request, method, (await readBody(request)).toString('latin1'), null);
  if (!MIXED.test(type))
    return plainError(
      415,
      'A tunnelled request must be application/x-www-form-urlencoded or multipart/mixed',
    );
  const sections = parseMultipart(await readBody(request), type);
  if (typeof sections === 'string') return plainError(400, sections);
  const queries = sections.filter((section) => FORM.test(typeOf(section)));
  const bodies = sections.filter((section) => !queries.includes(section));
  const [query] = queries;
  if (query === undefined || queries.length > 1 || bodies.length > 1)
    return plainError(400, 'A tunnelled request must have one query and at most one body');
  return innerRequest(request, method, query.content.toString('latin1'), bodies[0] ?? null);
}

function innerRequest(
  request: SandboxRequest,
  method: string,
  query: string,
  body: Section | null,
): SandboxRequest {
  const separator = pathOnly(request) === request.path ? '?' : '&';
  const headers = request.headers.filter(([name]) => !OUTER_HEADERS.includes(name.toLowerCase()));
  const content = body?.content ?? Buffer.alloc(0);
  return {
    ...request,
    method,
    path: query === '' ? request.path : request.path + separator + query,
    requestLinePath: request.path,
    headers: body === null ? headers : [...headers, ['content-type', typeOf(body)]],
    body: (async function* () {
      yield content;
    })(),
  };
}

function typeOf({ headers }: Section): string {
  const [, type = ''] =
    headers.map((line) => /^content-type:\s*(.*)$/i.exec(line)).find((found) => found !== null) ?? [];
  return type;
}
