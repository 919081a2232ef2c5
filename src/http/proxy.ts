// What the environment of the step says about the network: the proxy, and whether certificates are checked. Pure.

import type { Env } from '../deps.ts';
import { EnvironmentVariableError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { isLoopback } from './allowed-hosts.ts';

/** How LinkedIn is reached: directly, or through a proxy. */
export type ProxyConfig = 'direct' | ProxySettings;

export interface ProxySettings {
  /** With its user and password, when it wants them. */
  readonly url: Secret;
  /** What may mask the address in a log, longest first. */
  readonly secrets: readonly string[];
  /** The hosts that are reached past it, as `no_proxy` has them. */
  readonly noProxy: string;
}

/** @throws VariableError TLS_UNCHECKED: a token is not sent to whoever answers */
export function checkTls({ NODE_TLS_REJECT_UNAUTHORIZED: value }: Env): void {
  if (value !== '0') return;
  const text = 'is 0: no certificate would be checked, so the token could go to anybody; nothing was sent';
  throw new EnvironmentVariableError('TLS_UNCHECKED', 'NODE_TLS_REJECT_UNAUTHORIZED', text);
}

// In this order, as curl has it: small letters first. A proxy for http serves https too when it is the only one.
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * The way to `apiUrl`. What is on this machine is reached past any proxy: it would get the token in clear text.
 * @throws VariableError PROXY_INVALID, without showing the address: it may hold a password
 */
export function readProxy(env: Env, apiUrl: URL): ProxyConfig {
  const name = PROXY_VARIABLES.find((variable) => env[variable]);
  if (name === undefined || isLoopback(apiUrl.hostname)) return 'direct';
  const url = parseProxy(env[name] ?? '', name);
  return {
    url: new Secret(url.href),
    secrets: secretsOf(url),
    noProxy: env.no_proxy || env.NO_PROXY || '',
  };
}

/** A proxy is often written without its scheme, which then is http. It has no path, whatever stands behind its host. */
function parseProxy(text: string, name: string): URL {
  const given = text.trim();
  const url = URL.parse(given.includes('://') ? given : `http://${given}`);
  const isProxy = url !== null && /^https?:$/.test(url.protocol) && isEncoded(url.username + url.password);
  if (isProxy) return Object.assign(url, { pathname: '', search: '', hash: '' });
  const expected =
    'http://host:port or https://host:port, with user:password@ before the host if it asks for them';
  throw new EnvironmentVariableError('PROXY_INVALID', name, `is no address of a proxy; it takes ${expected}`);
}

/** undici decodes the user and the password, and would fail at a bare `%` with both of them in its words. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The password as it is written, as it is meant, and as it travels with its user. */
function secretsOf({ username, password }: URL): string[] {
  if (password === '') return [];
  const decoded = decodeURIComponent(password);
  const sent = Buffer.from(`${decodeURIComponent(username)}:${decoded}`).toString('base64');
  return [...new Set([sent, password, decoded])];
}
