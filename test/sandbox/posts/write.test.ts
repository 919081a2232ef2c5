// Creating posts: the sandbox takes a post that keeps every rule, and rejects the others as LinkedIn does.

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import refusedPosts from '../../replies/refused-posts.json' with { type: 'json' };
import { Caller, JSON_HEADERS } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { codeOf, MEMBER, makePost, POSTS, postBody, readPost, uploadMedia } from './post-caller.ts';

let sandbox: Sandbox;
let caller: Caller;
beforeEach(async () => {
  sandbox = await startSandbox({ processingMs: 0 });
  caller = new Caller(sandbox.url);
});
afterEach(() => sandbox.close());

const post = (fields: Record<string, unknown> = {}) => caller.post(POSTS, postBody(fields));

describe('Post creation', () => {
  it('a post of text alone is created, and the empty 201 names it in `location` and `x-restli-id`', async () => {
    const answer = await post();
    const urn = String(answer.headers['x-restli-id']);
    expect(urn).toMatch(/^urn:li:share:\d+$/);
    expect(answer).toMatchObject({
      status: 201,
      text: '',
      headers: { location: `/posts/${encodeURIComponent(urn)}` },
    });
    expect(sandbox.model.posts).toEqual([postBody()]);
    expect(sandbox.model.otherCalls().post).toBe(1);
  });

  it('each post has a number of its own, which begins with the time of its creation', async () => {
    const nowMs = Date.UTC(2026, 10, 26);
    const { url, close } = await startSandbox({ clock: { now: () => nowMs } });
    try {
      const urns = [];
      for (const commentary of ['1', '2', '3']) urns.push(await makePost(new Caller(url), { commentary }));
      expect(new Set(urns).size).toBe(3);
      for (const urn of urns) expect(Number(BigInt(urn.replace(/\D/g, '')) >> 22n)).toBe(nowMs);
    } finally {
      await close();
    }
  });

  it('with bareIds, x-restli-id has only the number of the post', async () => {
    const { url, close } = await startSandbox({ bareIds: true });
    try {
      const { headers } = await new Caller(url).post(POSTS, postBody());
      expect(headers['x-restli-id']).toMatch(/^\d+$/);
      expect(headers.location).toBe(`/posts/urn%3Ali%3Ashare%3A${headers['x-restli-id']}`);
    } finally {
      await close();
    }
  });

  it.each<[what: string, fields: Record<string, unknown>]>([
    [
      'without content and without isReshareDisabledByAuthor, as recorded,',
      { isReshareDisabledByAuthor: undefined },
    ],
    ['of a person', { author: MEMBER }],
    ['for connections alone', { author: MEMBER, visibility: 'CONNECTIONS' }],
    ['in a container', { visibility: 'CONTAINER', container: 'urn:li:group:1' }],
    ['without lists in its distribution', { distribution: { feedDistribution: 'MAIN_FEED' } }],
    [
      'outside the feed, for an ad account',
      {
        distribution: { feedDistribution: 'NONE' },
        adContext: { dscAdAccount: 'urn:li:sponsoredAccount:1' },
      },
    ],
    [
      'that reshares another',
      { commentary: '', reshareContext: { parent: 'urn:li:share:6844785523593134080' } },
    ],
    ['with a button', { contentLandingPage: 'https://example.org', contentCallToActionLabel: 'LEARN_MORE' }],
  ])('a post %s is created', async (_, fields) => {
    expect(await post(fields)).toMatchObject({ status: 201, text: '' });
  });

  it('a creation may name the Rest.li method in lower case, and is rejected with another method', async () => {
    const send = (method: string) =>
      caller.send({
        method: 'POST',
        path: POSTS,
        headers: { ...JSON_HEADERS, 'x-restli-method': method },
        body: JSON.stringify(postBody()),
      });
    expect(await send('create')).toMatchObject({ status: 201 });
    expectApiError(await send('BATCH_CREATE'), 400, undefined);
  });
});

describe('Post text', () => {
  it.each<[what: string, commentary: string]>([
    ['reserved characters behind backslashes', String.raw`50% of \(all\) \_users\_ \<3`],
    ['a mention', 'With @[LinkedIn](urn:li:organization:1337)'],
    ['a hash behind a backslash', String.raw`We are \#one`],
    ['a template', String.raw`Out now {hashtag|\#|launch}`],
    ['3,000 characters', 'x'.repeat(3000)],
    ['3,000 characters, without the backslashes', String.raw`\(x`.repeat(1500)],
  ])('a text may have %s, and a read returns it unchanged', async (_, commentary) => {
    const urn = await makePost(caller, { commentary });
    expect(await readPost(caller, urn)).toMatchObject({ commentary });
  });

  it('a read returns hashtags as templates', async () => {
    const urn = await makePost(caller, { commentary: 'Out #now: #Größe, #2026' });
    const commentary = String.raw`Out {hashtag|\#|now}: {hashtag|\#|Größe}, {hashtag|\#|2026}`;
    expect(await readPost(caller, urn)).toMatchObject({ commentary });
  });

  it.each([
    ['Hello (services)', 'Hello '],
    ['No # here', 'No '],
    ['a@b.example', 'a'],
    ['snake_case', 'snake'],
    ['(all of it)', ''],
    [String.raw`\(kept\) *cut*`, String.raw`\(kept\) `],
    ['@[Nobody](mailto:x)', ''],
  ])(
    'the text %j is taken, and cut at the first reserved character that is not escaped',
    async (commentary, kept) => {
      const urn = await makePost(caller, { commentary });
      expect(await readPost(caller, urn)).toMatchObject({ commentary: kept });
    },
  );

  it('a text of more than 3,000 characters is rejected', async () => {
    const answer = await post({ commentary: 'x'.repeat(3001) });
    const message =
      'com.linkedin.content.common.exception.BadRequestResponseException: ' +
      'ShareCommentary text length (3001 characters) exceeded the maximum allowed (3000 characters)';
    expect(answer.status).toBe(400);
    const [recorded] = refusedPosts.replies.filter(({ reason }) => reason === 'the text is too long');
    expect(answer.json).toEqual({
      ...recorded?.reply,
      message,
      errorDetails: {
        inputErrors: [
          {
            ...recorded?.reply.errorDetails?.inputErrors[0],
            input: { value: { stringValue: 'x'.repeat(3001) } },
          },
        ],
      },
    });
  });

  it('a blank text is rejected in a post without content, and taken in one with content', async () => {
    expect(codeOf(await post({ commentary: ' ' }))).toBe('INVALID_VALUE_BLANK_FIELD');
    const media = { id: `urn:li:image:${await uploadMedia(caller)}` };
    expect(await post({ commentary: '', content: { media } })).toMatchObject({ status: 201 });
  });
});

describe('Post rejections', () => {
  it.each<[what: string, fields: Record<string, unknown>, status: number, code: string | undefined]>([
    ['in the state DRAFT', { lifecycleState: 'DRAFT' }, 400, 'INVALID_VALUE_FOR_FIELD'],
    [
      'in the state PUBLISH_REQUESTED',
      { lifecycleState: 'PUBLISH_REQUESTED' },
      400,
      'INVALID_VALUE_FOR_FIELD',
    ],
    ['with the visibility PRIVATE', { visibility: 'PRIVATE' }, 400, 'INVALID_VALUE_FOR_FIELD'],
    ['of an ad account', { author: 'urn:li:sponsoredAccount:1' }, 403, 'ACCESS_DENIED'],
    ['of an organization by name', { author: 'urn:li:organization:acme' }, 403, 'ACCESS_DENIED'],
    ['with a text that is a number', { commentary: 7 }, 403, 'ACCESS_DENIED'],
    ['without author', { author: undefined }, 400, 'MISSING_FIELD'],
    ['without text', { commentary: undefined }, 400, 'MISSING_FIELD'],
    ['with a text of null', { commentary: null }, 400, 'MISSING_FIELD'],
    ['without visibility', { visibility: undefined }, 400, 'MISSING_FIELD'],
    ['without distribution', { distribution: undefined }, 400, 'MISSING_FIELD'],
    ['without state', { lifecycleState: undefined }, 400, 'MISSING_FIELD'],
    ['for a container without naming it', { visibility: 'CONTAINER' }, 400, 'MISSING_FIELD'],
    [
      'outside the feed without an ad account',
      { distribution: { feedDistribution: 'NONE' } },
      400,
      'MISSING_REQUIRED_FIELD_FOR_DSC',
    ],
    ['with content of null', { content: null }, 403, 'ACCESS_DENIED'],
    ['with a time to publish', { publishedAt: 1_800_000_000_000 }, 422, undefined],
    ['that reshares a person', { reshareContext: { parent: 'urn:li:person:x' } }, 403, 'ACCESS_DENIED'],
    ['with isReshareDisabledByAuthor in words', { isReshareDisabledByAuthor: 'no' }, 403, 'ACCESS_DENIED'],
  ])('a post %s is rejected', async (_, fields, status, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe(code);
    expect(sandbox.model.posts).toEqual([]);
  });

  test('a post with a bare author id is rejected with the recorded message', async () => {
    const answer = await post({ author: '4' });
    expect(answer).toMatchObject({ status: 422, headers: { 'x-restli-error-response': 'true' } });
    const line = "ERROR :: /author :: Urn doesn't start with 'urn:'. Urn: 4 at index 0: 4\n";
    expect(answer.json).toEqual({ message: line + line, status: 422 });
  });

  test('a post of a person without id is rejected with an empty message', async () => {
    const answer = await post({ author: 'urn:li:person:' });
    expect(answer).toMatchObject({ status: 403, headers: { 'x-linkedin-error-response': 'true' } });
    expect(answer.json).toEqual({ message: '', status: 403 });
  });

  test('a post with an unknown field is rejected, and the message names the field by its path', async () => {
    const distribution = { feedDistribution: 'MAIN_FEED', targetEnties: [] };
    expect((await post({ distribution })).json).toEqual({
      message: 'ERROR :: /distribution/targetEnties :: unrecognized field found but not allowed\n',
      status: 422,
    });
  });

  test('a post with content of null is rejected as a field that is not permitted', async () => {
    const message =
      'Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/content]';
    expect((await post({ content: null })).json).toMatchObject({ serviceErrorCode: 100, message });
  });

  test('a post without token or with a nonexistent version is rejected', async () => {
    const sent = { method: 'POST', path: POSTS, body: '{}' };
    expectApiError(await caller.send({ ...sent, headers: {} }), 401, 'EMPTY_ACCESS_TOKEN');
    const headers = { ...JSON_HEADERS, 'linkedin-version': '202013' };
    expectApiError(await caller.send({ ...sent, headers }), 426, 'NONEXISTENT_VERSION');
  });
});
