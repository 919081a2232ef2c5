// Serves the sandbox on a loopback port: a real HTTP server around the routes. Independent of LinkedIn's calls.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  htmlResponse,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from './messages.ts';
import { SandboxModel } from './model.ts';
import type { SandboxOptions } from './options.ts';
import { createRoutes } from './routes.ts';

export interface Sandbox {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly model: SandboxModel;
  /** Closes all connections immediately. */
  close(): Promise<void>;
}

// Large reads reduce event loop overhead, so that digests are the limit of a fast upload.
const READ_BYTES = 1024 * 1024;
// Longer than a client keeps a socket, so that a client never sends on a socket that the server is closing.
const KEEP_ALIVE_MS = 120_000;

/** `around` wraps the routes: it may inspect every request and response, change them, or answer itself. */
export async function startSandbox(
  options: SandboxOptions = {},
  around: (handler: SandboxHandler, model: SandboxModel) => SandboxHandler = (handler) => handler,
): Promise<Sandbox> {
  const model = new SandboxModel(options);
  const handle = around(createRoutes(model), model);
  // No request timeout: long uploads are legitimate.
  const server = createServer({
    highWaterMark: READ_BYTES,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  server.on('request', async (request, response) => {
    try {
      // Node reads and discards what a rejected client still sends. A reset would lose the response.
      send(response, await handle(toSandboxRequest(request, url)));
    } catch (error) {
      // If the client is still connected, the error comes from the sandbox.
      if (!request.socket.destroyed) send(response, htmlResponse(500, String(error)));
    }
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, port, model, close };
}

function send(response: ServerResponse, { status, headers, body }: SandboxResponse): void {
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

function toSandboxRequest(request: IncomingMessage, origin: string): SandboxRequest {
  const { method = '', url = '', rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  );
  return { method, path: url, headers, body: request, origin };
}
