// A duplicate post is rejected for some minutes on the sandbox's clock, and the message names the first one.

import { beforeEach, describe, expect, test } from 'vitest';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { createRoutes } from '../../../src/sandbox/routes.ts';
import { SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';
import { Caller, JSON_HEADERS } from '../caller.ts';
import { codeOf, MEMBER, makePost, POSTS, postBody, uploadMedia } from './post-caller.ts';

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

describe('Duplicate posts', () => {
  test('a duplicate post is rejected with the recorded answer, and created once', async () => {
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

  test('a post with the same text and media is a duplicate despite another field order, visibility and posts in between', async () => {
    const media = { id: `urn:li:image:${await uploadMedia(caller)}`, altText: 'A cat' };
    const first = await makePost(caller, { content: { media } });
    await makePost(caller, { commentary: 'Something else' });
    const { id, altText } = media;
    const answer = await post({ visibility: 'LOGGED_IN', content: { media: { altText, id } } });
    expect(answer.text).toContain(`duplicate of ${first}"`);
  });

  test('a duplicate post is rejected before fault rules count it: they count only posts that would be created', async () => {
    start({ faults: [{ on: 'post', nth: 2, reply: { status: 503 } }] });
    await makePost(caller);
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    expect(await post({ commentary: 'Another' })).toMatchObject({ status: 503 });
  });

  test('one of two identical posts that arrive at once is rejected as a duplicate', async () => {
    const bodies = [1, 2].map(() =>
      caller.send({ method: 'POST', path: POSTS, headers: JSON_HEADERS, body: JSON.stringify(postBody()) }),
    );
    const statuses = (await Promise.all(bodies)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 422]);
  });

  test('a duplicate post is rejected for ten minutes after the first, and rejected posts do not extend that time', async () => {
    await makePost(caller);
    nowMs += 6 * MINUTE_MS;
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    nowMs += 4 * MINUTE_MS - 1;
    expect(codeOf(await post())).toBe('DUPLICATE_POST');
    nowMs += 1;
    const second = await makePost(caller);
    expect((await post()).text).toContain(`duplicate of ${second}"`);
  });

  test.each([
    ['422 to the end of a window of an hour', 60 * MINUTE_MS, 422],
    ['201 when the window is 0', 0, 201],
  ])(
    'duplicateWindowMs sets how long a duplicate is rejected: %s',
    async (_row, duplicateWindowMs, status) => {
      start({ duplicateWindowMs });
      await makePost(caller);
      nowMs += Math.max(0, duplicateWindowMs - 1);
      expect(await post()).toMatchObject({ status });
    },
  );
});

describe('Answers to a duplicate that LinkedIn might give', () => {
  test('duplicateUrnInResponse sets the post that the rejection names, or that it names none', async () => {
    const names: (string | null)[] = ['urn:li:share:7', null];
    start({ duplicateUrnInResponse: () => names.shift() ?? null });
    await makePost(caller);
    const prefix = 'com.linkedin.content.common.exception.BadRequestResponseException: ';
    expect((await post()).json).toMatchObject({
      message: `${prefix}Content is a duplicate of urn:li:share:7`,
    });
    expect((await post()).json).toMatchObject({ message: `${prefix}Duplicate post is detected` });
  });
});

// The recordings of 2023 hold pairs of such posts, made within minutes of each other.
describe('Posts that are not duplicates', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another author', { author: MEMBER }],
    ['one capital letter', { commentary: 'our launch' }],
    [
      'content where there was none',
      { content: { article: { source: 'https://example.org', title: 'Us' } } },
    ],
  ])('a post with %s is not a duplicate', async (_row, fields) => {
    await makePost(caller);
    expect(await post(fields)).toMatchObject({ status: 201 });
  });

  test('the same text with another image is not a duplicate', async () => {
    const images = [await uploadMedia(caller), await uploadMedia(caller)];
    for (const id of images)
      expect(await post({ content: { media: { id: `urn:li:image:${id}` } } })).toMatchObject({ status: 201 });
  });

  test('a post after one that was rejected is not a duplicate', async () => {
    expect(await post({ lifecycleState: 'DRAFT' })).toMatchObject({ status: 400 });
    expect(await post()).toMatchObject({ status: 201 });
  });

  test('a post after one that failed by a fault rule is not a duplicate', async () => {
    start({ faults: [{ on: 'post', reply: { status: 503 } }] });
    expect(await post()).toMatchObject({ status: 503 });
    expect(await post()).toMatchObject({ status: 201 });
  });
});
