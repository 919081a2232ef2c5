// A forward proxy on loopback: it opens tunnels on CONNECT, may require a password, and records all bytes it sees. Every
// tunnel ends at the same local port, so any host name can stand for the server of a test.

import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Identity } from './certificates.ts';

export interface ProxyOptions {
  /** The port on this machine where every tunnel ends. */
  readonly port: number;
  /** `user:password`; a request without it is answered with 407. */
  readonly credentials?: string;
  /** The status of the answer to every CONNECT, in place of a tunnel. */
  readonly answer?: number;
  /** The proxy uses TLS with this certificate. */
  readonly identity?: Identity;
}

export interface ConnectProxy {
  readonly port: number;
  /** `host:port` of each requested tunnel. */
  readonly targets: readonly string[];
  /** All bytes that arrived, as text, with the encrypted content of the tunnels. */
  seen(): string;
  close(): Promise<void>;
}

export async function startConnectProxy(options: ProxyOptions): Promise<ConnectProxy> {
  const { identity, credentials } = options;
  // HTTP/2 is offered and not supported: clients must request tunnels with HTTP/1.1.
  const ALPNProtocols = ['h2', 'http/1.1'];
  const server = identity === undefined ? createServer() : createSecure({ ...identity, ALPNProtocols });
  const targets: string[] = [];
  const seen: Buffer[] = [];
  const sockets = new Set<Duplex>();
  server.on(identity === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', (chunk) => seen.push(chunk));
  });
  server.on('connect', (request, socket: Duplex) => {
    targets.push(request.url ?? '');
    const given = request.headers['proxy-authorization'];
    const expected = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
    const status = options.answer ?? (given === expected ? 200 : 407);
    socket.write(`HTTP/1.1 ${status} As it is\r\n\r\n`);
    if (status !== 200) socket.end();
    else sockets.add(tunnel(socket, options.port));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    targets,
    seen: () => Buffer.concat(seen).toString('latin1'),
    close: () => close(server, sockets),
  };
}

function tunnel(socket: Duplex, port: number): Socket {
  const end = connect(port, '127.0.0.1');
  end.on('error', () => socket.destroy());
  socket.pipe(end).pipe(socket);
  return end;
}

async function close(server: Server, sockets: Iterable<Duplex>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
