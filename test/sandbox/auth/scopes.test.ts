// A token with some scopes only: which calls are rejected, and with which messages.

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

test('a token with write scopes only creates, edits and deletes posts, and cannot read them', async () => {
  await start(['w_member_social']);
  const urn = await makePost(caller, { author: MEMBER });
  expectForbidden(await readPost(caller, urn), 'PostsExternal.GET');
  expectForbidden(await batch(urn), 'PostsExternal.BATCH_GET');
  expectForbidden(await findPosts(caller, MEMBER), 'PostsExternal.FINDER-author');
  // The answer does not show whether the post exists.
  expectForbidden(await readPost(caller, `${urn}0`), 'PostsExternal.GET');
  expect(await edit(urn)).toMatchObject({ status: 204 });
  expect(await deletePost(caller, urn)).toMatchObject({ status: 204 });
});

test('a token to comment cannot create, edit or delete posts', async () => {
  await start(['w_member_social_feed', 'w_organization_social_feed']);
  expectForbidden(await caller.post(POSTS, postBody()), 'PostsExternal.CREATE');
  expectForbidden(await edit('urn:li:share:1'), 'PostsExternal.PARTIAL_UPDATE');
  expectForbidden(await deletePost(caller, 'urn:li:share:1'), 'PostsExternal.DELETE');
});

test('a token with read scopes only cannot create, edit or delete posts, nor register media', async () => {
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

describe('Scopes of one author type', () => {
  test.each<[string, Scope[], string, string]>([
    ['Organization Or Events', ['w_member_social', 'r_member_social'], PAGE, 'organization'],
    ['Member', ['w_organization_social', 'r_organization_social'], MEMBER, 'member'],
  ])(
    'a token for one author type is rejected for the other: the message names %s permissions',
    async (kind, scopes, other, name) => {
      await start(scopes);
      const rejection = (role: string) => ({
        status: 400,
        json: { message: `${kind} permissions must be used when using ${name} as ${role}`, status: 400 },
      });
      expect(await caller.post(POSTS, postBody({ author: other }))).toMatchObject(rejection('author'));
      expect(await findPosts(caller, other)).toMatchObject(rejection('author'));
      expect(await caller.post(REGISTER, registration({ owner: other }))).toMatchObject(rejection('owner'));
      expect(await caller.post(INIT_IMAGE, initialization({ owner: other }))).toMatchObject(
        rejection('owner'),
      );
      const fields = postBody({ author: other });
      const foreign = sandbox.model.addPost({ type: 'share', author: other, sent: fields, fields });
      expect(await readPost(caller, foreign)).toMatchObject(rejection('author'));
      expect(await batch(foreign)).toMatchObject(rejection('author'));
      expect(await edit(foreign)).toMatchObject(rejection('author'));
      expect(await deletePost(caller, foreign)).toMatchObject(rejection('author'));
      const own = other === PAGE ? MEMBER : PAGE;
      const urn = await makePost(caller, { author: own });
      expect(await readPost(caller, urn)).toMatchObject({ status: 200 });
      expectForbidden(
        await caller.post(INIT_IMAGE, initialization({ owner: AD_ACCOUNT })),
        'Images.ACTION-initializeUpload',
      );
    },
  );

  test('a token for advertisements registers media for an ad account only', async () => {
    await start(['rw_ads']);
    expect(await caller.post(INIT_IMAGE, initialization({ owner: AD_ACCOUNT }))).toMatchObject({
      status: 200,
    });
    expect(await caller.post(INIT_IMAGE, initialization())).toMatchObject({ status: 400 });
  });
});
