// Reproduces why the last write of a body is a short one. undici 8 counts a request as written only after `drain`: when
// the response is faster than that, undici resets the connection, and the last bytes never count as sent.

import { connect, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { HttpFixture, uploadOf, watched } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

const LAST = 0xff;
const BODY = Buffer.alloc(128 * 1024);
BODY.fill(LAST, BODY.length - 1);

type Write = Socket['_write'];
type Writev = NonNullable<Socket['_writev']>;

/** Connects by sockets that report the write of the last byte only after the response, as TLS may. */
const lateConnector: buildConnector.connector = ({ hostname, port }, callback) => {
  const socket = connect(Number(port), hostname);
  const late = (chunk: Buffer, report: (error?: Error | null) => void): typeof report =>
    chunk.at(-1) === LAST ? () => socket.once('readable', () => setImmediate(report)) : report;
  const write: Write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket) as Writev;
  socket._write = (chunk, encoding, report) => write(chunk, encoding, late(chunk, report));
  socket._writev = (chunks, report) => writev(chunks, late(chunks.at(-1)?.chunk, report));
  socket.once('connect', () => callback(null, socket)).once('error', (error) => callback(error, null));
};

it('an upload whose response comes before the socket reports its last write succeeds and keeps its connection', async () => {
  const ports = new Set<number | undefined>();
  const apiUrl = await fixture.http((request, response) => {
    ports.add(request.socket.remotePort);
    request.resume().once('end', () => response.writeHead(201).end());
  });
  const client = fixture.client(apiUrl, { connect: lateConnector });
  for (let part = 0; part < 3; part += 1) {
    const reply = await client.request(uploadOf(apiUrl, watched(BODY.length, [BODY])));
    expect(reply.status).toBe(201);
  }
  expect(ports.size).toBe(1);
});
