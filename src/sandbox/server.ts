// The sandbox on a loopback port: a real server around the routes, and nothing but that. Knows no call of
// LinkedIn's; the one route of its own, for tests of another process, is off unless asked for.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { htmlResponse, jsonResponse, type SandboxHandler, type SandboxResponse } from './messages.ts';
import { SandboxModel } from './model.ts';
import type { SandboxOptions } from './options.ts';
import { createRoutes } from './routes.ts';

export interface Sandbox {
  /** `http://127.0.0.1:PORT`, or `reachedAt`. */
  readonly url: string;
  readonly port: number;
  readonly model: SandboxModel;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

// Large reads keep the digests, not the event loop, the limit of a fast upload.
const READ_BYTES = 1024 * 1024;
// Longer than a client keeps a socket, so that it never sends on one that is just being closed here.
const KEEP_ALIVE_MS = 120_000;

/** `around` stands between the socket and the routes: it may look at every exchange, change it, or answer itself. */
export async function startSandbox(
  options: SandboxOptions = {},
  around: (handler: SandboxHandler) => SandboxHandler = (handler) => handler,
): Promise<Sandbox> {
  const model = new SandboxModel(options);
  const handle = around(createRoutes(model));
  // A long upload is no attack: no limit on how long a request takes.
  const server = createServer({
    highWaterMark: READ_BYTES,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  await listen(server, options.port ?? 0);
  const port = portOf(server);
  const url = options.reachedAt ?? `http://127.0.0.1:${port}`;
  server.on('request', (request, response) => {
    if (options.inspectable === true && request.url === '/sandbox/assets') send(response, inspection(model));
    else void respond({ handler: handle, url, request, response });
  });
  return { url, port, model, close: () => close(server) };
}

async function respond(call: {
  handler: SandboxHandler;
  url: string;
  request: IncomingMessage;
  response: ServerResponse;
}): Promise<void> {
  const { handler, url, request, response } = call;
  try {
    const reply = await handler({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: pairs(request.rawHeaders),
      body: request,
      origin: url,
    });
    // Node itself reads and drops what a refused client still sends: a reset would take the answer along.
    send(response, reply);
  } catch (error) {
    // A client that broke off is gone; with one that still listens, the fault is the sandbox's or its options'.
    if (!request.socket.destroyed) send(response, htmlResponse(500, String(error)));
  }
}

function send(response: ServerResponse, { status, headers, body }: SandboxResponse): void {
  const length =
    status === 204 || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

function inspection(model: SandboxModel): SandboxResponse {
  return jsonResponse(200, {
    assets: model.assets(),
    calls: model.calls(),
    batchReads: model.batchReads,
    posts: model.posts,
    peakUploads: model.peakUploads,
    log: model.log,
  });
}

function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[index * 2] ?? '',
    rawHeaders[index * 2 + 1] ?? '',
  ]);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on no port');
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
