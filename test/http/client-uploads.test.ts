// Sending bytes against real servers: answers that come early, bodies that fail or do not hold what they promised.

import { afterEach, describe, expect, it } from 'vitest';
import { FileError, NetworkError, UploadError } from '../../src/errors.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { endless, HttpFixture, held, small, statusOf, uploadOf, WatchedBody } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

/** A server that answers as soon as the first bytes come, and reads no more. */
function hasty(answer: string): Promise<URL> {
  return fixture.raw((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(answer);
    });
  });
}

describe('an early answer', () => {
  it.each([200, 201, 204])('that all is well (%i) is not believed while bytes are unsent', async (status) => {
    const apiUrl = await hasty(`HTTP/1.1 ${status} Fine\r\ncontent-length: 0\r\n\r\n`);
    const body = endless();
    const error = await caught(() => fixture.client(apiUrl).request(uploadOf(apiUrl, body)), UploadError);
    expect(error.code).toBe('UPLOAD_INCOMPLETE');
    expect(error.message).toMatch(
      /^the upload to 127\.0\.0\.1:\d+ was answered with 20\d after [\d,]+ of 134,217,728 bytes$/,
    );
    await body.ended;
    expect(body.yielded).toBeLessThan(512);
  });

  it.each([400, 403, 413, 503])('that refuses (%i) is judged by its status', async (status) => {
    const apiUrl = await hasty(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\n{}`);
    const body = endless();
    expect(await fixture.client(apiUrl).request(uploadOf(apiUrl, body))).toMatchObject({
      status,
      text: '{}',
    });
    await body.ended;
    expect(body.yielded).toBeLessThan(512);
  });

  it.each([
    ['HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\n{}', 413],
    ['HTTP/1.1 413 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}', 413],
  ])('does not wait for a body that stands still: %j', async (answer, status) => {
    const apiUrl = await hasty(answer);
    const { body, release } = held();
    const client = fixture.client(apiUrl);
    expect(await client.request(uploadOf(apiUrl, body))).toMatchObject({ status });
    release();
    await body.ended;
  });

  it('whose connection is spent leaves the client of use', async () => {
    const apiUrl = await hasty('HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\n{}');
    const client = fixture.client(apiUrl);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await client.request(uploadOf(apiUrl, endless()))).status).toBe(413);
    }
    expect((await client.request(statusOf(apiUrl))).status).toBe(413);
  });
});

it('an answer after the last byte counts them all, many times over', async () => {
  const apiUrl = await fixture.http((request, response) => {
    request.resume().on('end', () => response.writeHead(201, { etag: '"e"' }).end());
  });
  const client = fixture.client(apiUrl);
  const pieces = Array.from({ length: 8 }, () => Buffer.alloc(512 * 1024, 'x'));
  const uploads = Array.from({ length: 40 }, () =>
    client.request(uploadOf(apiUrl, new WatchedBody(8 * 512 * 1024, pieces))),
  );
  const replies = await Promise.all(uploads);
  expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 201));
  expect(replies.at(0)?.headers.etag).toBe('"e"');
});

describe('a body', () => {
  const fileFault = new FileError('FILE_CHANGED', 'hero.png changed while this step was running');

  it.each<[name: string, fault: Error, before: number]>([
    ['before its first byte', fileFault, 0],
    ['in the middle', fileFault, 3],
    ['by a bug', new TypeError('a bug'), 1],
  ])('that throws %s passes its own error through', async (_name, fault, before) => {
    const apiUrl = await fixture.http((request) => request.on('error', () => {}).resume());
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < before; piece += 1) yield Buffer.from('x');
      throw fault;
    }
    const client = fixture.client(apiUrl);
    const error = await caught(() => client.request(uploadOf(apiUrl, new WatchedBody(10, pieces()))), Error);
    expect(error).toBe(fault);
  });

  it.each([
    ['less', ['abc']],
    ['more', ['abc', 'defgh', 'ijk']],
    ['nothing', []],
  ])('that holds %s than it promised fails, and no byte too many is sent', async (_name, texts) => {
    const heard: Buffer[] = [];
    const apiUrl = await fixture.raw((socket) => socket.on('data', (chunk) => heard.push(chunk)));
    const pieces = texts.map((text) => Buffer.from(text));
    const body = new WatchedBody(10, pieces);
    const error = await caught(() => fixture.client(apiUrl).request(uploadOf(apiUrl, body)), NetworkError);
    expect(error.message).toContain('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH');
    await body.ended;
    const [, sent = ''] = Buffer.concat(heard).toString().split('\r\n\r\n');
    expect('abcdefgh').toContain(sent);
  });

  it('is iterated anew for each try', async () => {
    const apiUrl = await fixture.http((request, response) => {
      request.resume().on('end', () => response.end());
    });
    const client = fixture.client(apiUrl);
    const body = small('same');
    await client.request(uploadOf(apiUrl, body));
    await client.request(uploadOf(apiUrl, body));
    expect(body.yielded).toBe(2);
  });

  it('is not pulled while the server takes nothing', async () => {
    const { apiUrl, reached } = await fixture.silent();
    const body = endless();
    const stop = new AbortController();
    const clock = new TestClock();
    const client = fixture.client(apiUrl, { clock });
    const upload = caught(() => client.request(uploadOf(apiUrl, body, { signal: stop.signal })), Error);
    await reached;
    await clock.advance(1000);
    expect(body.yielded).toBeLessThan(512);
    stop.abort();
    await upload;
    await body.ended;
  });
});

it('one upload after the other goes over the same connection', async () => {
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
