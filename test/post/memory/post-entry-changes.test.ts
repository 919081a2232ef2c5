// Changes of the remembered posts: each takes effect once, and only on the version that it was made for.

import { describe, expect, it } from 'vitest';
import {
  type Claim,
  type PostEntry,
  type PostedEntry,
  type Posts,
  postKeyText,
  rememberChange,
  settleChange,
  settleCommentChange,
  withdrawChange,
} from '../../../src/post/memory/post-entry.ts';
import { makeEntry } from '../posts.ts';

const LATER = '2026-12-03T12:30:00.000Z';
const URN = 'urn:li:share:7534224930792013826';
const NONCE = 'nonce-of-posts-launch-md';

function postsOf(...entries: readonly PostEntry[]): Posts {
  return new Map(entries.map((entry) => [postKeyText(entry), entry]));
}

function claimOf(
  changes: Partial<Parameters<typeof makeEntry>[0]> = {},
  previous: PostEntry | null = null,
): Claim {
  const entry = makeEntry({ ...changes, state: 'sending' });
  if (entry.state !== 'sending') throw new TypeError('not claimed');
  return { entry, previous };
}

function posted(changes: Partial<Parameters<typeof makeEntry>[0]> = {}): PostedEntry {
  const entry = makeEntry({ ...changes, state: 'posted' });
  if (entry.state !== 'posted') throw new TypeError('not posted');
  return entry;
}

function commentsOf(posts: Posts) {
  return [...posts.values()].map((post) => (post.state === 'posted' ? post.comment : null));
}

const claim = claimOf();
const settled = { state: 'posted', urn: URN, urnSource: 'duplicate' } as const;

describe('the outcome of a claimed post', () => {
  it('an outcome replaces the claim, and a URN an unknown outcome of the same claim', () => {
    const posts = postsOf(claim.entry);
    expect(settleChange(claim, { state: 'unknown' }, LATER)(posts)).toBe(true);
    expect([...posts.values()]).toMatchObject([{ state: 'unknown', updatedAt: LATER }]);
    expect(settleChange(claim, settled, LATER)(posts)).toBe(true);
    expect([...posts.values()]).toMatchObject([{ state: 'posted', urn: URN }]);
  });

  it('an outcome that is stored already changes nothing', () => {
    const posts = postsOf(claim.entry);
    settleChange(claim, settled, LATER)(posts);
    expect(settleChange(claim, settled, LATER)(posts)).toBe(false);
  });

  it('an outcome is stored although the claim is gone, but not over the claim of another run', () => {
    const posts = postsOf();
    expect(settleChange(claim, settled, LATER)(posts)).toBe(true);
    const others = postsOf({ ...claim.entry, nonce: 'nonce-of-a-third-run' });
    expect(settleChange(claim, settled, LATER)(others)).toBe(false);
  });

  it.each<[string, PostEntry, string]>([
    ['has the URN', { ...posted({ file: 'posts/b.md', digest: 'b'.repeat(64) }), urn: URN }, 'unknown'],
    ['is sent at the same time', makeEntry({ state: 'sending', file: 'posts/b.md' }), 'unknown'],
    ['may have been sent at the same time', makeEntry({ state: 'unknown', file: 'posts/b.md' }), 'unknown'],
    ['was sent long before', makeEntry({ state: 'unknown', file: 'posts/b.md', minutesAgo: 81 }), 'posted'],
    ['is another one', makeEntry({ state: 'sending', file: 'posts/b.md', digest: 'b'.repeat(64) }), 'posted'],
    [
      'was sent, but only the same attempt under another name',
      makeEntry({ state: 'unknown', file: 'posts/b.md', nonce: NONCE }),
      'posted',
    ],
  ])('a recovered URN counts only if no other post %s', (_, other, state) => {
    for (const urnSource of ['duplicate', 'lookup'] as const) {
      const posts = postsOf(claim.entry, other);
      settleChange(claim, { ...settled, urnSource }, LATER)(posts);
      expect(posts.get(postKeyText(claim.entry))?.state).toBe(state);
    }
    const posts = postsOf(claim.entry, other);
    settleChange(claim, { ...settled, urnSource: 'linkedin' }, LATER)(posts);
    expect(posts.get(postKeyText(claim.entry))?.state).toBe('posted');
  });

  it('the time of the first attempt counts for a further one', () => {
    const first = makeEntry({ state: 'unknown', minutesAgo: 60 });
    const again = claimOf({ minutesAgo: 1, attempt: 2 }, first);
    const posts = postsOf(again.entry, makeEntry({ state: 'unknown', file: 'posts/b.md', minutesAgo: 59 }));
    settleChange(again, settled, LATER)(posts);
    expect(posts.get(postKeyText(again.entry))?.state).toBe('unknown');
  });
});

describe('the withdrawal of a claim', () => {
  it('a withdrawal removes the claim, or restores what it replaced, once', () => {
    const posts = postsOf(claim.entry);
    expect([withdrawChange(claim)(posts), withdrawChange(claim)(posts), posts.size]).toEqual([
      true,
      false,
      0,
    ]);
    const previous = makeEntry({ state: 'unknown' });
    const again = claimOf({ attempt: 2 }, previous);
    const restored = postsOf(again.entry);
    withdrawChange(again)(restored);
    expect([...restored.values()]).toEqual([previous]);
  });

  it('an outcome and the claim of another run are not withdrawn', () => {
    for (const entry of [posted(), { ...claim.entry, nonce: 'nonce-of-a-third-run' }])
      expect(withdrawChange(claim)(postsOf(entry))).toBe(false);
  });
});

describe('the comment of a renamed post', () => {
  const nonce = 'nonce-of-the-comment';
  const sending = { state: 'sending', nonce, run: '', claimedAt: LATER } as const;
  const made = { state: 'posted', urn: 'urn:li:comment:(urn:li:activity:7,8)' } as const;
  const commented = posted({ comment: sending });
  const renamed = { ...commented, id: 'posts/new.md', file: 'posts/new.md' };

  it.each([made, { state: 'unknown' } as const, null])(
    'a comment is settled under all names of its post (%j)',
    (comment) => {
      const posts = postsOf(commented, renamed, posted({ file: 'posts/third.md' }));
      const settle = settleCommentChange({ nonce, comment, updatedAt: LATER });
      expect(settle(posts)).toBe(true);
      expect(commentsOf(posts)).toEqual([comment ?? undefined, comment ?? undefined, undefined]);
      expect(settle(posts)).toBe(false);
    },
  );
});

describe('remembered posts', () => {
  const renamed = posted({ file: 'posts/new.md' });

  it('a post is remembered only if nothing else was stored under its id', () => {
    const posts = postsOf(claimOf({ file: 'posts/new.md' }).entry);
    expect(rememberChange(renamed, posted())(posts)).toBe(false);
    const byHand = posted();
    expect(rememberChange(byHand, claim.entry)(postsOf(claim.entry))).toBe(true);
    expect(rememberChange(byHand, claim.entry)(postsOf(posted()))).toBe(false);
  });

  it('a post that is on LinkedIn replaces an unknown attempt to send it under its new name, once', () => {
    const posts = postsOf(makeEntry({ state: 'unknown', file: 'posts/new.md' }));
    expect(rememberChange(renamed, posted())(posts)).toBe(true);
    expect(rememberChange(renamed, posted())(posts)).toBe(false);
    const edited = postsOf(makeEntry({ state: 'unknown', file: 'posts/new.md', digest: 'another' }));
    expect(rememberChange(renamed, posted())(edited)).toBe(false);
  });
});
