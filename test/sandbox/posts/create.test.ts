// The sandbox takes a post that keeps every rule, and refuses what LinkedIn refuses, in LinkedIn's words.

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
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

describe('a post', () => {
  it('of text alone is made, with an empty 201 that names it twice', async () => {
    const answer = await post();
    const id = 'SIMULATED-000001';
    expect(answer).toMatchObject({
      status: 201,
      text: '',
      headers: { location: `/posts/urn%3Ali%3Ashare%3A${id}` },
    });
    expect(answer.headers['x-restli-id']).toBe(`urn:li:share:${id}`);
    expect(sandbox.model.posts).toEqual([postBody()]);
    expect(sandbox.model.otherCalls().post).toBe(1);
  });

  it.each<[what: string, fields: Record<string, unknown>]>([
    ['as recorded, without content and without a word on reshares', { isReshareDisabledByAuthor: undefined }],
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
      'that shares another',
      { commentary: '', reshareContext: { parent: 'urn:li:share:6844785523593134080' } },
    ],
    ['with a button', { contentLandingPage: 'https://example.org', contentCallToActionLabel: 'LEARN_MORE' }],
  ])('%s is made', async (_, fields) => {
    expect(await post(fields)).toMatchObject({ status: 201, text: '' });
  });

  it('can be made by a client that names the method, in any case', async () => {
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

describe('the text', () => {
  it.each<[what: string, commentary: string]>([
    ['reserved characters behind backslashes', String.raw`50% of \(all\) \_users\_ \<3`],
    ['a mention', 'With @[LinkedIn](urn:li:organization:1337)'],
    ['a hash behind a backslash', String.raw`We are \#one`],
    ['a template', String.raw`Out now {hashtag|\#|launch}`],
    ['3,000 characters', 'x'.repeat(3000)],
    ['3,000 characters, without the backslashes', String.raw`\(x`.repeat(1500)],
  ])('may have %s, and reads back the same', async (_, commentary) => {
    const urn = await makePost(caller, { commentary });
    expect((await readPost(caller, urn)).json).toMatchObject({ commentary });
  });

  it('reads back with templates for its hashtags', async () => {
    const urn = await makePost(caller, { commentary: 'Out #now: #Größe, #2026' });
    const commentary = String.raw`Out {hashtag|\#|now}: {hashtag|\#|Größe}, {hashtag|\#|2026}`;
    expect((await readPost(caller, urn)).json).toMatchObject({ commentary });
  });

  it.each([
    ['Hello (world)', 'Hello '],
    ['No # here', 'No '],
    ['a@b.example', 'a'],
    ['snake_case', 'snake'],
    ['(all of it)', ''],
    [String.raw`\(kept\) *cut*`, String.raw`\(kept\) `],
    ['@[Nobody](mailto:x)', ''],
  ])('%j is taken, and cut at what is not escaped', async (commentary, kept) => {
    const urn = await makePost(caller, { commentary });
    expect((await readPost(caller, urn)).json).toMatchObject({ commentary: kept });
  });

  it('of more than 3,000 characters is refused', async () => {
    const answer = await post({ commentary: 'x'.repeat(3001) });
    const message =
      'com.linkedin.content.common.exception.BadRequestResponseException: ' +
      'ShareCommentary text length (3001 characters) exceeded the maximum allowed (3000 characters)';
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ status: 400, message });
    expect(codeOf(answer)).toBe('FIELD_LENGTH_TOO_LONG');
  });

  it('may be blank beside content alone', async () => {
    expect(codeOf(await post({ commentary: ' ' }))).toBe('INVALID_VALUE_BLANK_FIELD');
    const media = { id: `urn:li:image:${await uploadMedia(caller)}` };
    expect(await post({ commentary: '', content: { media } })).toMatchObject({ status: 201 });
  });
});

describe('a post is refused', () => {
  it.each<[what: string, fields: Record<string, unknown>, status: number, code: string | undefined]>([
    ['as a draft', { lifecycleState: 'DRAFT' }, 400, 'INVALID_VALUE_FOR_FIELD'],
    ['as one that is asked for', { lifecycleState: 'PUBLISH_REQUESTED' }, 400, 'INVALID_VALUE_FOR_FIELD'],
    ['that is no more than private', { visibility: 'PRIVATE' }, 400, 'INVALID_VALUE_FOR_FIELD'],
    ['of an ad account', { author: 'urn:li:sponsoredAccount:1' }, 403, 'ACCESS_DENIED'],
    ['of a page by name', { author: 'urn:li:organization:acme' }, 403, 'ACCESS_DENIED'],
    ['with a text that is none', { commentary: 7 }, 403, 'ACCESS_DENIED'],
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
    ['that shares what is no post', { reshareContext: { parent: 'urn:li:person:x' } }, 403, 'ACCESS_DENIED'],
    ['with a flag that is none', { isReshareDisabledByAuthor: 'no' }, 403, 'ACCESS_DENIED'],
  ])('%s', async (_, fields, status, code) => {
    const answer = await post(fields);
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe(code);
    expect(sandbox.model.posts).toEqual([]);
  });

  test('of a bare author id, in the words that are recorded', async () => {
    const answer = await post({ author: '4' });
    expect(answer).toMatchObject({ status: 422, headers: { 'x-restli-error-response': 'true' } });
    const line = "ERROR :: /author :: Urn doesn't start with 'urn:'. Urn: 4 at index 0: 4\n";
    expect(answer.json).toEqual({ message: line + line, status: 422 });
  });

  test('of a person without id, without a word', async () => {
    const answer = await post({ author: 'urn:li:person:' });
    expect(answer).toMatchObject({ status: 403, headers: { 'x-linkedin-error-response': 'true' } });
    expect(answer.json).toEqual({ message: '', status: 403 });
  });

  test('with an unknown field, which is named by its path', async () => {
    const distribution = { feedDistribution: 'MAIN_FEED', targetEnties: [] };
    expect((await post({ distribution })).json).toEqual({
      message: 'ERROR :: /distribution/targetEnties :: unrecognized field found but not allowed\n',
      status: 422,
    });
  });

  test('with content of null, as a field that is not permitted', async () => {
    const message =
      'Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/content]';
    expect((await post({ content: null })).json).toMatchObject({ serviceErrorCode: 100, message });
  });

  test('without what every call needs, a token and a version', async () => {
    const sent = { method: 'POST', path: POSTS, body: '{}' };
    expectApiError(await caller.send({ ...sent, headers: {} }), 401, 'EMPTY_ACCESS_TOKEN');
    const headers = { ...JSON_HEADERS, 'linkedin-version': '202013' };
    expectApiError(await caller.send({ ...sent, headers }), 426, 'NONEXISTENT_VERSION');
  });
});
