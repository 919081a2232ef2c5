// What is remembered of a post, and that the times of a claim fit together.

import { expect, it } from 'vitest';
import {
  CLAIM_TTL_MS,
  type Claim,
  claimEdit,
  commentChange,
  EDIT_LIMIT_MS,
  editChange,
  IDENTICAL_POST_WINDOW_MS,
  type PostEntry,
  type PostedEntry,
  type Posts,
  postEntrySchema,
  SEND_LIMIT_MS,
  STORE_LIMIT_MS,
  settleChange,
  withdrawChange,
} from '../../../src/post/memory/post-entry.ts';
import { makeEntry } from '../posts.ts';

const claimed = makeEntry({ state: 'sending' });
const posted = makeEntry({ state: 'posted' });

function editingOf(revision: number, letter: string) {
  const claimedAt = '2026-12-03T12:00:00.000Z';
  return { revision, content: letter.repeat(64), nonce: letter.repeat(16), run: '', claimedAt };
}

it.each([
  ['a claim', claimed],
  ['an unknown outcome', makeEntry({ state: 'unknown' })],
  ['a post', posted],
  ['a post that a person published', { ...posted, urn: 'urn:li:activity:7' }],
  ['a post from inputs', { ...posted, isFromInputs: true }],
  ['a post with other ids and contents', { ...posted, ids: ['a', 'b'], seen: ['c'.repeat(64)] }],
  ['a post whose text is being replaced', { ...posted, editing: editingOf(1, 'e') }],
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
  ['an edit with an unknown field', { ...posted, editing: { ...editingOf(1, 'e'), more: 1 } }],
  ['an edit of revision 0', { ...posted, editing: editingOf(0, 'e') }],
  ['an edit of a post that is being sent', { ...claimed, editing: editingOf(1, 'e') }],
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

it('the claim of an edit is active until after its last request and the write of its outcome, as that of a post', () => {
  expect(EDIT_LIMIT_MS).toBe(2 * SEND_LIMIT_MS);
  expect(EDIT_LIMIT_MS + STORE_LIMIT_MS).toBeLessThan(CLAIM_TTL_MS);
});

it('an identical post counts as sent at the same time for as long as its claim can be active', () => {
  expect(IDENTICAL_POST_WINDOW_MS).toBeGreaterThanOrEqual(CLAIM_TTL_MS);
});

const LATER = '2026-12-03T12:30:00.000Z';
const URN = 'urn:li:share:7534224930792013826';
const KEY = 'key-of-the-post';
const OTHER = ['posts/b.md'];

function stored(entry: PostEntry, other?: PostEntry): Posts {
  return new Map([
    [KEY, entry],
    ...(other === undefined ? [] : [['key-of-another', other] as const]),
  ]);
}

function claimOf(
  changes: Partial<Parameters<typeof makeEntry>[0]> = {},
  previous: PostEntry | null = null,
): Claim {
  const entry = makeEntry({ ...changes, state: 'sending' });
  if (entry.state !== 'sending') throw new TypeError('not claimed');
  if (previous?.state === 'posted') throw new TypeError('a makePosted entry is never claimed');
  return { key: KEY, entry, previous };
}

function makePosted(changes: Partial<Parameters<typeof makeEntry>[0]> = {}): PostedEntry {
  const entry = makeEntry({ ...changes, state: 'posted' });
  if (entry.state !== 'posted') throw new TypeError('not posted');
  return entry;
}

const claim = claimOf();
const settled = { urn: URN, urnSource: 'duplicate' } as const;

it('an outcome replaces the claim, and a URN an unknown outcome of the same claim', () => {
  const posts = stored(claim.entry);
  expect(settleChange(claim, null, LATER)(posts)).toBe(true);
  expect(posts.get(KEY)).toMatchObject({ state: 'unknown', updatedAt: LATER });
  expect(settleChange(claim, settled, LATER)(posts)).toBe(true);
  expect(posts.get(KEY)).toMatchObject({ state: 'posted', urn: URN });
  expect(posts.get(KEY)).not.toHaveProperty('nonce');
});

it('an outcome that is stored already changes nothing', () => {
  const posts = stored(claim.entry);
  settleChange(claim, settled, LATER)(posts);
  expect(settleChange(claim, settled, LATER)(posts)).toBe(false);
  const unknown = stored(claim.entry);
  settleChange(claim, null, LATER)(unknown);
  expect(settleChange(claim, null, LATER)(unknown)).toBe(false);
});

it('an outcome is stored although the claim is gone, but not over the claim of another run', () => {
  const posts: Posts = new Map();
  expect(settleChange(claim, settled, LATER)(posts)).toBe(true);
  const others = stored({ ...claim.entry, nonce: 'nonce-of-a-third-run' });
  expect(settleChange(claim, settled, LATER)(others)).toBe(false);
});

it('the ids and contents that another run has added meanwhile are kept', () => {
  const posts = stored({
    ...claim.entry,
    ids: ['posts/launch.md', 'new.md'],
    seen: ['c'.repeat(64)],
  });
  settleChange(claim, settled, LATER)(posts);
  expect(posts.get(KEY)).toMatchObject({
    state: 'posted',
    ids: ['posts/launch.md', 'new.md'],
    seen: ['c'.repeat(64)],
  });
});

it.each<[string, PostEntry, string]>([
  ['has the URN', makePosted({ ids: OTHER, content: 'b'.repeat(64), urn: URN }), 'unknown'],
  ['is sent at the same time', makeEntry({ state: 'sending', ids: OTHER }), 'unknown'],
  ['may have been sent at the same time', makeEntry({ state: 'unknown', ids: OTHER }), 'unknown'],
  ['was sent long before', makeEntry({ state: 'unknown', ids: OTHER, minutesAgo: 81 }), 'posted'],
  [
    'is another one',
    makeEntry({ state: 'sending', ids: OTHER, content: 'b'.repeat(64) }),
    'posted',
  ],
])('a recovered URN counts only if no other post %s', (_, other, state) => {
  for (const urnSource of ['duplicate', 'lookup'] as const) {
    const posts = stored(claim.entry, other);
    settleChange(claim, { ...settled, urnSource }, LATER)(posts);
    expect(posts.get(KEY)?.state).toBe(state);
  }
  const posts = stored(claim.entry, other);
  settleChange(claim, { ...settled, urnSource: 'linkedin' }, LATER)(posts);
  expect(posts.get(KEY)?.state).toBe('posted');
});

it('the time of the first attempt counts for a further one', () => {
  const first = makeEntry({ state: 'unknown', minutesAgo: 60 });
  const again = claimOf({ minutesAgo: 1, attempt: 2 }, first);
  const posts = stored(again.entry, makeEntry({ state: 'unknown', ids: OTHER, minutesAgo: 59 }));
  settleChange(again, settled, LATER)(posts);
  expect(posts.get(KEY)?.state).toBe('unknown');
});

it('a withdrawal removes the claim, or restores what it replaced, once', () => {
  const posts = stored(claim.entry);
  expect([withdrawChange(claim)(posts), withdrawChange(claim)(posts), posts.size]).toEqual([
    true,
    false,
    0,
  ]);
  const previous = makeEntry({ state: 'unknown' });
  const again = claimOf({ attempt: 2 }, previous);
  const restored = stored(again.entry);
  withdrawChange(again)(restored);
  expect([...restored.values()]).toEqual([previous]);
});

it('an outcome and the claim of another run are not withdrawn', () => {
  for (const entry of [makePosted(), { ...claim.entry, nonce: 'nonce-of-a-third-run' }])
    expect(withdrawChange(claim)(stored(entry))).toBe(false);
});

it('the URN of a comment is added to its post, once', () => {
  const commentUrn = 'urn:li:comment:(urn:li:activity:7,8)';
  const posts = stored(makePosted({ urn: URN }));
  const add = commentChange(KEY, URN, commentUrn);
  expect([add(posts), add(posts)]).toEqual([true, false]);
  expect(posts.get(KEY)).toMatchObject({ commentUrn });
  expect(commentChange(KEY, 'urn:li:share:1', commentUrn)(stored(makePosted({ urn: URN })))).toBe(
    false,
  );
  expect(commentChange(KEY, URN, commentUrn)(stored(claim.entry))).toBe(false);
});

const before = makePosted();
const EDIT = claimEdit(KEY, before, editingOf(1, 'e'));

it('an edit that LinkedIn took replaces the content and the number, keeps the former content as seen, and ends its claim', () => {
  const posts = stored(EDIT.entry);
  expect(editChange(EDIT, LATER)(posts)).toBe(true);
  expect(posts.get(KEY)).toMatchObject({
    revision: 1,
    content: 'e'.repeat(64),
    seen: [before.content],
  });
  expect(posts.get(KEY)).not.toHaveProperty('editing');
  expect(editChange(EDIT, LATER)(posts)).toBe(false);
});

it('an edit that is refused gives back the entry as it was, and the claim of a lost edit that it replaced', () => {
  const posts = stored(EDIT.entry);
  expect(withdrawChange(EDIT)(posts)).toBe(true);
  expect(posts.get(KEY)).not.toHaveProperty('editing');
  const next = claimEdit(KEY, EDIT.entry, editingOf(2, 'f'));
  // LinkedIn may have shown the text of the lost edit.
  expect(next.entry).toMatchObject({ editing: editingOf(2, 'f'), seen: ['e'.repeat(64)] });
  const again = stored(next.entry);
  expect(withdrawChange(next)(again)).toBe(true);
  expect(again.get(KEY)).toMatchObject({ editing: editingOf(1, 'e') });
});

it('an edit changes nothing over the claim or the number of another run', () => {
  const others = stored(claimEdit(KEY, before, editingOf(2, 'f')).entry);
  expect([editChange(EDIT, LATER)(others), withdrawChange(EDIT)(others)]).toEqual([false, false]);
  const newer = stored({ ...before, revision: 3 });
  expect(editChange(EDIT, LATER)(newer)).toBe(false);
});
