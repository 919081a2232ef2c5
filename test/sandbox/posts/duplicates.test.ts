// The same post, sent again: refused for some minutes on the sandbox's clock, with the name of the first.

import { beforeEach, describe, expect, test } from 'vitest';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { createRoutes } from '../../../src/sandbox/routes.ts';
import { SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';
import { Caller, JSON_HEADERS } from '../caller.ts';
import {
  codeOf,
  deletePost,
  MEMBER,
  makePost,
  POSTS,
  postBody,
  readPost,
  uploadMedia,
} from './post-caller.ts';

const MINUTE_MS = 60_000;
let nowMs: number;
let model: SandboxModel;
let caller: Caller;

function start(options: SandboxOptions = {}): void {
  nowMs = Date.UTC(2026, 10, 26);
  model = new SandboxModel({ processingMs: 0, clock: { now: () => nowMs }, ...options });
  caller = new Caller('http://sandbox', new SandboxDispatcher(createRoutes(model)));
}
beforeEach(() => start());

const post = (fields: Record<string, unknown> = {}) => caller.post(POSTS, postBody(fields));

describe('the same post', () => {
  test('is refused as recorded, and made once', async () => {
    const first = await makePost(caller);
    const answer = await post();
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual({
      errorDetailType: 'com.linkedin.common.error.BadRequest',
      message: `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${first}`,
      errorDetails: {
        inputErrors: [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }],
      },
      status: 422,
    });
    expect(model.posts).toHaveLength(1);
  });

  test('is refused though its body is written in another order, for another reach, and between others', async () => {
    const media = { id: `urn:li:image:${await uploadMedia(caller)}`, altText: 'A cat' };
    const first = await makePost(caller, { content: { media } });
    await makePost(caller, { commentary: 'Something else' });
    const { id, altText } = media;
    const answer = await post({ visibility: 'LOGGED_IN', content: { media: { altText, id } } });
    expect(answer.text).toContain(`duplicate of ${first}"`);
  });

  test('is refused before trouble, which strikes what would be made alone', async () => {
    start({ faults: [{ on: 'post', nth: 2, reply: { status: 503 } }] });
    await makePost(caller);
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    expect(await post({ commentary: 'Another' })).toMatchObject({ status: 503 });
  });

  test('is refused of two that come at once', async () => {
    const bodies = [1, 2].map(() =>
      caller.send({ method: 'POST', path: POSTS, headers: JSON_HEADERS, body: JSON.stringify(postBody()) }),
    );
    const statuses = (await Promise.all(bodies)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 422]);
  });

  test('is refused for ten minutes from the first, whatever was refused in between', async () => {
    await makePost(caller);
    nowMs += 6 * MINUTE_MS;
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    nowMs += 4 * MINUTE_MS - 1;
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    nowMs += 1;
    const second = await makePost(caller);
    expect((await post()).text).toContain(`duplicate of ${second}"`);
  });

  test('is refused after the first was deleted, which nobody can read any more', async () => {
    const first = await makePost(caller);
    await deletePost(caller, first);
    expect((await post()).text).toContain(`duplicate of ${first}"`);
    expect(await readPost(caller, first)).toMatchObject({ status: 404 });
  });

  test.each([
    ['for as long as is set', 60 * MINUTE_MS, 422],
    ['never, if so set', 0, 201],
  ])('is refused %s', async (_row, duplicateWindowMs, status) => {
    start({ duplicateWindowMs });
    await makePost(caller);
    nowMs += Math.max(0, duplicateWindowMs - 1);
    expect(await post()).toMatchObject({ status });
  });
});

// The recordings of 2023 hold pairs of such posts, made within minutes of each other.
describe('what is taken', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another author', { author: MEMBER }],
    ['one capital letter', { commentary: 'our launch' }],
    [
      'content where there was none',
      { content: { article: { source: 'https://example.org', title: 'Us' } } },
    ],
  ])('is a post with %s', async (_row, fields) => {
    await makePost(caller);
    expect(await post(fields)).toMatchObject({ status: 201 });
  });

  test('is the same text with another picture', async () => {
    const pictures = [await uploadMedia(caller), await uploadMedia(caller)];
    for (const id of pictures)
      expect(await post({ content: { media: { id: `urn:li:image:${id}` } } })).toMatchObject({ status: 201 });
  });

  test('is a post whose first was refused', async () => {
    expect(await post({ lifecycleState: 'DRAFT' })).toMatchObject({ status: 400 });
    expect(await post()).toMatchObject({ status: 201 });
  });

  test('is a post that trouble kept from being made', async () => {
    start({ faults: [{ on: 'post', reply: { status: 503 } }] });
    expect(await post()).toMatchObject({ status: 503 });
    expect(await post()).toMatchObject({ status: 201 });
  });
});
