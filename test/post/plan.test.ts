// The plan of many posts, what stops a run before anything is sent, and what makes two posts the same one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionError } from '../../src/errors/action-error.ts';
import { parsePostFile } from '../../src/post/file/parse-post-file.ts';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { readPostTime } from '../../src/post/file/post-time.ts';
import { contentOf } from '../../src/post/identity.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/post-entry.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import { fuzzed } from '../support/fuzz.ts';
import { IMAGE, picture } from '../support/ledgers.ts';
import { HOUR_MS, invalid, planAll, planOne, written } from './plans.ts';
import { makeEntry, makePost, NOW_MS, PAGE, PERSON, pictureOf, timeAt } from './posts.ts';

it('any validation error stops a run, but not one of a post of another owner', () => {
  const posts = [written({}, [invalid]), written({ file: 'b.md', text: 'B' })];
  expect(planAll(posts).stop).toMatchObject({
    code: 'POST_KEY',
    message: 'posts/launch.md, line 2: x',
  });
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
    at: fc.option(
      fc.integer({ min: NOW_MS - 100 * HOUR_MS, max: NOW_MS + 100 * HOUR_MS }).map(timeAt),
    ),
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
        if (identity.kind === 'new')
          expect(memory.filter((one) => one.content === content)).toEqual([]);
        if (own !== undefined)
          expect(attempt).toBeGreaterThan('attempt' in own ? own.attempt : Infinity);
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
  expect(digest({ link, at: timeAt(1), linkImage: file('c'.repeat(64)) })).toBe(
    '802b0f44f729ba9b7d43da6fcf144413e5e73cccaa38c0d0cb6b4e09e3be49b4',
  );
});

it.each<[string, string]>([
  ['author', digest({ author: PERSON })],
  ['text', digest({ text: 'Another.' })],
  ['time', digest({ at: timeAt(1) })],
  ['link', digest({ link: LINK })],
  ['media', digest({ media: shown('a'.repeat(64)) })],
])('another %s is another post', (_, other) => {
  expect(other).toMatch(/^[0-9a-f]{64}$/);
  expect(other).not.toBe(digest());
});

it('a time without a zone of its own is the same post in every zone', () => {
  const timeOf = (at: string, timezone: string | null) => {
    const time = readPostTime(at, timezone);
    return 'problem' in time ? null : time;
  };
  const [berlin, tokyo] = ['Europe/Berlin', 'Asia/Tokyo'].map((zone) =>
    digest({ at: timeOf('2026-12-03 09:00', zone) }),
  );
  expect(berlin).toBe(tokyo);
  expect(berlin).toBe('2a8a179facac2de98a4f6f9b9076ea0ba490b672b64d24f78ca782418dbdfc9b');
  const instant = digest({ at: timeOf('2026-12-03T09:00:00+01:00', null) });
  expect(digest({ at: timeOf('2026-12-03 09:00 Europe/Berlin', 'Asia/Tokyo') })).toBe(instant);
  expect(instant).not.toBe(berlin);
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
  const other = {
    file: 'b.md',
    id: 'b',
    comment: 'x',
    visibility: 'logged-in',
    draft: true,
  } as const;
  expect(digest({ ...other, entries: [{ file: 'a.png', alt: 'x' }] })).toBe(digest());
});

it('a draft with a mistake is an error, and the posts that are due are not sent', () => {
  const { posts, stop } = planAll([
    written({ draft: true }, [invalid]),
    written({ file: 'b.md', text: 'B' }),
  ]);
  expect(posts.map(({ state }) => state)).toEqual(['failed', 'due']);
  expect(stop).toMatchObject({ code: 'POST_KEY' });
});

it('a post is due without a time, and at its time', () => {
  expect(planOne({})).toMatchObject({ state: 'due', attempt: 1, errors: [] });
  expect(planOne({ at: timeAt(NOW_MS) })).toMatchObject({ state: 'due' });
  expect(planOne({ at: timeAt(NOW_MS - 48 * HOUR_MS) })).toMatchObject({ state: 'due' });
});

it('a post is scheduled before its time, and the plan says when the next one is due', () => {
  const posts = [3, 1, 2].map((hours) =>
    written({ file: `${hours}.md`, at: timeAt(NOW_MS + hours * HOUR_MS) }),
  );
  const { posts: planned, nextAt } = planAll(posts);
  expect(planned.map(({ state }) => state)).toEqual(['scheduled', 'scheduled', 'scheduled']);
  expect(planned[0]?.reason).toBe(
    'it is due on Thu 3 Dec 2026, 15:00 UTC, and the first run after that publishes it',
  );
  expect(nextAt?.iso).toBe('2026-12-03T13:00:00Z');
  expect(planAll([written()]).nextAt).toBeNull();
});

it('a post is expired when its time is further in the past than `max-age-hours`', () => {
  const late = { at: timeAt(NOW_MS - 48 * HOUR_MS - 1) };
  expect(planOne(late)).toMatchObject({
    state: 'expired',
    reason: expect.stringContaining('more than 48 hours ago'),
  });
  expect(planOne(late, { settings: { maxAgeHours: 0 } }).state).toBe('due');
  expect(planOne(late, { settings: { maxAgeHours: 49 } }).state).toBe('due');
});

it('a remembered post is known; the run that first sees another text in its file warns and says both ways out, and later ones give a notice', () => {
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
  const another = written({ text: 'Another text.' });
  const changed = planAll([another], { entries });
  expect(changed.posts).toMatchObject([
    {
      state: 'known',
      notice: null,
      warning:
        'has changed since it was posted, and the new text is not on LinkedIn: a greater `revision` replaces the text on LinkedIn, and an `id` makes another post',
    },
  ]);
  const later = planAll([another], { entries: changed.remembered });
  expect(later.posts).toMatchObject([
    {
      state: 'known',
      notice: expect.stringContaining('has changed since it was posted'),
      warning: null,
    },
  ]);
});

it.each<[string, PostEntry]>([
  ['another post', makeEntry({ state: 'posted', ids: ['other'], content: 'b'.repeat(64) })],
  ['another author', { ...makeEntry({ state: 'posted' }), author: PERSON }],
  ['another API base', { ...makeEntry({ state: 'posted' }), apiUrl: 'http://127.0.0.1:1' }],
])('an entry of %s does not make a post known', (_, entry) => {
  expect(planOne({}, { entries: [entry] }).state).toBe('due');
});

/** Why a run with two due posts and `max-posts: 1` stops. */
function stopReasonOf(entry: PostEntry): ActionError | null {
  const posts = ['b.md', 'c.md'].map((name) => written({ file: name, text: name }));
  const ledger = new PostLedger(planAll(posts, { entries: [entry] }));
  ledger.guardNewMemory();
  return ledger.stopReason;
}

it.each<[string, PostEntry]>([
  ['of another author', { ...makeEntry({ state: 'posted' }), author: PERSON }],
  ['at another `api-url`', { ...makeEntry({ state: 'posted' }), apiUrl: 'http://127.0.0.1:1' }],
])(
  'more due posts than `max-posts` are an error while the memory has only posts %s',
  (_, entry) => {
    expect(stopReasonOf(entry)).toMatchObject({ input: 'max-posts' });
  },
);

it('more due posts than `max-posts` wait once the memory has a post of this author and `api-url`', () => {
  expect(stopReasonOf(makeEntry({ state: 'posted' }))).toBeNull();
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
  ['not yet due', { at: timeAt(NOW_MS + 1) }, /it is due on/],
  ['too old', { at: timeAt(0) }, /`max-age-hours`/],
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
  const everything = { draft: true, at: timeAt(NOW_MS - 1000 * HOUR_MS) };
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
  const unreadable = parsePostFile('Out now', 'posts/launch.md', {
    owner: PAGE,
    timezone: null,
    release: null,
  });
  const { posts, stop } = planAll([unreadable], { entries: [posted] });
  expect(posts).toMatchObject([{ state: 'known', urn: 'urn:li:share:7123', errors: [] }]);
  expect([posts[0]?.notice?.includes('has no front matter'), stop]).toEqual([true, null]);
});

it('a text that was corrected is known after its file is moved, and what a run has seen is remembered', () => {
  const corrected = planAll([written({ text: 'Corrected.' })], { entries: [posted] });
  expect(corrected.remembered).toMatchObject([
    { seen: [contentOf(makePost({ text: 'Corrected.' }))] },
  ]);
  const moved = written({ file: 'posts/moved.md', text: 'Corrected.' });
  const { posts, remembered } = planAll([moved], { entries: corrected.remembered });
  expect(posts).toMatchObject([{ state: 'known', reason: 'it was posted as posts/launch.md' }]);
  expect(remembered).toMatchObject([{ ids: ['posts/launch.md', 'posts/moved.md'] }]);
});

it('a copy is known, with a warning that names the first file, and says that two ids or another text make it a post of its own', () => {
  const files = [written(), written({ file: 'posts/copy.md' })];
  const { posts, remembered, stop } = planAll(files, { entries: [posted] });
  expect(posts.map(({ state }) => state)).toEqual(['known', 'known']);
  expect(posts[1]?.warning).toBe(
    'is not sent: it has the text of posts/launch.md, and LinkedIn has that; if it is another post, give each of the two files an `id`, or write another text',
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
    expect(posts[0]?.notice ?? '').toContain(
      state === 'posted' ? 'which was urn:li:share:7123' : '',
    );
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
