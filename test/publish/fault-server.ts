// LinkedIn on a bad line: the sandbox's routes behind a server that breaks off, answers early, cuts short and lies.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { SandboxHandler, SandboxResponse } from '../../src/sandbox/messages.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';

export type Call = 'register' | 'upload' | 'complete' | 'status';

/** One request that is being wronged. */
interface Wronged {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** Carries the call out, and resolves with the answer that will not come as it should. */
  readonly hear: () => Promise<SandboxResponse>;
  /** Resolves when all of the request has come in, and does nothing with it. */
  readonly swallow: () => Promise<void>;
}

export interface Wrong {
  /** Whether LinkedIn carries the call out all the same. */
  readonly isHeard: boolean;
  readonly how: (wronged: Wronged) => Promise<unknown>;
}

const head = (status: number, length: number) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const begun = ({ request }: Wronged) => new Promise((resolve) => request.once('data', resolve));
const early = (status: number): Wrong => ({
  isHeard: false,
  how: async (one) => {
    await begun(one);
    one.request.pause();
    // Nothing is read any more, the next request neither: a client must not come back on this connection.
    one.socket.write(`HTTP/1.1 ${status} X\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
  },
});
const heard = (tell: (socket: Socket, reply: SandboxResponse) => unknown): Wrong => ({
  isHeard: true,
  how: async ({ socket, hear }) => tell(socket, await hear()),
});
const unheard = (tell: (socket: Socket) => unknown): Wrong => ({
  isHeard: false,
  how: async ({ socket, swallow }) => {
    await swallow();
    tell(socket);
  },
});

/** Everything that can go wrong with a request on its way, by name. */
export const WRONGS = {
  'reset before its body': { isHeard: false, how: async ({ socket }) => socket.resetAndDestroy() },
  'reset in its body': {
    isHeard: false,
    how: async (one) => {
      await begun(one);
      one.socket.resetAndDestroy();
    },
  },
  'reset after its body, unheard': unheard((socket) => socket.resetAndDestroy()),
  'reset after its body, heard': heard((socket) => socket.resetAndDestroy()),
  'closed after its body, unheard': unheard((socket) => socket.end()),
  'closed after its body, heard': heard((socket) => socket.end()),
  'cut off in the head of the answer': heard((socket, { status }) =>
    socket.end(`HTTP/1.1 ${status} X\r\ncont`),
  ),
  'cut off in the answer': heard((socket, { status, body }) =>
    socket.end(head(status, body.length + 9) + body),
  ),
  'cut off in a chunk of the answer': heard((socket, { status }) =>
    socket.end(`HTTP/1.1 ${status} X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a`),
  ),
  'answered in another language': heard((socket) => socket.end('220 smtp ready\r\n')),
  'answered in another language, unheard': unheard((socket) => socket.end('220 smtp ready\r\n')),
  'answered with noise': heard((socket) => socket.end(Buffer.from([0, 255, 7, 13, 10, 13, 10]))),
  'answered too early, and well': early(201),
  'answered too early, and badly': early(503),
} as const satisfies Record<string, Wrong>;

interface Setup {
  /** Which call is wronged, counted from 1 over its kind; all from there on when `every`. */
  readonly on: Call;
  readonly nth?: number;
  readonly every?: boolean;
  readonly wrong: Wrong;
  readonly options?: SandboxOptions;
}

/** Starts it; `wronged` counts what was wronged. */
export async function startFaultServer({ on, nth = 1, every = false, wrong, options = {} }: Setup) {
  const model = new SandboxModel({ token: 'test-token', processingMs: 0, ...options });
  const handle = createRoutes(model);
  const told = { wronged: 0 };
  const calls = new Map<Call, number>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Who breaks off is not this server's fault.
  server.on('connection', (socket) => socket.on('error', () => {}));
  server.on('request', (request, response) => {
    request.on('error', () => {});
    const call = callOf(request);
    const count = (calls.get(call) ?? 0) + 1;
    calls.set(call, count);
    const hear = () => answer(handle, request, url);
    if (call !== on || (every ? count < nth : count !== nth)) {
      void hear().then(
        (reply) => send(response, reply),
        () => {},
      );
      return;
    }
    told.wronged += 1;
    const swallow = () => new Promise<void>((resolve) => request.on('end', resolve).resume());
    void wrong.how({ request, socket: request.socket, hear, swallow }).catch(() => {});
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, model, told };
}

function callOf({ method, url = '' }: IncomingMessage): Call {
  if (method === 'PUT') return 'upload';
  if (method === 'GET') return 'status';
  return url.includes('registerUpload') ? 'register' : 'complete';
}

function answer(handle: SandboxHandler, request: IncomingMessage, origin: string): Promise<SandboxResponse> {
  const { method = '', url: path = '', rawHeaders } = request;
  const headers = Array.from({ length: rawHeaders.length / 2 }, (_, index): [name: string, value: string] => [
    rawHeaders[index * 2] ?? '',
    rawHeaders[index * 2 + 1] ?? '',
  ]);
  return handle({ method, path, headers, body: request, origin });
}

function send(response: ServerResponse, { status, headers, body }: SandboxResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
