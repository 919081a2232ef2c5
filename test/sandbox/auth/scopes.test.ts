// A token that was granted less than everything: what it is refused, and in whose words.

import { afterEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, Caller, REGISTER, registration } from '../caller.ts';
import { INIT_IMAGE, INIT_VIDEO, initialization } from '../media-caller.ts';
import {
  deletePost,
  editPost,
  findPosts,
  MEMBER,
  makePost,
  PAGE,
  POSTS,
  postBody,
  readPost,
} from '../posts/post-caller.ts';

let sandbox: Sandbox;
let caller: Caller;
async function start(scopes: readonly Scope[]): Promise<void> {
  sandbox = await startSandbox({ scopes });
  caller = new Caller(sandbox.url);
}
afterEach(() => sandbox.close());

const edit = (urn: string) => editPost(caller, urn, { $set: { commentary: 'x' } });
const batch = (urn: string) => caller.get(`${POSTS}?ids=List(${encodeURIComponent(urn)})`);
const AD_ACCOUNT = 'urn:li:sponsoredAccount:1';

function expectForbidden(answer: Answer, call: string): void {
  expect(answer).toMatchObject({
    status: 403,
    json: {
      status: 403,
      serviceErrorCode: 100,
      code: 'ACCESS_DENIED',
      message: `Not enough permissions to access: partnerApi${call}.20260901`,
    },
  });
}

test('a token that may write alone makes, edits and deletes posts, and reads none', async () => {
  await start(['w_member_social']);
  const urn = await makePost(caller, { author: MEMBER });
  expectForbidden(await readPost(caller, urn), 'PostsExternal.GET');
  expectForbidden(await batch(urn), 'PostsExternal.BATCH_GET');
  expectForbidden(await findPosts(caller, MEMBER), 'PostsExternal.FINDER-author');
  // Whether there is such a post is not told either.
  expectForbidden(await readPost(caller, `${urn}0`), 'PostsExternal.GET');
  expect(await edit(urn)).toMatchObject({ status: 204 });
  expect(await deletePost(caller, urn)).toMatchObject({ status: 204 });
});

test('a token that may read alone makes, edits and deletes none, and registers nothing', async () => {
  await start(['r_organization_social', 'r_member_social']);
  const urn = 'urn:li:share:LOST';
  expectForbidden(await caller.post(POSTS, postBody()), 'PostsExternal.CREATE');
  expectForbidden(await edit(urn), 'PostsExternal.PARTIAL_UPDATE');
  expectForbidden(await deletePost(caller, urn), 'PostsExternal.DELETE');
  expectForbidden(await caller.post(REGISTER, registration()), 'Assets.ACTION-registerUpload');
  expectForbidden(await caller.post(INIT_IMAGE, initialization()), 'Images.ACTION-initializeUpload');
  expectForbidden(
    await caller.post(INIT_VIDEO, initialization({ fileSizeBytes: 9 })),
    'Videos.ACTION-initializeUpload',
  );
  expect(await findPosts(caller)).toMatchObject({ status: 200 });
  expect(await findPosts(caller, MEMBER)).toMatchObject({ status: 200 });
});

describe('a token for one kind of author', () => {
  test.each<[string, Scope[], string, string]>([
    ['Organization', ['w_member_social', 'r_member_social'], PAGE, 'organization'],
    ['Member', ['w_organization_social', 'r_organization_social'], MEMBER, 'member'],
  ])('is told to use %s permissions for the other', async (kind, scopes, other, name) => {
    await start(scopes);
    const told = (role: string) => ({
      status: 400,
      json: { message: `${kind} permissions must be used when using ${name} as ${role}`, status: 400 },
    });
    expect(await caller.post(POSTS, postBody({ author: other }))).toMatchObject(told('author'));
    expect(await findPosts(caller, other)).toMatchObject(told('author'));
    expect(await caller.post(REGISTER, registration({ owner: other }))).toMatchObject(told('owner'));
    expect(await caller.post(INIT_IMAGE, initialization({ owner: other }))).toMatchObject(told('owner'));
    const createdAt = sandbox.model.now();
    const fields = postBody({ author: other });
    const stored = { type: 'share', author: other, sent: fields, fields, createdAt } as const;
    const { urn: foreign } = sandbox.model.postStore.add(stored);
    expect(await readPost(caller, foreign)).toMatchObject(told('author'));
    expect(await batch(foreign)).toMatchObject(told('author'));
    expect(await edit(foreign)).toMatchObject(told('author'));
    expect(await deletePost(caller, foreign)).toMatchObject(told('author'));
    const own = other === PAGE ? MEMBER : PAGE;
    const urn = await makePost(caller, { author: own });
    expect(await readPost(caller, urn)).toMatchObject({ status: 200 });
    expectForbidden(
      await caller.post(INIT_IMAGE, initialization({ owner: AD_ACCOUNT })),
      'Images.ACTION-initializeUpload',
    );
  });

  test('for advertisements registers for an ad account alone', async () => {
    await start(['rw_ads']);
    expect(await caller.post(INIT_IMAGE, initialization({ owner: AD_ACCOUNT }))).toMatchObject({
      status: 200,
    });
    expect(await caller.post(INIT_IMAGE, initialization())).toMatchObject({ status: 400 });
  });
});
