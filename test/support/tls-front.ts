// Terminates TLS in front of a plain HTTP server on loopback; records the decrypted bytes.

import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Identity } from './certificates.ts';

export interface TlsFront {
  readonly port: number;
  /** The number of connections, also failed ones. */
  readonly connections: () => number;
  /** All decrypted bytes from clients, as text. */
  received(): string;
  close(): Promise<void>;
}

/** `behind` is the port of the plain server. */
export async function startTlsFront(identity: Identity, behind: () => number): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const received: Buffer[] = [];
  let begun = 0;
  // HTTP/2 is offered, as at LinkedIn, but not supported: a client that chooses it fails.
  const ALPNProtocols = ['h2', 'http/1.1'];
  const server = createServer({ ...identity, ALPNProtocols }, (socket) => {
    const end = connect(behind(), '127.0.0.1');
    for (const each of [socket, end]) sockets.add(each.on('error', () => end.destroy()));
    socket.on('data', (chunk) => received.push(chunk));
    socket.pipe(end).pipe(socket);
  });
  server.on('connection', (socket: Socket) => {
    begun += 1;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => begun,
    received: () => Buffer.concat(received).toString('latin1'),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
