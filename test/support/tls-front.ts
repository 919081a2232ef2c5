// Ends TLS in front of a server on loopback, which itself speaks plain HTTP; keeps what came out of the TLS.

import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Identity } from './certificates.ts';

export interface TlsFront {
  readonly port: number;
  /** Connections that were begun, whatever became of them. */
  readonly connections: () => number;
  /** All that clients said, as text. */
  received(): string;
  close(): Promise<void>;
}

/** A server may show a certificate whose key is weak; clients need not take it. */
const ANY_KEY = 'DEFAULT@SECLEVEL=0';

/** `behind`: the port of the server that it stands before. */
export async function startTlsFront(identity: Identity, behind: () => number): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const received: Buffer[] = [];
  let begun = 0;
  // HTTP/2 is on offer, as it is at LinkedIn: who takes it finds a server that does not speak it.
  const offers = { ALPNProtocols: ['h2', 'http/1.1'], ciphers: ANY_KEY };
  const server = createServer({ ...identity, ...offers }, (socket) => {
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
