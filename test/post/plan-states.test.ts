// The state of each post, in the order of precedence.

import { expect, it } from 'vitest';
import { parsePostFile } from '../../src/post/file/parse-post-file.ts';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { contentOf } from '../../src/post/identity.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/post-entry.ts';
import { HOUR_MS, invalid, planAll, planOne, written } from './plans.ts';
import { makeEntry, makePost, NOW_MS, PAGE, PERSON } from './posts.ts';

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
  const commentUrn = 'urn:li:comment:(x,1)';
  const entries = [makeEntry({ state: 'posted', commentUrn })];
  const same = planOne({}, { entries });
  expect(same).toMatchObject({
    state: 'known',
    urn: 'urn:li:share:7123',
    urnSource: 'linkedin',
    commentUrn,
  });
  expect(same.notice).toBeNull();
  const changed = planOne({ text: 'Another text.' }, { entries });
  expect(changed).toMatchObject({
    state: 'known',
    notice: expect.stringContaining('has changed since it was posted'),
  });
});

it.each<[string, PostEntry]>([
  ['another post', makeEntry({ state: 'posted', ids: ['other'], content: 'b'.repeat(64) })],
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
  if (state === 'due')
    expect(planned).toMatchObject({ attempt: attempt + 1, identity: { entry: entries[0] } });
});

it('`resend` applies to an old claim, but not to one of a run that goes on', () => {
  const at = (minutesAgo: number) => [makeEntry({ state: 'sending', minutesAgo })];
  expect(planOne({ resend: 1 }, { entries: at(19.9) }).state).toBe('claimed');
  expect(planOne({ resend: 1 }, { entries: at(20) })).toMatchObject({ state: 'due', attempt: 2 });
  expect(planOne({}, { entries: at(20) })).toMatchObject({
    state: 'unknown',
    identity: { entry: { state: 'sending' } },
  });
  // The clock of the other runner is ahead.
  expect(planOne({ resend: 1 }, { entries: at(-30) }).state).toBe('claimed');
});

it.each<[string, Partial<WrittenPost>, RegExp]>([
  ['a draft', { draft: true }, /it is a draft/],
  ['not yet due', { atMs: NOW_MS + 1 }, /it is due on/],
  ['too old', { atMs: 0 }, /`max-age-hours`/],
])(
  'an unknown post with `resend` that is %s stays unknown, and says why it is not sent',
  (_, changes, why) => {
    const entries = [makeEntry({ state: 'unknown' })];
    const post = planOne({ resend: 1, ...changes }, { entries });
    expect(post).toMatchObject({ state: 'unknown', errors: [{ code: 'POST_UNKNOWN' }] });
    expect(post.errors[0]?.message).toMatch(why);
    expect(planOne({ resend: 1 }, { entries }).state).toBe('due');
  },
);

it('the first state that applies counts', () => {
  const everything = { draft: true, atMs: NOW_MS - 1000 * HOUR_MS };
  const [posted, unknown] = [makeEntry({ state: 'posted' }), makeEntry({ state: 'unknown' })];
  const stateOf = (changes: Partial<WrittenPost>, entries: readonly PostEntry[], owner = PAGE) =>
    planOne(changes, { entries, settings: { owner } }).state;
  const invalidOf = (entries: readonly PostEntry[], owner = PAGE) =>
    planAll([written(everything, [invalid])], { entries, settings: { owner } }).posts[0]?.state;
  expect(invalidOf([], PERSON)).toBe('other-owner');
  expect(invalidOf([posted])).toBe('known');
  expect(invalidOf([unknown])).toBe('unknown');
  expect(invalidOf([])).toBe('failed');
  expect(stateOf(everything, [posted], PERSON)).toBe('other-owner');
  expect(stateOf(everything, [posted])).toBe('known');
  expect(stateOf(everything, [unknown])).toBe('unknown');
  expect(stateOf(everything, [])).toBe('draft');
  expect(stateOf({ ...everything, draft: false }, [])).toBe('expired');
});

const posted = makeEntry({ state: 'posted' });

it('the errors of a published post stop nothing, and are a notice of its row', () => {
  const plan = planAll([written({}, [invalid]), written({ file: 'b.md', text: 'B' })], {
    entries: [posted],
  });
  expect(plan.posts.map(({ state }) => state)).toEqual(['known', 'due']);
  expect(plan.posts[0]?.notice).toBe(
    'was posted, so an error in it stops nothing: posts/launch.md, line 2: x',
  );
  expect(plan.stop).toBeNull();
});

it('a published file whose front matter cannot be read any more is known under its path', () => {
  const unreadable = parsePostFile('Out now', 'posts/launch.md', { owner: PAGE, release: null });
  const { posts, stop } = planAll([unreadable], { entries: [posted] });
  expect(posts).toMatchObject([{ state: 'known', urn: 'urn:li:share:7123', errors: [] }]);
  expect([posts[0]?.notice?.includes('has no front matter'), stop]).toEqual([true, null]);
});

it('a text that was corrected is known after its file is moved, and what a run has seen is remembered', () => {
  const corrected = planAll([written({ text: 'Corrected.' })], { entries: [posted] });
  expect(corrected.remembered).toMatchObject([{ seen: [contentOf(makePost({ text: 'Corrected.' }))] }]);
  const moved = written({ file: 'posts/moved.md', text: 'Corrected.' });
  const { posts, remembered } = planAll([moved], { entries: corrected.remembered });
  expect(posts).toMatchObject([{ state: 'known', reason: 'it was posted as posts/launch.md' }]);
  expect(remembered).toMatchObject([{ ids: ['posts/launch.md', 'posts/moved.md'] }]);
});

it('a copy is known, with a warning that names the first file and says that it needs another text', () => {
  const files = [written(), written({ file: 'posts/copy.md' })];
  const { posts, remembered, stop } = planAll(files, { entries: [posted] });
  expect(posts.map(({ state }) => state)).toEqual(['known', 'known']);
  expect(posts[1]?.warning).toBe(
    'is not sent: it has the text of posts/launch.md, and LinkedIn has that; another text makes it another post',
  );
  expect([remembered, stop]).toEqual([[posted], null]);
});

it('a weekly text with another given id is another post, with a warning', () => {
  const entries = [makeEntry({ state: 'posted', ids: ['w1'], isIdGiven: true })];
  const planned = planOne({ id: 'w2' }, { entries });
  expect(planned).toMatchObject({ state: 'due', warning: expect.stringContaining('the id w1') });
});

it('a text that moved while its file got a new one is an error at the line of the id', () => {
  const files = [written({ text: 'New.' }), written({ file: 'posts/moved.md' })];
  const { posts, stop } = planAll(files, { entries: [posted] });
  expect(posts[0]).toMatchObject({
    state: 'failed',
    errors: [{ code: 'POST_KEY', subject: { file: 'posts/launch.md', line: 2 } }],
  });
  expect(stop?.message).toContain('is now in posts/moved.md');
});

it('a copy of a post that may be on LinkedIn is unknown, also with `resend`', () => {
  const entries = [makeEntry({ state: 'unknown' })];
  const { posts } = planAll([written(), written({ file: 'b.md', resend: 3 })], { entries });
  expect(posts.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
});

const urn = 'urn:li:activity:7999';

it('the URN of the post is remembered, and nothing is sent', () => {
  const { posts, remembered } = planAll([written({ urn, draft: true, comment: 'x' })]);
  expect(posts).toMatchObject([{ state: 'known', urn, reason: 'its file names its URN' }]);
  expect(remembered).toMatchObject([{ state: 'posted', urn, ids: ['posts/launch.md'] }]);
  expect(postEntrySchema.safeParse(remembered[0]).success).toBe(true);
});

it('the URN of the post settles an unknown outcome, and replaces another URN with a notice', () => {
  for (const state of ['unknown', 'sending', 'posted'] as const) {
    const { posts, remembered } = planAll([written({ urn })], { entries: [makeEntry({ state })] });
    expect(posts).toMatchObject([{ state: 'known', urn, urnSource: null }]);
    expect(posts[0]?.notice ?? '').toContain(state === 'posted' ? 'which was urn:li:share:7123' : '');
    expect(remembered).toMatchObject([{ state: 'posted', urn }]);
  }
});

it('a URN that is remembered already is not remembered again', () => {
  const entries = [makeEntry({ state: 'posted' })];
  expect(planAll([written({ urn: 'urn:li:share:7123' })], { entries }).remembered).toEqual(entries);
});

it('of two files with one URN and one content, the first is remembered', () => {
  const { posts, remembered } = planAll([written({ urn }), written({ file: 'b.md', urn })]);
  expect(posts.map(({ state }) => state)).toEqual(['known', 'known']);
  expect(remembered).toMatchObject([{ ids: ['posts/launch.md'] }]);
});
