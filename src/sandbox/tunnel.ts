// Query tunnelling: a query that is too long for the request line comes in the body of a POST, and the method with it
// in a header. Takes such a request out again; knows no call.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-26)

import { bodyOf, headerOf, pathOnly, type SandboxExchange } from './exchange.ts';
import { type Section, sectionsOf } from './multipart.ts';
import { bare, type Refusal } from './refusal.ts';

const OVERRIDE = 'x-http-method-override';
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
const FORM = /^application\/x-www-form-urlencoded(\s*;.*)?$/i;
const MIXED = /^multipart\/mixed\s*;/i;
/** What no longer is about the request inside. */
const OUTER_HEADERS = [OVERRIDE, 'content-type', 'content-length'];

/** Whether a request to the API is in a tunnel; the upload host and the token addresses know none. */
export function isTunnelled(exchange: SandboxExchange): boolean {
  return /^\/(rest|v2)\//.test(exchange.path) && headerOf(exchange, OVERRIDE) !== undefined;
}

/** The request inside, or why there is none. */
export async function untunnelled(exchange: SandboxExchange): Promise<SandboxExchange | Refusal> {
  const method = headerOf(exchange, OVERRIDE) ?? '';
  if (exchange.method !== 'POST' || !METHODS.includes(method))
    return bare(400, `X-HTTP-Method-Override goes with POST, and is one of ${METHODS.join(', ')}`);
  const type = headerOf(exchange, 'content-type') ?? '';
  if (FORM.test(type)) return inside(exchange, method, (await bodyOf(exchange)).toString('latin1'), null);
  if (!MIXED.test(type))
    return bare(415, 'A tunnelled request is application/x-www-form-urlencoded or multipart/mixed');
  const sections = sectionsOf(await bodyOf(exchange), type);
  if (typeof sections === 'string') return bare(400, sections);
  const queries = sections.filter((section) => FORM.test(typeOf(section)));
  const bodies = sections.filter((section) => !queries.includes(section));
  const [query] = queries;
  if (query === undefined || queries.length > 1 || bodies.length > 1)
    return bare(400, 'A tunnelled request has one query and at most one body');
  return inside(exchange, method, query.content.toString('latin1'), bodies[0] ?? null);
}

function inside(
  exchange: SandboxExchange,
  method: string,
  query: string,
  body: Section | null,
): SandboxExchange {
  const separator = pathOnly(exchange) === exchange.path ? '?' : '&';
  const headers = exchange.headers.filter(([name]) => !OUTER_HEADERS.includes(name.toLowerCase()));
  const content = body?.content ?? Buffer.alloc(0);
  return {
    ...exchange,
    method,
    path: query === '' ? exchange.path : exchange.path + separator + query,
    linePath: exchange.path,
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
