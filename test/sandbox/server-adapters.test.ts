// The same calls get the same answers over a socket, a dispatcher and msw.

import type { Readable } from 'node:stream';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { HttpResponse, http } from 'msw';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import { Agent, request } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import {
  type Answer,
  Caller,
  COMPLETE,
  completion,
  IMAGE_HEADERS,
  inParts,
  PART_HEADERS,
  REGISTER,
  registration,
} from './caller.ts';
import {
  FINALIZE,
  finalization,
  INIT_IMAGE,
  INIT_VIDEO,
  initialization,
  initializeVideo,
  putVideo,
  readOne,
  readSeveral,
  sendCaptions,
} from './media-caller.ts';

const ORIGIN = 'https://api.linkedin.com';
const OPTIONS = { clock: { now: () => 1_800_000_000_000 }, processingMs: 0 };
const FILE = Buffer.from('0123456789');

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 1);
  yield bytes.subarray(1);
}

/** A network to enable before a test and disable after it. */
function sandboxNetwork(handle: SandboxHandler, origins: readonly string[]) {
  return defineNetwork({
    // msw's setupServer does not intercept undici; all clients use sockets.
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    handlers: origins.map((origin) => http.all(`${origin}/*`, ({ request }) => answer(handle, request))),
    onUnhandledFrame: 'error',
    context: { quiet: true },
  });
}

async function answer(handle: SandboxHandler, request: Request): Promise<HttpResponse<string>> {
  const url = new URL(request.url);
  const { status, headers, body } = await handle({
    method: request.method,
    path: url.pathname + url.search,
    headers: [...request.headers],
    body: request.body ?? chunks(Buffer.alloc(0)),
    origin: url.origin,
  });
  return new HttpResponse(body === '' ? null : body, { status, headers });
}

/** Calls all APIs and kinds of upload, valid and invalid; returns the answers without their origin. */
async function answersOf(caller: Caller, origin: string): Promise<unknown[]> {
  const answers: Answer[] = [];
  const keep = async (answer: Promise<Answer>) => void answers.push(await answer);
  await keep(caller.post(REGISTER, registration()));
  await keep(caller.post(REGISTER, registration({ owner: 'nobody' })));
  const image = await caller.register();
  await keep(caller.put(image.addresses[0]?.path ?? '', IMAGE_HEADERS, FILE));
  await keep(caller.put(image.addresses[0]?.path ?? '', IMAGE_HEADERS, FILE));
  const parts = await caller.register(inParts(FILE.length));
  const first = parts.addresses[0];
  const head = FILE.subarray(0, (first?.lastByte ?? 0) + 1);
  await keep(caller.put(first?.path ?? '', PART_HEADERS, chunks(head)));
  await keep(caller.put(first?.path ?? '', { ...PART_HEADERS, 'content-length': '4' }, chunks(head)));
  await keep(caller.post(COMPLETE, completion(parts, await caller.putParts(parts, FILE))));
  await keep(caller.get(`/rest/assets/${parts.id}`));
  await keep(caller.post(INIT_IMAGE, initialization()));
  await keep(caller.post(INIT_VIDEO, initialization({ fileSizeBytes: 10, uploadThumbnail: true })));
  const video = await initializeVideo(caller, { uploadCaptions: true });
  const ids = await putVideo(caller, video, FILE);
  await keep(caller.post(FINALIZE, finalization(video, ids)));
  await keep(sendCaptions(caller, video.captionsPath));
  await keep(caller.post(FINALIZE, finalization(video, ids)));
  await keep(readOne(caller, 'videos', video.urn));
  await keep(readSeveral(caller, 'videos', [video.urn, 'urn:li:video:LOST']));
  await keep(caller.get(`/rest/videos?ids=List(${video.urn})`));
  return answers.map(({ status, headers, text }) => ({
    status,
    type: headers['content-type'],
    etag: headers.etag,
    uuid: headers['x-li-uuid'],
    text: text.replaceAll(origin, ''),
  }));
}

async function overSockets(): Promise<unknown[]> {
  const sandbox = await startSandbox(OPTIONS);
  try {
    return await answersOf(new Caller(sandbox.url), sandbox.url);
  } finally {
    await sandbox.close();
  }
}

test('the server answers each call of the run with the expected status', async () => {
  const statuses = (await overSockets()).map((answer) => (answer as { status: number }).status);
  expect(statuses).toEqual([200, 403, 201, 409, 411, 200, 200, 200, 200, 200, 400, 201, 200, 200, 200, 400]);
});

test('the dispatcher answers as the server does', async () => {
  const caller = new Caller(ORIGIN, new SandboxDispatcher(createRoutes(new SandboxModel(OPTIONS))));
  expect(await answersOf(caller, ORIGIN)).toEqual(await overSockets());
});

test('msw answers as the server does', async () => {
  const expected = await overSockets();
  const network = sandboxNetwork(createRoutes(new SandboxModel(OPTIONS)), [ORIGIN]);
  network.enable();
  try {
    expect(await answersOf(new Caller(ORIGIN), ORIGIN)).toEqual(expected);
  } finally {
    network.disable();
  }
});

test('msw blocks requests to other origins', async () => {
  const elsewhere = await startSandbox(OPTIONS);
  const network = sandboxNetwork(createRoutes(new SandboxModel(OPTIONS)), [ORIGIN]);
  const consoleError = vi.spyOn(console, 'error').mockReturnValue();
  network.enable();
  try {
    await expect(request(`${elsewhere.url}/rest/assets/x`, { dispatcher: new Agent() })).rejects.toThrow();
    expect(elsewhere.model.calls()).toMatchObject({ status: 0 });
    expect(consoleError).toHaveBeenCalledOnce();
  } finally {
    network.disable();
    consoleError.mockRestore();
    await elsewhere.close();
  }
});

describe('Sandbox dispatcher', () => {
  const setUp = async () => {
    const model = new SandboxModel(OPTIONS);
    const dispatcher = new SandboxDispatcher(createRoutes(model));
    const caller = new Caller(ORIGIN, dispatcher);
    const { addresses } = await caller.register(inParts(30));
    const url = ORIGIN + (addresses[0]?.path ?? '');
    const headers = { ...PART_HEADERS, 'content-length': '10' };
    const put = (body: AsyncIterable<Uint8Array>, signal?: AbortSignal) =>
      request(url, { method: 'PUT', dispatcher, headers, body: body as Readable, signal: signal ?? null });
    const storedBytes = () => model.assets()[0]?.sizeBytes;
    return { put, storedBytes };
  };

  test('an aborted request rejects with the reason of its signal while its body hangs, and stores nothing', async () => {
    const { put, storedBytes } = await setUp();
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    async function* hanging(): AsyncGenerator<Uint8Array> {
      try {
        yield FILE.subarray(5);
        abort.abort(reason);
        await released;
        yield FILE.subarray(5);
      } finally {
        end();
      }
    }
    await expect(put(hanging(), abort.signal)).rejects.toBe(reason);
    release();
    await ended;
    expect(storedBytes()).toBe(0);
  });

  test('a request rejects with the error of its body', async () => {
    const { put, storedBytes } = await setUp();
    const broken = new Error('disk gone');
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield FILE.subarray(5);
      throw broken;
    }
    await expect(put(breaking())).rejects.toBe(broken);
    expect(storedBytes()).toBe(0);
  });

  test.each([
    ['short', FILE.subarray(1)],
    ['long', Buffer.alloc(11)],
  ])('a body that is too %s for its length is rejected as by undici', async (_name, bytes) => {
    const { put, storedBytes } = await setUp();
    await expect(put(chunks(bytes))).rejects.toMatchObject({ code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' });
    expect(storedBytes()).toBe(0);
  });
});
