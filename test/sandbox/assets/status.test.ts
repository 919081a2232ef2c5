// The status read of an asset: the fields of LinkedIn's page.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import status from '../../replies/status.json' with { type: 'json' };
import { Caller, inOne, VIDEO_HEADERS } from '../caller.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ processingMs: 60_000 });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

test.each(['rest', 'v2'])('a status read under /%s returns the fields of the sample', async (root) => {
  const { id, addresses } = await caller.register(inOne);
  await caller.put(addresses[0]?.path ?? '', VIDEO_HEADERS, 'bytes');
  const answer = await caller.get(`/${root}/assets/${id}`);
  expect(answer.status).toBe(200);
  const { created, lastModified } = answer.json as typeof status.reply;
  expect(answer.json).toEqual({ ...status.reply, id, created, lastModified });
});

test('a status read with `fields` returns only these fields', async () => {
  const { id } = await caller.register();
  const recipes = [{ recipe: 'urn:li:digitalmediaRecipe:feedshare-image', status: 'WAITING_UPLOAD' }];
  expect((await caller.get(`/rest/assets/${id}?fields=mediaArtifacts,recipes,id`)).json).toEqual({
    recipes,
    id,
  });
  expect((await caller.get(`/rest/assets/${id}?fields=status`)).json).toEqual({ status: 'ALLOWED' });
});
