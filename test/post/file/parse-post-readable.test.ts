// The errors of a front matter do not hide its other errors, and cause none.

import { describe, expect, it } from 'vitest';
import { lineOfProblem } from '../../../src/errors/problem.ts';
import { UNREADABLE_ALT } from '../../../src/post/file/parse-post.ts';
import { parsePostFile } from '../../../src/post/file/parse-post-file.ts';

const PERSON = 'urn:li:person:ab-C_1';
const FILE = 'posts/launch.md';
const PAGE = 'urn:li:organization:123';

/** A file with these lines of front matter. */
function withKeys(...lines: string[]): string {
  return ['---', ...lines, '---', 'Text.'].join('\n');
}

const parse = (source: string) => parsePostFile(source, FILE, { owner: PAGE, release: null });
const errorsOf = (source: string) =>
  parse(source).errors.map((error) => `${lineOfProblem(error)} ${error.code} ${error.problem}`);

describe('a front matter with errors', () => {
  it.each<[string, string[], string[]]>([
    [
      'an unknown key',
      ['draf: true', 'media: [a.png]', 'link: { url: "https://a.example/", title: x }'],
      ['2 POST_KEY `draf` is not', '4 POST_MEDIA `link` cannot be combined with media'],
    ],
    [
      'an unknown key of `link`',
      ['media: [a.png]', 'link:', '  url: https://a.example/', '  title: x', '  img: a.png'],
      ['3 POST_MEDIA `link` cannot be combined', '6 POST_KEY `img` is not a key of `link`'],
    ],
    [
      'an invalid link',
      ['link: { url: nowhere }', 'media: [a.png]'],
      [
        '2 POST_KEY `link.url` must',
        '2 POST_KEY `link.title` is missing',
        '2 POST_MEDIA `link` cannot be combined',
      ],
    ],
    [
      'an invalid value',
      ['at: tomorrow', 'title: Deck', 'visibility: connections'],
      ['2 POST_KEY `at` is', '3 POST_MEDIA `title` is for', '4 POST_KEY `visibility` is `connections`'],
    ],
    ['invalid media', ['media: [7]', 'title: Deck'], ['2 POST_MEDIA entry 1 of `media` must be']],
    [
      'an invalid owner',
      ['owner: me', 'visibility: connections'],
      ['2 POST_KEY `owner` is me, but must be a URN'],
    ],
    [
      'a field without a release',
      ['title: "{{tag}}"', 'id: "{{name}}"'],
      ['2 POST_KEY `title` has {{tag}}', '2 POST_MEDIA `title` is for', '3 POST_KEY `id` has {{name}}'],
    ],
  ])('%s does not hide conflicts between keys, and causes none', (_, keys, expected) => {
    const errors = errorsOf(withKeys(...keys));
    expect(errors.map((error, index) => error.slice(0, expected[index]?.length))).toEqual(expected);
  });

  it('what can be read of a file with errors has its id, author and media', () => {
    const keys = ['draf: true', 'title: 7', 'id: launch', `owner: ${PERSON}`, 'media:', '  - file: a.pdf'];
    const parsed = parse(withKeys(...keys, '    alt: 7', 'at: "{{tag}}"'));
    // The keys that are there are not missing.
    expect(parsed).toMatchObject({
      ...{ id: 'launch', author: PERSON },
      title: 'x',
      entries: [{ file: 'a.pdf', alt: UNREADABLE_ALT }],
      atMs: null,
      at: null,
    });
    expect(parse(withKeys('- a.png'))).toMatchObject({ id: FILE, entries: [] });
    expect(parse(withKeys('__proto__: { x: 1 }', 'id: a'))).toMatchObject({ id: 'a' });
  });
});
