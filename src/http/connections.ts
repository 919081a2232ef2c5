// Opens the connections to LinkedIn, direct or through a proxy: certificates are always checked, and it is told what
// a proxy did. The only place that makes dispatchers.

import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Route } from './environment.ts';
import { TunnelFault } from './faults.ts';
import { dropInterimAnswers } from './interim.ts';

const CONNECT_MS = 10_000;

// Said outright: a variable of the environment could ask for less.
const TLS = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;

// HTTP/2, undici's default, refuses uploads when its session memory is full; parts need connections of their own.
const HTTP = { allowH2: false, pipelining: 1 } as const;

/** `limitMs`: for a connection to come about, and again for a proxy to open a tunnel. */
export function openConnections(route: Route, limitMs = CONNECT_MS): Dispatcher {
  dropInterimAnswers();
  const connect = { ...TLS, timeout: limitMs };
  if (route === 'direct') return new Agent({ ...HTTP, connect });
  const tls = { ...TLS, allowH2: false };
  return new EnvHttpProxyAgent({
    ...HTTP,
    connect,
    // Only https leaves this machine.
    httpProxy: '',
    httpsProxy: route.address.reveal(),
    noProxy: route.except,
    connectTimeout: limitMs,
    proxyTls: tls,
    requestTls: tls,
    clientFactory: (proxy, options) => openTunnels(proxy, { ...options, headersTimeout: limitMs }),
  });
}

/** Connections to the proxy itself. undici tells of one that opens no tunnel without saying which proxy that is. */
function openTunnels(proxy: URL, options: object): Pool {
  const pool = new Pool(proxy, { ...options, ...HTTP });
  const connect = pool.connect.bind(pool);
  const open = async (asked: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const answer = await connect(asked).catch((cause: unknown) => {
      throw new TunnelFault(proxy.host, null, { cause });
    });
    if (answer.statusCode === 200) return answer;
    answer.socket.on('error', () => {}).destroy();
    throw new TunnelFault(proxy.host, answer.statusCode);
  };
  return Object.assign(pool, { connect: open });
}
