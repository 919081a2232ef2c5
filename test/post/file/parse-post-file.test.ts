// Post files: the keys and their rules, and the line of every error.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineOfProblem } from '../../../src/errors/action-error.ts';
import type { KeyPath } from '../../../src/post/file/finding.ts';
import type { PostContext } from '../../../src/post/file/parse-post.ts';
import { parsePostFile } from '../../../src/post/file/parse-post-file.ts';
import type { WrittenPost } from '../../../src/post/file/post.ts';
import { fuzzed } from '../../support/fuzz.ts';

const FILE = 'posts/launch.md';
const PAGE = 'urn:li:organization:123';
const PERSON = 'urn:li:person:ab-C_1';
const RELEASE = { tag: 'v2.0', name: 'Two', url: 'https://github.com/acme/app/releases/tag/v2.0' };

function parse(source: string, context: Partial<PostContext> = {}) {
  return parsePostFile(source, FILE, { owner: PAGE, timezone: null, release: null, ...context });
}

/** A file with these lines of front matter. */
function withKeys(...lines: string[]): string {
  return ['---', ...lines, '---', 'Text.'].join('\n');
}

/** The keys of the poll begin in line 3. */
function withPoll(...keys: string[]): string {
  return withKeys('poll:', ...keys.map((line) => `  ${line}`));
}

function errorsOf(source: string, context: Partial<PostContext> = {}) {
  return placed(parse(source, context)).map(
    ({ code, line, problem }) => `${line} ${code} ${problem}`,
  );
}

/** Every error of a post file has its line. */
function placed({ errors }: WrittenPost) {
  return errors.map((error) => {
    const line = lineOfProblem(error);
    if (line === null) throw new Error(`${error.message} has no line`);
    return { ...error, line };
  });
}

it('the example of the documentation has all its values', () => {
  const source = [
    '---',
    'media:                                 # nothing, 1 picture, 2 to 20 pictures, 1 video, or 1 document',
    '  - file: media/dashboard.png          # relative to the workspace; `- media/dashboard.png` works too',
    '    alt: The new dashboard in its dark theme',
    '  - ./media//latency.png',
    'at: 2026-12-03 09:00 Europe/Berlin     # do not post earlier',
    'comment: "Docs: https://example.org/v2"   # first comment',
    '---',
    '',
    'Version 2 is out (it took a while). #opensource',
    '',
    'Thanks to @[Acme](urn:li:organization:123).',
    '',
  ].join('\n');
  expect(parse(source)).toMatchObject({
    file: FILE,
    id: FILE,
    author: PAGE,
    text: 'Version 2 is out (it took a while). #opensource\n\nThanks to @[Acme](urn:li:organization:123).',
    entries: [
      { file: 'media/dashboard.png', alt: 'The new dashboard in its dark theme' },
      { file: 'media/latency.png', alt: null },
    ],
    title: null,
    link: null,
    poll: null,
    visibility: 'public',
    at: { epochMs: Date.parse('2026-12-03T08:00:00Z'), zone: 'Europe/Berlin' },
    comment: 'Docs: https://example.org/v2',
    draft: false,
    revision: 0,
    urn: null,
    resend: 0,
    ...{ errors: [], warnings: [] },
  });
});

it('a path has the same meaning with a leading `./`, a double or a trailing slash', () => {
  const { entries } = parse(withKeys('media: [./media//a.png, media/b.png/]'));
  expect(entries.map(({ file }) => file)).toEqual(['media/a.png', 'media/b.png']);
});

it('a poll has its question, options and days, which are three by default', () => {
  const poll = { question: 'Which one? {{tag}}', options: ['This', 'That'] };
  expect(
    parse(withKeys(`poll: ${JSON.stringify({ ...poll, days: 14 })}`), { release: RELEASE }).poll,
  ).toEqual({
    ...{ ...poll, question: `Which one? ${RELEASE.tag}`, days: 14 },
  });
  expect(parse(withPoll('question: Q', 'options: [A, B]')).poll?.days).toBe(3);
});

it('every key has its value in the post', () => {
  const source = withKeys(
    'link: { url: "https://example.org/", title: Docs, description: All of it, image: media/card.png }',
    `owner: ${PERSON}`,
    'visibility: connections',
    'draft: true',
    'id: launch',
    'urn: urn:li:activity:7123',
    'resend: 2',
  );
  expect(parse(source)).toMatchObject({
    id: 'launch',
    author: PERSON,
    link: {
      url: 'https://example.org/',
      title: 'Docs',
      description: 'All of it',
      image: 'media/card.png',
    },
    visibility: 'connections',
    draft: true,
    urn: 'urn:li:activity:7123',
    resend: 2,
  });
});

it.each([
  ['an empty front matter', '---\n---\nText.'],
  ['line ends of Windows', '---\r\ntitle: x\r\nmedia: [a.pdf]\r\n---\r\nText.\r\n'],
  ['a byte order mark', '\uFEFF---\n---\nText.'],
  ['blanks after the dashes', '--- \n---\t\nText.'],
  ['only a comment', '---\n# nothing\n---\nText.'],
])('a file with %s is a post', (_, source) => {
  expect(parse(source)).toMatchObject({ text: 'Text.', errors: [] });
});

it.each([
  withKeys('media: media/2026/dashboard.png'),
  withPoll('question: Q', 'options: start, end'),
])('a text in place of a list is one error: %j', (source) => {
  expect(errorsOf(source)).toHaveLength(1);
});

it.each([
  ...['date', 'time', 'schedule', 'publish_at', 'publish-at', 'Date'].map((word) => [
    word,
    'write `at`, such as `at: 20',
  ]),
  ...['tags', 'hashtags'].map((word) => [word, 'write each tag as `#tag` in the text']),
  ...['text', 'body', 'description'].map((word) => [word, 'write the text below the second `---`']),
  ...['author', 'page'].map((word) => [
    word,
    'write `owner`, such as `owner: urn:li:organization:',
  ]),
  ['published', 'write `draft: true`'],
  ['url', 'write `link`, with `url` and `title`'],
])('the word `%s`, which authors bring from blogs, has a suggestion of its own', (word, advice) => {
  const [error, ...others] = errorsOf(withKeys(`${word}: x`));
  expect(error).toContain(`2 POST_KEY \`${word}\` is not a key of a post; ${advice}`);
  expect(others).toEqual([]);
});

it('`resend: true` allows one further attempt', () => {
  expect(parse(withKeys('resend: true')).resend).toBe(1);
  expect(parse(withKeys('resend: false')).resend).toBe(0);
});

it.each([
  ['', '1 POST_KEY the file has no front matter'],
  ['--- a', '1 POST_KEY the file has no front matter'],
  [
    '\n---\n---\nText.',
    '1 POST_KEY the front matter must begin in the first line of the file: remove the empty lines above it',
  ],
  [
    '    ---\n    ---\n    Text.',
    '1 POST_KEY the front matter must begin in the first line of the file: remove the spaces before `---`',
  ],
  [
    '<!-- a post -->\n---\n---\nText.',
    '1 POST_KEY the front matter must begin in the first line of the file: move the comment',
  ],
  ['---\ntitle: x\nText.', '1 POST_KEY the front matter has no end'],
  [withKeys('- media/a.png'), '2 POST_KEY the front matter must be keys and values'],
  [
    withKeys('__proto__: { x: 1 }'),
    '2 POST_KEY `__proto__` is not a key of a post; all keys are `media`,',
  ],
  [
    withKeys('media:', '  - file: a.png', '    atl: x'),
    '4 POST_KEY `atl` is not a key of entry 1 of `media`; did you mean `alt`?',
  ],
  [withKeys('link:', '  url: https://a.example/'), '2 POST_KEY `link.title` is missing'],
  [
    withKeys('link:', '  url: docs/index.html', '  title: x'),
    '3 POST_KEY `link.url` must be an address',
  ],
  [withKeys('link: https://a.example/'), '2 POST_KEY `link` must be the keys `url`, `title`'],
  [
    withKeys('link: { url: "https://a.example/", title: x, image: "release:a.png" }'),
    '2 POST_KEY `link.image` must be the path',
  ],
  [withKeys('poll: Which one?'), '2 POST_KEY `poll` must be the keys `question`, `options`'],
  [withPoll('options: [A, B]'), '2 POST_KEY `poll.question` is missing'],
  [withPoll('question: " "', 'options: [A, B]'), '3 POST_KEY `poll.question` is empty'],
  [withPoll('question: Q'), '2 POST_KEY `poll.options` is missing'],
  [
    withPoll('question: Q', 'options: [A, B, C, D, E]'),
    '4 POST_KEY `poll.options` must be a list of 2 to 4',
  ],
  [
    withPoll('question: Q', 'options: A or B'),
    '4 POST_KEY `poll.options` must be a list of 2 to 4',
  ],
  [
    withPoll('question: Q', 'options:', '  - A', '  - " "'),
    '6 POST_KEY option 2 of `poll` is empty',
  ],
  [
    withPoll('question: Q', 'options:', '  - A', '  - B', '  - "A\u200B"'),
    '7 POST_KEY option 3 of `poll` repeats an option before it: write another one',
  ],
  [
    withPoll('question: Q', 'options:', '  - A', '  - "\u200B"'),
    '6 POST_KEY option 2 of `poll` is empty: give it a value',
  ],
  [
    withPoll('question: Q', 'options: [1, 2]'),
    '4 POST_KEY option 1 of `poll` must be text (put a number',
  ],
  [
    withPoll('question: Q', 'options: [A, B]', 'days: 2'),
    '5 POST_KEY `poll.days` must be 1, 3, 7 or 14',
  ],
  [
    withPoll('question: Q', 'day: 7', 'options: [A, B]'),
    '4 POST_KEY `day` is not a key of `poll`; did you mean `days`?',
  ],
  [
    withKeys('media: [a.png]', 'poll: { question: Q, options: [A, B] }'),
    '3 POST_MEDIA `poll` cannot be combined with media: remove `poll` or `media`',
  ],
  [
    withKeys('media: a.png'),
    '2 POST_MEDIA `media` must be a list, with each `alt` below its file: write the lines `media:`, `  - file: a.png` and `    alt:`',
  ],
  [
    withKeys('media: media/deck.pdf'),
    '2 POST_MEDIA `media` must be a list, with each `alt` below its file: write the lines `media:` and `  - media/deck.pdf`',
  ],
  [
    withKeys('alt: The new dashboard.'),
    '2 POST_KEY `alt` is not a key of a post; write each `alt` below its file, with the lines `media:`, `  - file: media/picture.png`',
  ],
  [
    withKeys('video: https://a.example/b.mp4'),
    '2 POST_KEY `video` is not a key of a post; write `media`, with the lines `media:`, `  - file: media/picture.png`',
  ],
  [
    withKeys('media:', '  - path: a.png', '    alt: x'),
    '3 POST_KEY `path` is not a key of entry 1 of `media`; did you mean `file`?',
  ],
  [
    withKeys('media:', '  -a.png'),
    '2 POST_MEDIA `media` must be a list: write a space after each `-`',
  ],
  [withKeys('media:'), '2 POST_MEDIA `media` is empty: give it a value, or remove the key'],
  [
    withKeys('media:', '  - a.png', '  - 7'),
    '4 POST_MEDIA entry 2 of `media` must be a path or `{ file,',
  ],
  [
    withKeys('media:', '  - alt: x'),
    '3 POST_MEDIA `alt` stands in an entry of its own; write both in one entry, with the lines `  - file: media/picture.png` and `    alt: "x"`',
  ],
  [
    withKeys('media:', '  - file: a.png', '    alt: A', '  - alt: "x `y`"'),
    '5 POST_MEDIA `alt` stands in an entry of its own; write both in one entry, with the lines `  - file: media/picture.png` and `    alt: "…"`',
  ],
  [withKeys('media:', '  - {}'), '3 POST_MEDIA `file` of entry 1 of `media` is missing'],
  [
    withKeys('media:', '  - ../media/a.png'),
    '3 POST_MEDIA entry 1 of `media` cannot be used: it has a `.` or `..` segment; write media/a.png, relative',
  ],
  [withKeys('media: [media/../a.png]'), '2 POST_MEDIA entry 1 of `media` cannot be used: it has a'],
  [
    withKeys('media:', '  - file: /media/a.png'),
    '3 POST_MEDIA `file` of entry 1 of `media` cannot be',
  ],
  [
    withKeys('media: [C:/a.png]'),
    '2 POST_MEDIA entry 1 of `media` cannot be used: it is a path of one',
  ],
  [withKeys('media: ["release:"]'), '2 POST_MEDIA entry 1 of `media` must be a path inside'],
  [
    withKeys('media:', '  - release:*.png', '  - "! release:a.png"'),
    '4 POST_MEDIA entry 2 of `media` must be a path inside',
  ],
  [
    withKeys('media:', '  - file: a.png', '    alt: " "'),
    '4 POST_MEDIA `alt` of entry 1 of `media` is',
  ],
  [
    withKeys('media: [a.png]', 'link: { url: "https://a.example/", title: x }'),
    '3 POST_MEDIA `link` cannot be combined',
  ],
  [withKeys('title: x'), '2 POST_MEDIA `title` is for a video or document'],
  [withKeys('owner: urn:li:sponsoredAccount:5'), '2 POST_KEY `owner` is '],
  [withKeys('visibility: friends'), '2 POST_KEY `visibility` must be `public`, `connections` or'],
  [
    withKeys('visibility: connections'),
    '2 POST_KEY `visibility` is `connections`, which is for persons',
  ],
  [withKeys('at: 2026-02-30T09:00:00Z'), '2 POST_KEY `at` must be a date that exists'],
  [withKeys('at: 2026'), '2 POST_KEY `at` is 2026, but must be a date'],
  [
    withKeys('title: #1 in latency'),
    '2 POST_KEY `title` is empty: give it a value, or remove the key',
  ],
  [withKeys('revision: 1.5'), '2 POST_KEY `revision` must be a whole number, such as 1'],
  [withKeys('revision: -1'), '2 POST_KEY `revision` must be a whole number, such as 1'],
  [withKeys('revision: true'), '2 POST_KEY `revision` must be a whole number, such as 1'],
  [
    withKeys('urn: urn:li:activity:7123', 'revision: 1'),
    '3 POST_KEY `revision` asks for an edit, but',
  ],
  [withKeys('at:'), '2 POST_KEY `at` is empty: give it a value, or remove the key'],
  [withKeys('draft: "yes"'), '2 POST_KEY `draft` must be `true` or `false`'],
  [withKeys('draft: yes'), '2 POST_KEY `draft` must be `true` or `false`'],
  [withKeys('id: 7'), '2 POST_KEY `id` must be text'],
  [
    withKeys('urn: urn:li:comment:7'),
    '2 POST_KEY `urn` is urn:li:comment:7, but must be urn:li:share:',
  ],
  [withKeys('urn: 7123456789012345678'), '2 POST_KEY `urn` must be urn:li:share:'],
  [withKeys('resend: -1'), '2 POST_KEY `resend` must be `true`, `false` or the number'],
  [withKeys('resend: often'), '2 POST_KEY `resend` must be `true`, `false` or the number'],
  ['---\ndraft: true\n---\n\n \n', '3 POST_TEXT the post has no text'],
  ['---\n---\n\u200B', '3 POST_TEXT the post has no text: write it below the second `---`'],
  ['---\n---\nOut:\n\n{{tag}}', '5 POST_TEXT the text has {{tag}}, but there is no release'],
  ['---\n---\nFor \u0024{{tag}}', '3 POST_TEXT the text has {{tag}}, but there is no release'],
  [withKeys('comment: "See {{url}}"'), '2 POST_KEY `comment` has {{url}}, but there is no release'],
])('the error of %j has its line: %s', (source, expected) => {
  const [error] = errorsOf(source);
  expect(error?.startsWith(expected), error).toBe(true);
});

it.each([
  [
    'a poll beside a link',
    withKeys(
      'link: { url: "https://a.example/", title: x }',
      'poll: { question: Q, options: [A, B] }',
    ),
    '3 POST_MEDIA `poll` cannot be combined with link: remove `poll` or `link`',
  ],
  [
    'files below `images`',
    withKeys('images: [a.png, b.png]'),
    '2 POST_KEY `images` is not a key of a post; write `media`, with the lines `media:`, `  - file: a.png`, `    alt:`, `  - file: b.png` and `    alt:`',
  ],
  [
    'files with commas in place of a list',
    withKeys('media: media/a.png, media/b.png'),
    '2 POST_MEDIA `media` must be a list, with each `alt` below its file: write the lines `media:`, `  - file: media/picture.png`',
  ],
])('the error of %s has its line', (_, source, expected) => {
  expect(errorsOf(source)[0]?.slice(0, expected.length)).toBe(expected);
});

it('all errors are reported together, in the order of their lines', () => {
  expect(errorsOf('---\ndraft: maybe\nfoo: 1\nat: soon\n---\n')).toEqual([
    '2 POST_KEY `draft` must be `true` or `false`',
    expect.stringMatching(/^3 POST_KEY `foo` is not a key of a post; all keys are `media`, /),
    expect.stringMatching(/^4 POST_KEY `at` is soon, but must be a date/),
    '5 POST_TEXT the post has no text: write it below the second `---`',
  ]);
});

it('the error of a file without front matter says how to exclude it', () => {
  expect(parse('# Notes').errors.map(({ hint }) => hint)).toEqual([
    expect.stringContaining(`exclude it with the line \`!${FILE}\``),
  ]);
});

it('an error names its file and says what to do, without a general hint', () => {
  const [error] = parse(withKeys('draf: true')).errors;
  expect(error).toMatchObject({ subject: { file: FILE, line: 2 }, hint: '' });
});

it('a key that is missing because it is misspelt is said once', () => {
  expect(errorsOf(withKeys('link:', '  ulr: https://a.example', '  titel: x'))).toHaveLength(2);
});

it('a file with errors still has its keys without errors, and its text', () => {
  const post = parse(withKeys('draf: true', 'id: x', `owner: ${PERSON}`, 'at: soon', 'media: [7]'));
  expect(post).toMatchObject({ id: 'x', author: PERSON, text: 'Text.', at: null, entries: [] });
  expect(post.errors).toHaveLength(3);
  const { entries } = parse(withKeys('media:', '  - 7', '  - file: a.png', '    alt: A'));
  expect(entries).toEqual([{ file: 'a.png', alt: 'A', index: 1 }]);
  const tooMany = ['  - 7', ...Array.from({ length: 21 }, (_, index) => `  - ${index}.png`)];
  expect(parse(withKeys('media:', ...tooMany)).entries).toEqual([]);
  expect(parse(withKeys('- a.png'))).toMatchObject({ id: FILE, entries: [] });
  expect(parse(withKeys('__proto__: { x: 1 }', 'id: a'))).toMatchObject({ id: 'a' });
});

it('an error that shows later has the line of its key', () => {
  const { subjectOf } = parse(withKeys('media:', '  - a.png', '  - file: b.mp4', '    alt: x'));
  const paths: KeyPath[] = [
    ['media', 0],
    ['media', 1],
    ['media', 1, 'alt'],
    ['media', 2],
    ['title'],
  ];
  const lines = [3, 4, 5, 2, 2];
  expect(paths.map((path) => subjectOf({ path }))).toEqual(
    lines.map((line) => ({ file: FILE, line })),
  );
});

it('a rule line in the text belongs to the text', () => {
  expect(parse('---\n---\nOne\n---\nTwo').text).toBe('One\n---\nTwo');
});

it('no text of a file makes the parser throw', () => {
  const text = fc.oneof(
    fc.constantFrom(
      '---',
      'media:',
      '  - a.png',
      'at: 1',
      '...',
      '? x',
      '- [',
      '{',
      '&a',
      '*a',
      '<<: {}',
      '{{tag}}',
    ),
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const property = fc.property(
    fc.array(text, { maxLength: 12 }),
    fc.boolean(),
    (texts, isOpened) => {
      const source = [...(isOpened ? ['---'] : []), ...texts].join('\n');
      const parsed = parse(source);
      const lineCount = source.split(/\r\n|\r|\n/).length;
      for (const { line } of placed(parsed)) expect(line > 0 && line <= lineCount).toBe(true);
    },
  );
  fc.assert(property, fuzzed());
});

it('the error of `at` has the line of the key', () => {
  expect(errorsOf(withKeys('id: a', 'at: 2026-12-03T09:00'))).toEqual([
    '3 POST_KEY `at` is 2026-12-03T09:00, which has no time zone: write `at: 2026-12-03 09:00 Europe/Berlin`, with the name of your time zone, or set the input `timezone`',
  ]);
});

it('an `at` without a zone has that of the input `timezone`, and another zone if it names one', () => {
  const timeOf = (at: string) => parse(withKeys(`at: ${at}`), { timezone: 'Asia/Tokyo' }).at;
  expect(timeOf('2026-12-03 09:00')).toMatchObject({
    iso: '2026-12-03T09:00:00+09:00',
    zone: 'Asia/Tokyo',
  });
  expect(timeOf('2026-12-03 09:00 Europe/Berlin')?.iso).toBe('2026-12-03T09:00:00+01:00');
  expect(timeOf('2026-12-03T09:00:00Z')?.iso).toBe('2026-12-03T09:00:00Z');
});

it('a key `timezone` in a file is an error that shows the form of `at`', () => {
  const problem =
    'is not a key of a post; write it in `at`, such as `at: 2026-12-03 09:00 Europe/Berlin`';
  expect(errorsOf(withKeys('timezone: Europe/Berlin'))).toEqual([
    `2 POST_KEY \`timezone\` ${problem}`,
  ]);
  expect(errorsOf(withKeys('tz: Europe/Berlin'))).toEqual([`2 POST_KEY \`tz\` ${problem}`]);
});

it('text and keys have the tag, name and page of the release', () => {
  const source = withKeys(
    'id: "release {{tag}}"',
    'link: { url: "{{url}}", title: "{{name}} $&" }',
  ).replace('Text.', '{{name}} ({{tag}}) is out: {{url}}');
  expect(parse(source, { release: RELEASE })).toMatchObject({
    id: 'release v2.0',
    text: `Two (v2.0) is out: ${RELEASE.url}`,
    link: { url: RELEASE.url, title: 'Two $&' },
  });
});

it('the errors of keys and the conflicts between the others are reported together', () => {
  const keys = [
    'visibility: connections',
    'titel: x',
    'link: { url: "https://a.example/", title: x }',
    'poll: x',
  ];
  expect(errorsOf(withKeys(...keys, 'media: [a.png]'))).toEqual([
    expect.stringContaining('2 POST_KEY `visibility` is `connections`'),
    expect.stringContaining('3 POST_KEY `titel`'),
    expect.stringContaining('4 POST_MEDIA `link` cannot be combined'),
    expect.stringContaining('5 POST_KEY `poll` must be'),
  ]);
});

it('a comment behind a number or `true` cuts nothing', () => {
  expect(parse(withKeys('revision: 1 # second', 'draft: true # later')).warnings).toEqual([]);
});

it.each([
  ['comment: "Docs of {{ tag }}"', /^`comment` has \{\{ tag \}\}, which is posted literally/],
  ['comment: Read on #opensource', /^`comment` ends before ` #`, where YAML starts a comment/],
  ['title: #1 in latency', /^`title` ends before ` #`/],
])('%j is warned of at its line', (line, expected) => {
  const { warnings } = parse(withKeys(line), { release: RELEASE });
  expect(warnings).toEqual([
    { subject: { file: FILE, line: 2 }, problem: expect.stringMatching(expected) },
  ]);
});

it('each kind of Markdown is warned of once, at its first line, with all its places', () => {
  const { warnings, errors } = parse(
    '---\n---\nOne **bold** __word__\n# Heading\n\n## Two\nRun `npm ci` and ![shot](x.png) ![](https://a.example/y.png)\n[docs](https://a.example) {{tag}}\n<!-- todo -->',
    { release: RELEASE },
  );
  expect(errors).toEqual([]);
  const sentence = (marks: string, fix: string) =>
    `${marks} out as written, because LinkedIn shows no Markdown; ${fix}`;
  const expected = [
    [3, sentence('**bold**, __word__ go', 'remove the marks of bold text')],
    [4, sentence('# Heading, ## Two go', 'remove the mark of the heading')],
    [
      7,
      sentence(
        '![shot](x.png), ![](https://a.example/y.png) go',
        'remove it here, and write the picture in `media`',
      ),
    ],
    [7, sentence('`npm ci` goes', 'remove the marks of code')],
    [8, sentence('[docs](https://a.example) goes', 'write the address alone')],
    [9, sentence('<!-- goes', 'remove the comment')],
  ];
  expect(warnings).toEqual(
    expected.map(([line, problem]) => ({ subject: { file: FILE, line }, problem })),
  );
});

it.each([
  ['a fence and code', '`a`\n```\nb\n```\n`c`', '`a`, a code fence (three backticks), `c` go'],
  ['long code', `\`${'x'.repeat(50)}\``, `'${'x'.repeat(39)}… goes`],
  [
    'seven places',
    [...'abcdefg'].map((letter) => `\`${letter}\``).join(' '),
    '`a`, `b`, `c`, `d`, `e` and 2 more go',
  ],
])(
  'a warning about code quotes five places, and no backtick without its pair: %s',
  (_, text, marks) => {
    const { warnings } = parse(`---\n---\n${text}`);
    expect(warnings.map(({ problem }) => problem)).toEqual([
      `${marks} out as written, because LinkedIn shows no Markdown; remove the marks of code`,
    ]);
  },
);

function numbered(count: number, lineOf: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(index));
}

/** `line problem` of the first error of a file with this front matter. Lines are counted from its first one. */
function errorOf(...lines: string[]): string {
  const source = ['---', ...lines, '---', 'Text.'].join('\n');
  const [error] = parsePostFile(source, 'a.md', {
    owner: PAGE,
    timezone: null,
    release: null,
  }).errors;
  return error === undefined ? '' : `${Number(lineOfProblem(error)) - 1} ${error.problem}`;
}

it.each([
  [
    '124,000 brackets',
    [`media: ${'['.repeat(124_000)}`],
    '1 the front matter has more than 2,000 keys, values, list entries and brackets',
  ],
  [
    '20,000 list entries',
    ['media:', ...numbered(20_000, () => '  - a.png')],
    '1000 the front matter has more than 2,000 keys, values, list entries and brackets',
  ],
  [
    '20,000 keys',
    numbered(20_000, (index) => `k${index}: 1`),
    '201 the front matter has more than 200 keys',
  ],
  [
    '201 keys at two levels',
    ['link:', ...numbered(200, (index) => `  k${index}: { }`)],
    '201 the front matter has more than 200 keys',
  ],
  ['257 KB', [`# ${'x'.repeat(256_000)}`], '1 the front matter is larger than 256 KB'],
])('front matter with %s is refused before it is parsed', (_, lines, expected) => {
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});

it('front matter of 256 KB with 200 keys is parsed', () => {
  const keys = numbered(199, (index) => `k${index}: [{ }, "a"]`);
  expect(errorOf(`# ${'x'.repeat(240_000)}`, 'id: launch', ...keys)).toMatch(
    /^3 `k0` is not a key of a post/,
  );
});

it.each<[string[], string]>([
  [
    ['id: a', 'title: *x'],
    '2 the front matter has a YAML alias: put a value that starts with `*` in',
  ],
  [
    ['title: |', '  &a', 'comment: &joy to the world'],
    '3 the front matter has a YAML anchor: put a value',
  ],
  [['media: &x', '  - a.png'], '1 the front matter has a YAML anchor'],
  [['comment: !!str to the world'], '1 the front matter has a YAML tag'],
  [
    ['id: !secret a'],
    '1 the front matter has a YAML tag: put a value that starts with `!` in quotes',
  ],
])('%j is refused: %s', (lines, expected) => {
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});

it.each<[string[], number, string]>([
  [['comment: Docs: https://example.org'], 1, 'a value with `: ` in it'],
  [['id: a', 'at:2026-12-03'], 2, 'the line is not a key with a value'],
  [['comment: >Hello'], 1, 'a value that begins with `>` or `|`'],
  [['comment: > Hello'], 1, 'a value that begins with `>` or `|`'],
  [['comment: |', 'Hello', 'id: a'], 2, 'the line is not a key with a'],
  [['  id: a', 'title: b'], 2, 'the value ends before the end'],
  [['title: {{name}} is out'], 1, 'the value ends before the end'],
  [['title: “It: new”'], 1, 'curly quotes are part of a value'],
  [['', 'owner: @acme'], 2, 'a value that begins with `@`'],
  [['id: a', 'id: b'], 2, 'this key stands twice'],
  [['media:', '  - file: a.png', '    alt: "A', 'id: x'], 3, 'a value'],
  [['comment: "a', '', 'b"', 'id: x'], 1, 'a value that begins with'],
  [['link:', '\turl: x'], 2, 'the line begins with a tab; use spaces'],
  [
    ['media:', '  - file: a.png', '    alt: "The "new" page"'],
    3,
    'the value goes on after the quote that ends it; inside of `"`',
  ],
  [
    ['media:', '  - b.png', '    alt: x'],
    2,
    '`media` must be a list, with each `alt` below its file',
  ],
  [['media: - a.png'], 1, 'a list must begin in the line below its key'],
  [['...', 'id: a'], 2, 'a line `...` ends it early'],
])('the error of %j has its line %i and says: %s', (lines, line, words) => {
  const expected = `${line} the front matter is not valid YAML: ${words}`;
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});

it('what stands above the front matter is read for 4,096 characters', () => {
  const above = (chars: number) => `<!--${'x'.repeat(chars - 12)}-->\n---\n---\nText.`;
  expect(errorsOf(above(4096)).join()).toContain('move the comment below it');
  expect(errorsOf(above(4097)).join()).toContain('the file has no front matter');
});

it.each<[name: string, line: number, lines: (value: string) => string[]]>([
  ['`title`', 3, (value) => ['id: a', `title: ${value}`]],
  ['`id`', 2, (value) => [`id: "${value}"`]],
  ['`link.url`', 3, (value) => ['link:', `  url: https://${value}`, '  title: T']],
  ['`file` of entry 2 of `media`', 4, (value) => ['media:', '  - a.png', `  - file: ${value}`]],
  ['`unknown`', 2, (value) => [`unknown: ${value}`]],
])('a value has at most 4,096 characters: %s', (name, line, lines) => {
  const refused = `${line} POST_\\w+ ${name} has \\d,\\d+ characters, but a value has at most 4,096$`;
  const own = name.includes('url') ? 'https://'.length : 0;
  expect(errorsOf(withKeys(...lines('x'.repeat(4096 - own)))).join()).not.toContain('4,096');
  const errors = errorsOf(withKeys(...lines('x'.repeat(4097 - own))));
  expect(errors).toEqual([expect.stringMatching(refused)]);
});

it('a value of more than 4,096 characters is not parsed: the other keys are', () => {
  const source = withKeys(`owner: ${'1'.repeat(250_000)}x`, 'title: T', 'media: [a.pdf]');
  expect(errorsOf(source)).toEqual([
    '2 POST_KEY `owner` has 250,001 characters, but a value has at most 4,096',
  ]);
  expect(parse(source)).toMatchObject({ author: PAGE, title: 'T' });
  expect(errorsOf(`---\n${'x'.repeat(4097)}\n---\nText.`)).toEqual([
    '2 POST_KEY the front matter has 4,097 characters, but a value has at most 4,096',
  ]);
});

it.each<[what: string, line: (value: string) => string, quoted: string]>([
  ['a value', (value) => `urn: ${value}`, 'x'],
  ['a key', (value) => `${value}: 1`, 'x'],
  ['a path', (value) => `media: [../${value}]`, 'x'],
  ['the URN in a value', (value) => `urn: see ${value}`, 'urn:li:share:1'],
  ['the name of a key', (value) => `"${value}": "{{tag}}"`, 'x'],
])('an error quotes at most 200 characters of %s', (_, line, quoted) => {
  const whole = quoted.padEnd(200, quoted.slice(-1));
  expect(errorOf(line(whole))).toContain(whole);
  const longer = errorOf(line(`${whole}${quoted.slice(-1)}`));
  expect(longer).toContain(`${whole}…`);
  expect(longer).not.toContain(`${whole}${quoted.slice(-1)}`);
});

it('an error has at most 200 characters of what YAML says', () => {
  expect(errorOf(`%${'x'.repeat(300)}`)).toMatch(/is not valid YAML: Unknown directive %x{181}…$/);
});

it('a field without a release is reported once for each name, at its first place', () => {
  const text = `\n${'{{tag}} {{url}} {{ tag }} '.repeat(10_000)}`;
  const post = parse(`---\n---\n${text}`);
  const findings = [
    ...placed(post).map(({ problem }) => problem),
    ...post.warnings.map((one) => one.problem),
  ];
  expect(findings.map((problem) => problem.slice(0, 24))).toEqual([
    'the text has {{tag}}, bu',
    'the text has {{url}}, bu',
    'the text has 379,999 cha',
    'the text has {{ tag }}, ',
  ]);
});

it('the advice on a line that is no YAML is found in its first 4,096 characters', () => {
  const line = (chars: number) =>
    `title: "" ${'x'.repeat(chars - 'title: "" alt:'.length - 1)} alt:`;
  expect(line(4096)).toHaveLength(4096);
  expect(errorOf(line(4096))).toContain('`media` must be a list, with each `alt` below its file');
  expect(errorOf(line(4097))).not.toContain('`alt`');
});

it('a list or a map as a key is refused at its line, however deep it is', () => {
  const refused =
    'the front matter has a list or a map as a key: put a value that starts with `{` or `[` in';
  for (const value of ['{{name}}', '{[a]: b}', `${'{'.repeat(900)}${'}'.repeat(900)}`])
    expect(errorOf('id: a', `title: ${value}`)).toContain(`2 ${refused}`);
  expect(errorOf(`? ${'['.repeat(900)}${']'.repeat(900)}`, ': a')).toContain(`1 ${refused}`);
});
