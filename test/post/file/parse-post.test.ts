// The post of the inputs: the rules of a post file, under the names of the inputs.

import { expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { type InlineContent, parseInlinePost } from '../../../src/post/file/parse-post.ts';
import { defaultId } from '../../../src/post/file/post.ts';
import { PAGE, PERSON } from '../posts.ts';

const EMPTY: InlineContent = {
  text: '',
  textFile: '',
  link: '',
  title: '',
  comment: '',
  visibility: '',
  id: '',
  resend: 0,
  media: [],
  alt: [],
};
const RELEASE = { tag: 'v2', name: 'Version 2', url: 'https://github.com/a/b/releases/v2' };

function build(
  content: Partial<InlineContent> = {},
  context: { text?: string; owner?: string; release?: null } = {},
) {
  return parseInlinePost(
    { ...EMPTY, ...content },
    { text: 'Out now', owner: PAGE, timezone: null, release: RELEASE, ...context },
  );
}

/** Every error names an input. */
function inputErrorsOf(...given: Parameters<typeof build>): InputError[] {
  const { errors } = build(...given);
  const found = errors.filter((error) => error instanceof InputError);
  expect(found).toHaveLength(errors.length);
  return found;
}

const inputsOf = (...given: Parameters<typeof build>) =>
  inputErrorsOf(...given).map(({ input }) => input);

it('a text alone makes a public post whose id is a digest of author and text', () => {
  expect(build()).toMatchObject({
    file: null,
    id: defaultId({ file: null, author: PAGE, text: 'Out now' }),
    author: PAGE,
    text: 'Out now',
    entries: [],
    title: null,
    link: null,
    poll: null,
    visibility: 'public',
    at: null,
    comment: null,
    draft: false,
    revision: 0,
    urn: null,
    resend: 0,
    errors: [],
  });
});

it('line ends of Windows make no other post', () => {
  const written = build({ comment: 'one\r\ntwo' }, { text: 'One\r\ntwo\r\rthree\r\n' });
  expect(written).toMatchObject({ text: 'One\ntwo\n\nthree', comment: 'one\ntwo' });
  expect(written.id).toBe(defaultId({ file: null, author: PAGE, text: 'One\ntwo\n\nthree' }));
});

it('fields of the release are filled in everywhere', () => {
  const post = build(
    { id: '{{tag}}', link: '{{url}}', title: '{{name}}', comment: '{{tag}}!', resend: 2 },
    { text: '  {{name}} is out\n' },
  );
  expect(post).toMatchObject({
    id: 'v2',
    text: 'Version 2 is out',
    link: { url: RELEASE.url, title: 'Version 2' },
    title: null,
    comment: 'v2!',
    resend: 2,
  });
});

it('media keep their patterns with the fields filled in, without alternative texts', () => {
  expect(build({ media: ['{{tag}}/*.png', 'release:*.mp4'], title: 'T' })).toMatchObject({
    title: 'T',
    entries: [
      { file: 'v2/*.png', alt: null },
      { file: 'release:*.mp4', alt: null },
    ],
  });
});

it.each<[string, Parameters<typeof build>, string[]]>([
  ['a field without a release', [{ comment: '{{tag}}' }, { release: null }], ['comment']],
  [
    'a field in media without a release',
    [{ media: ['{{tag}}.png'] }, { release: null }],
    ['media'],
  ],
  ['an empty text', [{}, { text: ' \n' }], ['text']],
  ['a text that is too long', [{}, { text: 'x'.repeat(3001) }], ['text']],
  ['a link that is no address', [{ link: 'example', title: 'T' }], ['link']],
  ['a link without a title', [{ link: 'https://example.org' }], ['title']],
  ['a link with media', [{ link: 'https://example.org', title: 'T', media: ['a.png'] }], ['link']],
  ['a title of nothing', [{ title: 'T' }], ['title']],
  ['a comment that is too long', [{ comment: 'x'.repeat(1251) }], ['comment']],
  ['an unknown visibility', [{ visibility: 'friends' }], ['visibility']],
  ['connections of a page', [{ visibility: 'connections' }], ['visibility']],
  [
    'several at once',
    [{ visibility: 'friends', title: 'T' }, { text: '' }],
    ['visibility', 'text'],
  ],
])('%s is reported under the name of its input', (_, given, expected) => {
  expect(inputsOf(...given)).toEqual(expected);
});

it('a person may post to connections', () => {
  expect(build({ visibility: 'connections' }, { owner: PERSON }).visibility).toBe('connections');
  expect(inputErrorsOf({ visibility: 'friends' })[0]).toMatchObject({
    input: 'visibility',
    hint: '',
  });
});

it('messages continue after the name of the input', () => {
  const given = { link: 'nowhere', comment: 'x'.repeat(1251) };
  expect(inputErrorsOf(given).map(({ problem }) => problem)).toEqual([
    'must be an address that starts with https:// or http://',
    'is missing, but a link card needs a title: LinkedIn does not fetch the page',
    'is longer than 1,250 characters',
  ]);
});

it('author and text give the id of a post without one', () => {
  const [own, other] = [build(), build({}, { owner: PERSON })].map(({ id }) => id);
  expect(own).toMatch(/^[0-9a-f]{64}$/);
  expect(own).not.toBe(other);
});
