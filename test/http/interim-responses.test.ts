// Unsolicited interim responses over real connections: a request ends with its final response.

import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/errors.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import { Secret } from '../../src/secret.ts';
import { caught } from '../support/caught.ts';
import { HttpFixture, small, statusOf, uploadOf } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const FINAL = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A client, and a server that responds to each request with `pieces`, a few turns apart. */
async function answering(pieces: readonly string[]) {
  let connections = 0;
  const apiUrl = await fixture.raw((socket) => {
    connections += 1;
    socket.on('data', () => void write(socket, pieces));
  });
  const dispatcher = createDispatcher('direct');
  const client = createHttpClient({ ...fixture.options(apiUrl), dispatcher });
  return {
    client,
    apiUrl,
    connections: () => connections,
    close: () => dispatcher.destroy(),
  };
}

async function write(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    for (let turns = 0; turns < 5; turns += 1) await turn();
  }
}

describe('unsolicited interim responses', () => {
  it.each<[name: string, pieces: readonly string[]]>([
    ['100 Continue', [CONTINUE, FINAL]],
    ['100 Continue in one packet with the final response', [CONTINUE + FINAL]],
    ['100 Continue twice', [CONTINUE, CONTINUE + FINAL]],
    ['100 Continue with headers', ['HTTP/1.1 100 Continue\r\nserver: x\r\n\r\n', FINAL]],
    ['100 Continue after early hints', ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', CONTINUE + FINAL]],
    ['100 Continue byte by byte', [...(CONTINUE + FINAL)]],
    ['100 Continue of HTTP/1.0', ['HTTP/1.0 100 Continue\r\n\r\n', FINAL]],
  ])(
    'an unsolicited interim response (%s) is ignored, and the connection serves the next request',
    async (_, pieces) => {
      const { client, apiUrl, connections, close } = await answering(pieces);
      try {
        for (let calls = 0; calls < 3; calls += 1) {
          expect(await client.request(statusOf(apiUrl))).toMatchObject({ status: 200, text: '{}' });
          // undici reuses the connection one turn after the response.
          await turn();
        }
        expect(connections()).toBe(1);
      } finally {
        await close();
      }
    },
  );

  it('an interim response before the upload body is read does not end the upload', async () => {
    const apiUrl = await fixture.http((request, response) => {
      response.writeContinue();
      request.resume().on('end', () => response.writeHead(201).end());
    });
    const dispatcher = createDispatcher('direct');
    try {
      const client = createHttpClient({ ...fixture.options(apiUrl), dispatcher });
      expect(await client.request(uploadOf(apiUrl, small()))).toMatchObject({ status: 201 });
    } finally {
      await dispatcher.destroy();
    }
  });

  it('an interim response of a proxy before the tunnel opens does not end the request', async () => {
    const { port } = await fixture.raw((socket) => {
      socket.once('data', () =>
        socket.write(`${CONTINUE}HTTP/1.1 407 Proxy Authentication Required\r\n\r\n`),
      );
    });
    const address = `http://127.0.0.1:${port}`;
    const dispatcher = createDispatcher({ url: new Secret(address), secrets: [], noProxy: '' });
    try {
      const apiUrl = new URL('https://gateway.test');
      const client = createHttpClient({ ...fixture.options(apiUrl), dispatcher });
      const error = await caught(() => client.request(statusOf(apiUrl)), NetworkError);
      expect(error.code).toBe('PROXY_REFUSED');
    } finally {
      await dispatcher.destroy();
    }
  });
});

describe('text that resembles an interim response', () => {
  it('an interim response inside a body is left unchanged', async () => {
    const body = `${CONTINUE}HTTP/1.1 1`;
    const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`;
    const { client, apiUrl, close } = await answering([head, body]);
    try {
      for (let calls = 0; calls < 2; calls += 1)
        expect(await client.request(statusOf(apiUrl))).toMatchObject({ status: 200, text: body });
    } finally {
      await close();
    }
  });

  it.each<[name: string, text: string]>([
    ['a protocol switch', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['the start of another protocol', 'HTTQ'],
    ['endless headers', `HTTP/1.1 100 Continue\r\nx: ${'y'.repeat(20_000)}`],
  ])('an invalid interim response (%s) fails the request at once', async (_, text) => {
    const { client, apiUrl, close } = await answering([text]);
    try {
      const error = await caught(() => client.request(statusOf(apiUrl)), NetworkError);
      expect(error.code).toBe('NETWORK_FAILED');
    } finally {
      await close();
    }
  });
});
