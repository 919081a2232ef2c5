// How media and alternative texts are written is shown in lines that an author can copy.

import { describe, expect, it } from 'vitest';
import { lineOfProblem } from '../../../src/errors/problem.ts';
import { parsePostFile } from '../../../src/post/file/parse-post-file.ts';

const FILE = 'posts/launch.md';
const PAGE = 'urn:li:organization:123';

/** A file with these lines of front matter. */
function withKeys(...lines: string[]): string {
  return ['---', ...lines, '---', 'Text.'].join('\n');
}

const parse = (source: string) => parsePostFile(source, FILE, { owner: PAGE, release: null });
const errorsOf = (source: string) =>
  parse(source).errors.map((error) => `${lineOfProblem(error)} ${error.code} ${error.problem}`);

describe('the lines of media', () => {
  it.each([
    ['a path alone', ['media: media/a.png'], ['media/a.png']],
    ['paths alone', ['media: a.png, b.png'], ['a.png', 'b.png']],
    ['a document', ['media: slides.pdf', 'title: x'], ['slides.pdf']],
    ['an entry on the line of the key', ['media: - a.png']],
    ['no entry', ['media:', '  file: a.png', '  alt: x']],
    ['an entry for the text alone', ['media:', '  - a.png', '  - alt: x']],
    ['a path as a key', ['media:', '  - a.png: x']],
    ['a path outside the workspace', ['media: ../media/a.png', 'alt: x'], ['media/a.png']],
    ['`alt` at the top level', ['media:', '  - a.png', 'alt: x']],
    ['`alt` above', ['alt: x', 'media: a.png']],
    ['`alt-text` of several lines', ['media: a.png', 'alt-text: |', '  b.png']],
    ['`alt` below a path alone', ['media: a.png', '  alt: x']],
    [
      '`alt` below a path',
      ['media:', '  - b.png', '  - my a 1.png # x', '    alt: x'],
      ['b.png', 'my a 1.png'],
    ],
    ['`alt` beside a path', ['media:', '- "a.png"', '  alt: x']],
    ['`alt` on the line of the path', ['media:', '  - file: a.png, alt: x']],
    ['`alt` below a list in brackets', ['media: [a.png, "{{b}}.png"]', 'alt: x'], ['a.png', '{{b}}.png']],
    ['`alt` in brackets', ['media: [{ file: a.png, alt: x }, b.png, alt: x]'], ['a.png', 'b.png']],
    ['`alt` behind brackets', ['media: [a.png] alt: x']],
    ['`alt` without media', ['alt: x'], ['media/picture.png']],
    ['a number', ['media: 7', 'alt: x'], ['media/picture.png']],
  ])('an author who follows the one error about media has a valid post: %s', (_, keys, files = ['a.png']) => {
    const [error, ...others] = parse(withKeys(...keys)).errors;
    expect(others).toEqual([]);
    const [, advice = ''] = /^Replace `.*?` with the lines (.*)/.exec(error?.hint ?? '') ?? [];
    const [shown = ''] = advice.split(', and write what ');
    const lines = [...shown.matchAll(/`([^`]*)`/g)].map(([, line = '']) =>
      line.replace(/alt:$/, 'alt: "What it shows"'),
    );
    const { errors, entries } = parse(withKeys(...lines, ...keys.filter((line) => line.startsWith('title'))));
    expect(errors).toEqual([]);
    const alts = files.map((file) => (file.endsWith('.png') ? 'What it shows' : null));
    expect(entries).toEqual(files.map((file, index) => ({ file, alt: alts[index] })));
  });

  it.each<[string, string[], string[]]>([
    ['`image`', ['image: media/a.png'], ['media/a.png']],
    ['`image` as an absolute path of a site', ['image: /assets/a.png'], ['assets/a.png']],
    ['`images` in brackets', ['images: [a.png, b.png]'], ['a.png', 'b.png']],
    ['`images` with `alt`', ['images:', '  - a.png', 'alt: x'], ['a.png']],
    ['`picture` as a map', ['picture:', '  src: a.png', '  alt: x'], ['a.png']],
    ['`Video`', ['Video: clip.mp4'], ['clip.mp4']],
    ['`image` beside media', ['media:', '  - a.png', 'image: b.png'], ['a.png', 'b.png']],
    ['`image` with an address', ['image: https://example.org/a.png'], ['media/picture.png']],
    ['an empty `image`', ['image:'], ['media/picture.png']],
  ])(
    'an author who brings a word for media from a blog gets the lines of a valid post: %s',
    (_, keys, files) => {
      const [error, ...others] = parse(withKeys(...keys)).errors;
      expect(others).toEqual([]);
      expect(error?.problem).toMatch(
        /^`(?:image|images|picture|Video)` is not a key of a post; write `media`$/,
      );
      const [, shown = ''] =
        /^Replace `.*` with the lines (.*?)(?:, and write what .*)?\.$/.exec(error?.hint ?? '') ?? [];
      const lines = [...shown.matchAll(/`([^`]*)`/g)].map(([, line = '']) =>
        line.replace(/alt:$/, 'alt: "x"'),
      );
      const { errors, entries } = parse(withKeys(...lines));
      expect(errors).toEqual([]);
      expect(entries.map(({ file }) => file)).toEqual(files);
    },
  );

  it('the other errors are reported beside one about the media, whose files are not searched', () => {
    expect(errorsOf(withKeys('media: a.mp4', 'alt: x', 'link: { url: https://x.test, title: x }'))).toEqual([
      expect.stringMatching(/^2 POST_MEDIA `media` must be a list/),
      '4 POST_MEDIA `link` cannot be combined with media: remove `link` or `media`',
    ]);
    expect(errorsOf(withKeys('image: a.png', 'titel: x'))).toEqual([
      '2 POST_MEDIA `image` is not a key of a post; write `media`',
      '3 POST_KEY `titel` is not a key of a post; did you mean `title`?',
    ]);
    expect(parse(withKeys('media: a.png', 'alt: x')).entries).toEqual([]);
  });

  it.each([
    [['media:', '- a.png'], 'the lines `- file: a.png` and `  alt:`'],
    [['media:', '    - { file: a.png }'], 'the lines `    - file: a.png` and `      alt:`'],
    [['media: [a.png]'], '`{ file: a.png, alt: }`'],
  ])('a missing alternative text is shown as it is written in %j', (keys, expected) => {
    const post = parse(withKeys(...keys));
    const picture = { lead: ', or write its entry as ', file: 'a.png', alt: null };
    const { text } = post.warningAt({ path: ['media', 0], problem: 'x', isSentence: true, picture });
    expect(text).toBe(
      `x, or write its entry as ${expected}, and write what the picture shows after \`alt:\`, in quotes`,
    );
  });

  it.each([['media:', '  - file: a.png', '    alt:'], ['media: [{ file: a.png, alt: }]']])(
    'an `alt:` that its author leaves as it is shown, %j, is an error',
    (...keys) => {
      expect(errorsOf(withKeys(...keys))).toEqual([
        expect.stringMatching(/`alt` of entry 1 of `media` is empty/),
      ]);
    },
  );

  it('another key for the path is one error, which names `file` and keeps the text', () => {
    expect(errorsOf(withKeys('media:', '  - path: a.png', '    alt: x', 'titel: x'))).toEqual([
      '3 POST_KEY `path` is not a key of entry 1 of `media`; did you mean `file`?',
      expect.stringMatching(/^5 POST_KEY `titel`/),
    ]);
  });

  it.each([
    ['alt: "The "new" page"', /the `"` that ends it; write each `"` inside the value as `\\"`$/],
    ["alt: 'The team's page'", /the `'` that ends it; write each `'` inside the value as `''`$/],
    ['alt: Latency: half', /must be in quotes; write ` {4}alt: "Latency: half"`$/],
    ['\talt: x', /the line begins with a tab; use blanks$/],
  ])('a quote in quotes, a colon and a tab are errors of their own: %j', (line, expected) => {
    const [error, ...others] = errorsOf(withKeys('media:', '  - file: a.png', `    ${line}`));
    expect(error).toMatch(/^4 POST_KEY the front matter is not valid YAML: /);
    expect(error).toMatch(expected);
    expect(others).toEqual([]);
  });
});
