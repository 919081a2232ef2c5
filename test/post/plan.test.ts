// The plan of many posts, what stops a run before anything is sent, and what makes two posts the same one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { contentOf } from '../../src/post/identity.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/post-entry.ts';
import { fuzzed } from '../support/fuzz.ts';
import { IMAGE, picture } from '../support/ledgers.ts';
import { HOUR_MS, invalid, planAll, written } from './plans.ts';
import { makeEntry, makePost, NOW_MS, PERSON, pictureOf } from './posts.ts';

it('any validation error stops a run, but not one of a post of another owner', () => {
  const posts = [written({}, [invalid]), written({ file: 'b.md', text: 'B' })];
  expect(planAll(posts).stop).toMatchObject({ code: 'POST_KEY', message: 'posts/launch.md, line 2: x' });
  expect(planAll([written({ author: PERSON }, [invalid])]).stop).toBeNull();
});

it('a `urn` that was copied along with its file, above a new text, is an error at its line, if no pattern matches that file too', () => {
  const urn = 'urn:li:share:7123';
  const entries = [makeEntry({ state: 'posted', ids: ['a.md'] })];
  const copy = written({ file: 'b.md', text: 'New.', urn });
  const stopOf = (otherFiles: string[]) => planAll([copy], { entries, otherFiles }).stop;
  expect(stopOf(['a.md'])).toMatchObject({ code: 'POST_KEY', subject: { file: 'b.md', line: 2 } });
  expect(stopOf(['a.md'])?.message).toContain(`the \`urn\` ${urn} is that of a.md`);
  expect(stopOf([])).toBeNull();
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
      makeEntry({ ...changes, ids: [file], content: contentOf(makePost({ text })) }),
    );
  const post = fc.record({
    file: fc.constantFrom(...files),
    text: fc.constantFrom(...texts),
    draft: fc.boolean(),
    resend: fc.nat(2),
    atMs: fc.option(fc.integer({ min: NOW_MS - 100 * HOUR_MS, max: NOW_MS + 100 * HOUR_MS })),
  });

  it('nothing is due that is known or being sent, and what is remembered is valid', () => {
    const entries = fc.uniqueArray(entry, { selector: ({ ids }) => ids.join(), maxLength: 4 });
    const posts = fc.uniqueArray(post, { selector: ({ file }) => file, maxLength: 3 });
    const property = fc.property(entries, posts, (memory, changes) => {
      const plan = planAll(
        changes.map((one) => written(one)),
        { entries: memory, settings: { maxPosts: 50 } },
      );
      for (const { state, id, content, attempt, identity } of plan.posts) {
        const own = memory.find(({ ids }) => ids.includes(id));
        if (own?.state === 'posted') expect(['known', 'failed']).toContain(state);
        if (state !== 'due') continue;
        if (identity.kind === 'new') expect(memory.filter((one) => one.content === content)).toEqual([]);
        if (own !== undefined) expect(attempt).toBeGreaterThan('attempt' in own ? own.attempt : Infinity);
      }
      for (const one of plan.remembered) expect(postEntrySchema.parse(one)).toEqual(one);
    });
    fc.assert(property, fuzzed(3000));
  });
});

const LINK = { url: 'https://a.example/', title: 'T', image: 'a.png' };

const digest = (changes: Partial<WrittenPost> = {}) => contentOf(makePost(changes));
const file = (sha256: string) => picture('a.png', { media: { ...IMAGE, sha256 } });
const shown = (...digests: string[]) =>
  digests.map((sha256) => ({ ...pictureOf('a.png'), media: { ...IMAGE, sha256 } }));

it('the digest of a post stays the same in all versions: another one would make renamed posts new', () => {
  const link = { url: 'https://example.com', title: 'Title', image: 'a.png' };
  expect(digest({ link, atMs: 1, linkImage: file('c'.repeat(64)) })).toBe(
    '802b0f44f729ba9b7d43da6fcf144413e5e73cccaa38c0d0cb6b4e09e3be49b4',
  );
});

it.each<[string, string]>([
  ['author', digest({ author: PERSON })],
  ['text', digest({ text: 'Another.' })],
  ['time', digest({ atMs: 1 })],
  ['link', digest({ link: LINK })],
  ['media', digest({ media: shown('a'.repeat(64)) })],
])('another %s is another post', (_, other) => {
  expect(other).toMatch(/^[0-9a-f]{64}$/);
  expect(other).not.toBe(digest());
});

it('the order of the media and the image of the link count', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(digest({ media: shown(a, b) })).not.toBe(digest({ media: shown(b, a) }));
  expect(digest({ link: LINK, linkImage: file(a) })).not.toBe(digest({ link: LINK }));
});

it('another form of a letter, and blanks at the end of a line, are the same post', () => {
  expect(digest({ text: 'e\u0301a  \nb\t' })).toBe(digest({ text: '\u00e9a\nb' }));
  expect(digest({ text: 'a  b' })).not.toBe(digest({ text: 'a b' }));
});

it('another name, comment, visibility or alternative text is the same post', () => {
  const other = { file: 'b.md', id: 'b', comment: 'x', visibility: 'logged-in', draft: true } as const;
  expect(digest({ ...other, entries: [{ file: 'a.png', alt: 'x' }] })).toBe(digest());
});
