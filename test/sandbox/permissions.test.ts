// A token with some scopes only, and pages in which its member has another role: which calls are rejected, and with which messages.

import { expect, it } from 'vitest';
import type { Scope } from '../../src/sandbox/options.ts';
import refused from '../replies/refused-posts.json' with { type: 'json' };
import {
  AD_ACCOUNT,
  type Caller,
  expectDenied,
  findPosts,
  INIT_DOCUMENT,
  INIT_IMAGE,
  INIT_VIDEO,
  initialization,
  MEMBER,
  makePost,
  PAGE,
  POSTS,
  postBody,
  REGISTER,
  registration,
  setUp,
} from './caller.ts';

const sampleOf = (reason: string) => refused.replies.find((one) => one.reason === reason)?.reply;
const initialize = (caller: Caller, owner = PAGE) =>
  caller.post(INIT_IMAGE, initialization({ owner }));

it('a token that may write creates posts, and cannot find them', async () => {
  const { caller } = setUp({ scopes: ['w_member_social'] });
  await makePost(caller, { author: MEMBER });
  expectDenied(await findPosts(caller, MEMBER), 'partnerApiPostsExternal.FINDER-author.20260901');
});

it.each<[string, readonly Scope[]]>([
  ['comment', ['w_member_social_feed', 'w_organization_social_feed']],
  ['read', ['r_organization_social', 'r_member_social']],
  ['sign in', ['openid', 'profile']],
])('a token to %s creates no posts, and registers no media', async (_, scopes) => {
  const { caller } = setUp({ scopes });
  const post = await caller.post(POSTS, postBody());
  expectDenied(post, 'partnerApiPostsExternal.CREATE.20260901');
  const sample = JSON.stringify(sampleOf('the token lacks the scope or the product'));
  expect(post.json).toEqual(JSON.parse(sample.replace('20260601', '20260901')));
  expectDenied(
    await caller.post(REGISTER, registration()),
    'partnerApiAssets.ACTION-registerUpload.20260901',
  );
  for (const [path, api] of [
    [INIT_IMAGE, 'Images'],
    [INIT_DOCUMENT, 'Documents'],
    [INIT_VIDEO, 'Videos'],
  ] as const) {
    const body = initialization(path === INIT_VIDEO ? { fileSizeBytes: 9 } : {});
    expectDenied(
      await caller.post(path, body),
      `partnerApi${api}.ACTION-initializeUpload.20260901`,
    );
  }
});

it.each<[string, Scope[], other: string, own: string]>([
  [
    'Organization Or Events permissions must be used when using organization',
    ['w_member_social', 'r_member_social'],
    PAGE,
    MEMBER,
  ],
  [
    'Member permissions must be used when using member',
    ['w_organization_social', 'r_organization_social'],
    MEMBER,
    PAGE,
  ],
])(
  'a token for one kind of author is rejected for the other: %s',
  async (text, scopes, other, own) => {
    const { caller } = setUp({ scopes });
    const rejection = (role: string) => ({
      status: 400,
      json: { message: `${text} as ${role}`, status: 400 },
    });
    expect(await caller.post(POSTS, postBody({ author: other }))).toMatchObject(
      rejection('author'),
    );
    expect(await findPosts(caller, other)).toMatchObject(rejection('author'));
    expect(await caller.post(REGISTER, registration({ owner: other }))).toMatchObject(
      rejection('owner'),
    );
    expect(await initialize(caller, other)).toMatchObject(rejection('owner'));
    await makePost(caller, { author: own });
    expect(await findPosts(caller, own)).toMatchObject({ status: 200 });
    expectDenied(
      await initialize(caller, AD_ACCOUNT),
      'partnerApiImages.ACTION-initializeUpload.20260901',
    );
  },
);

it('the message for a page is the recorded one, in its present wording', async () => {
  const { caller } = setUp({ scopes: ['w_member_social'] });
  expect((await caller.post(POSTS, postBody())).json).toEqual(
    sampleOf('the token is for members only, in the present wording'),
  );
});

it.each([
  ['that the member lost', 'urn:li:organization:24141833'],
  ['that may only read', 'urn:li:organization:24141832'],
])('with a role %s, neither media nor posts are accepted for the page', async (_, page) => {
  const { caller } = setUp();
  const forbidden = {
    message:
      'Accessing this resource is forbidden. Please check your permissions for this resource',
    status: 403,
  };
  expect((await initialize(caller, page)).json).toEqual(forbidden);
  expect((await caller.post(REGISTER, registration({ owner: page }))).json).toEqual(forbidden);
  expect((await caller.post(POSTS, postBody({ author: page }))).json).toEqual(
    sampleOf('the author is not the member of the token'),
  );
  expect(await findPosts(caller, page)).toMatchObject({ status: 200 });
});
