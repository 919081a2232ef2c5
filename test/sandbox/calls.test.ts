// Fault rules: each kind of rule. They do not count a call that LinkedIn rejects anyway.

import { afterEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import {
  Caller,
  COMPLETE,
  completion,
  IMAGE,
  IMAGE_HEADERS,
  inOne,
  inParts,
  REGISTER,
  registration,
  VIDEO,
  VIDEO_HEADERS,
} from './caller.ts';
import { makePost, PAGE, POSTS, postBody } from './posts/post-caller.ts';

const BUSY = {
  status: 429,
  headers: { 'Retry-After': '2' },
  body: { status: 429, code: 'TOO_MANY_REQUESTS', message: 'x' },
};

let sandbox: Sandbox;
let caller: Caller;

async function start(...faults: FaultRule[]): Promise<void> {
  sandbox = await startSandbox({ faults, processingMs: 0 });
  caller = new Caller(sandbox.url);
}

afterEach(() => sandbox.close());

const registerStatus = async (fields = {}) => (await caller.post(REGISTER, registration(fields))).status;
const statusOf = async (id: string) => (await caller.get(`/rest/assets/${id}`)).json;

async function inTurn(times: number, call: () => Promise<number>): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < times; turn += 1) statuses.push(await call());
  return statuses;
}

describe('Selected calls', () => {
  test('a fault rule applies to the first call by default', async () => {
    await start({ on: 'register', reply: BUSY });
    expect(await inTurn(3, registerStatus)).toEqual([429, 200, 200]);
  });

  test('a fault rule with nth applies to the nth call', async () => {
    await start({ on: 'register', nth: 2, reply: BUSY });
    expect(await inTurn(3, registerStatus)).toEqual([200, 429, 200]);
  });

  test('a fault rule with every applies to every call, from the nth on if given', async () => {
    await start(
      { on: 'register', every: true, nth: 2, reply: BUSY },
      { on: 'status', every: true, reply: { status: 500 } },
    );
    expect(await inTurn(3, registerStatus)).toEqual([200, 429, 429]);
    const [{ id = '' } = {}] = sandbox.model.assets();
    expect(await inTurn(2, async () => (await caller.get(`/rest/assets/${id}`)).status)).toEqual([500, 500]);
  });

  test('a fault rule can be limited to a recipe or an asset', async () => {
    await start(
      { on: 'register', every: true, recipe: VIDEO, reply: BUSY },
      { on: 'status', every: true, asset: 'SIMULATED-C5622AQ000002', reply: BUSY },
    );
    expect(await registerStatus({ recipes: [IMAGE] })).toBe(200);
    expect(await registerStatus({ recipes: [IMAGE] })).toBe(200);
    expect(await registerStatus(inOne)).toBe(429);
    expect((await caller.get('/rest/assets/SIMULATED-C5622AQ000001')).status).toBe(200);
    expect((await caller.get('/rest/assets/SIMULATED-C5622AQ000002')).status).toBe(429);
  });

  test('a fault rule does not count a call that is rejected anyway', async () => {
    await start({ on: 'register', reply: BUSY });
    expect(await registerStatus({ owner: 'nobody' })).toBe(403);
    expect(await registerStatus()).toBe(429);
  });
});

describe('Injected answers', () => {
  test('an injected reply has the status, headers and body of the rule, and the call has no effect', async () => {
    await start({ on: 'register', reply: BUSY });
    const answer = await caller.post(REGISTER, registration());
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '2' }, json: BUSY.body });
    expect(sandbox.model.assets()).toEqual([]);
    expect(sandbox.model.log).toMatchObject([{ kind: 'register', status: 429, reason: 'Injected error' }]);
  });

  test('an upload with an injected failure stores nothing, and can be sent again', async () => {
    await start({ on: 'upload', reply: { status: 503 } });
    const { addresses } = await caller.register();
    const put = () => caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, 'bytes');
    expect(await put()).toMatchObject({ status: 503, json: null });
    expect(sandbox.model.assets()[0]).toMatchObject({ sizeBytes: 0 });
    expect(await put()).toMatchObject({ status: 201 });
  });

  test('an injected success status leaves the upload stored, and the complete call must repeat that status', async () => {
    await start({ on: 'upload', nth: 2, reply: { status: 204 } });
    const parts = await caller.register(inParts(9));
    const receipts = await caller.putParts(parts, Buffer.from('aaabbbccc'));
    expect(receipts.map((receipt) => receipt.httpStatusCode)).toEqual([200, 204, 200]);
    const forged = receipts.map((receipt) => ({ ...receipt, httpStatusCode: 200 }));
    expect(await caller.post(COMPLETE, completion(parts, forged))).toMatchObject({ status: 400 });
    expect(await caller.post(COMPLETE, completion(parts, receipts))).toMatchObject({ status: 200 });
  });

  test('an injected reply can be HTML', async () => {
    await start({
      on: 'register',
      reply: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    });
    expect(await caller.post(REGISTER, registration())).toMatchObject({ status: 200, text: '<html>' });
  });

  test('mutate adds, changes and removes fields of one reply, also in lists', async () => {
    await start({
      on: 'status',
      mutate: { region: 'eu', created: null, recipes: { 0: { status: 'MUTATING', extra: [1] } } },
    });
    const { id } = await caller.register();
    const reply = (await statusOf(id)) as Record<string, unknown>;
    expect(reply).toMatchObject({
      id,
      region: 'eu',
      recipes: [{ recipe: IMAGE, status: 'MUTATING', extra: [1] }],
    });
    expect(reply).not.toHaveProperty('created');
    expect(await statusOf(id)).toHaveProperty('created');
  });

  test('omitEtag removes the ETag of an upload reply', async () => {
    await start({ on: 'upload', omitEtag: true });
    const { addresses } = await caller.register(inOne);
    const answer = await caller.put(addresses[0]?.path ?? '', VIDEO_HEADERS, 'bytes');
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('etag');
  });
});

describe('Lost and misleading answers', () => {
  test('an injected error with isExecuted hides a call that had its effect', async () => {
    await start({ on: 'post', reply: { status: 503, isExecuted: true } });
    const answer = await caller.post(POSTS, postBody());
    expect(answer).toMatchObject({ status: 503, json: { status: 503, message: 'Injected error' } });
    expect(answer.headers).not.toHaveProperty('x-restli-id');
    expect(sandbox.model.posts).toHaveLength(1);
  });

  test.each([
    ['request', 0],
    ['response', 1],
  ] as const)('drop: %s closes the connection, and leaves %i posts', async (drop, posts) => {
    await start({ on: 'post', drop });
    await expect(caller.post(POSTS, postBody())).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(sandbox.model.posts).toHaveLength(posts);
    expect(await caller.post(POSTS, postBody({ commentary: 'Next' }))).toMatchObject({ status: 201 });
  });

  test('a comment can be lost too', async () => {
    await start({ on: 'comment', drop: 'response' });
    const post = await makePost(caller);
    const body = { actor: PAGE, object: post, message: { text: 'x' } };
    const comment = () => caller.post(`/rest/socialActions/${encodeURIComponent(post)}/comments`, body);
    await expect(comment()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(sandbox.model.comments).toHaveLength(1);
  });

  test('omitHeaders removes headers of one answer', async () => {
    await start({ on: 'post', omitHeaders: ['x-restli-id'] });
    const answer = await caller.post(POSTS, postBody());
    expect(answer.headers).not.toHaveProperty('x-restli-id');
    expect(answer.headers).toHaveProperty('location');
  });
});

describe('Injected statuses', () => {
  test.each(['register', 'upload', 'status'] as const)(
    'finalStatus on %s sets the final status of the recipe',
    async (on) => {
      await start({ on, finalStatus: 'CLIENT_ERROR' });
      const { id, addresses } = await caller.register(inOne);
      await caller.put(addresses[0]?.path ?? '', VIDEO_HEADERS, 'bytes');
      await statusOf(id);
      expect(await statusOf(id)).toMatchObject({ recipes: [{ status: 'CLIENT_ERROR' }], status: 'ALLOWED' });
    },
  );

  test('assetStatus sets the status of the asset itself', async () => {
    await start({ on: 'register', nth: 2, assetStatus: 'BLOCKED' });
    const first = await caller.register();
    const second = await caller.register();
    expect(await statusOf(first.id)).toMatchObject({ status: 'ALLOWED' });
    expect(await statusOf(second.id)).toMatchObject({ status: 'BLOCKED' });
  });
});
