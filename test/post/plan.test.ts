// The plan of many posts, what stops a run before anything is sent, and what makes two posts the same one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Post, WrittenPost } from '../../src/post/file/post.ts';
import { type PostEntry, postEntrySchema, postKeyText } from '../../src/post/memory/post-entry.ts';
import { digestPost } from '../../src/post/plan.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import { fuzzed } from '../support/fuzz.ts';
import { HOUR_MS, invalid, planAll, written } from './plans.ts';
import { digestOf, makeEntry, makePost, NOW_MS, PERSON } from './posts.ts';

describe('what stops a run', () => {
  const stopOf = (posts: WrittenPost[], given: Parameters<typeof planAll>[1] = {}) => {
    const ledger = new PostLedger(planAll(posts, given));
    ledger.limitPosts();
    return ledger.stopReason;
  };

  it('more due posts than `max-posts` stop it, and known posts do not count', () => {
    const posts = ['a.md', 'b.md', 'c.md'].map((file) => written({ file }));
    const entries = [makeEntry({ state: 'posted', file: 'c.md' })];
    expect(stopOf(posts, { entries })).toMatchObject({
      code: 'INPUT_INVALID',
      input: 'max-posts',
      message:
        'max-posts is 1, but 2 posts are due: a.md, b.md; set it to 2 to post all of them, or keep some back with `draft: true` or a later `at`',
    });
    expect(stopOf(posts, { entries, settings: { maxPosts: 2 } })).toBeNull();
  });

  it('any validation error stops it, also of a post of another owner', () => {
    const broken = written({ file: 'b.md', author: PERSON }, [invalid]);
    expect(stopOf([written(), broken])).toMatchObject({
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

describe('a `urn` in two places', () => {
  const urn = 'urn:li:share:7123';
  const problem = (file: string) =>
    `the \`urn\` ${urn} is also that of ${file}: remove it from the post that it does not belong to`;

  it('two posts with one `urn` are an error in both files: one of them is a copy', () => {
    const { posts } = planAll([written({ file: 'a.md', urn }), written({ file: 'b.md', text: 'New.', urn })]);
    expect(posts.map(({ errors }) => errors)).toMatchObject([
      [{ code: 'POST_KEY', subject: { file: 'a.md', line: 2 }, problem: problem('b.md') }],
      [{ code: 'POST_KEY', subject: { file: 'b.md', line: 2 }, problem: problem('a.md') }],
    ]);
  });

  it('a `urn` that is remembered for another file gets a notice, and one of a deleted file does not', () => {
    const entries = [makeEntry({ state: 'posted', file: 'a.md' })];
    const copy = written({ file: 'b.md', text: 'New.', urn });
    const noticeOf = (otherFiles: string[]) => planAll([copy], { entries, otherFiles }).posts[0]?.notice;
    expect(noticeOf(['a.md'])).toContain('is remembered for a.md; if that is another post');
    expect(noticeOf([])).toBeNull();
  });

  it('a `urn` that replaces another one gets a notice', () => {
    const entries = [makeEntry({ state: 'posted' })];
    const { posts } = planAll([written({ urn: 'urn:li:share:8000' })], { entries });
    expect(posts).toMatchObject([{ state: 'known', toRemember: { urn: 'urn:li:share:8000' } }]);
    expect(posts[0]?.notice).toContain(`which was ${urn}`);
  });
});

it('the error of a post that is on LinkedIn says that it keeps the others back', () => {
  const entries = [makeEntry({ state: 'posted' })];
  const { posts } = planAll([written({}, [invalid]), written({ file: 'b.md' })], { entries });
  expect(posts[0]).toMatchObject({ state: 'failed', notice: expect.stringContaining('urn:li:share:7123') });
  expect(posts[0]?.notice).toContain('correct it, or delete its file');
  expect(planAll([written({}, [invalid])]).posts[0]?.notice).toBeNull();
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
