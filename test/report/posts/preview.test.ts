// The preview: what readers will see, and nothing that GitHub would take for markup.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { Post } from '../../../src/post/file/post.ts';
import type { PostItem } from '../../../src/post/post-state.ts';
import { escapeMarkdown } from '../../../src/report/markdown.ts';
import { buildPreview, formatPost } from '../../../src/report/posts/preview.ts';
import { pictureOf } from '../../post/posts.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { type Given, itemOf } from './post-runs.ts';

function previewed(post: Partial<Post> = {}, given: Omit<Given, 'post'> = {}): PostItem {
  return itemOf({ outcome: { state: 'planned' }, post, ...given });
}

const OPTIONS = { mode: 'publish', addressOf: () => null, showsErrors: true } as const;

function shownPost(post?: Partial<Post>, given?: Omit<Given, 'post'>): string {
  return formatPost(previewed(post, given), OPTIONS);
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
    const shown = shownPost({ text, atMs: Date.parse('2026-12-03T08:00:00Z') });
    expect(shown).toContain('Thanks to <b>Acme</b>. <b>&#35;open&#95;source</b> &#35;literal');
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
    expect(shownPost()).toContain(link);
    expect(shownPost({ author: 'urn:li:person:a' })).not.toContain('<a ');
  });

  it('images are listed in their order with their alternative text', () => {
    const media = [{ ...pictureOf('media/a.png'), alt: 'First\nline' }, pictureOf('media/b.png')];
    expect(seen(shownPost({}, { written: { media } }))).toContain(
      '1. media/a.png · alternative text: First line\n1. media/b.png',
    );
  });

  it('documents, link cards and first comments are shown', () => {
    const media = [{ ...pictureOf('media/a.pdf'), kind: 'document' as const }];
    expect(seen(shownPost({ title: 'Report' }, { written: { media } }))).toMatch(
      /\n\nmedia\/a\.pdf · Report$/,
    );
    const link = { url: 'https://a.example/', title: 'Docs', description: 'All of it', image: 'media/c.png' };
    expect(seen(shownPost({ link, comment: 'More: https://a.example/' }))).toContain(
      'Link card: Docs · https://a.example/ · All of it · media/c.png\n\nFirst comment:\n\n\nMore: https://a.example/',
    );
  });

  it('a post on LinkedIn has its link, and a file with errors has them', () => {
    const urn = 'urn:li:share:7123';
    expect(shownPost({}, { outcome: { state: 'posted', urn } })).toContain(
      `[on LinkedIn](https://www.linkedin.com/feed/update/${urn}/)`,
    );
    const errors = [new ActionError('POST_KEY', '`titel` is not a key', { hint: 'Correct `titel`.' })];
    const broken = shownPost({}, { state: 'failed', written: { post: null }, more: { errors } });
    expect(broken).toBe(
      '### <code>posts/launch.md</code> failed\n\n- POST&#95;KEY: <code>titel</code> is not a key. Correct <code>titel</code>.',
    );
  });

  it('the fold is after the third line', () => {
    const shown = seen(shownPost({ text: 'One\n\nThree\nFour' }));
    expect(shown).toContain('One\n\nThree\n⋯ LinkedIn shows the rest after a click on “more” ⋯\nFour');
    expect(shownPost({ text: 'One\n\nThree' })).not.toContain('⋯');
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
      const media = [{ ...pictureOf(two), kind: 'video' as const }];
      const written = { file: two, media };
      const shown = shownPost(post, { written, outcome: { state: 'known', reason: one } });
      const ours = shown
        .replace('<a href="https://www.linkedin.com/company/123/">', '')
        .replace('</a>', '')
        .replace(/<\/?(?:blockquote|b|code|br|sub|wbr)>/g, '');
      expect(ours).not.toMatch(/[<>`@[\]*_~|$]|:\/\/|www\.|GH-|&(?!#\d+;|nbsp;)/);
      // @, : and the # of a number are followed by a break, because GitHub links the rendered text.
      expect(shown).not.toMatch(/&#(?:64|58);(?!<wbr>)|&#35;\d/);
      expect(ours.replace(/^### /, '').replace(/&#\d+;/g, '')).not.toContain('#');
      for (const block of shown.match(/<blockquote>[\s\S]*?<\/blockquote>/g) ?? [])
        expect(block).not.toMatch(/\n\s*\n/);
      const unfolded = seen(shown).replace('⋯ LinkedIn shows the rest after a click on “more” ⋯\n', '');
      expect(unfolded.replace(/\s+/g, '')).toContain(one.replace(/\s+/g, ''));
      expect(unfolded).toContain(`First comment:\n\n\n${two}\n`);
    });
    fc.assert(property, fuzzed());
  });
});

describe('buildPreview', () => {
  it('posts that go out come first, and the others have a line each', () => {
    const text = buildPreview(
      [
        previewed({ file: 'a.md' }, { outcome: { state: 'known', urn: 'urn:li:share:1' } }),
        previewed({ file: 'b.md' }),
        previewed({ file: 'c.md' }, { outcome: { state: 'other-owner', reason: 'it is for another owner' } }),
      ],
      [],
      OPTIONS,
    );
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
    expect(buildPreview([], [], OPTIONS)).toBe('## Posts for LinkedIn\n\nNo posts to show.\n');
  });

  it('a preview fits into a comment on GitHub, and counts the posts that do not', () => {
    const text = buildPreview(
      Array.from({ length: 50 }, () => previewed({ text: '#'.repeat(3000) })),
      Array.from({ length: 10 }, () => '*'.repeat(500)),
      OPTIONS,
    );
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and 4\d more\.\n$/);
  });
});
