// Creating posts and comments: the sandbox takes what keeps every rule, and rejects the rest with LinkedIn's recorded answers.

import { expect, it } from 'vitest';
import sample from '../replies/create-comment.json' with { type: 'json' };
import sampleCreate from '../replies/create-post.json' with { type: 'json' };
import sampleDuplicate from '../replies/duplicate-post.json' with { type: 'json' };
import refused from '../replies/refused-posts.json' with { type: 'json' };
import {
  AD_ACCOUNT,
  type Caller,
  deletePost,
  expectApiError,
  expectDenied,
  type Fields,
  findPosts,
  MEMBER,
  makePost,
  PAGE,
  POSTS,
  postBody,
  START_MS,
  setUp,
  shapeOf,
  uploadAsset,
} from './caller.ts';

const MINUTE_MS = 60_000;
const DARK = { distribution: { feedDistribution: 'NONE' } };

it('a post of text alone is created, and the empty 201 names it as in the recorded answer', async () => {
  const { caller, model } = setUp();
  const answer = await caller.post(POSTS, postBody());
  const urn = String(answer.headers['x-restli-id']);
  expect(urn).toMatch(/^urn:li:share:\d+$/);
  expect(answer).toMatchObject({ status: sampleCreate.status, text: '' });
  const numbered = (text: unknown) => String(text).replace(/\d{10,}/, 'N');
  for (const name of ['location', 'x-restli-id'] as const)
    expect(numbered(answer.headers[name])).toBe(numbered(sampleCreate.headers[name]));
  expect(model.posts).toEqual([postBody()]);
  expect(model.otherCalls()).toMatchObject({ post: 1, postRead: 0 });
});

it('each post has a number of its own, which begins with the time of its creation or is set', async () => {
  const numbersOf = async (firstPostNumber: bigint | null) => {
    const { caller } = setUp({ firstPostNumber });
    const urns = [];
    for (const commentary of ['1', '2', '3']) urns.push(await makePost(caller, { commentary }));
    return urns.map((urn) => BigInt(urn.replace(/\D/g, '')));
  };
  const numbers = await numbersOf(null);
  expect(new Set(numbers).size).toBe(3);
  for (const number of numbers) expect(Number(number >> 22n)).toBe(START_MS);
  expect(await numbersOf(9_000n)).toEqual([9_002n, 9_004n, 9_006n]);
});

const read = async (commentary: string) => {
  const { caller } = setUp();
  await makePost(caller, { commentary });
  return (await findPosts(caller)).json.elements[0].commentary;
};

it.each([
  ['reserved characters behind backslashes', String.raw`50% of \(all\) \_users\_ \<3`],
  ['a template', String.raw`Out now {hashtag|\#|launch}`],
  ['3,000 characters', 'x'.repeat(3000)],
  ['3,000 characters, without the backslashes', String.raw`\(x`.repeat(1500)],
])('a text may have %s, and a read returns it unchanged', async (_, commentary) => {
  expect(await read(commentary)).toBe(commentary);
});

it.each([
  [
    'Out #now: #Größe, #2026',
    String.raw`Out {hashtag|\#|now}: {hashtag|\#|Größe}, {hashtag|\#|2026}`,
  ],
  ['Hello (services)', 'Hello '],
  ['a@b.example', 'a'],
  ['snake_case', 'snake'],
  [String.raw`\(kept\) *cut*`, String.raw`\(kept\) `],
  ['@[Nobody](mailto:x)', ''],
])(
  'the text %j is taken, and read with hashtags as templates, cut at the first reserved character',
  async (commentary, kept) => {
    expect(await read(commentary)).toBe(kept);
  },
);

it('a text of more than 3,000 characters is rejected with the recorded answer, which repeats it', async () => {
  const commentary = 'x'.repeat(8694);
  const { status, json } = await setUp().caller.post(POSTS, postBody({ commentary }));
  const sample = refused.replies.find(({ reason }) => reason === 'the text is too long');
  const reply = JSON.stringify(sample?.reply).replace(
    '"stringValue":"x"',
    `"stringValue":"${commentary}"`,
  );
  expect({ status, json }).toEqual({ status: 400, json: JSON.parse(reply) });
  expectApiError(
    await setUp().caller.post(POSTS, postBody({ commentary: 'x'.repeat(3001) })),
    400,
    'FIELD_ARRAY_SIZE_TOO_HIGH',
  );
});

const missing = (name: string): [string, Fields, number, string] => [
  `without ${name}`,
  { [name]: undefined },
  400,
  'MISSING_FIELD',
];
const rows: [string, Fields, number, string | undefined][] = [
  ...['author', 'commentary', 'visibility', 'distribution', 'lifecycleState'].map(missing),
  ['in the state DRAFT', { lifecycleState: 'DRAFT' }, 400, 'INVALID_VALUE_FOR_FIELD'],
  ['of an ad account', { author: AD_ACCOUNT }, 403, 'ACCESS_DENIED'],
  ['outside the feed without an ad account', DARK, 400, 'MISSING_REQUIRED_FIELD_FOR_DSC'],
  ['with a time to publish', { publishedAt: 1_800_000_000_000 }, 422, undefined],
];
it.each(rows)('a post %s is rejected', async (_, fields, status, code) => {
  const { caller, model } = setUp();
  expectApiError(await caller.post(POSTS, postBody(fields)), status, code);
  expect(model.posts).toEqual([]);
});

it.each<[reason: string, fields: Fields]>([
  ['the author is not a URN', { author: '4' }],
  ['an unknown field', { distribution: { feedDistribution: 'MAIN_FEED', targetEnties: [] } }],
  ['a field that may not be null', { content: null }],
  ['the id of the author is empty', { author: 'urn:li:person:' }],
])('LinkedIn’s recorded answer is given when %s', async (reason, fields) => {
  const sample = refused.replies.find((one) => one.reason === reason);
  const { status, json, headers } = await setUp().caller.post(POSTS, postBody(fields));
  expect({ status, json }).toEqual({ status: sample?.status, json: sample?.reply });
  expect(headers).toMatchObject(sample?.headers ?? {});
});

it('an equal post is rejected with the recorded answer, and created once', async () => {
  const { caller, model } = setUp();
  const first = await makePost(caller);
  const { status, json } = await caller.post(POSTS, postBody());
  const named = JSON.stringify(sampleDuplicate.reply).replace(/urn:li:share:\d+/, first);
  expect({ status, json }).toEqual({ status: sampleDuplicate.status, json: JSON.parse(named) });
  expect(model.posts).toHaveLength(1);
});

it.each([
  [undefined, 10 * MINUTE_MS],
  [60 * MINUTE_MS, 60 * MINUTE_MS],
])(
  'with duplicateWindowMs %s an equal post is rejected for %i ms, and rejected ones do not extend that time',
  async (duplicateWindowMs, windowMs) => {
    const { caller, clock } = setUp(duplicateWindowMs === undefined ? {} : { duplicateWindowMs });
    await makePost(caller);
    for (const moment of [windowMs / 2, windowMs - 1]) {
      clock.ms = START_MS + moment;
      expectApiError(await caller.post(POSTS, postBody()), 422, 'DUPLICATE_POST');
    }
    clock.ms = START_MS + windowMs;
    const second = await makePost(caller);
    expect((await caller.post(POSTS, postBody())).text).toContain(`duplicate of ${second}"`);
  },
);

// The recordings of 2023 hold pairs of such posts, made within minutes of each other.
it('another author, one capital letter, other content or another image make another post, and so does a window of 0', async () => {
  const { caller } = setUp();
  const images = [await uploadAsset(caller), await uploadAsset(caller)];
  const contents = images.map((id) => ({ content: { media: { id: `urn:li:image:${id}` } } }));
  for (const fields of [{}, { author: MEMBER }, { commentary: 'our launch' }, ...contents])
    await makePost(caller, fields);
  const { caller: other } = setUp({ duplicateWindowMs: 0 });
  for (let turn = 0; turn < 2; turn += 1) await makePost(other);
});

const pathOf = (urn: string) => `/rest/socialActions/${encodeURIComponent(urn)}/comments`;
const activityOf = (post: string) => `urn:li:activity:${BigInt(post.replace(/\D/g, '')) + 1n}`;
const comment = (caller: Caller, post: string, fields: Fields = {}, on = post) =>
  caller.post(pathOf(on), { actor: PAGE, object: post, message: { text: 'First' }, ...fields });

async function setUpPost() {
  const bench = setUp();
  return { ...bench, post: await makePost(bench.caller) };
}

it('a comment is created, and the 201 names it in its header and repeats it as in the sample', async () => {
  const { caller, model, post } = await setUpPost();
  const answer = await comment(caller, post);
  const id = String(answer.headers['x-restli-id']);
  expect(id).toMatch(/^\d+$/);
  const location = `/socialActions/${encodeURIComponent(post)}/comments/${id}`;
  expect(answer).toMatchObject({ status: sample.status, headers: { location } });
  const urn = `urn:li:comment:(${activityOf(post)},${id})`;
  const stamp = { actor: PAGE, time: START_MS };
  expect(answer.json).toEqual({
    ...{ actor: PAGE, commentUrn: urn, created: stamp, id, lastModified: stamp },
    ...{ message: { attributes: [], text: 'First' }, object: activityOf(post) },
  });
  expect(shapeOf(answer.json)).toEqual(shapeOf(sample.reply));
  expect(model.comments).toEqual([
    { id, urn, postUrn: post, actor: PAGE, text: 'First', createdAt: START_MS },
  ]);
  expect(model.otherCalls()).toMatchObject({ comment: 1 });
});

it('the post may be named by its activity, and an equal comment is created again', async () => {
  const { caller, model, post } = await setUpPost();
  expect(await comment(caller, post, {}, activityOf(post))).toMatchObject({ status: 201 });
  expect(await comment(caller, post)).toMatchObject({ status: 201 });
  expect(model.comments.map(({ postUrn }) => postUrn)).toEqual([post, post]);
});

it('a comment may have 1,250 characters', async () => {
  const { caller, model, post } = await setUpPost();
  const text = 'x'.repeat(1250);
  expect(await comment(caller, post, { message: { text } })).toMatchObject({ status: 201 });
  expect(model.comments).toMatchObject([{ text }]);
});

const commentRows: [string, Fields, number, string | undefined][] = [
  ['without actor', { actor: undefined }, 400, 'MISSING_FIELD'],
  ['of blanks', { message: { text: ' ' } }, 400, 'INVALID_VALUE_BLANK_FIELD'],
  ['of 1,251 characters', { message: { text: 'x'.repeat(1251) } }, 400, 'FIELD_LENGTH_TOO_LONG'],
  ['that replies to another', { parentComment: 'urn:li:comment:(x,1)' }, 403, 'ACCESS_DENIED'],
];
it.each(commentRows)('a comment %s is rejected', async (_, fields, status, code) => {
  const { caller, model, post } = await setUpPost();
  expectApiError(await comment(caller, post, fields), status, code);
  expect(model.comments).toEqual([]);
});

it('a comment on a post that is unknown or deleted, or on no post, is rejected', async () => {
  const { caller, post } = await setUpPost();
  expectApiError(await comment(caller, 'urn:li:share:7'), 404, 'NOT_FOUND');
  expectApiError(await comment(caller, 'urn:li:person:abc'), 400, 'INVALID_URN_TYPE');
  expectApiError(await comment(caller, 'urn:li:share:a b'), 400, 'INVALID_URN_ID');
  await deletePost(caller, post);
  expectApiError(await comment(caller, post), 404, 'NOT_FOUND');
});

it.each(['w_member_social', 'w_organization_social', 'rw_ads'] as const)(
  'a token with %s alone creates posts at most, and is refused a comment by name',
  async (scope) => {
    const { caller } = setUp({ scopes: [scope] });
    expectDenied(
      await comment(caller, 'urn:li:share:1'),
      'partnerApiSocialActions.CREATE.20260901',
    );
  },
);
