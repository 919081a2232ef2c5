// Posts in the summary and in the comment on a pull request: what readers will see, and nothing that GitHub takes for markup.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WrittenPost } from '../../../src/post/file/post.ts';
import { foldPosts, formatPost, postSections } from '../../../src/report/posts/post-report.ts';
import { buildSummary, MAX_SUMMARY_BYTES } from '../../../src/report/summary.ts';
import { pictureOf, timeAt } from '../../post/posts.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { picture, VIDEO } from '../../support/ledgers.ts';
import { type Given, reportOf, summaryOf, viewOf } from './post-runs.ts';

const addressOf = (path: string) => `https://github.com/octocat/media/blob/0123/${path}`;

function shownPost(post: Partial<WrittenPost> = {}, given: Omit<Given, 'post'> = {}): string {
  return formatPost(viewOf({ outcome: { state: 'planned' }, post, ...given }, 'plan'), addressOf);
}

/** The preview as its reader sees it: without tags, with entities decoded. */
function seen(markdown: string): string {
  return markdown
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(digits))
    .replace(
      /&(amp|lt|gt|nbsp);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', nbsp: ' ' })[name] ?? '',
    );
}

it('a post is shown with its live parts, its author, its time and its viewers', () => {
  const text = 'Thanks to @[Acme](urn:li:organization:5). #open_source \\#literal';
  const shown = shownPost({ text, at: timeAt(Date.parse('2026-12-03T08:00:00Z')) });
  expect(shown).toContain(
    'Thanks to <b class="live">Acme</b>. <b class="live">#open_source</b> #literal',
  );
  expect(seen(shown).trim()).toBe(
    [
      'posts/launch.md',
      'Goes out with the next run that publishes',
      'Acme is urn:li:organization:5   LinkedIn page 123 Thu 3 Dec 2026, 08:00 UTC · everybody',
      'Thanks to Acme. #open_source #literal',
    ].join(' '),
  );
});

it('a post is one line of HTML, which a long text of posts is not cut in', () => {
  const media = [pictureOf('media/a.png'), pictureOf('media/b.png')];
  expect(
    shownPost({ text: 'One\n\n\nTwo', comment: 'A\n\nB' }, { written: { media } }),
  ).not.toContain('\n');
});

it('pictures are shown by their address at the commit, with their alternative texts, and lead to their files', () => {
  const media = [{ ...pictureOf('media/a.png'), alt: 'The "dashboard"' }];
  expect(shownPost({}, { written: { media } })).toContain(
    `<a href="${addressOf('media/a.png')}"><img src="${addressOf('media/a.png')}?raw=true" alt="The &#34;dashboard&#34;" width="8"></a>`,
  );
  const without = formatPost(viewOf({ written: { media } }), () => null);
  expect(without).not.toContain('<img');
  expect(without).toContain('<b>media/a.png</b>');
});

const image = picture('a.png');
const pdf = {
  ...pictureOf('a.pdf'),
  media: { kind: 'document', mediaType: 'application/pdf' },
} as const;
it.each<[string, Partial<WrittenPost>, string]>([
  [
    'poll',
    { poll: { question: 'Which?', options: ['This', 'That'], days: 3 } },
    'Which?The author can see how you vote. This That 0 votes · open for 3 days',
  ],
  [
    'link card',
    { link: { url: 'https://a.example/x', title: 'Docs', description: 'All' }, linkImage: image },
    `(${addressOf('a.png')}) DocsAlla.example`,
  ],
  ['document', { title: 'Report', media: [pdf] }, 'ReportPDF'],
])('the %s of a post is shown below its text', (_, written, expected) => {
  const shown = shownPost({}, { written }).replace(/<img src="([^?]+)[^>]*>/, '($1)');
  expect(seen(shown).replace(/\s+/g, ' ')).toContain(`#opensource ${expected}`);
});

it.each([
  [[{ width: 1600, height: 900 }], [400]],
  [[{ width: 120, height: 60 }], [120]],
  [
    [
      { width: 1600, height: 1600 },
      { width: 1600, height: 800 },
    ],
    [120, 240],
  ],
  [
    [
      { width: 9000, height: 900 },
      { width: 900, height: 9000 },
    ],
    [400, 12],
  ],
])('pictures in a row have one height, and none is enlarged: %j', (sizes, widths) => {
  const media = sizes.map((size, n) => ({
    ...pictureOf(`${n}.png`),
    media: { kind: 'image', mediaType: 'image/png', ...size } as const,
  }));
  const found = [...shownPost({}, { written: { media } }).matchAll(/ width="(\d+)"/g)];
  expect(found.map(([, width]) => Number(width))).toEqual(widths);
});

it('no text becomes markup, a link or a mention, and the reader sees it unchanged', () => {
  const markup = fc.constantFrom(
    '<script>',
    '<!-- ',
    '-->',
    '</blockquote>',
    '![x](https://a.example/)',
    '@octocat',
    '#12',
    'GH-12',
    '```',
    '| x |',
    'https://a.example/',
    'www.a.example',
    '&lt;',
    '&#60;',
    '    code',
    '\n\n# Title',
    '\n- item',
    '$x$',
    '~~~',
    ':smile:',
  );
  const text = fc
    .array(fc.oneof(markup, fc.string({ unit: 'grapheme-ascii', maxLength: 5 })), {
      minLength: 1,
      maxLength: 10,
    })
    .map((pieces) => pieces.join('').trim())
    .filter((joined) => joined !== '');
  const property = fc.property(text, text, (one, two) => {
    const post = { text: one.replace(/[#@]/g, '\\$&'), comment: two, title: two };
    const media = [{ ...pictureOf('a.mp4'), media: VIDEO }];
    const shown = shownPost(post, { written: { media } });
    const tags =
      /<\/?(?:aside|h3|p|ol|li|blockquote|b|a|img|small|code|br|span|details|summary|div|wbr)(?: [^<>]*)?\/?>/g;
    const ours = shown.replace(tags, (tag) => (tag === '<wbr>' ? '\0' : ''));
    expect(ours).not.toMatch(/[<>$]|:\/\/|www\.|GH-\d|@\w|(?<!&)#\d|&(?!#\d+;|amp;|lt;|gt;|nbsp;)/);
    // Where GitHub would link the rendered text, a tag stands between the characters.
    expect(ours).not.toMatch(/&#(?:64|58|35);(?!\0)/);
    expect(shown).not.toContain('\n');
    expect(seen(shown).replace(/…more|\s+/g, '')).toContain(one.replace(/\s+/g, ''));
    expect(seen(shown).replace(/\s+/g, '')).toContain(`Firstcomment${two.replace(/\s+/g, '')}`);
  });
  fc.assert(property, fuzzed());
});

it('posts that go out come first, and those to which nothing happens have a folded line each', () => {
  const views = [
    viewOf({
      post: { file: 'a.md' },
      outcome: { state: 'known', reason: 'it was posted earlier' },
    }),
    viewOf({ post: { file: 'b.md' }, outcome: { state: 'planned' } }),
    viewOf({
      post: { file: 'c.md' },
      outcome: { state: 'other-owner', reason: 'it is for another owner' },
    }),
  ];
  const sections = postSections(views, addressOf).map(({ markdown }) => markdown);
  expect(sections.join().match(/<h3>.*<\/h3>/g)).toEqual(['<h3>b.md</h3>']);
  expect(foldPosts(views)).toBe(
    '<details><summary>1 published earlier, 1 for another page or person</summary>\n\n- `a.md` known: it was posted earlier\n- `c.md` other-owner: it is for another owner\n\n</details>',
  );
});

it('a post file that could not be read at all has only its errors, in the list of errors', () => {
  const unreadable = viewOf({ outcome: { state: 'failed' }, post: { text: '' } });
  expect(postSections([unreadable], addressOf)).toEqual([]);
});

it.each([64_000, MAX_SUMMARY_BYTES])(
  'a text of at most %i bytes ends with a whole post, and names the others above it',
  (maxBytes) => {
    const report = reportOf(
      Array.from({ length: 500 }, () => ({ post: { text: '<'.repeat(3000) } })),
    );
    const text = buildSummary(report, { maxBytes });
    // GitHub takes comments of 65,536 characters, and summaries of 1 MiB.
    expect(Buffer.byteLength(text)).toBeLessThan(maxBytes * 1.02);
    expect(text).toMatch(/^## ❌ /);
    expect(text).toMatch(
      /\*\*\d+ posts do not fit here: `posts\/launch\.md`, .* and \d+ more\. Open the page \(output `page-file`\) before you approve anything\.\*\*/,
    );
    expect(text).toMatch(/<\/blockquote>\n$/);
    expect(summaryOf([])).toBe('## ⚠️ No posts found, nothing to do\n');
  },
);
