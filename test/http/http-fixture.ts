// Real servers on loopback and a client that talks to them, all closed at the end of each test.

import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createRaw, type Server, type Socket } from 'node:net';
import { Agent, type buildConnector } from 'undici';
import { type ClientOptions, createHttpClient, type HttpClient } from '../../src/http/client.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import type { Body } from '../../src/http/request-body.ts';
import { Secret } from '../../src/secret.ts';
import { testRun } from '../support/run.ts';
import { listen } from '../world/serve.ts';

export const TOKEN = 'AQX-token_5ecret';

interface ClientSetting extends Partial<Pick<ClientOptions, 'clock' | 'signal' | 'onRequest'>> {
  readonly connect?: buildConnector.connector;
}

export class HttpFixture {
  readonly #closers: (() => Promise<void>)[] = [];

  /** An HTTP server; resolves with its address. */
  http(listener: RequestListener): Promise<URL> {
    return this.#listen(createHttp(listener));
  }

  /** A TCP server, for responses that no HTTP server would send. */
  raw(onSocket: (socket: Socket) => void): Promise<URL> {
    const server = createRaw((socket) => {
      // The client may close the connection first.
      socket.on('error', () => {});
      onSocket(socket);
    });
    return this.#listen(server);
  }

  /** A server that receives the first bytes of a request and then stops reading. */
  async silent(): Promise<{ apiUrl: URL; reached: Promise<void> }> {
    const reached = Promise.withResolvers<void>();
    const apiUrl = await this.raw((socket) => {
      socket.once('data', () => {
        socket.pause();
        reached.resolve();
      });
    });
    return { apiUrl, reached: reached.promise };
  }

  /** A URL where nothing listens. */
  async deserted(): Promise<URL> {
    const other = new HttpFixture();
    const apiUrl = await other.raw(() => {});
    await other.close();
    return apiUrl;
  }

  client(apiUrl: URL, setting?: ClientSetting): HttpClient {
    return createHttpClient(this.options(apiUrl, setting));
  }

  /** The options of a client that shares no connections with others. */
  options(apiUrl: URL, { connect, ...setting }: ClientSetting = {}): ClientOptions {
    const dispatcher = new Agent({
      allowH2: false,
      pipelining: 1,
      ...(connect ? { connect } : {}),
    });
    this.#closers.push(() => dispatcher.destroy());
    return {
      apiUrl,
      token: new Secret(TOKEN),
      dispatcher,
      ...testRun(),
      onRequest: () => {},
      ...setting,
    };
  }

  /** Closes clients before servers, so that their requests do not fail. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  async #listen(server: Server): Promise<URL> {
    const { port, close } = await listen(server);
    this.#closers.unshift(close);
    return new URL(`http://127.0.0.1:${port}`);
  }
}

export function statusOf(apiUrl: URL, more: Partial<HttpRequest> = {}): HttpRequest {
  const url = new URL('/rest/assets/C5?fields=id', apiUrl);
  return {
    phase: 'status',
    idempotency: 'idempotent',
    method: 'GET',
    url,
    headers: {},
    bearer: true,
    ...more,
  };
}

export function uploadOf(apiUrl: URL, body: Body, more: Partial<HttpRequest> = {}): HttpRequest {
  const url = new URL('/dms-uploads/x/0?ut=secret-query', apiUrl);
  const headers = { 'content-type': 'application/octet-stream' };
  return {
    phase: 'upload',
    idempotency: 'verify-first',
    method: 'PUT',
    url,
    headers,
    bearer: false,
    body,
    ...more,
  };
}

/** A body of the given pieces that records how far it was read. */
export function watched(
  sizeBytes: number,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
) {
  const ended = Promise.withResolvers<void>();
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of pieces) {
        body.yielded += 1;
        yield piece;
      }
    } finally {
      ended.resolve();
    }
  }
  /** `ended` resolves when the body was read to its end or closed. */
  const body = {
    sizeBytes,
    ended: ended.promise,
    yielded: 0,
    get chunks() {
      return read();
    },
  };
  return body;
}

const PIECE = Buffer.alloc(256 * 1024, 'x');

/** A body larger than the socket buffers: it blocks when the server stops reading. */
export function endless() {
  const pieces = Array.from({ length: 512 }, () => PIECE);
  return watched(pieces.length * PIECE.byteLength, pieces);
}

export function small(text = 'bytes') {
  return watched(Buffer.byteLength(text), [Buffer.from(text)]);
}

/** A body whose second piece waits for `release`. */
export function held() {
  const gate = Promise.withResolvers<void>();
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first');
    await gate.promise;
    yield Buffer.from('other');
  }
  return { body: watched(10, pieces()), release: gate.resolve };
}
