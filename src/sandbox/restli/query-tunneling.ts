// Query tunnelling: a POST carries a query that is too long for the request line in its body, and the real method in
// a header. This module unwraps such a request.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-26)

import { headerOf, pathOnly, readBody, type SandboxRequest } from '../messages.ts';
import { type ErrorResponse, plainError } from './error-responses.ts';
import { parseMultipart, type Section } from './multipart.ts';

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
    return plainError(400, `X-HTTP-Method-Override goes with POST, and is one of ${METHODS.join(', ')}`);
  const type = headerOf(request, 'content-type') ?? '';
  if (FORM.test(type))
    return innerRequest(request, method, (await readBody(request)).toString('latin1'), null);
  if (!MIXED.test(type))
    return plainError(415, 'A tunnelled request is application/x-www-form-urlencoded or multipart/mixed');
  const sections = parseMultipart(await readBody(request), type);
  if (typeof sections === 'string') return plainError(400, sections);
  const queries = sections.filter((section) => FORM.test(typeOf(section)));
  const bodies = sections.filter((section) => !queries.includes(section));
  const [query] = queries;
  if (query === undefined || queries.length > 1 || bodies.length > 1)
    return plainError(400, 'A tunnelled request has one query and at most one body');
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
