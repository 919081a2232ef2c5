// Creating, finding and commenting on posts: what is sent, and what each of LinkedIn's known answers means. The id of a
// post is found wherever it is.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { type HttpResponse, MAX_POSTS_BYTES } from '../../src/http/messages.ts';
import {
  findCommentUrn,
  findDuplicate,
  findPostId,
  PostClient,
} from '../../src/linkedin/post-client.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import createComment from '../replies/create-comment.json' with { type: 'json' };
import createPost from '../replies/create-post.json' with { type: 'json' };
import duplicatePost from '../replies/duplicate-post.json' with { type: 'json' };
import findPosts from '../replies/find-posts.json' with { type: 'json' };
import refusedPosts from '../replies/refused-posts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

const PAGE = 'urn:li:organization:24141830';
const JSON_TEXT = '{"author":"urn:li:organization:24141830",  "commentary":"ä"}';
const NUMBER = '7034659180000000000';
const SHARE = `urn:li:share:${NUMBER}`;

function clientOf(...answers: (HttpResponse | Error)[]): {
  http: ScriptedClient;
  posts: PostClient;
} {
  const http = new ScriptedClient(answers);
  return { http, posts: new PostClient(new RestClient(http, '202609')) };
}

const create = (answer: HttpResponse, isVideo = false) =>
  clientOf(answer).posts.create(JSON_TEXT, { isVideo });
const refusal = (answer: HttpResponse) => caught(() => create(answer), CallError);

describe('created posts', () => {
  it('a creation sends the given bytes once, with LinkedIn’s headers, and returns the URN of the recorded answer', async () => {
    const { http, posts } = clientOf(reply(createPost.status, '', createPost.headers));
    const signal = new AbortController().signal;
    const onSending = () => {};
    const created = await posts.create(JSON_TEXT, { isVideo: false, signal, onSending });
    expect(created).toEqual({ urn: createPost.headers['x-restli-id'], urnSource: 'linkedin' });
    expect(http.requests).toHaveLength(1);
    expect(http.last).toMatchObject({
      phase: 'post',
      idempotency: 'non-idempotent',
      method: 'POST',
      url: new URL('https://api.linkedin.com/rest/posts'),
      bearer: true,
      body: JSON_TEXT,
      signal,
      onSending,
      headers: {
        'linkedin-version': '202609',
        'x-restli-protocol-version': '2.0.0',
        'content-type': 'application/json',
      },
    });
  });

  it('an id in the headers counts, even if the body reports an error', async () => {
    const answer = reply(201, { status: 500, message: 'No' }, { 'x-restli-id': SHARE });
    expect(await create(answer)).toEqual({ urn: SHARE, urnSource: 'linkedin' });
  });

  it.each([
    ['x-restli-id', { 'x-restli-id': NUMBER }],
    ['Location', { location: `/posts/${NUMBER}` }],
  ])(
    'a bare number in %s becomes a derived URN, whose type depends on the media',
    async (_, headers) => {
      const answer = reply(201, '', headers);
      expect(await create(answer)).toEqual({ urn: SHARE, urnSource: 'derived' });
      expect(await create(answer, true)).toEqual({
        urn: `urn:li:ugcPost:${NUMBER}`,
        urnSource: 'derived',
      });
    },
  );

  it.each(['', '<html>', { id: SHARE }])(
    'a success whose headers name no post is a created post without a URN: %j',
    async (body) => {
      expect(await create(reply(201, body))).toEqual({ urn: null, urnSource: 'linkedin' });
    },
  );

  it('a success without an id but with an error in its body is that error', async () => {
    const error = await refusal(reply(200, { status: 500, message: 'No' }));
    expect(error).toMatchObject({ code: 'SERVER_FAILED', status: 500 });
  });
});

const CODES: Record<string, string> = {
  'the token lacks the scope or the product': 'ACCESS_DENIED',
  'the id of the author is empty': 'ACCESS_DENIED',
  'the token is for members only': 'ACCESS_DENIED',
  'the token is for members only, in the present wording': 'ACCESS_DENIED',
  'the version is not active': 'VERSION_INACTIVE',
};
it.each(refusedPosts.replies.map((one) => ({ ...one, code: CODES[one.reason] ?? 'POST_REFUSED' })))(
  'the recorded refusal "$reason" is $code and quotes LinkedIn',
  async ({ status, reply: body, code }) => {
    const error = await refusal(reply(status, body, { 'x-li-uuid': 'u1' }));
    expect(error).toMatchObject({ code, status });
    expect(error.duplicate).toBeNull();
    expect(error.message).toContain(`LinkedIn rejected the post (${status}`);
    expect(error.message).toContain(body.message.slice(0, 300));
    expect(error.message).toContain('[x-li-uuid u1]');
  },
);

it.each<[status: number, body: unknown, code: string]>([
  [400, { code: 'MEDIA_ASSET_PROCESSING_FAILED', message: 'No' }, 'POST_REFUSED'],
  [404, { code: 'NOT_FOUND', message: 'Could not find entity' }, 'POST_REFUSED'],
  [409, { code: 'CONFLICT', message: 'Write conflict' }, 'REQUEST_REFUSED'],
  [401, { serviceErrorCode: 65602 }, 'TOKEN_REFUSED'],
  [429, { message: 'Resource level throttle APPLICATION DAY limit' }, 'DAILY_LIMIT'],
  [500, 'RestException{_response=RestResponse[headers={},status=500]}', 'SERVER_FAILED'],
  [403, '<html>', 'HTTP_UNEXPECTED'],
])('a %i to a post with %j is %s', async (status, body, code) => {
  expect(await refusal(reply(status, body))).toMatchObject({ code, status });
});

const DATE = 'Thu, 03 Mar 2022 10:00:00 GMT';

it('the recorded refusal of a duplicate names the post, and gives LinkedIn’s clock', async () => {
  const error = await refusal(reply(duplicatePost.status, duplicatePost.reply, { date: DATE }));
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({
    ...{ code: 'POST_DUPLICATE', status: 422, serviceCode: 'DUPLICATE_POST' },
    duplicate: { urn: DUPLICATE, serverDateMs: Date.UTC(2022, 2, 3, 10) },
  });
  expect(error.message).toContain(DUPLICATE);
});

describe('found posts', () => {
  const find = (body: unknown) => clientOf(reply(200, body)).posts.find(PAGE);
  const post = (fields: object) => ({ id: SHARE, commentary: 'x', createdAt: 1, ...fields });

  it('a search sends the finder of LinkedIn and returns the recorded posts', async () => {
    const { http, posts } = clientOf(reply(findPosts.status, findPosts.reply));
    expect(await posts.find(PAGE)).toEqual([
      {
        urn: 'urn:li:share:7034659190000000000',
        commentary: 'Version 2 is out. {hashtag|\\#|opensource}',
        createdAtMs: 1677193450496,
      },
      { urn: 'urn:li:ugcPost:7034682240000000000', commentary: '', createdAtMs: 1677198946110 },
    ]);
    expect(http.last).toMatchObject({
      phase: 'find',
      idempotency: 'idempotent',
      method: 'GET',
      headers: { 'x-restli-method': 'FINDER', 'linkedin-version': '202609' },
      maxResponseBytes: MAX_POSTS_BYTES,
    });
    const query = '?q=author&author=urn%3Ali%3Aorganization%3A24141830&count=100&sortBy=CREATED';
    expect(http.last.url.href).toBe(`https://api.linkedin.com/rest/posts${query}`);
  });

  it('posts that nobody sees, and entries that are not posts, are left out', async () => {
    const elements = [
      post({ lifecycleState: 'DRAFT' }),
      post({ lifecycleState: 'PUBLISH_FAILED' }),
      post({ id: 'urn:li:person:1' }),
      post({ createdAt: 'now' }),
      post({ commentary: null }),
      null,
      post({ lifecycleState: 'PUBLISH_REQUESTED' }),
    ];
    expect(await find({ elements })).toEqual([{ urn: SHARE, commentary: 'x', createdAtMs: 1 }]);
  });

  it.each([
    [
      403,
      {
        code: 'ACCESS_DENIED',
        message: 'Not enough permissions to access: partnerApiPostsExternal.FINDER-author.20260901',
      },
    ],
    [400, { message: 'Member permissions must be used when using member as author', status: 400 }],
  ])('a token that may not read posts is ACCESS_DENIED (%i)', async (status, body) => {
    const { posts } = clientOf(reply(status, body));
    const error = await caught(() => posts.find(PAGE), CallError);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', status });
    expect(error.message).toContain('LinkedIn rejected the search for the post');
  });

  it.each([{}, { elements: 'x' }, '<html>'])(
    'an answer without a list of posts is an error: %j',
    async (body) => {
      expect(await caught(() => find(body), CallError)).toMatchObject({ code: 'REPLY_SHAPE' });
    },
  );
});

describe('comments', () => {
  const comment = (answer: HttpResponse) => clientOf(answer).posts.comment(SHARE, '{}', {});

  it('a comment sends the given bytes once to the post, and returns the URN of LinkedIn’s answer', async () => {
    const { http, posts } = clientOf(
      reply(createComment.status, createComment.reply, createComment.headers),
    );
    const onSending = () => {};
    expect(await posts.comment(SHARE, JSON_TEXT, { onSending })).toEqual({ urn: COMMENT });
    expect(http.requests).toHaveLength(1);
    expect(http.last).toMatchObject({
      ...{
        phase: 'comment',
        idempotency: 'non-idempotent',
        method: 'POST',
        body: JSON_TEXT,
        onSending,
      },
      url: new URL(
        `https://api.linkedin.com/rest/socialActions/urn%3Ali%3Ashare%3A${NUMBER}/comments`,
      ),
    });
  });

  it.each<[what: string, status: number, body: unknown, code: string]>([
    [
      'a missing permission',
      403,
      {
        code: 'ACCESS_DENIED',
        message: 'Not enough permissions to access: partnerApiSocialActions.CREATE.20260901',
      },
      'COMMENT_FAILED',
    ],
    [
      'a field that is not permitted',
      403,
      { message: 'Unpermitted fields present in REQUEST_BODY: x [/object]' },
      'COMMENT_FAILED',
    ],
    [
      'a post that is gone',
      404,
      { code: 'NOT_FOUND', message: 'Could not find entity' },
      'COMMENT_FAILED',
    ],
    ['a duplicate', 422, duplicatePost.reply, 'COMMENT_FAILED'],
    [
      'a rate limit',
      429,
      { message: 'Comment create throttled: creation rate limit exceeded for member' },
      'LIMIT_REACHED',
    ],
    ['an error of the server', 500, '', 'SERVER_FAILED'],
  ])(
    'a comment that LinkedIn answers with %s (%i) has the code of that error',
    async (_, status, body, code) => {
      const error = await caught(() => comment(reply(status, body)), CallError);
      expect(error).toMatchObject({ code, status });
      expect(error.duplicate).toBeNull();
    },
  );
});

const VIDEO_POST = `urn:li:ugcPost:${NUMBER}`;
const { commentUrn: COMMENT, id: COMMENT_ID } = createComment.reply;
const NUMBERED = `urn:li:comment:(${SHARE},${COMMENT_ID})`;

it.each<[where: string, headers: Record<string, string | string[]>, id: string | null]>([
  ['x-restli-id', { 'x-restli-id': SHARE, location: '/posts/urn%3Ali%3Ashare%3A1' }, SHARE],
  ['the x-restli-id of a video', { 'x-restli-id': VIDEO_POST }, VIDEO_POST],
  ['one of several headers', { 'x-restli-id': ['', SHARE] }, SHARE],
  ['Location', { location: `/posts/${encodeURIComponent(SHARE)}` }, SHARE],
  [
    'Location as a whole URL',
    { location: `https://api.linkedin.com/rest/posts/${SHARE}?a=b` },
    SHARE,
  ],
  ['Location beside no id', { 'x-restli-id': 'none', location: `/x/${SHARE}` }, SHARE],
  [
    'Location, not another header',
    { 'x-linkedin-id': 'urn:li:share:1', location: `/x/${SHARE}` },
    SHARE,
  ],
  ['no header', {}, null],
  ['no header that LinkedIn still sends', { 'x-linkedin-id': SHARE }, null],
  ['no empty id', { 'x-restli-id': '' }, null],
  ['no URN of a person', { 'x-restli-id': 'urn:li:person:abc' }, null],
  ['no id with a broken escape', { 'x-restli-id': 'urn%3Ali%3Ashare%3A%' }, null],
])('the id of a created post is found in %s', (_, headers, id) => {
  expect(findPostId(headers)).toBe(id);
});

it.each<[string, Record<string, string>, unknown, found: string | null]>([
  ['a body without the header', {}, createComment.reply, COMMENT],
  ['the older name in the body', {}, { $URN: COMMENT }, COMMENT],
  ['a URN in the header', { 'x-restli-id': encodeURIComponent(COMMENT) }, '', COMMENT],
  ['a number in the header and no body', { 'x-restli-id': COMMENT_ID }, '', NUMBERED],
  ['a number beside a damaged body', { 'x-restli-id': COMMENT_ID }, '{"commen', NUMBERED],
  ['a number in the body', {}, { id: COMMENT_ID }, NUMBERED],
  ['no id at all', {}, '', null],
  ['an id that is none', { 'x-restli-id': 'a b' }, { commentUrn: 'x', id: {} }, null],
])('the URN of a comment is read from %s', (_, headers, body, urn) => {
  expect(findCommentUrn(reply(201, body, headers), SHARE)).toBe(urn);
});

const DUPLICATE = 'urn:li:share:6905100000000000000';
const plain = { message: `Content is a duplicate of ${DUPLICATE}`, status: 422 };
const inputErrors = [{ description: plain.message, code: 'DUPLICATE_POST' }];
const cut = `{"code":"DUPLICATE_POST","message":"${plain.message.slice(0, -4)}`;
const ofActivity = { message: 'Content is a duplicate of urn:li:activity:7' };

it.each<[string, number, unknown, found: object | null]>([
  ['by its message alone', 422, plain, { urn: DUPLICATE }],
  ['by its code alone', 422, { code: 'DUPLICATE_POST', message: 'No' }, { urn: null }],
  ['by its description', 422, { message: '', errorDetails: { inputErrors } }, { urn: DUPLICATE }],
  ['with another status', 400, plain, { urn: DUPLICATE }],
  ['with a conflict', 409, plain, { urn: DUPLICATE }],
  ['of another kind', 422, ofActivity, { urn: 'urn:li:activity:7' }],
  [
    'whose body lacks its end',
    422,
    JSON.stringify(duplicatePost.reply).slice(0, -9),
    { urn: DUPLICATE },
  ],
  ['whose body ends within the URN', 422, cut, { urn: null }],
  [
    'but not where such a text is quoted',
    422,
    { message: `ERROR :: /commentary :: "${plain.message}"` },
    null,
  ],
  ['but not in an error of the token', 401, plain, null],
  ['but not in a damaged error', 422, '{"message":"Content is a dup', null],
])('a duplicate is recognized %s', (_, status, body, found) => {
  expect(findDuplicate(reply(status, body))).toEqual(found);
});
