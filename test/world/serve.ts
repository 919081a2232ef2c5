// A server on loopback.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Answer, Handler } from '../support/sandbox-dispatcher.ts';

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** A listener that throws breaks the connection. */
export async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Served> {
  const server = createServer(async (request, response) => {
    try {
      await listener(request, response);
    } catch {
      response.destroy();
    }
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close };
}

/** Listens on loopback. `close` breaks the connections that are open. */
export async function listen(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, close };
}

/** As `serve`, for a handler that knows no sockets. */
export async function serveHandler(handle: Handler): Promise<Served> {
  return await serve(async (request, response) => {
    const headers = Object.entries(request.headers).map(
      ([name, value]) => [name, String(value)] as const,
    );
    const { method = '', url: path = '' } = request;
    const origin = `http://${request.headers.host}`;
    send(await handle({ method, path, headers, body: request, origin }), response);
  });
}

function send(
  { status, headers, body, isCut = false, onDelivered }: Answer,
  response: ServerResponse,
): void {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  if (isCut) response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else response.end(bytes, () => onDelivered?.());
}
