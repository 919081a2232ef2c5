// LinkedIn on a bad connection: the sandbox behind a server that resets, truncates, responds early or sends noise.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { SandboxHandler, SandboxResponse } from '../../src/sandbox/messages.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';

export type Call = 'register' | 'upload' | 'complete' | 'status';

/** A request that meets a fault. */
interface FaultyRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** Executes the call and resolves with the response, which the fault then damages. */
  readonly execute: () => Promise<SandboxResponse>;
  /** Resolves when the whole request has arrived, without executing it. */
  readonly receive: () => Promise<void>;
}

export interface WireFault {
  /** Whether LinkedIn executes the call. */
  readonly isExecuted: boolean;
  readonly how: (request: FaultyRequest) => Promise<unknown>;
}

const head = (status: number, length: number) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const begun = ({ request }: FaultyRequest) => new Promise((resolve) => request.once('data', resolve));
const early = (status: number): WireFault => ({
  isExecuted: false,
  how: async (one) => {
    await begun(one);
    one.request.pause();
    // Nothing more is read, so the client must not reuse this connection.
    one.socket.write(`HTTP/1.1 ${status} X\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`);
  },
});
const executed = (respond: (socket: Socket, reply: SandboxResponse) => unknown): WireFault => ({
  isExecuted: true,
  how: async ({ socket, execute }) => respond(socket, await execute()),
});
const notExecuted = (respond: (socket: Socket) => unknown): WireFault => ({
  isExecuted: false,
  how: async ({ socket, receive }) => {
    await receive();
    respond(socket);
  },
});

/** All faults of a request or its response on the wire, by name. */
export const WIRE_FAULTS = {
  'reset before the body': { isExecuted: false, how: async ({ socket }) => socket.resetAndDestroy() },
  'reset in the body': {
    isExecuted: false,
    how: async (one) => {
      await begun(one);
      one.socket.resetAndDestroy();
    },
  },
  'reset after the body, not executed': notExecuted((socket) => socket.resetAndDestroy()),
  'reset after the body, executed': executed((socket) => socket.resetAndDestroy()),
  'closed after the body, not executed': notExecuted((socket) => socket.end()),
  'closed after the body, executed': executed((socket) => socket.end()),
  'truncated in the response headers': executed((socket, { status }) =>
    socket.end(`HTTP/1.1 ${status} X\r\ncont`),
  ),
  'truncated in the response body': executed((socket, { status, body }) =>
    socket.end(head(status, body.length + 9) + body),
  ),
  'truncated in a response chunk': executed((socket, { status }) =>
    socket.end(`HTTP/1.1 ${status} X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a`),
  ),
  'non-HTTP response, executed': executed((socket) => socket.end('220 smtp ready\r\n')),
  'non-HTTP response, not executed': notExecuted((socket) => socket.end('220 smtp ready\r\n')),
  'noise as response': executed((socket) => socket.end(Buffer.from([0, 255, 7, 13, 10, 13, 10]))),
  'early success response': early(201),
  'early error response': early(503),
} as const satisfies Record<string, WireFault>;

interface Setup {
  /** The calls that meet the fault: the `nth` one of this kind, counted from 1, or all from there on with `every`. */
  readonly on: Call;
  readonly nth?: number;
  readonly every?: boolean;
  readonly fault: WireFault;
  readonly options?: SandboxOptions;
}

/** Starts the server; `counts.faults` is the number of faults so far. */
export async function startFaultServer({ on, nth = 1, every = false, fault, options = {} }: Setup) {
  const model = new SandboxModel({ token: 'test-token', processingMs: 0, ...options });
  const handle = createRoutes(model);
  const counts = { faults: 0 };
  const calls = new Map<Call, number>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // The client may break the connection.
  server.on('connection', (socket) => socket.on('error', () => {}));
  server.on('request', (request, response) => {
    request.on('error', () => {});
    const call = callOf(request);
    const count = (calls.get(call) ?? 0) + 1;
    calls.set(call, count);
    const execute = () => answer(handle, request, url);
    if (call !== on || (every ? count < nth : count !== nth)) {
      void execute().then(
        (reply) => send(response, reply),
        () => {},
      );
      return;
    }
    counts.faults += 1;
    const receive = () => new Promise<void>((resolve) => request.on('end', resolve).resume());
    void fault.how({ request, socket: request.socket, execute, receive }).catch(() => {});
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, model, counts };
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
