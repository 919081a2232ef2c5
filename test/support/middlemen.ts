// Servers on loopback between the action and a sandbox: one that terminates TLS, and a forward proxy. Both record what they get.

import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type Server, type Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import { listen } from '../world/serve.ts';
import type { Identity } from './certificates.ts';

export type Middleman = Awaited<ReturnType<typeof startTlsFront>>;
export type ConnectProxy = Awaited<ReturnType<typeof startConnectProxy>>;

export interface ProxyOptions {
  /** The port on this machine where every tunnel ends, so any host name can stand for the server of a test. */
  readonly port: number;
  /** `user:password`; a request without it is answered with 407. */
  readonly credentials?: string;
  /** The status of the answer to every CONNECT, in place of a tunnel. */
  readonly answer?: number;
  /** The proxy uses TLS with this certificate. */
  readonly identity?: Identity;
}

/** HTTP/2 is offered, as at LinkedIn, but not supported: a client that chooses it fails. */
const ALPNProtocols = ['h2', 'http/1.1'];

/** `behind` is the port of the plain server. */
export async function startTlsFront(identity: Identity, behind: () => number) {
  const server = createTls({ ...identity, ALPNProtocols }, (socket) => join(socket, behind()));
  return await start(server, 'secureConnection');
}

/** Opens tunnels on CONNECT. */
export async function startConnectProxy(options: ProxyOptions) {
  const { identity, credentials } = options;
  const server =
    identity === undefined ? createHttp() : createHttps({ ...identity, ALPNProtocols });
  const expected = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
  /** `host:port` of each requested tunnel. */
  const targets: string[] = [];
  server.on('connect', ({ url = '', headers }, socket: Duplex) => {
    targets.push(url);
    const status = options.answer ?? (headers['proxy-authorization'] === expected ? 200 : 407);
    socket.write(`HTTP/1.1 ${status} As it is\r\n\r\n`);
    if (status === 200) join(socket, options.port);
    else socket.end();
  });
  return {
    ...(await start(server, identity === undefined ? 'connection' : 'secureConnection')),
    targets,
  };
}

function join(socket: Duplex, port: number): void {
  pipeline(socket, connect(port, '127.0.0.1'), socket, () => {});
}

async function start(server: Server, opened: 'connection' | 'secureConnection') {
  let connections = 0;
  const received: Buffer[] = [];
  server.on('connection', () => {
    connections += 1;
  });
  server.on(opened, (socket: Socket) => {
    socket.on('error', () => {}).on('data', (chunk) => received.push(chunk));
  });
  return {
    ...(await listen(server)),
    /** The number of connections, also failed ones. */
    connections: () => connections,
    /** All bytes from clients as text, after this server's own TLS. */
    received: () => Buffer.concat(received).toString('latin1'),
  };
}
