// Creates all dispatchers: connections to LinkedIn and GitHub, direct or through a proxy. They always check certificates.

import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { ProxyTunnelError } from './network-errors.ts';
import type { ProxyConfig } from './proxy.ts';

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
    clientFactory: (proxy, options) => createProxyPool(proxy, { ...options, headersTimeout: timeoutMs }),
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
