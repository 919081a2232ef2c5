// What is remembered of a post, and that the times of a claim fit together.

import { expect, it } from 'vitest';
import {
  CLAIM_TTL_MS,
  IDENTICAL_POST_WINDOW_MS,
  postEntrySchema,
  SEND_LIMIT_MS,
  STORE_LIMIT_MS,
} from '../../../src/post/memory/post-entry.ts';
import { makeEntry } from '../posts.ts';

const claimed = makeEntry({ state: 'sending' });
const posted = makeEntry({ state: 'posted' });

it.each([
  ['a claim', claimed],
  ['an unknown outcome', makeEntry({ state: 'unknown' })],
  ['a post', posted],
  ['a post that a person published', { ...posted, urn: 'urn:li:activity:7' }],
  ['a post from inputs', { ...posted, isFromInputs: true }],
  ['a post with other ids and contents', { ...posted, ids: ['a', 'b'], seen: ['c'.repeat(64)] }],
  ['a post with its comment', { ...posted, commentUrn: 'urn:li:comment:(urn:li:activity:7,8)' }],
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
  ['a content in capitals', { ...posted, content: 'A'.repeat(64) }],
  ['a post without an id', { ...posted, ids: [] }],
  ['more than 20 contents', { ...posted, seen: Array(21).fill('c'.repeat(64)) }],
])('%s is not an entry', (_, entry) => {
  expect(postEntrySchema.safeParse(entry).success).toBe(false);
});

it('a claim is active until after its last request and the write of its outcome, so that no other run takes it over before', () => {
  expect(2 * SEND_LIMIT_MS + STORE_LIMIT_MS).toBeLessThan(CLAIM_TTL_MS);
});

it('an identical post counts as sent at the same time for as long as its claim can be active', () => {
  expect(IDENTICAL_POST_WINDOW_MS).toBeGreaterThanOrEqual(CLAIM_TTL_MS);
});
