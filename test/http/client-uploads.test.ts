// Uploads against real servers: early responses, and bodies that fail or differ from their declared length.

import { afterEach, describe, expect, it } from 'vitest';
import { CallError, FileError } from '../../src/errors/action-error.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { endless, HttpFixture, held, small, statusOf, uploadOf, watched } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

/** A server that responds to the first bytes and reads no more. */
function respondEarly(answer: string): Promise<URL> {
  return fixture.raw((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(answer);
    });
  });
}

describe('early responses', () => {
  it.each([200, 201, 204])(
    'an early success response (%i) fails the upload as incomplete',
    async (status) => {
      const apiUrl = await respondEarly(`HTTP/1.1 ${status} Fine\r\ncontent-length: 0\r\n\r\n`);
      const body = endless();
      const error = await caught(
        () => fixture.client(apiUrl).request(uploadOf(apiUrl, body)),
        CallError,
      );
      expect(error).toMatchObject({
        code: 'UPLOAD_INCOMPLETE',
        call: { phase: 'upload', sent: 'some' },
      });
      expect(error.message).toMatch(
        /^the upload to 127\.0\.0\.1:\d+ got the response 20\d after only [\d,]+ of 134,217,728 bytes$/,
      );
      await body.ended;
      expect(body.yielded).toBeLessThan(512);
    },
  );

  it.each([400, 403, 413, 503])(
    'an early error response (%i) is returned with its status',
    async (status) => {
      const apiUrl = await respondEarly(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\n{}`);
      const body = endless();
      expect(await fixture.client(apiUrl).request(uploadOf(apiUrl, body))).toMatchObject({
        ...{ status, text: '{}' },
        call: { phase: 'upload', sent: 'some' },
      });
      await body.ended;
      expect(body.yielded).toBeLessThan(512);
    },
  );

  it.each([
    'HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\n{}',
    'HTTP/1.1 413 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
  ])(
    'an early error response is returned without waiting for a stalled body: %j',
    async (answer) => {
      const apiUrl = await respondEarly(answer);
      const { body, release } = held();
      expect((await fixture.client(apiUrl).request(uploadOf(apiUrl, body))).status).toBe(413);
      release();
      await body.ended;
    },
  );

  it('a client stays usable after early responses that end their connections', async () => {
    const apiUrl = await respondEarly('HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\n{}');
    const client = fixture.client(apiUrl);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await client.request(uploadOf(apiUrl, endless()))).status).toBe(413);
    }
    expect((await client.request(statusOf(apiUrl))).status).toBe(413);
  });
});

const fileError = new FileError('FILE_CHANGED', 'hero.png', 'changed while this step was running');

it.each<[name: string, thrown: Error, before: number]>([
  ['before its first byte', fileError, 0],
  ['in the middle', fileError, 3],
  ['because of a bug', new TypeError('a bug'), 1],
])('a body that throws %s fails the request with the same error', async (_name, thrown, before) => {
  const apiUrl = await fixture.http((request) => request.on('error', () => {}).resume());
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < before; piece += 1) yield Buffer.from('x');
    throw thrown;
  }
  const client = fixture.client(apiUrl);
  const error = await caught(() => client.request(uploadOf(apiUrl, watched(10, pieces()))), Error);
  expect(error).toBe(thrown);
});

it.each([
  ['too few bytes', ['abc']],
  ['too many bytes', ['abc', 'defgh', 'ijk']],
  ['no bytes', []],
])(
  'a body that yields %s fails the request, and no byte beyond the declared length is sent',
  async (_name, texts) => {
    const received: Buffer[] = [];
    const apiUrl = await fixture.raw((socket) =>
      socket.on('data', (chunk) => received.push(chunk)),
    );
    const pieces = texts.map((text) => Buffer.from(text));
    const body = watched(10, pieces);
    const error = await caught(
      () => fixture.client(apiUrl).request(uploadOf(apiUrl, body)),
      CallError,
    );
    expect(error.message).toContain('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH');
    await body.ended;
    const [, sent = ''] = Buffer.concat(received).toString().split('\r\n\r\n');
    expect('abcdefgh').toContain(sent);
  },
);

it('a body is not read further while the server does not read', async () => {
  const { apiUrl, reached } = await fixture.silent();
  const body = endless();
  const stop = new AbortController();
  const clock = new TestClock();
  const client = fixture.client(apiUrl, { clock });
  const upload = caught(
    () => client.request(uploadOf(apiUrl, body, { signal: stop.signal })),
    Error,
  );
  await reached;
  await clock.advance(1000);
  expect(body.yielded).toBeLessThan(512);
  stop.abort();
  await upload;
  await body.ended;
});

it('consecutive uploads share one connection', async () => {
  const ports = new Set<number | undefined>();
  const apiUrl = await fixture.http((request, response) => {
    ports.add(request.socket.remotePort);
    request.resume().once('end', () => response.writeHead(201).end());
  });
  const client = fixture.client(apiUrl);
  const slots = [0, 1, 2, 3].map(async () => {
    for (let part = 0; part < 20; part += 1) await client.request(uploadOf(apiUrl, small()));
  });
  await Promise.all(slots);
  expect(ports.size).toBe(4);
});
