// The preview: what readers will see, and nothing that GitHub would take for markup.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/post/file/post.ts';
import { foldOffset } from '../../../src/post/text/rendered-text.ts';
import { escapeMarkdown } from '../../../src/report/markdown.ts';
import { buildPreview, formatPost, type PreviewedPost } from '../../../src/report/posts/preview.ts';
import { makePost } from '../../post/posts.ts';
import { fuzzed } from '../../support/fuzz.ts';

function previewed(changes: Partial<Post> = {}, other: Partial<PreviewedPost> = {}): PreviewedPost {
  const post = makePost(changes);
  return {
    name: 'posts/launch.md',
    state: 'planned',
    reasons: [],
    urn: null,
    post,
    media: [],
    pictures: [],
    ...other,
  };
}

/** The preview as its reader sees it: without tags, with entities decoded. */
function seen(markdown: string): string {
  return markdown
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(digits))
    .replaceAll('&nbsp;', ' ');
}

describe('formatPost', () => {
  it('a post is shown with its live parts, its author and its viewers', () => {
    const text = 'Thanks to @[Acme](urn:li:organization:5). #open_source \\#literal';
    const shown = formatPost(previewed({ text, atMs: Date.parse('2026-12-03T08:00:00Z') }));
    expect(shown).toContain('Thanks to <b>Acme</b>. <b>&#35;<wbr>open&#95;source</b> &#35;<wbr>literal');
    expect(seen(shown)).toBe(
      [
        '### posts/launch.md planned',
        'urn:li:organization:123 · visible to everybody · not before 2026-12-03T08:00:00Z',
        '\nThanks to Acme. #open_source #literal\n',
        'Mentions: Acme urn:li:organization:5',
      ].join('\n\n'),
    );
  });

  it('the author is linked if it is a page', () => {
    const link = '<a href="https://www.linkedin.com/company/123/"><code>urn';
    expect(formatPost(previewed())).toContain(link);
    expect(formatPost(previewed({ author: 'urn:li:person:a' }))).not.toContain('<a ');
  });

  it('images are listed in their order with their alternative text', () => {
    const media = [
      { file: 'media/a.png', kind: 'image' as const, alt: 'First\nline' },
      { file: 'media/b.png', kind: 'image' as const, alt: null },
    ];
    expect(seen(formatPost(previewed({}, { media })))).toContain(
      '1. media/a.png · alternative text: First line\n1. media/b.png',
    );
  });

  it('documents, link cards and first comments are shown', () => {
    const media = [{ file: 'media/a.pdf', kind: 'document' as const, alt: null }];
    expect(seen(formatPost(previewed({ title: 'Report' }, { media })))).toMatch(
      /\n\nmedia\/a\.pdf · Report$/,
    );
    const link = { url: 'https://a.example/', title: 'Docs', description: 'All of it', image: 'media/c.png' };
    expect(seen(formatPost(previewed({ link, comment: 'More: https://a.example/' })))).toContain(
      'Link card: Docs · https://a.example/ · All of it · media/c.png\n\nFirst comment:\n\n\nMore: https://a.example/',
    );
  });

  it('a post on LinkedIn has its link, and a file with errors has them', () => {
    const urn = 'urn:li:share:7123';
    expect(formatPost(previewed({}, { state: 'posted', urn }))).toContain(
      `[on LinkedIn](https://www.linkedin.com/feed/update/${urn}/)`,
    );
    const broken = formatPost(
      previewed({}, { state: 'failed', post: null, reasons: ['`titel` is not a key'] }),
    );
    expect(broken).toBe('### <code>posts/launch.md</code> failed\n\n- <code>titel</code> is not a key');
  });

  it('the fold is after the third line', () => {
    const shown = seen(formatPost(previewed({ text: 'One\n\nThree\nFour' })));
    expect(shown).toContain('One\n\nThree\n⋯ LinkedIn shows the rest after a click on “more” ⋯\nFour');
    expect(formatPost(previewed({ text: 'One\n\nThree' }))).not.toContain('⋯');
  });

  it('invisible characters are named, and the joiners of emoji stay', () => {
    expect(escapeMarkdown('a\u202Eb\u0007')).toBe('a<code>U&#43;202E</code>b<code>U&#43;0007</code>');
    expect(seen(escapeMarkdown('👩\u200d💻❤\ufe0f'))).toBe('👩\u200d💻❤\ufe0f');
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
      const media = [{ file: two, kind: 'video' as const, alt: null }];
      const shown = formatPost(previewed(post, { name: two, state: 'failed', reasons: [one], media }));
      const ours = shown
        .replace('<a href="https://www.linkedin.com/company/123/">', '')
        .replace('</a>', '')
        .replace(/<\/?(?:blockquote|b|code|br|sub|wbr)>/g, '');
      expect(ours).not.toMatch(/[<>`@[\]*_~|$]|:\/\/|www\.|GH-|&(?!#\d+;|nbsp;)/);
      // @, # and : are followed by a break, because GitHub links the rendered text.
      expect(shown).not.toMatch(/&#(?:64|35|58);(?!<wbr>)/);
      expect(ours.replace(/^### /, '').replace(/&#\d+;/g, '')).not.toContain('#');
      for (const block of shown.match(/<blockquote>[\s\S]*?<\/blockquote>/g) ?? [])
        expect(block).not.toMatch(/\n\s*\n/);
      const unfolded = seen(shown).replace('⋯ LinkedIn shows the rest after a click on “more” ⋯\n', '');
      expect(unfolded.replace(/\s+/g, '')).toContain(one.replace(/\s+/g, ''));
      expect(unfolded).toContain(`First comment:\n\n\n${two}\n`);
    });
    fc.assert(property, fuzzed(2000));
  });
});

describe('foldOffset', () => {
  it.each([
    ['a\nb\nc', null],
    ['a\nb\nc\nd', 5],
    ['x'.repeat(210), null],
    ['x'.repeat(211), 210],
    [`${'word '.repeat(42)}`.trim(), null],
    [`${'word '.repeat(43)}`.trim(), 210],
    // A letter of two units is not divided.
    [`${'x'.repeat(209)}🙂 and more`, 209],
    [`${'x'.repeat(300)}\nb\nc\nd`, 210],
  ])('%j is folded before the character %s', (text, expected) => {
    expect(foldOffset(text)).toBe(expected);
  });
});

describe('buildPreview', () => {
  it('posts that go out come first, and the others have a line each', () => {
    const text = buildPreview([
      previewed({}, { name: 'a.md', state: 'known', urn: 'urn:li:share:1' }),
      previewed({}, { name: 'b.md' }),
      previewed({}, { name: 'c.md', state: 'other-owner', reasons: ['it is for another owner'] }),
    ]);
    const lines = seen(text)
      .split('\n')
      .filter((line) => /\.md/.test(line));
    expect(lines).toEqual([
      '### b.md planned',
      '- a.md known · [on LinkedIn](https://www.linkedin.com/feed/update/urn:li:share:1/)',
      '- c.md other-owner · it is for another owner',
    ]);
  });

  it('a preview without posts says so', () => {
    expect(buildPreview([])).toBe('## Posts for LinkedIn\n\nThere are no posts.\n');
  });

  it('a preview fits into a comment on GitHub, and counts the posts that do not', () => {
    const text = buildPreview(Array.from({ length: 50 }, () => previewed({ text: '#'.repeat(3000) })));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and 4\d more\.\n$/);
  });
});
