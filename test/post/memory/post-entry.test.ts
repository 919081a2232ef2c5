// What is remembered of a post, and what makes two posts the same one.

import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/post/file/post.ts';
import {
  digestId,
  digestPost,
  isCommentDue,
  postEntrySchema,
  postKeyText,
  storedPostSchema,
} from '../../../src/post/memory/post-entry.ts';
import { makeEntry, makePost, PAGE, PERSON } from '../posts.ts';

const NOTHING = { media: [], linkImage: null };
const LINK = { url: 'https://a.example/', title: 'T', description: null, image: 'a.png' };

function digest(changes: Partial<Post> = {}, digests = NOTHING as Parameters<typeof digestPost>[1]): string {
  return digestPost(makePost(changes), digests);
}

describe('digestPost', () => {
  it('the digest of a post stays the same in all versions: another one would make renamed posts new', () => {
    const link = { url: 'https://example.com', title: 'Title', description: null, image: 'a.png' };
    expect(digest({ link, atMs: 1 }, { media: [], linkImage: 'c'.repeat(64) })).toBe(
      '802b0f44f729ba9b7d43da6fcf144413e5e73cccaa38c0d0cb6b4e09e3be49b4',
    );
  });

  it.each<[string, string]>([
    ['author', digest({ author: PERSON })],
    ['text', digest({ text: 'Another.' })],
    ['time', digest({ atMs: 1 })],
    ['link', digest({ link: LINK })],
    ['media', digest({}, { media: ['a'.repeat(64)], linkImage: null })],
  ])('another %s is another post', (_, other) => {
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(digest());
  });

  it('the order of the media and the image of the link count', () => {
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
    expect(digest({}, { media: [a, b], linkImage: null })).not.toBe(
      digest({}, { media: [b, a], linkImage: null }),
    );
    expect(digest({ link: LINK }, { media: [], linkImage: a })).not.toBe(digest({ link: LINK }));
  });

  it('another name, comment, visibility or alternative text is the same post', () => {
    const media = [{ file: 'a.png', alt: 'x' }];
    expect(digest({ file: 'b.md', id: 'b', comment: 'x', visibility: 'logged-in', media, draft: true })).toBe(
      digest(),
    );
  });
});

describe('digestId', () => {
  it('author and text give the id of a post without one', () => {
    expect(digestId(PAGE, 'a')).toMatch(/^[0-9a-f]{64}$/);
    expect(digestId(PAGE, 'a')).not.toBe(digestId(PERSON, 'a'));
  });
});

describe('postEntrySchema', () => {
  const claimed = makeEntry({ state: 'sending' });
  const posted = makeEntry({ state: 'posted' });

  it.each([
    ['a claim', claimed],
    ['an unknown outcome', makeEntry({ state: 'unknown' })],
    ['a post', posted],
    ['a post that a person published', { ...posted, urn: 'urn:li:activity:7' }],
    ['a post from inputs', { ...posted, file: null }],
    ['a post whose comment may be missing', { ...posted, comment: { state: 'unknown' } }],
    [
      'a post with its comment',
      { ...posted, comment: { state: 'posted', urn: 'urn:li:comment:(urn:li:activity:7,8)' } },
    ],
  ])('%s is an entry', (_, entry) => {
    expect(postEntrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  });

  it.each([
    ['a post without a URN', { ...posted, urn: undefined }],
    ['a post with the URN of an image', { ...posted, urn: 'urn:li:image:C5' }],
    ['a claim with a URN', { ...claimed, urn: 'urn:li:share:7' }],
    ['a claim without a nonce', { ...claimed, nonce: undefined }],
    ['an unknown field', { ...posted, more: 1 }],
    ['an unknown state', { ...posted, state: 'queued' }],
    ['an author that is an ad account', { ...posted, author: 'urn:li:sponsoredAccount:5' }],
    ['a digest in capitals', { ...posted, digest: 'A'.repeat(64) }],
  ])('%s is not an entry', (_, entry) => {
    expect(postEntrySchema.safeParse(entry).success).toBe(false);
  });
});

describe('entries of older versions', () => {
  const posted = makeEntry({ state: 'posted' });

  it.each([
    ['a comment that was left to a later run', { comment: { state: 'due' } }, true],
    ['the digest of an edited file', { editedDigest: 'c'.repeat(64) }, false],
    ['both', { comment: { state: 'due' }, editedDigest: 'c'.repeat(64) }, true],
  ])('%s is dropped', (_, old, isDue) => {
    expect(storedPostSchema.parse({ ...posted, ...old })).toEqual(posted);
    expect(isCommentDue({ ...posted, ...old })).toBe(isDue);
  });

  it('an entry of this version is read as it is', () => {
    const entry = makeEntry({ state: 'posted', comment: { state: 'unknown' } });
    expect(storedPostSchema.parse(entry)).toEqual(entry);
    expect(isCommentDue(entry)).toBe(false);
    for (const value of [null, 'due', [], 7]) expect(storedPostSchema.safeParse(value).success).toBe(false);
  });
});

describe('postKeyText', () => {
  it('author, API base and id make the key', () => {
    const key = { author: PAGE, apiUrl: 'https://api.linkedin.com', id: 'a' };
    expect(postKeyText({ ...key, id: 'b' })).not.toBe(postKeyText(key));
    expect(postKeyText({ ...key, author: PERSON })).not.toBe(postKeyText(key));
    expect(postKeyText({ ...key, apiUrl: 'http://127.0.0.1' })).not.toBe(postKeyText(key));
  });
});
