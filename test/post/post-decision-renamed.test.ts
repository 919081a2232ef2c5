// What the memory holds of a post whose file was renamed.

import { describe, expect, it } from 'vitest';
import type { Post } from '../../src/post/file/post.ts';
import { invalid, planAll, planOne, written } from './plans.ts';
import { makeEntry, NOW_MS, PAGE, PERSON } from './posts.ts';

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

  it.each([
    ['added', 'posts/launch.md', 'launch'],
    ['removed', 'launch', 'posts/launch.md'],
  ])('a post is known when only its `id` was %s', (_, from, id) => {
    const entries = [makeEntry({ state: 'posted', id: from })];
    const { posts, toRemember } = planAll([written({ id })], { entries });
    expect(posts[0]).toMatchObject({ state: 'known', reason: expect.stringContaining(`posted as ${from},`) });
    expect(toRemember).toMatchObject([{ id, file: 'posts/launch.md', urn: 'urn:li:share:7123' }]);
  });

  it('a post that was published under the former name is known, although an attempt under its own is unknown', () => {
    const own = makeEntry({ state: 'unknown' });
    const planned = planOne({ resend: 5 }, { entries: [own, former] });
    expect(planned).toMatchObject({ state: 'known', entry: former, toRemember: { id: 'posts/launch.md' } });
  });

  it('a copy of a post that was renamed before is a new post', () => {
    const entries = [makeEntry({ state: 'posted', file: 'posts/older.md' }), former];
    const copy = planOne({}, { entries, otherFiles: ['posts/old.md'] });
    expect(copy.state).toBe('due');
    expect(planOne({}, { entries }).state).toBe('known');
  });

  it('a rename is not taken for a copy because another file has its URN by mistake', () => {
    const mistaken = makeEntry({ state: 'posted', file: 'posts/other.md', digest: 'another' });
    const { state } = planOne({}, { entries: [former, mistaken], otherFiles: ['posts/other.md'] });
    expect(state).toBe('known');
  });

  it('a file that takes over the id of a post from inputs is known under its later names too', () => {
    const entry = makeEntry({ state: 'posted', file: null, id: 'v1' });
    const { posts, toRemember } = planAll([written({ id: 'v1' })], { entries: [entry] });
    expect([posts[0]?.state, toRemember]).toMatchObject(['known', [{ id: 'v1', file: 'posts/launch.md' }]]);
    expect(planOne({ file: 'posts/new.md' }, { entries: toRemember }).state).toBe('known');
  });

  it('an added `id` in the file of a post gets a notice', () => {
    const entries = [makeEntry({ state: 'posted' })];
    expect(planOne({ id: 'v1' }, { entries }).notice).toContain('to post the same text once more');
  });

  it('another `id` in the file of a post that had one is another post, such as that of the next release', () => {
    const first = makeEntry({ state: 'posted', id: 'v1' });
    expect(planOne({ id: 'v2' }, { entries: [first] }).state).toBe('due');
    expect(planOne({ id: 'v1' }, { entries: [first, { ...first, id: 'v2' }] }).state).toBe('known');
  });

  it.each([
    [5, 3, 'due'],
    [3, 5, 'known'],
  ])(
    'the last id of a file decides (without an `id` %i minutes ago, with another one %i minutes ago)',
    (unnamed, named, state) => {
      const entries = [
        makeEntry({ state: 'posted', minutesAgo: unnamed }),
        makeEntry({ state: 'posted', minutesAgo: named, id: 'v1' }),
      ];
      expect(planOne({ id: 'v2' }, { entries }).state).toBe(state);
    },
  );

  it('another `id` in a file that was renamed too gets a notice', () => {
    const entries = [makeEntry({ state: 'posted', file: 'posts/old.md', id: 'v1' })];
    const planned = planOne({ id: 'v2' }, { entries });
    expect(planned).toMatchObject({ state: 'known', notice: expect.stringContaining('former `id`') });
  });

  it('another `id` in a file that was renamed before is another post, whatever the ids in its former file', () => {
    const older = makeEntry({ state: 'posted', file: 'posts/old.md', id: 'v1', minutesAgo: 90 });
    const entries = [older, { ...makeEntry({ state: 'posted', id: 'v2' }), urn: 'urn:li:share:7124' }];
    expect(planOne({ id: 'v2' }, { entries }).state).toBe('known');
    expect(planOne({ id: 'v3' }, { entries }).state).toBe('due');
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
      makeEntry({ state: 'sending', minutesAgo: 21, file: 'posts/old.md' }),
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

  const NEXT = 'Something else.';

  it.each(['posted', 'unknown'] as const)(
    'a post that is %s stays so when its file gets new text and its own text moves to a new file',
    (state) => {
      const entry = makeEntry({ state, file: 'posts/latest.md' });
      const files = [written({ file: 'posts/latest.md', text: NEXT }), written({ file: 'posts/moved.md' })];
      const { posts, toRemember } = planAll(files, { entries: [entry] });
      const known = state === 'posted' ? 'known' : 'unknown';
      expect(posts.map((one) => one.state)).toEqual([known, known]);
      expect(toRemember).toMatchObject([{ state, id: 'posts/moved.md', digest: entry.digest }]);
    },
  );

  it('the notice of a new text under the id of a published post says where that post is', () => {
    const entry = makeEntry({ state: 'posted', file: 'posts/latest.md' });
    const files = [written({ file: 'posts/latest.md', text: NEXT }), written({ file: 'posts/moved.md' })];
    const [latest, moved] = planAll(files, { entries: [entry] }).posts;
    expect(latest?.notice).toContain('now in posts/moved.md; rename it, or give it an `id`');
    expect(moved?.notice).toBeNull();
  });

  it('posts that are renumbered are known, each under its new number', () => {
    const texts = ['A', 'B'].map((text) => ({ text, digest: planOne({ text }).digest ?? '' }));
    const entries = texts.map(({ digest }, index) =>
      makeEntry({ state: 'posted', file: `posts/${index + 1}.md`, digest }),
    );
    const files = [NEXT, 'A', 'B'].map((text, index) => written({ file: `posts/${index + 1}.md`, text }));
    const { posts, toRemember } = planAll(files, { entries });
    expect(posts.map(({ state }) => state)).toEqual(['known', 'known', 'known']);
    expect(toRemember).toMatchObject([{ id: 'posts/3.md' }]);
  });

  it('a post is known when its file gets another id, and a new file its former id', () => {
    const entry = makeEntry({ state: 'posted', id: 'launch' });
    const files = [written({ id: 'first' }), written({ file: 'posts/new.md', id: 'launch', text: NEXT })];
    const { posts } = planAll(files, { entries: [entry] });
    expect(posts.map(({ state }) => state)).toEqual(['known', 'known']);
  });

  it('a file with errors may still have the content of its post', () => {
    const files = [written({ file: 'posts/old.md' }, [invalid]), written()];
    expect(planAll(files, { entries: [former] }).posts[1]?.state).toBe('due');
  });

  it('a post from inputs is not the rename of a file that is gone', () => {
    expect(planOne({ file: null, id: 'v2.0.0' }, { entries: [former] }).state).toBe('due');
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
