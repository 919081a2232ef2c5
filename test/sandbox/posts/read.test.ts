// The finder of an author's posts, page by page, in the shape of LinkedIn's recorded answers.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { CALL_HEADERS, Caller } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { findPosts, MEMBER, makePost, PAGE, POSTS } from './post-caller.ts';

const START_MS = Date.UTC(2026, 10, 26);
const context = {} as { nowMs: number; sandbox: Sandbox; caller: Caller };
beforeEach(async () => {
  context.nowMs = START_MS;
  context.sandbox = await startSandbox({ clock: { now: () => context.nowMs } });
  context.caller = new Caller(context.sandbox.url);
});
afterEach(() => context.sandbox.close());

/** Creates posts one second apart; the commentary of each is its number. */
async function makePosts(count: number): Promise<string[]> {
  const urns = [];
  for (let number = 1; number <= count; number += 1) {
    urns.push(await makePost(context.caller, { commentary: String(number) }));
    context.nowMs += 1000;
  }
  return urns;
}

interface Found {
  readonly paging: { start: number; count: number; total: number; links: { rel: string; href: string }[] };
  readonly elements: { id: string; commentary: string }[];
}

const found = async (query = '', author = PAGE) =>
  (await findPosts(context.caller, author, query)).json as Found;
const texts = ({ elements }: Found) => elements.map(({ commentary }) => commentary);

describe('Finder of posts by author', () => {
  test('the finder returns the newest posts first, ten a page, in the recorded shape', async () => {
    const urns = await makePosts(12);
    const first = await found();
    expect(texts(first)).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3']);
    expect(first.elements[0]).toEqual({
      isReshareDisabledByAuthor: false,
      createdAt: START_MS + 11_000,
      lifecycleState: 'PUBLISHED',
      lastModifiedAt: START_MS + 11_000,
      visibility: 'PUBLIC',
      publishedAt: START_MS + 11_000,
      author: PAGE,
      id: urns[11],
      distribution: { feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
      commentary: '12',
      lifecycleStateInfo: { isEditedByAuthor: false },
    });
    const query = '/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A24141830&count=10';
    expect(first.paging).toEqual({
      start: 0,
      count: 10,
      links: [{ type: 'application/json', rel: 'next', href: `${query}&start=10` }],
      total: 12,
    });
    const { json } = await context.caller.get(first.paging.links[0]?.href ?? '');
    expect(texts(json as Found)).toEqual(['2', '1']);
    expect((json as Found).paging).toEqual({
      start: 10,
      count: 10,
      links: [{ type: 'application/json', rel: 'prev', href: `${query}&start=0` }],
      total: 12,
    });
  });

  test('the finder leaves out posts of other authors', async () => {
    await makePosts(2);
    await makePost(context.caller, { author: MEMBER });
    expect(texts(await found())).toEqual(['2', '1']);
    expect(texts(await found('', MEMBER))).toEqual(['Our launch']);
    expect(await found('', 'urn:li:organization:7')).toEqual({
      paging: { start: 0, count: 10, links: [], total: 0 },
      elements: [],
    });
  });

  test('posts that were created in the same millisecond come with the later one first', async () => {
    for (const commentary of ['1', '2']) await makePost(context.caller, { commentary });
    expect(texts(await found())).toEqual(['2', '1']);
  });

  test('the finder returns only posts for advertisements with isDsc=true, and only the others with isDsc=false', async () => {
    await makePosts(1);
    const dark = {
      distribution: { feedDistribution: 'NONE' },
      adContext: { dscAdAccount: 'urn:li:sponsoredAccount:1' },
    };
    await makePost(context.caller, { commentary: 'dark', ...dark });
    expect(texts(await found())).toEqual(['dark', '1']);
    expect(texts(await found('&isDsc=true'))).toEqual(['dark']);
    expect(texts(await found('&isDsc=false'))).toEqual(['1']);
  });

  test('the finder with `fields` returns only these fields', async () => {
    const [urn] = await makePosts(1);
    expect((await found('&fields=id')).elements).toEqual([{ id: urn }]);
  });

  test('the finder takes either order and either view', async () => {
    await makePosts(2);
    for (const query of ['&sortBy=CREATED', '&sortBy=LAST_MODIFIED', '&viewContext=AUTHOR'])
      expect(texts(await found(query))).toEqual(['2', '1']);
  });

  test('a post shows its target audience, the reshared post and whether reshares are disabled', async () => {
    const targetEntities = [{ geoLocations: ['urn:li:geo:103644278'] }];
    const parent = 'urn:li:share:6844785523593134080';
    await makePost(context.caller, {
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities },
      isReshareDisabledByAuthor: true,
      reshareContext: { parent },
    });
    expect((await found()).elements[0]).toMatchObject({
      distribution: { targetEntities, feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
      isReshareDisabledByAuthor: true,
      reshareContext: { parent, root: parent },
    });
  });

  test.each([
    ['an author URN with raw colons', `q=author&author=${PAGE}`],
    ['no author', 'q=author'],
    ['an author without URN prefix', 'q=author&author=24141830'],
    ['an ad account as author', 'q=author&author=urn%3Ali%3AsponsoredAccount%3A1'],
    ['a count above 100', `q=author&author=${encodeURIComponent(PAGE)}&count=101`],
    ['a negative start', `q=author&author=${encodeURIComponent(PAGE)}&start=-1`],
    ['an unknown sortBy', `q=author&author=${encodeURIComponent(PAGE)}&sortBy=LIKES`],
    ['an unknown parameter', `q=author&author=${encodeURIComponent(PAGE)}&format=json`],
  ])('the finder rejects %s', async (_row, query) => {
    expectApiError(await context.caller.get(`${POSTS}?${query}`), 400, 'ILLEGAL_ARGUMENT');
  });

  test.each(['', '?q=dscAdAccount&author=x', '?q=authors'])(
    'GET /rest/posts%s is rejected',
    async (query) => {
      expectApiError(await context.caller.get(POSTS + query), 400, undefined);
    },
  );

  test('the finder takes the Rest.li method name FINDER, and rejects another one', async () => {
    const path = `${POSTS}?q=author&author=${encodeURIComponent(PAGE)}`;
    const headers = { ...CALL_HEADERS, 'x-restli-method': 'FINDER' };
    expect(await context.caller.send({ method: 'GET', path, headers })).toMatchObject({ status: 200 });
    expectApiError(
      await context.caller.send({
        method: 'GET',
        path,
        headers: { ...headers, 'x-restli-method': 'GET_ALL' },
      }),
      400,
      undefined,
    );
  });

  test('the finder can be called with a tunnelled query', async () => {
    await makePosts(1);
    const answer = await context.caller.send({
      method: 'POST',
      path: POSTS,
      headers: {
        ...CALL_HEADERS,
        'content-type': 'application/x-www-form-urlencoded',
        'x-http-method-override': 'GET',
        'x-restli-method': 'finder',
      },
      body: `q=author&author=${encodeURIComponent(PAGE)}`,
    });
    expect(texts(answer.json as Found)).toEqual(['1']);
  });
});
