// The id of a post or comment is found wherever it is, and a refused duplicate names the post that it repeats.

import { describe, expect, it } from 'vitest';
import { findCommentUrn, findDuplicate, findPostId } from '../../src/linkedin/post-client.ts';
import createComment from '../replies/create-comment.json' with { type: 'json' };
import duplicatePost from '../replies/duplicate-post.json' with { type: 'json' };
import { reply } from './scripted-client.ts';

const NUMBER = '7034659180000000000';
const SHARE = `urn:li:share:${NUMBER}`;
const VIDEO_POST = `urn:li:ugcPost:${NUMBER}`;

describe('findPostId', () => {
  it.each<[where: string, headers: Record<string, string | string[]>, id: string]>([
    ['x-restli-id', { 'x-restli-id': SHARE, location: '/posts/urn%3Ali%3Ashare%3A1' }, SHARE],
    ['the x-restli-id of a video', { 'x-restli-id': VIDEO_POST }, VIDEO_POST],
    ['one of several headers', { 'x-restli-id': ['', SHARE] }, SHARE],
    ['Location', { location: `/posts/${encodeURIComponent(SHARE)}` }, SHARE],
    ['Location as a whole URL', { location: `https://api.linkedin.com/rest/posts/${SHARE}?a=b` }, SHARE],
    [
      'Location beside an x-restli-id that is no id',
      { 'x-restli-id': 'none', location: `/x/${SHARE}` },
      SHARE,
    ],
    ['Location, not another header', { 'x-linkedin-id': 'urn:li:share:1', location: `/x/${SHARE}` }, SHARE],
  ])('the id of a created post is found in %s', (_, headers, id) => {
    expect(findPostId(headers)).toBe(id);
  });

  it.each<[string, Record<string, string>]>([
    ['no id at all', {}],
    ['an id in a header that LinkedIn no longer sends', { 'x-linkedin-id': SHARE }],
    ['an empty id', { 'x-restli-id': '' }],
    ['an id that is no URN of a post', { 'x-restli-id': 'urn:li:person:abc' }],
    ['an id with a broken escape', { 'x-restli-id': 'urn%3Ali%3Ashare%3A%' }],
  ])('headers with %s name no post', (_, headers) => {
    expect(findPostId(headers)).toBeNull();
  });
});

describe('findCommentUrn', () => {
  const { commentUrn: URN, id: ID } = createComment.reply;
  it.each<[string, Record<string, string>, unknown, string | null]>([
    ['a body without the header', {}, createComment.reply, URN],
    ['the older name in the body', {}, { $URN: URN }, URN],
    ['a URN in the header', { 'x-restli-id': encodeURIComponent(URN) }, '', URN],
    ['a number in the header and no body', { 'x-restli-id': ID }, '', `urn:li:comment:(${SHARE},${ID})`],
    ['a number beside a damaged body', { 'x-restli-id': ID }, '{"commen', `urn:li:comment:(${SHARE},${ID})`],
    ['a number in the body', {}, { id: ID }, `urn:li:comment:(${SHARE},${ID})`],
    ['no id at all', {}, '', null],
    ['an id that is none', { 'x-restli-id': 'a b' }, { commentUrn: 'x', id: {} }, null],
  ])('the URN of a comment is read from %s', (_, headers, body, urn) => {
    expect(findCommentUrn(reply(201, body, headers), SHARE)).toBe(urn);
  });
});

describe('findDuplicate', () => {
  const DUPLICATE = 'urn:li:share:6905100000000000000';
  const plain = { message: `Content is a duplicate of ${DUPLICATE}`, status: 422 };
  const inputErrors = [{ description: plain.message, code: 'DUPLICATE_POST' }];
  const cut = `{"code":"DUPLICATE_POST","message":"${plain.message.slice(0, -4)}`;

  it.each<[string, number, unknown, string | null]>([
    ['by its message alone', 422, plain, DUPLICATE],
    ['by its code alone', 422, { code: 'DUPLICATE_POST', message: 'No' }, null],
    ['by its description', 422, { message: '', errorDetails: { inputErrors } }, DUPLICATE],
    ['with another status', 400, plain, DUPLICATE],
    ['with a conflict', 409, plain, DUPLICATE],
    ['of another kind', 422, { message: 'Content is a duplicate of urn:li:activity:7' }, 'urn:li:activity:7'],
    ['in a body whose end is missing', 422, JSON.stringify(duplicatePost.reply).slice(0, -9), DUPLICATE],
    ['in a body that ends within the URN', 422, cut, null],
  ])('a duplicate is recognized %s', (_, status, body, urn) => {
    expect(findDuplicate(reply(status, body))).toEqual({ urn });
  });

  it.each<[string, number, unknown]>([
    ['that quotes such a text', 422, { message: `ERROR :: /commentary :: "${plain.message}"` }],
    ['of the token', 401, plain],
    ['that is damaged', 422, '{"message":"Content is a dup'],
  ])('an error %s is not taken for a duplicate', (_, status, body) => {
    expect(findDuplicate(reply(status, body))).toBeNull();
  });
});
