// A token with some scopes only: which calls are rejected, and with which messages.

import { afterEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, Caller, REGISTER, registration } from '../caller.ts';
import { INIT_IMAGE, INIT_VIDEO, initialization } from '../media-caller.ts';
import { findPosts, MEMBER, makePost, PAGE, POSTS, postBody } from '../posts/post-caller.ts';

let sandbox: Sandbox;
let caller: Caller;
async function start(scopes: readonly Scope[]): Promise<void> {
  sandbox = await startSandbox({ scopes });
  caller = new Caller(sandbox.url);
}
afterEach(() => sandbox.close());

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

test('a token with write scopes only creates posts, and cannot find them', async () => {
  await start(['w_member_social']);
  await makePost(caller, { author: MEMBER });
  expectForbidden(await findPosts(caller, MEMBER), 'PostsExternal.FINDER-author');
});

test('a token to comment cannot create posts', async () => {
  await start(['w_member_social_feed', 'w_organization_social_feed']);
  expectForbidden(await caller.post(POSTS, postBody()), 'PostsExternal.CREATE');
});

test('a token with read scopes only cannot create posts, nor register media', async () => {
  await start(['r_organization_social', 'r_member_social']);
  expectForbidden(await caller.post(POSTS, postBody()), 'PostsExternal.CREATE');
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
      const own = other === PAGE ? MEMBER : PAGE;
      await makePost(caller, { author: own });
      expect(await findPosts(caller, own)).toMatchObject({ status: 200 });
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
