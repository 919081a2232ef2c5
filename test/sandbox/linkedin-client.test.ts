// LinkedIn's own client against the sandbox. The sandbox is written from the same pages as the action's client; this client is written
// by LinkedIn, so it shows where both would be wrong in the same way.

import { RestliClient } from 'linkedin-api-client';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { ORIGIN, PAGE, POLL, postBody, START_MS } from './caller.ts';

const POSTS = '/posts';
const CALL = { accessToken: 'test-token', versionString: '202609' };
const network = setupServer();
const client = new RestliClient();
let model: SandboxModel;

beforeEach(() => {
  model = new SandboxModel({
    token: 'test-token',
    processingMs: 0,
    clock: { now: () => START_MS },
  });
  const handle = createRoutes(model);
  network.use(
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      const { pathname, search, origin } = new URL(request.url);
      const { status, headers, body } = await handle({
        ...{
          method: request.method,
          path: pathname + search,
          headers: [...request.headers],
          origin,
        },
        body: new Blob([await request.arrayBuffer()]).stream(),
      });
      return new HttpResponse(body === '' ? null : body, { status, headers });
    }),
  );
  network.listen({ onUnhandledFrame: 'error' });
});

afterEach(() => {
  network.resetHandlers();
  network.close();
});

async function create(fields: Record<string, unknown> = {}): Promise<string> {
  const { createdEntityId } = await client.create({
    ...CALL,
    resourcePath: POSTS,
    entity: postBody(fields),
  });
  return String(createdEntityId);
}

const one = (id: string) => ({ ...CALL, resourcePath: `${POSTS}/{id}`, pathKeys: { id } });
const edit = (id: string, $set: Record<string, unknown>) =>
  client.partialUpdate({ ...one(id), patchSetObject: $set });

it('creates a post, reads it, edits it, reads the new text, and deletes it', async () => {
  const urn = await create();
  expect(urn).toMatch(/^urn:li:(share|ugcPost):\d+$/);
  expect((await client.get(one(urn))).data).toMatchObject({
    id: urn,
    author: PAGE,
    commentary: 'Our launch',
  });
  expect((await edit(urn, { commentary: 'Our second launch' })).status).toBe(204);
  expect((await client.get(one(urn))).data).toMatchObject({ commentary: 'Our second launch' });
  expect((await client.delete(one(urn))).status).toBe(204);
  await expect(client.get(one(urn))).rejects.toMatchObject({ response: { status: 404 } });
  expect(model.otherCalls()).toMatchObject({ post: 1, postRead: 3, postEdit: 1, postDelete: 1 });
});

it('creates a post with a poll and reads it', async () => {
  const urn = await create({ content: { poll: POLL } });
  expect((await client.get(one(urn))).data).toMatchObject({ content: { poll: POLL } });
});

it('finds the posts of an author', async () => {
  const urn = await create();
  const search = {
    ...CALL,
    resourcePath: POSTS,
    finderName: 'author',
    queryParams: { author: PAGE },
  };
  expect((await client.finder(search)).data.elements).toMatchObject([{ id: urn }]);
});

it.each<[string, (urn: string) => Promise<unknown>, number, string]>([
  [
    'a field that cannot be edited',
    (urn) => edit(urn, { visibility: 'LOGGED_IN' }),
    403,
    'Unpermitted fields present',
  ],
  ['a post that is not there', () => edit('urn:li:share:1', { commentary: 'New' }), 404, ''],
  [
    'a text that is too long',
    (urn) => edit(urn, { commentary: 'x'.repeat(3001) }),
    400,
    '3000 characters',
  ],
])('an edit is refused with its reason: %s', async (_, call, status, message) => {
  const urn = await create();
  await expect(call(urn)).rejects.toMatchObject({
    response: { status, data: { message: expect.stringContaining(message) } },
  });
  expect((await client.get(one(urn))).data).toMatchObject({ commentary: 'Our launch' });
});

it('a poll that breaks a rule is refused with its reason', async () => {
  const poll = { ...POLL, options: [{ text: 'Only this' }] };
  await expect(create({ content: { poll } })).rejects.toMatchObject({
    response: { status: 400, data: { message: expect.stringContaining('options') } },
  });
  expect(model.posts).toEqual([]);
});

it('registers an upload with the action of the page', async () => {
  const initializeUploadRequest = { owner: PAGE };
  const { data } = await client.action({
    ...{ ...CALL, resourcePath: '/images', actionName: 'initializeUpload' },
    data: { initializeUploadRequest },
  });
  expect(data).toMatchObject({ value: { image: expect.stringMatching(/^urn:li:image:/) } });
});
