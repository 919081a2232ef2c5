// What LinkedIn asks of every JSON call before it looks at what is called: token, version, protocol, query,
// body. Shared by register, complete and status; knows nothing of assets.

import { headerOf, jsonReply, pathOnly, queryOf, type SandboxExchange } from './exchange.ts';
import type { SandboxSettings } from './options.ts';
import { bare, coded, numbered, Refusal } from './refusal.ts';

export function checkGateway(exchange: SandboxExchange, settings: SandboxSettings): void {
  checkToken(exchange, settings);
  if (pathOnly(exchange).startsWith('/rest/')) checkVersion(exchange, settings);
  if (headerOf(exchange, 'x-restli-protocol-version') !== '2.0.0') {
    throw bare(400, 'X-Restli-Protocol-Version must be 2.0.0');
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

export async function readJson(exchange: SandboxExchange): Promise<unknown> {
  const type = headerOf(exchange, 'content-type') ?? '';
  if (!/^application\/json(\s*;.*)?$/i.test(type)) {
    throw bare(415, 'Content-Type must be application/json');
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of exchange.body) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw bare(400, 'The body is not JSON');
  }
}
