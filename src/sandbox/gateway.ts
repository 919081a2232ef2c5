// What LinkedIn asks of every JSON call before it looks at what is called: size, token, version, protocol, query,
// body, permission. Shared by the calls of all APIs; knows nothing of assets.

import { bodyOf, headerOf, jsonReply, pathOnly, queryOf, type SandboxExchange } from './exchange.ts';
import type { SandboxSettings } from './options.ts';
import { bare, coded, numbered, Refusal } from './refusal.ts';

// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-25)
const LONGEST_URL = 8 * 1024;
const LONGEST_QUERY = 4 * 1024;
const LONGEST_SEGMENT = 4 * 1024;

export function checkGateway(exchange: SandboxExchange, settings: SandboxSettings): void {
  checkSizes(exchange);
  checkToken(exchange, settings);
  if (pathOnly(exchange).startsWith('/rest/')) checkVersion(exchange, settings);
  if (headerOf(exchange, 'x-restli-protocol-version') !== '2.0.0') {
    throw bare(400, 'X-Restli-Protocol-Version must be 2.0.0');
  }
}

function checkSizes(exchange: SandboxExchange): void {
  const line = exchange.linePath ?? exchange.path;
  const [path = ''] = line.split('?', 1);
  const query = line.slice(path.length + 1);
  const segments = path.split('/').map((segment) => segment.length);
  if (line.length > LONGEST_URL || query.length > LONGEST_QUERY || Math.max(...segments) > LONGEST_SEGMENT) {
    throw bare(414, 'Request-URI Too Long');
  }
}

export function hasGoodToken(exchange: SandboxExchange, settings: SandboxSettings): boolean {
  const [, token] = /^Bearer ([^\s,]+)$/.exec(headerOf(exchange, 'authorization') ?? '') ?? [];
  return token !== undefined && settings.acceptsToken(token);
}

function checkToken(exchange: SandboxExchange, settings: SandboxSettings): void {
  const sent = headerOf(exchange, 'authorization');
  if (sent === undefined || /^Bearer\s*$/.test(sent)) {
    throw coded(401, 'EMPTY_ACCESS_TOKEN', 'Empty oauth2 access token', 65604);
  }
  if (!hasGoodToken(exchange, settings)) throw numbered(401, 65600, 'Invalid access token');
}

// Seen in 2026: a missing version is the gateway's own refusal, with a header that says so; a version that is
// retired, or never was, is named in the message with a day appended.
function checkVersion(exchange: SandboxExchange, settings: SandboxSettings): void {
  const version = headerOf(exchange, 'linkedin-version');
  if (version === undefined || version === '') {
    const message =
      'A version must be present. Please specify a version by adding the LinkedIn-Version header.';
    const reply = jsonReply(400, { status: 400, code: 'VERSION_MISSING', message });
    throw new Refusal(message, { ...reply, headers: { ...reply.headers, 'x-restli-gateway-error': 'true' } });
  }
  if (!settings.isActiveVersion(version)) {
    throw coded(426, 'NONEXISTENT_VERSION', `Requested version ${version}01 is not active`);
  }
}

/** The action of a POST. Actions take no other query parameter: LinkedIn then no longer knows the method. */
export function actionOf(exchange: SandboxExchange): string | null {
  const query = [...queryOf(exchange)];
  const [name, action] = query[0] ?? [];
  return query.length === 1 && name === 'action' && action !== undefined ? action : null;
}

export function unsupportedMethod(exchange: SandboxExchange): Refusal {
  // Without the query, which LinkedIn does show: a client that puts its token there must not find it in a
  // log.
  const uri = pathOnly(exchange).replace(/^\/(rest|v2)/, '');
  return bare(400, `Method '${exchange.method}' is not supported for URI '${uri}'`);
}

/** A token that lacks the permission for `method` on a resource, named as LinkedIn names it: `partnerApiImages`. */
export function notPermitted(exchange: SandboxExchange, api: string, method: string): Refusal {
  const version = headerOf(exchange, 'linkedin-version');
  const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
  const call = [resource, method, ...(version === undefined ? [] : [`${version}01`])].join('.');
  return coded(403, 'ACCESS_DENIED', `Not enough permissions to access: ${call}`, 100);
}

export async function readJson(exchange: SandboxExchange): Promise<unknown> {
  const type = headerOf(exchange, 'content-type') ?? '';
  if (!/^application\/json(\s*;.*)?$/i.test(type)) {
    throw bare(415, 'Content-Type must be application/json');
  }
  const body = await bodyOf(exchange);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw bare(400, 'The body is not JSON');
  }
}
