// Edits, deletions and reads of posts, as LinkedIn's page shows them: which fields an edit may set, and what a later read returns.

import { describe, expect, it } from 'vitest';
import refused from '../replies/refused-posts.json' with { type: 'json' };
import {
  AD_ACCOUNT,
  type Caller,
  deletePost,
  editPost,
  expectApiError,
  expectDenied,
  type Fields,
  findPosts,
  MEMBER,
  makePost,
  PAGE,
  POLL,
  POSTS,
  postBody,
  postPath,
  START_MS,
  setUp,
} from './caller.ts';

const read = (caller: Caller, urn: string) => caller.get(postPath(urn));
const set = (fields: Fields) => ({ $set: fields });

describe('edits', () => {
  it('an edit is answered with an empty 204, and every read shows the new text, when it was edited, and that it was', async () => {
    const { caller, clock, model } = setUp();
    const urn = await makePost(caller);
    clock.ms += 5000;
    const answer = await editPost(caller, urn, set({ commentary: 'Our launch, #again' }));
    expect(answer).toMatchObject({ status: 204, text: '' });
    const edited = {
      ...{ id: urn, author: PAGE, commentary: String.raw`Our launch, {hashtag|\#|again}` },
      ...{ createdAt: START_MS, publishedAt: START_MS, lastModifiedAt: START_MS + 5000 },
      lifecycleStateInfo: { isEditedByAuthor: true },
    };
    expect(await read(caller, urn)).toMatchObject({ status: 200, json: edited });
    expect((await findPosts(caller)).json.elements).toMatchObject([edited]);
    expect(model.posts).toEqual([postBody()]);
    expect(model.otherCalls()).toMatchObject({ post: 1, postEdit: 1, postRead: 2, postDelete: 0 });
  });

  it('the sample of LinkedIn’s page sets fields and a field inside of adContext', async () => {
    const { caller } = setUp();
    const urn = await makePost(caller, { adContext: { dscName: 'Old', dscStatus: 'ACTIVE' } });
    const $set = { commentary: 'Update to the post', contentCallToActionLabel: 'LEARN_MORE' };
    const patch = { $set, adContext: { $set: { dscName: 'Updating name!' } } };
    expect(await editPost(caller, urn, patch)).toMatchObject({ status: 204 });
    const adContext = { dscName: 'Updating name!', dscStatus: 'ACTIVE' };
    expect((await read(caller, urn)).json).toMatchObject({ ...$set, adContext });
  });

  it.each([
    ['author', PAGE],
    ['visibility', 'PUBLIC'],
    ['distribution', { feedDistribution: 'MAIN_FEED' }],
    ['container', 'urn:li:group:1'],
    ['content', { poll: POLL }],
    ['isReshareDisabledByAuthor', true],
    ['reshareContext', { parent: 'urn:li:share:1' }],
  ])('the field %s cannot be changed, and the answer names its path', async (name, value) => {
    const { caller } = setUp();
    const urn = await makePost(caller);
    const answer = await editPost(caller, urn, set({ commentary: 'New', [name]: value }));
    const sample = refused.replies.find(({ reason }) => reason === 'a field that may not be null');
    const reply = JSON.stringify(sample?.reply).replace('/content', `/patch/$set/${name}`);
    expect({ status: answer.status, json: answer.json }).toEqual({
      status: 403,
      json: JSON.parse(reply),
    });
    expect((await read(caller, urn)).json).toMatchObject({
      ...{ commentary: 'Our launch', lifecycleStateInfo: { isEditedByAuthor: false } },
    });
  });

  const rows: [string, unknown, number, string | undefined][] = [
    ['no patch', undefined, 400, 'MISSING_FIELD'],
    ['an empty patch', {}, 400, 'MISSING_FIELD'],
    ['an empty $set', set({}), 400, 'MISSING_FIELD'],
    ['an unknown field', set({ publishedAt: 1 }), 422, undefined],
    ['the deletion of a field', { $delete: ['contentLandingPage'] }, 422, undefined],
    ['a blank text', set({ commentary: ' ' }), 400, 'INVALID_VALUE_BLANK_FIELD'],
    [
      'a text of 3,001 characters',
      set({ commentary: 'x'.repeat(3001) }),
      400,
      'FIELD_ARRAY_SIZE_TOO_HIGH',
    ],
  ];
  it.each(rows)(
    'an edit with %s is rejected and changes nothing',
    async (_, patch, status, code) => {
      const { caller } = setUp();
      const urn = await makePost(caller);
      const before = (await read(caller, urn)).json;
      expectApiError(await editPost(caller, urn, patch), status, code);
      expect((await read(caller, urn)).json).toEqual(before);
    },
  );
});

const CALLS: [string, (caller: Caller, urn: string) => ReturnType<typeof read>, string][] = [
  ['an edit', (caller, urn) => editPost(caller, urn, set({ commentary: 'New' })), 'PARTIAL_UPDATE'],
  ['a read', read, 'GET'],
  ['a deletion', deletePost, 'DELETE'],
];

describe.each(CALLS)('%s of a post that is not there', (name, call, method) => {
  it('an unknown or deleted post is not found', async () => {
    const { caller } = setUp();
    const urn = await makePost(caller);
    expectApiError(await call(caller, `${urn}0`), 404, 'NOT_FOUND');
    await deletePost(caller, urn);
    if (name !== 'a deletion') expectApiError(await call(caller, urn), 404, 'NOT_FOUND');
  });

  it('a URN of another type, with an invalid id, or with raw colons is rejected', async () => {
    const { caller } = setUp();
    expectApiError(await call(caller, 'urn:li:person:1'), 400, 'INVALID_URN_TYPE');
    expectApiError(await call(caller, 'urn:li:share:a b'), 400, 'INVALID_URN_ID');
    expectApiError(await caller.get(`${POSTS}/urn:li:share:1`), 400, 'ILLEGAL_ARGUMENT');
  });

  it('the token needs the scope of the call and of the author', async () => {
    const scopes = ['w_member_social', 'r_member_social'] as const;
    const { caller, model } = setUp({ scopes });
    const { urn } = model.addPost({ type: 'share', author: PAGE, sent: {}, fields: postBody() });
    const message =
      'Organization Or Events permissions must be used when using organization as author';
    expect((await call(caller, urn)).json).toEqual({ message, status: 400 });
    const own = await makePost(caller, { author: MEMBER });
    expect((await call(caller, own)).status).toBeLessThan(300);
    const { caller: other } = setUp({ scopes: ['w_member_social_feed'] });
    expectDenied(await call(other, 'urn:li:share:1'), `partnerApiPostsExternal.${method}.20260901`);
  });
});

/** Creates posts one second apart; the commentary of each is its number. */
async function makePosts(count: number) {
  const bench = setUp();
  const urns = [];
  for (let number = 1; number <= count; number += 1) {
    urns.push(await makePost(bench.caller, { commentary: String(number) }));
    bench.clock.ms += 1000;
  }
  const texts = async (query = '', author = PAGE) =>
    (await findPosts(bench.caller, author, query)).json.elements.map(
      ({ commentary }: { commentary: string }) => commentary,
    );
  return { ...bench, urns, texts };
}

it('the finder returns the newest posts first, ten a page, with the links of the recorded answer', async () => {
  const { caller, urns, texts } = await makePosts(12);
  const { paging, elements } = (await findPosts(caller)).json;
  expect(await texts()).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3']);
  expect(elements[0]).toEqual({
    ...{ isReshareDisabledByAuthor: false, lifecycleState: 'PUBLISHED', visibility: 'PUBLIC' },
    ...{
      createdAt: START_MS + 11_000,
      lastModifiedAt: START_MS + 11_000,
      publishedAt: START_MS + 11_000,
    },
    ...{
      author: PAGE,
      id: urns[11],
      commentary: '12',
      lifecycleStateInfo: { isEditedByAuthor: false },
    },
    distribution: { feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
  });
  const query = '/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A24141830&count=10';
  const link = (rel: string, start: number) => [
    { type: 'application/json', rel, href: `${query}&start=${start}` },
  ];
  expect(paging).toEqual({ start: 0, count: 10, links: link('next', 10), total: 12 });
  const next = (await caller.get(paging.links[0].href)).json;
  expect(next.paging).toEqual({ start: 10, count: 10, links: link('prev', 0), total: 12 });
  expect(next.elements).toHaveLength(2);
});

const author = `author=${encodeURIComponent(PAGE)}`;
it.each([
  ['no author', 'q=author'],
  ['an author without URN prefix', 'q=author&author=24141830'],
  ['an ad account as author', `q=author&author=${encodeURIComponent(AD_ACCOUNT)}`],
  ['a count above 100', `q=author&${author}&count=101`],
  ['an unknown sortBy', `q=author&${author}&sortBy=LIKES`],
])('the finder rejects %s', async (_, query) => {
  expectApiError(await setUp().caller.get(`${POSTS}?${query}`), 400, 'ILLEGAL_ARGUMENT');
});
