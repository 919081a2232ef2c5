// The network settings of the environment: the proxy, and whether certificates are checked; and the connections to LinkedIn and
// GitHub, direct or through that proxy. They always check certificates.

import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { InputError } from '../errors/action-error.ts';
import { Secret } from '../secret.ts';
import { isLoopback } from './allowed-hosts.ts';
import { ProxyTunnelError } from './network-errors.ts';

export type ProxyConfig = 'direct' | ProxySettings;

export interface ProxySettings {
  /** Includes user and password, if the proxy needs them. */
  readonly url: Secret;
  /** The texts to mask in logs, longest first. */
  readonly secrets: readonly string[];
  /** The hosts that bypass the proxy, in the format of `no_proxy`. */
  readonly noProxy: string;
}

/** @throws InputError TLS_UNCHECKED: the token must not be sent to an unverified server */
export function checkTls({ NODE_TLS_REJECT_UNAUTHORIZED: value }: NodeJS.ProcessEnv): void {
  if (value !== '0') return;
  const text =
    'is 0, which disables the check of certificates: the token could go to any server; nothing was sent';
  const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';
  throw new InputError('TLS_UNCHECKED', variable, text, { subject: { variable } });
}

// Lower case first, as in curl. The proxy for http also serves https if it is the only one.
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/**
 * How to reach `apiUrl`. A loopback host bypasses any proxy, which would receive the token in clear text.
 * @throws InputError PROXY_INVALID, without the URL, which may contain a password
 */
export function readProxy(env: NodeJS.ProcessEnv, apiUrl: URL): ProxyConfig {
  const name = PROXY_VARIABLES.find((variable) => env[variable]);
  if (name === undefined || isLoopback(apiUrl.hostname)) return 'direct';
  const url = parseProxy(env[name] ?? '', name);
  const { username, password } = url;
  const decoded = decodeURIComponent(password);
  const sent = Buffer.from(`${decodeURIComponent(username)}:${decoded}`).toString('base64');
  return {
    url: new Secret(url.href),
    // The password in base64 with its user, as it is sent, as written, and decoded.
    secrets: password === '' ? [] : [...new Set([sent, password, decoded])],
    noProxy: env.no_proxy || env.NO_PROXY || '',
  };
}

/** A missing scheme means http. Anything after the host is dropped. */
function parseProxy(text: string, name: string): URL {
  const given = text.trim();
  const url = URL.parse(given.includes('://') ? given : `http://${given}`);
  const isProxy =
    url !== null && /^https?:$/.test(url.protocol) && isEncoded(url.username + url.password);
  if (isProxy) return Object.assign(url, { pathname: '', search: '', hash: '' });
  const expected =
    'http://host:port or https://host:port, with user:password@ before the host if the proxy needs them';
  throw new InputError('PROXY_INVALID', name, `is not a proxy URL; expected ${expected}`, {
    subject: { variable: name },
  });
}

/** undici decodes user and password. It would fail at a bare `%`, with both of them in its message. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

// Set explicitly, because an environment variable could weaken the defaults.
const TLS = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;

// HTTP/2, undici's default, rejects uploads when its session memory is full. Each part needs its own connection.
const HTTP = { allowH2: false, pipelining: 1 } as const;

/** `timeoutMs` limits the connect, and separately the wait for a proxy to open a tunnel. */
export function createDispatcher(proxy: ProxyConfig, timeoutMs = CONNECT_TIMEOUT_MS): Dispatcher {
  if (proxy === 'direct') return new Agent({ ...HTTP, connect: { ...TLS, timeout: timeoutMs } });
  const tls = { ...TLS, allowH2: false };
  return new EnvHttpProxyAgent({
    ...HTTP,
    connect: { ...TLS, timeout: timeoutMs },
    // Only https requests leave this machine.
    httpProxy: '',
    httpsProxy: proxy.url.reveal(),
    noProxy: proxy.noProxy,
    connectTimeout: timeoutMs,
    proxyTls: tls,
    requestTls: tls,
    clientFactory: (proxy, options) =>
      createProxyPool(proxy, { ...options, headersTimeout: timeoutMs }),
  });
}

/** Connections to the proxy itself. undici's error for a failed tunnel does not name the proxy, so this adds it. */
function createProxyPool(proxy: URL, options: object): Pool {
  const pool = new Pool(proxy, { ...options, ...HTTP });
  const connect = pool.connect.bind(pool);
  const open = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const connected = await connect(options).catch((cause: unknown) => {
      throw new ProxyTunnelError(proxy.host, null, { cause });
    });
    if (connected.statusCode === 200) return connected;
    connected.socket.on('error', () => {}).destroy();
    throw new ProxyTunnelError(proxy.host, connected.statusCode);
  };
  return Object.assign(pool, { connect: open });
}
