// What is remembered of a post.

import { describe, expect, it } from 'vitest';
import {
  hasDroppedComment,
  postEntrySchema,
  postKeyText,
  storedPostSchema,
} from '../../../src/post/memory/post-entry.ts';
import { makeEntry, PAGE, PERSON } from '../posts.ts';

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
  ])('%s is dropped', (_, old, isDropped) => {
    expect(storedPostSchema.parse({ ...posted, ...old })).toEqual(posted);
    expect(hasDroppedComment({ ...posted, ...old })).toBe(isDropped);
  });

  it('an entry of this version is read as it is', () => {
    const entry = makeEntry({ state: 'posted', comment: { state: 'unknown' } });
    expect(storedPostSchema.parse(entry)).toEqual(entry);
    expect(hasDroppedComment(entry)).toBe(false);
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
