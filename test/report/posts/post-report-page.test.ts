// Posts on the page: as in the feed, with what is to be known about them.

import { expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { Mode } from '../../../src/inputs/input-types.ts';
import { buildPostPage } from '../../../src/report/posts/post-report.ts';
import { viewPost } from '../../../src/report/posts/post-view.ts';
import { makeEntry, timeAt } from '../../post/posts.ts';
import { picture, sidecar, VIDEO, video } from '../../support/ledgers.ts';
import { type Given, PICTURE, POSTED, reportOf, runOf, viewOf } from './post-runs.ts';

async function pageOf(given: readonly Given[], mode: Mode = 'publish'): Promise<string> {
  const parts = await Array.fromAsync(buildPostPage(given.map((one) => viewOf(one, mode))));
  return parts.map(({ markup }) => markup).join('');
}

it('a post has a head for its author, its text and its first comment, and beside them its file and state', async () => {
  const html = await pageOf(
    [{ outcome: { state: 'planned' }, post: { comment: 'More <soon>' } }],
    'plan',
  );
  expect(html).toMatch(
    /<aside>\n<h3>posts\/launch\.md<\/h3>\n<p class="outcome"><b class="state go">Goes out with the next run that publishes<\/b><\/p>\n<\/aside>/,
  );
  expect(html).toMatch(
    /<blockquote>\n<p class="author organization"><span>.*LinkedIn page 123<\/a><\/b> <small>now · everybody<\/small>/,
  );
  expect(html).toContain('<p class="text">Version 2 is out. <b class="live">#opensource</b></p>');
  expect(html).toContain('<p class="first-comment"><b>First comment</b><br>More &lt;soon&gt;</p>');
});

it.each([
  ['failed', true],
  ['unknown', true],
  ['planned', false],
  ['posted', false],
] as const)('a post that is %s is marked as a failure: %s', async (state, isFailure) => {
  expect((await pageOf([{ outcome: { state } }])).includes('class="post bad"')).toBe(isFailure);
});

const SOON = {
  state: 'scheduled',
  post: { at: timeAt(Date.parse('2026-12-03T08:00:00Z')) },
} as const;
const EDIT = {
  state: 'edit',
  post: { revision: 1 },
  more: { entry: makeEntry({ state: 'posted' }) },
} as const;

it.each<[string, Given, Mode, string]>([
  [
    'is planned',
    { outcome: { state: 'planned' } },
    'plan',
    'go Goes out with the next run that publishes',
  ],
  ['waits for its time', SOON, 'plan', 'wait Waits until Thu 3 Dec 2026, 08:00 UTC'],
  [
    'waits for its turn',
    { outcome: { state: 'scheduled' } },
    'plan',
    'wait Waits for its turn in a later run',
  ],
  ['is a draft', { state: 'draft' }, 'plan', 'quiet Waits as a draft'],
  [
    'is an edit',
    { ...EDIT, outcome: { state: 'planned' } },
    'plan',
    'go Replaces the text of the post on LinkedIn with the next run that publishes',
  ],
  [
    'is an edit that waits for its time',
    { ...EDIT, ...SOON, post: { ...EDIT.post, ...SOON.post } },
    'plan',
    'wait Replaces the text of the post on LinkedIn after Thu 3 Dec 2026, 08:00 UTC',
  ],
  [
    'was edited',
    { ...EDIT, outcome: { state: 'edited' } },
    'publish',
    'go Its text on LinkedIn was replaced',
  ],
  ['went out', { outcome: POSTED }, 'publish', 'go Went out'],
  ['is simulated', { outcome: POSTED }, 'simulate', 'go Went out, as a simulation'],
  ['failed', { outcome: { state: 'failed' } }, 'publish', 'bad Failed'],
  ['may be out', { outcome: { state: 'unknown' } }, 'publish', 'bad May be on LinkedIn'],
  ['was left by a stopped run', { outcome: { state: 'skipped' } }, 'publish', 'bad Not sent'],
])(
  'a post that %s has a coloured label that says what happens',
  async (_, given, mode, expected) => {
    const html = await pageOf([given], mode);
    const [, tone, text] =
      /<p class="outcome"><b class="state (\w+)">([^<]+)<\/b>/.exec(html) ?? [];
    expect(`${tone} ${text}`).toBe(expected);
  },
);

it('the label of a post that an error of another one holds back is a warning', () => {
  const [item] = runOf([{ outcome: { state: 'planned' } }]).items;
  expect(item && viewPost(item, 'plan', true).label).toEqual({
    text: 'Goes out once the errors are corrected',
    tone: 'warn',
  });
});

it('an edit shows what stays as it was published: its pictures, its card or its poll, and its first comment', async () => {
  const planned = { ...EDIT, outcome: { state: 'planned' } } as const;
  const note = 'Stays as it was published (here as the file has it now):';
  const pictures = await pageOf([
    { ...planned, written: { media: [PICTURE, PICTURE], comment: 'More' } },
  ]);
  expect(pictures).toContain(
    `<p class="note stays">${note} 2 pictures, first comment</p>\n<div class="media n2">`,
  );
  expect(pictures).toContain('<b>First comment</b><br>More</p>');
  const poll = { question: 'Which?', options: ['This', 'That'], days: 1 } as const;
  const asked = await pageOf([
    { ...planned, written: { poll: { ...poll, options: [...poll.options] } } },
  ]);
  expect(asked).toContain(`${note} poll</p>\n<div class="poll">`);
  const link = { url: 'https://a.example/b', title: 'Docs' };
  const card = await pageOf([{ ...planned, written: { link, linkImage: picture('media/c.png') } }]);
  expect(card).toContain(`${note} link card</p>\n<div class="media n1">`);
  expect(card).toContain('<p class="link"><b>Docs</b>');
});

it('the files of an edit are embedded after those of the posts that go out', async () => {
  const big = (path: string) => ({
    ...PICTURE,
    path,
    absolutePath: `/${path}`,
    sizeBytes: 40_000_000,
  });
  const html = await pageOf([
    { ...EDIT, outcome: { state: 'planned' }, written: { media: [big('a.png')] } },
    { outcome: { state: 'planned' }, written: { media: [big('b.png')] } },
  ]);
  const boxes = [...html.matchAll(/<small>(the file has changed|left out)/g)].map(([, why]) => why);
  expect(boxes).toEqual(['left out', 'the file has changed']);
});

it('a reason stands below the label, unless the label says it', async () => {
  const reason = 'its turn comes in a later run';
  expect(await pageOf([{ outcome: { state: 'scheduled', reason } }], 'plan')).toContain(
    `</b></p>\n<p class="note">scheduled: ${reason}</p>`,
  );
  expect(await pageOf([{ outcome: { state: 'planned' } }], 'plan')).not.toContain('class="note"');
});

it('posts that failed come first, with their errors and what to do', async () => {
  const error = new ActionError('POST_MEDIA', 'has no picture', {
    subject: { file: 'posts/launch.md', line: 3 },
    hint: 'Add one.',
  });
  const html = await pageOf([
    { outcome: { state: 'planned' } },
    { outcome: { state: 'failed', errors: [error] } },
  ]);
  const [first, second, ...others] = html.split(/(?=<section )/);
  expect(others).toEqual([]);
  expect(first).toContain('<p class="error">Line 3: has no picture<br><span class="hint">');
  expect(second).not.toContain('class="error"');
});

it('posts to which nothing happens are counted and folded', async () => {
  const known = (file: string): Given => ({
    post: { file },
    outcome: { state: 'known', reason: 'it was posted earlier' },
  });
  const html = await pageOf([
    known('a.md'),
    known('b.md'),
    { outcome: { state: 'other-owner' } },
    {},
  ]);
  expect(html.match(/<section /g)).toHaveLength(1);
  expect(html).toContain(
    '<details class="folded" id="others"><summary>2 published earlier, 1 for another page or person</summary>',
  );
  expect(html).toContain('<b>a.md</b> <span class="state">known: it was posted earlier</span>');
});

it('the rest of a long text unfolds', async () => {
  const html = await pageOf([{ post: { text: 'One\n\nThree\nFour' } }]);
  expect(html).toContain(
    '<p class="text">One<br>\n<br>\nThree</p>\n<details><summary>…more</summary><p class="text">Four</p></details>',
  );
  expect(await pageOf([{ post: { text: 'One\n\nThree' } }])).not.toContain('<details>');
});

it('a video has its title once, and a link card its picture, title, description and site', async () => {
  const media = [{ ...PICTURE, ...video('media/a.mp4'), media: VIDEO }];
  const clip = await pageOf([{ post: { title: 'The <launch>' }, written: { media } }]);
  expect(clip).toContain('<p class="link"><b>The &lt;launch&gt;</b></p>');
  expect(clip.split('launch&gt;')).toHaveLength(2);
  const link = { url: 'https://a.example/b', title: 'Docs', description: 'All of it' };
  const card = await pageOf([{ post: { link }, written: { linkImage: picture('media/c.png') } }]);
  expect(card).toMatch(/<div class="media n1"><div class="tile image">.*media\/c\.png/);
  expect(card).toContain(
    '<p class="link"><b>Docs</b><br>All of it<br><small>a.example</small></p>',
  );
});

it('a video names the captions and the thumbnail that are sent, and a document its type and size', async () => {
  const sidecars = { captions: sidecar('media/a.srt', 10), thumbnail: sidecar('media/a.png', 10) };
  const clip = [{ ...PICTURE, ...video('media/a.mp4', { sidecars }), media: VIDEO, alt: null }];
  expect(await pageOf([{ written: { media: clip } }])).toContain(
    '<li>media/a.mp4<br>captions: media/a.srt<br>thumbnail: media/a.png</li>',
  );
  const pdf = { kind: 'document', mediaType: 'application/pdf' } as const;
  const deck = [{ ...PICTURE, ...picture('media/a.pdf'), media: pdf, alt: null }];
  expect(await pageOf([{ post: { title: 'Deck' }, written: { media: deck } }])).toMatch(
    /<b>Deck<\/b><small>PDF · [\d.]+ kB<\/small>/,
  );
});

it('each count leads to the first post of its state, or to the list of the posts that are only named', async () => {
  const given: Given[] = [
    { outcome: { state: 'planned' } },
    { outcome: { state: 'planned' } },
    { outcome: { state: 'failed' } },
    { state: 'known' },
  ];
  const html = await pageOf(given, 'plan');
  const ids = [...html.matchAll(/<(section|details) [^>]*id="([^"]+)"/g)].map(([, tag, id]) => [
    tag,
    id,
  ]);
  expect(ids).toEqual([
    ['section', 'failed'],
    ['section', 'planned'],
    ['details', 'others'],
  ]);
  const anchors = reportOf(given, { mode: 'plan' }).counts.map(({ anchor }) => anchor);
  expect(anchors).toEqual(['failed', 'planned', 'others']);
});

it('a poll has its question, its options and how long it is open', async () => {
  const poll = { question: 'Which <one>?', options: ['This', 'That'], days: 1 } as const;
  const html = await pageOf([{ post: { poll: { ...poll, options: [...poll.options] } } }]);
  expect(html).toContain('<b>Which &lt;one&gt;?</b>');
  expect(html).toContain('<ul>\n<li>This</li>\n<li>That</li>\n</ul>');
  expect(html).toContain('open for 1 day');
});

it('of many pictures, five stand as in the feed with the number of the others, which unfold', async () => {
  const media = Array.from({ length: 12 }, (_, n) => ({ ...PICTURE, path: `${n}.png` }));
  const html = await pageOf([{ written: { media } }]);
  const [feed = '', others = ''] = html.split('<details>');
  const count = (text: string) => text.split('class="tile image"').length - 1;
  expect([count(feed), count(others)]).toEqual([5, 7]);
  expect(feed).toContain('<div class="media n5">');
  expect(feed).toContain('<span class="more">+7</span>');
  expect(others).toContain('<summary>7 more pictures</summary>');
  const few = await pageOf([{ written: { media: media.slice(0, 5) } }]);
  expect([count(few), few.includes('more')]).toEqual([5, false]);
});

it('the first picture of each post is embedded before the others', async () => {
  const files = ['1.png', '2.png', '3.png', '4.png'].map((path) => ({
    ...PICTURE,
    ...{ path, absolutePath: `/nowhere/${path}`, sizeBytes: 13_000_000 },
  }));
  const html = await pageOf([
    { written: { media: files.slice(0, 3) } },
    { written: { media: files.slice(3) } },
  ]);
  // The files do not exist, so a box says that they have changed where they would be embedded.
  const boxes = [...html.matchAll(/<small>(the file has changed|left out)/g)].map(([, why]) => why);
  expect(boxes).toEqual([
    'the file has changed',
    'the file has changed',
    'left out',
    'the file has changed',
  ]);
});

it.each([
  ['known', 'publish', null],
  ['scheduled', 'publish', null],
  ['draft', 'publish', null],
  ['expired', 'plan', null],
  ['other-owner', 'plan', null],
  ['planned', 'plan', expect.anything()],
  ['scheduled', 'plan', expect.anything()],
  ['posted', 'publish', expect.anything()],
  ['failed', 'publish', expect.anything()],
] as const)(
  'the page is empty if nothing was planned, sent or failed: %s in mode %s',
  (state, mode, page) => {
    expect(reportOf([{ outcome: { state } }], { mode }).page).toEqual(page);
    expect(reportOf([], { mode }).page).toBeNull();
  },
);

it.each([
  ['planned', 'plan', true],
  ['scheduled', 'plan', true],
  ['scheduled', 'publish', false],
  ['draft', 'publish', false],
  ['posted', 'publish', true],
  ['failed', 'publish', true],
  ['expired', 'plan', false],
] as const)(
  'a post that is %s in mode %s is shown with its picture: %s',
  async (state, mode, isShown) => {
    const html = await pageOf([{ outcome: { state }, written: { media: [PICTURE] } }], mode);
    expect(html.includes('<section ')).toBe(isShown);
    expect(html.includes('<details class="folded"')).toBe(!isShown);
  },
);
