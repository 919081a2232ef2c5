// The body of a request: every byte once, in writes that a slow connection can take, with a short last write and an idle timeout.

import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import type { buildConnector } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import {
  type Body,
  type IdleTimeout,
  RequestBody,
  STALL_MS,
  startIdleTimeout,
  UPLOAD_RESPONSE_MS,
} from '../../src/http/request-body.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { HttpFixture, uploadOf, watched } from './http-fixture.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const LARGEST = 64 * KIB;
/** The size of the last view of a body. */
const TAIL = 1 * KIB;

function bodyOf(...chunks: Uint8Array[]) {
  async function* generate(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  return {
    sizeBytes: chunks.reduce((sum, { byteLength }) => sum + byteLength, 0),
    chunks: generate(),
  };
}

const zeros = (sizeBytes: number) => bodyOf(Buffer.alloc(sizeBytes));
const mebibytes = (count: number) =>
  bodyOf(...Array.from({ length: count }, () => Buffer.alloc(MIB)));

function open(body: Body | string, timeout: IdleTimeout, onStart = () => {}) {
  return new RequestBody(body, { timeout, responseMs: UPLOAD_RESPONSE_MS, onStart });
}

/** Sends `body` over a connection that takes `msFor` a view, until its end or its timeout. */
async function sendOver(body: ReturnType<typeof bodyOf>, msFor: (bytes: number) => number) {
  const clock = new TestClock();
  const timeout = startIdleTimeout(clock, 'the upload');
  const upload = open(body, timeout);
  const views: number[] = [];
  for await (const view of upload) {
    views.push(view.byteLength);
    await clock.advance(msFor(view.byteLength));
    if (timeout.signal.aborted) break;
  }
  return { views, upload, timeout, clock };
}

it.each([
  [1, [1]],
  [TAIL, [TAIL]],
  [TAIL + 1, [1, TAIL]],
  [LARGEST, [LARGEST - TAIL, TAIL]],
  [LARGEST + 1, [LARGEST - TAIL + 1, TAIL]],
  [LARGEST + TAIL + 1, [LARGEST, 1, TAIL]],
])('a body of %i bytes ends in a short view: %j', async (sizeBytes, expected) => {
  const { views, timeout } = await sendOver(zeros(sizeBytes), () => 0);
  expect(views).toEqual(expected);
  timeout.end();
});

it('the views contain every byte once and in order, whatever the chunks are', async () => {
  const chunk = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 9 }),
    fc.constant(Buffer.alloc(3 * LARGEST + 5, 7)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 6 }), async (chunks) => {
      const timeout = startIdleTimeout(new TestClock(), 'the upload');
      const upload = open(bodyOf(...chunks), timeout);
      const got = await Array.fromAsync(upload, (view) => {
        expect(view.byteLength).toBeLessThanOrEqual(LARGEST);
        return Uint8Array.from(view);
      });
      expect(Buffer.concat(got).equals(Buffer.concat(chunks))).toBe(true);
      expect(upload.sentBytes).toBe(upload.sizeBytes);
      timeout.end();
    }),
    fuzzed(100),
  );
});

describe('idle timeout of an upload', () => {
  it('the idle timeout does not expire at 2 KiB a second, where a MiB takes eight minutes', async () => {
    const { upload, timeout } = await sendOver(mebibytes(2), (bytes) => bytes * (1000 / (2 * KIB)));
    expect(timeout.signal.aborted).toBe(false);
    expect(upload.sentBytes).toBe(2 * MIB);
    timeout.end();
  });

  it('the idle timeout does not expire while eight bodies share 64 KiB a second after buffers took 4 MiB at once', async () => {
    const clock = new TestClock();
    let freeAtMs = -64_000;
    const bodies = Array.from({ length: 8 }, async () => {
      const timeout = startIdleTimeout(clock, 'the upload');
      for await (const view of open(mebibytes(4), timeout)) {
        freeAtMs = Math.max(freeAtMs, clock.now() - 64_000) + view.byteLength / 65.536;
        await clock.sleep(Math.max(0, freeAtMs - clock.now()));
        if (timeout.signal.aborted) break;
      }
      timeout.end();
      return timeout.signal.aborted;
    });
    const expired = Promise.all(bodies);
    for (let minutes = 0; minutes < 20; minutes += 1) await clock.advance(60_000);
    expect(await expired).toEqual(Array(8).fill(false));
  });

  it('the idle timeout expires when the connection takes nothing for a minute', async () => {
    const { views, upload, timeout } = await sendOver(mebibytes(1), () => STALL_MS);
    expect(views).toEqual([LARGEST]);
    expect(timeout.signal.aborted).toBe(true);
    expect([upload.sentBytes, upload.sent]).toEqual([0, 'some']);
  });

  it('the idle timeout is longer after the last byte, while the response is due', async () => {
    const { timeout, clock } = await sendOver(zeros(9), () => 1);
    await clock.advance(UPLOAD_RESPONSE_MS - 1);
    expect(timeout.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(timeout.signal.aborted).toBe(true);
  });
});

it('a view counts as sent when the next one is requested', async () => {
  const timeout = startIdleTimeout(new TestClock(), 'the upload');
  const upload = open(bodyOf(Buffer.alloc(10), Buffer.alloc(10)), timeout);
  const views = upload[Symbol.asyncIterator]();
  expect(upload.sent).toBe('nothing');
  await views.next();
  expect([upload.sentBytes, upload.sent]).toEqual([0, 'some']);
  await views.next();
  expect([upload.sentBytes, upload.sent]).toEqual([10, 'some']);
  await views.next();
  expect([upload.sentBytes, upload.sent]).toEqual([20, 'all']);
  timeout.end();
});

it('a body reports its start once, before its first write', async () => {
  const timeout = startIdleTimeout(new TestClock(), 'the request');
  const steps: string[] = [];
  const body = open('ä'.repeat(TAIL), timeout, () => steps.push(body.sent));
  for await (const write of body) steps.push(write.toString());
  expect(steps).toEqual(['some', 'ä'.repeat(TAIL / 2), 'ä'.repeat(TAIL / 2)]);
  timeout.end();
});

it('an error of the body is kept as the failure of the upload', async () => {
  const error = new ActionError('FILE_CHANGED', 'on purpose');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    throw error;
  }
  const timeout = startIdleTimeout(new TestClock(), 'the upload');
  const upload = open({ sizeBytes: 9, chunks: chunks() }, timeout);
  await expect(Array.fromAsync(upload)).rejects.toBe(error);
  expect(upload.failure).toEqual({ error });
  timeout.end();
});

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
  socket
    .once('connect', () => callback(null, socket))
    .once('error', (error) => callback(error, null));
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

it('the idle timeout is 60 s before the last byte and 300 s after it, as the README says', () => {
  expect([STALL_MS, UPLOAD_RESPONSE_MS]).toEqual([60_000, 300_000]);
});

it('an idle timeout never expires while bytes move, however slowly and for however long', async () => {
  const clock = new TestClock();
  const timeout = startIdleTimeout(clock, 'the upload to www.linkedin.com');
  for (let minutes = 0; minutes < 600; minutes += 1) {
    await clock.advance(STALL_MS - 1);
    timeout.touch();
  }
  expect(timeout.signal.aborted).toBe(false);
  await clock.advance(STALL_MS);
  const text = 'the upload to www.linkedin.com timed out: no progress for 60 s';
  expect(timeout.signal.reason).toHaveProperty('message', text);
  timeout.end();
});

it('an idle timeout that has ended never expires and leaves no timer behind', async () => {
  const clock = new TestClock();
  const timeout = startIdleTimeout(clock, 'the upload');
  timeout.touch(UPLOAD_RESPONSE_MS);
  timeout.end();
  await clock.advance(UPLOAD_RESPONSE_MS * 2);
  expect([timeout.signal.aborted, clock.waiting]).toEqual([false, 0]);
});
