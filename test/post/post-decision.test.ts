// The state of each post, in the order of precedence.

import { describe, expect, it } from 'vitest';
import type { Post } from '../../src/post/file/post.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/post-entry.ts';
import { HOUR_MS, invalid, planAll, planOne, written } from './plans.ts';
import { makeEntry, NOW_MS, PAGE, PERSON } from './posts.ts';

describe('the states of a post', () => {
  it('a post is due without a time, and at its time', () => {
    expect(planOne({})).toMatchObject({ state: 'due', attempt: 1, errors: [] });
    expect(planOne({ atMs: NOW_MS })).toMatchObject({ state: 'due' });
    expect(planOne({ atMs: NOW_MS - 48 * HOUR_MS })).toMatchObject({ state: 'due' });
  });

  it('a post is scheduled before its time, and the plan says when the next one is due', () => {
    const posts = [3, 1, 2].map((hours) => written({ file: `${hours}.md`, atMs: NOW_MS + hours * HOUR_MS }));
    const { posts: planned, nextAtMs } = planAll(posts);
    expect(planned.map(({ state }) => state)).toEqual(['scheduled', 'scheduled', 'scheduled']);
    expect(planned[0]?.reason).toBe(
      'it is due on Thu 3 Dec 2026, 15:00 UTC, and the first run after that publishes it',
    );
    expect(nextAtMs).toBe(NOW_MS + HOUR_MS);
    expect(planAll([written()]).nextAtMs).toBeNull();
  });

  it('a post is expired when its time is further in the past than `max-age-hours`', () => {
    const late = { atMs: NOW_MS - 48 * HOUR_MS - 1 };
    expect(planOne(late)).toMatchObject({
      state: 'expired',
      reason: expect.stringContaining('more than 48 hours ago'),
    });
    expect(planOne(late, { settings: { maxAgeHours: 0 } }).state).toBe('due');
    expect(planOne(late, { settings: { maxAgeHours: 49 } }).state).toBe('due');
  });

  it('a remembered post is known, and a notice says when its file has changed', () => {
    const entries = [makeEntry({ state: 'posted' })];
    const same = planOne({}, { entries });
    expect(same).toMatchObject({ state: 'known', entry: { urn: 'urn:li:share:7123' } });
    expect(same.notice).toBeNull();
    const changed = planOne({ text: 'Another text.' }, { entries });
    expect(changed).toMatchObject({
      state: 'known',
      notice: expect.stringContaining('has changed since it was posted'),
    });
  });

  it.each<[string, PostEntry]>([
    ['another post', makeEntry({ state: 'posted', id: 'other', file: null })],
    ['another author', { ...makeEntry({ state: 'posted' }), author: PERSON }],
    ['another API base', { ...makeEntry({ state: 'posted' }), apiUrl: 'http://127.0.0.1:1' }],
  ])('an entry of %s does not make a post known', (_, entry) => {
    expect(planOne({}, { entries: [entry] }).state).toBe('due');
  });

  it('a post with an unknown outcome is an error that names the attempt', () => {
    const entry = makeEntry({ state: 'unknown' });
    const { state, errors } = planOne({}, { entries: [entry] });
    expect(state).toBe('unknown');
    expect(errors).toMatchObject([
      { code: 'POST_UNKNOWN', message: expect.stringContaining('attempt 1 of 2026-12-03T11') },
    ]);
  });

  it.each([
    [1, 0, 'unknown'],
    [1, 1, 'due'],
    [2, 1, 'unknown'],
    [2, 2, 'due'],
  ] as const)('after %i attempts, `resend: %i` makes the post %s', (attempt, resend, state) => {
    const entries = [makeEntry({ state: 'unknown', attempt })];
    const planned = planOne({ resend }, { entries });
    expect(planned.state).toBe(state);
    if (state === 'due') expect(planned).toMatchObject({ attempt: attempt + 1, entry: entries[0] });
  });

  it('`resend` applies to an old claim, but not to one of a run that goes on', () => {
    const at = (minutesAgo: number) => [makeEntry({ state: 'sending', minutesAgo })];
    expect(planOne({ resend: 1 }, { entries: at(19.9) }).state).toBe('sending');
    expect(planOne({ resend: 1 }, { entries: at(20) })).toMatchObject({ state: 'due', attempt: 2 });
    expect(planOne({}, { entries: at(20) })).toMatchObject({ state: 'unknown', entry: { state: 'sending' } });
    // The clock of the other runner is ahead.
    expect(planOne({ resend: 1 }, { entries: at(-30) }).state).toBe('sending');
  });

  it('a post that is sent again keeps its time, draft and age', () => {
    const entries = [makeEntry({ state: 'unknown' })];
    expect(planOne({ resend: 1, draft: true }, { entries }).state).toBe('draft');
    expect(planOne({ resend: 1, atMs: NOW_MS + 1 }, { entries }).state).toBe('scheduled');
    expect(planOne({ resend: 1, atMs: 0 }, { entries }).state).toBe('expired');
  });

  it('the first state that applies counts', () => {
    const everything = { draft: true, atMs: NOW_MS - 1000 * HOUR_MS };
    const [posted, unknown] = [makeEntry({ state: 'posted' }), makeEntry({ state: 'unknown' })];
    const stateOf = (changes: Partial<Post>, entries: readonly PostEntry[], owner = PAGE) =>
      planOne(changes, { entries, settings: { owner } }).state;
    expect(planAll([written(everything, [invalid])], { settings: { owner: PERSON } }).posts[0]?.state).toBe(
      'failed',
    );
    expect(stateOf(everything, [posted], PERSON)).toBe('other-owner');
    expect(stateOf(everything, [posted])).toBe('known');
    expect(stateOf(everything, [unknown])).toBe('unknown');
    expect(stateOf(everything, [])).toBe('draft');
    expect(stateOf({ ...everything, draft: false }, [])).toBe('expired');
  });
});

describe('a post that was published by hand', () => {
  const urn = 'urn:li:activity:7999';

  it('the URN of the post is remembered, and nothing is sent', () => {
    const planned = planOne({ urn, draft: true, comment: 'x' });
    expect(planned).toMatchObject({
      state: 'known',
      toRemember: { state: 'posted', urn, id: 'posts/launch.md' },
    });
    expect(planned.toRemember).not.toHaveProperty('comment');
    expect(postEntrySchema.safeParse(planned.toRemember).success).toBe(true);
  });

  it('the URN of the post settles an unknown outcome, and replaces another URN', () => {
    for (const state of ['unknown', 'sending', 'posted'] as const) {
      const entry = makeEntry({ state });
      expect(planOne({ urn }, { entries: [entry] })).toMatchObject({
        state: 'known',
        entry,
        toRemember: { urn },
      });
    }
  });

  it('a URN that is remembered already is not remembered again', () => {
    const { toRemember } = planAll([written({ urn: 'urn:li:share:7123' })], {
      entries: [makeEntry({ state: 'posted' })],
    });
    expect(toRemember).toEqual([]);
  });
});

describe('the first comment of a known post', () => {
  const claim = {
    nonce: 'nonce-of-another-run',
    run: '',
    claimedAt: new Date(NOW_MS - 60_000).toISOString(),
  };
  const old = { ...claim, claimedAt: new Date(NOW_MS - 21 * 60_000).toISOString() };

  it.each([
    ['a comment whose outcome was not stored may be missing', { state: 'sending', ...old }, true],
    ['a comment that another run is making is left to it', { state: 'sending', ...claim }, false],
    ['a comment that a run has warned of needs no further warning', { state: 'unknown' }, false],
    ['a comment that is on LinkedIn needs nothing', { state: 'posted' }, false],
    ['a post without a comment gets none', undefined, false],
  ] as const)('%s', (_, comment, isCommentLost) => {
    const entry = makeEntry({ state: 'posted', ...(comment && { comment }) });
    const planned = planOne({ comment: 'Docs' }, { entries: [entry] });
    expect([planned.state, planned.isCommentLost]).toEqual(['known', isCommentLost]);
    if (isCommentLost) expect(planned.toRemember).toMatchObject({ comment: { state: 'unknown' } });
    else expect(planned.toRemember).toBeNull();
  });

  it('only one run warns of a comment whose outcome was not stored', () => {
    const entry = makeEntry({ state: 'posted', comment: { state: 'sending', ...old } });
    const { toRemember } = planOne({ comment: 'Docs' }, { entries: [entry] });
    expect(planOne({ comment: 'Docs' }, { entries: [toRemember ?? entry] }).isCommentLost).toBe(false);
  });
});
