// The state of each post, in the order of precedence, and what stops a run before anything is sent.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors.ts';
import type { Post } from '../../src/post/file/post.ts';
import type { PostFile } from '../../src/post/file/post-file.ts';
import { type PostEntry, postEntrySchema, postKeyText } from '../../src/post/memory/post-entry.ts';
import { type PostPlanSettings, planPosts } from '../../src/post/plan.ts';
import { fuzzed } from '../support/fuzz.ts';
import { digestOf, makeEntry, makePost, makeWritten, NOW_MS, PAGE, PERSON } from './posts.ts';

const HOUR_MS = 3_600_000;

function written(changes: Partial<Post> = {}, errors: readonly ActionError[] = []): PostFile {
  return makeWritten(changes, { errors });
}

interface Given {
  readonly entries?: readonly PostEntry[];
  /** Post files in the workspace that are not among the posts. */
  readonly otherFiles?: readonly string[];
  readonly settings?: Partial<PostPlanSettings>;
}

function planAll(posts: readonly PostFile[], { entries = [], otherFiles = [], settings }: Given = {}) {
  const files = new Set([...otherFiles, ...posts.map(({ file }) => file)]);
  const defaults = {
    owner: PAGE,
    apiUrl: 'https://api.linkedin.com',
    nowMs: NOW_MS,
    maxPosts: 1,
    maxAgeHours: 48,
  };
  const plan = planPosts(
    posts,
    { entries, fileExists: (path) => files.has(path) },
    { ...defaults, ...settings },
  );
  return { ...plan, toRemember: plan.posts.flatMap(({ toRemember }) => toRemember ?? []) };
}

function planOne(changes: Partial<Post>, given: Given = {}) {
  const { posts } = planAll([written(changes)], given);
  const [one] = posts;
  if (one === undefined) throw new Error('no post');
  return one;
}

const invalid = new ActionError('POST_KEY', 'x', { subject: { file: 'posts/launch.md', line: 2 } });

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
    expect(planned[0]?.reason).toBe('it is due at 2026-12-03T15:00:00Z');
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
    ['another id', makeEntry({ state: 'posted', id: 'other' })],
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
    expect(planOne({ resend: 1 }, { entries: at(9.9) }).state).toBe('sending');
    expect(planOne({ resend: 1 }, { entries: at(10) })).toMatchObject({ state: 'due', attempt: 2 });
    expect(planOne({}, { entries: at(10) })).toMatchObject({ state: 'unknown', entry: { state: 'sending' } });
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

describe('a renamed post', () => {
  const former = makeEntry({ state: 'posted', file: 'posts/old.md' });

  it('a post is known under the id of a file that is gone, and remembered under its own', () => {
    const { posts, toRemember } = planAll([written()], { entries: [former] });
    expect(posts[0]).toMatchObject({ state: 'known', reason: expect.stringContaining('posts/old.md') });
    expect(toRemember).toEqual([
      {
        ...former,
        id: 'posts/launch.md',
        file: 'posts/launch.md',
        updatedAt: new Date(NOW_MS).toISOString(),
      },
    ]);
  });

  it('no further attempt is allowed for a post that was published under the former name', () => {
    const own = makeEntry({ state: 'unknown' });
    const planned = planOne({ resend: 5 }, { entries: [own, former] });
    expect(planned).toMatchObject({ state: 'unknown', entry: own });
  });

  it('the attempts under both names count', () => {
    const entries = [
      makeEntry({ state: 'unknown', attempt: 1 }),
      makeEntry({ state: 'unknown', attempt: 2, file: 'posts/old.md' }),
    ];
    expect(planOne({ resend: 1 }, { entries }).state).toBe('unknown');
    expect(planOne({ resend: 2 }, { entries })).toMatchObject({ state: 'due', attempt: 3 });
  });

  it('a post that another run sends under the former name is not sent, even if an attempt is allowed', () => {
    const entries = [
      makeEntry({ state: 'unknown' }),
      makeEntry({ state: 'sending', minutesAgo: 1, file: 'posts/old.md' }),
    ];
    expect(planOne({ resend: 1 }, { entries }).state).toBe('sending');
  });

  it.each([
    ['unknown', makeEntry({ state: 'unknown', file: 'posts/old.md' })],
    [
      'left by a process that has ended',
      makeEntry({ state: 'sending', minutesAgo: 11, file: 'posts/old.md' }),
    ],
  ])('a post that is %s stays unknown under its new name, even if its text is edited later', (_, entry) => {
    const { posts, toRemember } = planAll([written()], { entries: [entry] });
    expect(posts[0]?.state).toBe('unknown');
    expect(toRemember).toMatchObject([{ id: 'posts/launch.md', state: 'unknown' }]);
    const edited = planAll([written({ text: 'Edited.' })], { entries: [entry, ...toRemember] });
    expect(edited.posts[0]?.state).toBe('unknown');
  });

  it('a post that is renamed and edited is a new one', () => {
    const entry = makeEntry({ state: 'posted', file: 'posts/old.md' });
    const edited = planAll([written({ file: 'posts/old.md', text: 'Edited.' })], { entries: [entry] });
    expect(edited.posts[0]?.state).toBe('known');
    expect(edited.toRemember).toEqual([]);
    expect(planOne({ text: 'Edited.' }, { entries: [entry] }).state).toBe('due');
  });

  it('a copy is not a rename, even if no pattern matches the other file', () => {
    expect(planOne({}, { entries: [former], otherFiles: ['posts/old.md'] }).state).toBe('due');
  });

  it('an id that another post of the run has is not free', () => {
    const entry = makeEntry({ state: 'posted', file: 'posts/old.md', id: 'launch' });
    const moved = written({ file: 'posts/new.md', id: 'launch' });
    const { posts } = planAll([written({ file: 'posts/copy.md' }), moved], { entries: [entry] });
    expect(posts.map(({ state }) => state)).toEqual(['due', 'known']);
  });

  it.each<[string, Partial<Post>]>([
    ['text', { text: 'Another text.' }],
    ['time', { atMs: NOW_MS }],
    ['author', { author: PERSON }],
  ])('a renamed post with another %s is a new one', (_, changes) => {
    const settings = { owner: changes.author ?? PAGE };
    expect(planOne(changes, { entries: [former], settings }).state).toBe('due');
  });

  it('an entry of a post from inputs has no file that could be gone', () => {
    const entry = makeEntry({ state: 'posted', file: null, id: 'v1' });
    expect(planOne({}, { entries: [entry] }).state).toBe('due');
  });

  it('an unknown outcome follows a rename, and so does a claim, which stays with its id', () => {
    const unknown = makeEntry({ state: 'unknown', file: 'posts/old.md' });
    expect(planAll([written()], { entries: [unknown] })).toMatchObject({
      posts: [{ state: 'unknown' }],
      toRemember: [{ state: 'unknown', id: 'posts/launch.md', attempt: 1 }],
    });
    const sending = makeEntry({ state: 'sending', file: 'posts/old.md', minutesAgo: 1 });
    const plan = planAll([written()], { entries: [sending] });
    expect(plan).toMatchObject({
      posts: [{ state: 'sending', entry: { id: 'posts/old.md' } }],
      toRemember: [],
    });
  });

  it('a post outranks an unknown outcome with the same digest', () => {
    const unknown = makeEntry({ state: 'unknown', file: 'posts/older.md', minutesAgo: 1 });
    expect(planOne({}, { entries: [unknown, former] }).state).toBe('known');
  });
});

describe('the first comment of a known post', () => {
  const claim = {
    nonce: 'nonce-of-another-run',
    run: '',
    claimedAt: new Date(NOW_MS - 60_000).toISOString(),
  };
  const old = { ...claim, claimedAt: new Date(NOW_MS - 11 * 60_000).toISOString() };

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

describe('what stops a run', () => {
  it('more due posts than `max-posts` stop it, and known posts do not count', () => {
    const [a, b, c] = ['a.md', 'b.md', 'c.md'].map((file) => written({ file }));
    const entries = [makeEntry({ state: 'posted', file: 'c.md' })];
    const posts = [a, b, c].filter((one) => one !== undefined);
    expect(planAll(posts, { entries }).stop).toMatchObject({
      code: 'INPUT_INVALID',
      input: 'max-posts',
      message:
        'max-posts is 1, but 2 posts are due: a.md, b.md; set it to 2 to post all of them, or keep some back with `draft: true` or a later `at`',
    });
    expect(planAll(posts, { entries, settings: { maxPosts: 2 } }).stop).toBeNull();
  });

  it('any validation error stops it, also of a post of another owner', () => {
    const broken = written({ file: 'b.md', author: PERSON }, [invalid]);
    expect(planAll([written(), broken]).stop).toMatchObject({
      code: 'POST_KEY',
      message: 'posts/launch.md, line 2: x',
    });
  });

  it('two posts of one author with the same id are an error in both files', () => {
    const posts = [written({ file: 'a.md', id: 'x' }), written({ file: 'b.md', id: 'x' })];
    const { posts: planned } = planAll([...posts, written({ file: 'c.md', id: 'x', author: PERSON })]);
    expect(planned.map(({ state }) => state)).toEqual(['failed', 'failed', 'other-owner']);
    expect(planned[0]?.errors).toMatchObject([
      {
        code: 'POST_KEY',
        subject: { file: 'a.md', line: 2 },
        problem: 'the id x is also the id of b.md: give one of them another `id`',
      },
    ]);
  });
});

describe('any plan', () => {
  const files = ['a.md', 'b.md', 'c.md'];
  const texts = ['One.', 'Two.'];
  const entry = fc
    .record({
      state: fc.constantFrom<PostEntry['state']>('sending', 'unknown', 'posted'),
      file: fc.constantFrom(...files, 'gone.md', 'gone-too.md'),
      text: fc.constantFrom(...texts),
      attempt: fc.integer({ min: 1, max: 3 }),
      minutesAgo: fc.integer({ min: -20, max: 100 }),
    })
    .map(({ text, file, ...changes }) =>
      makeEntry({ ...changes, file, digest: digestOf(makePost({ text })) }),
    );
  const post = fc.record({
    file: fc.constantFrom(...files),
    text: fc.constantFrom(...texts),
    draft: fc.boolean(),
    resend: fc.nat(2),
    atMs: fc.option(fc.integer({ min: NOW_MS - 100 * HOUR_MS, max: NOW_MS + 100 * HOUR_MS })),
  });

  it('nothing is due that is known or being sent, and what is to be remembered is valid', () => {
    const entries = fc.uniqueArray(entry, { selector: postKeyText, maxLength: 4 });
    const posts = fc.uniqueArray(post, { selector: ({ file }) => file, maxLength: 3 });
    const property = fc.property(entries, posts, (memory, changes) => {
      const plan = planAll(
        changes.map((one) => written(one)),
        { entries: memory, settings: { maxPosts: 50 } },
      );
      for (const {
        state,
        written: { id },
        attempt,
        entry: recalled,
      } of plan.posts) {
        const own = memory.find((one) => one.id === id);
        if (own?.state === 'posted') expect(state).toBe('known');
        if (state !== 'due') continue;
        if (recalled === null) expect([own, attempt]).toEqual([undefined, 1]);
        else expect(attempt).toBeGreaterThan('attempt' in recalled ? recalled.attempt : Infinity);
        if (own !== undefined) expect(attempt).toBeGreaterThan('attempt' in own ? own.attempt : Infinity);
      }
      for (const one of plan.toRemember) expect(postEntrySchema.parse(one)).toEqual(one);
    });
    fc.assert(property, fuzzed(3000));
  });
});
