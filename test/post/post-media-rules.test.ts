// Which media fit together, and where titles and alternative texts belong.

import { expect, it } from 'vitest';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { addFindings } from '../../src/post/file/finding.ts';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { type AltTextRule, checkMedia } from '../../src/post/post-media.ts';
import { IMAGE } from '../support/ledgers.ts';
import { makePost, pictureOf } from './posts.ts';

type Given = readonly (readonly [file: string, kind: MediaKind, alt?: string])[];

function check(given: Given, changes: Partial<WrittenPost> = {}, rule: AltTextRule = 'off') {
  const media = given.map(([file, kind, alt = null], entry) => ({
    ...pictureOf(file, entry),
    media: { ...IMAGE, kind },
    alt,
  }));
  const post = makePost({ media, ...changes });
  return [...checkMedia(post, rule)].map((one) => {
    const { errors, warnings } = addFindings(post, [one]);
    return `${one.path.join('.')}: ${[...errors, ...warnings][0]?.problem}`;
  });
}

const IMAGE_FILE = pictureOf('a.png');

const images = (count: number): Given =>
  Array.from({ length: count }, (_, index) => [`${index}.png`, 'image']);

it.each<[string, Given, Partial<WrittenPost>]>([
  ['nothing', [], {}],
  ['an image', images(1), {}],
  ['20 images', images(20), {}],
  ['a video without a title', [['a.mp4', 'video']], {}],
  ['a video with a title', [['a.mp4', 'video']], { title: 'Tour' }],
  ['a document with a title', [['a.pdf', 'document']], { title: 'Report' }],
])('a post may have %s', (_, given, changes) => {
  expect(check(given, changes)).toEqual([]);
});

it.each<[Given, Partial<WrittenPost>, string]>([
  [
    [...images(1), ['b.mp4', 'video']],
    {},
    'media.1: b.mp4 is a video, and a post with a video has no other media: remove it, or the others',
  ],
  [
    [
      ['a.pdf', 'document'],
      ['b.pdf', 'document'],
    ],
    { title: 'x' },
    'media.0: a.pdf is a document, and a post with a document has no other media: remove it, or the others',
  ],
  [[['a.pdf', 'document']], {}, 'media.0: a.pdf is a document, so the post needs a `title`'],
  [images(1), { title: 'x' }, 'title: `title` is for a video or document, but 0.png is an image: remove it'],
  [
    [],
    { linkImage: { ...IMAGE_FILE, path: 'a.pdf', media: { ...IMAGE, kind: 'document' } } },
    'link.image: a.pdf is not an image, which a link card shows',
  ],
  [[['a.mp4', 'video', 'x']], {}, 'media.0.alt: `alt` is for images, but a.mp4 is a video'],
  [
    [['a.png', 'image', 'x'.repeat(4087)]],
    {},
    'media.0.alt: the alternative text of a.png is longer than 4,086 characters',
  ],
])('the media %j with %j are an error', (given, changes, expected) => {
  expect(check(given, changes)).toEqual([expected]);
});

it('the alternative text of a file that is too long is an error of the entry', () => {
  const file = { ...pictureOf('a.png'), alt: 'x'.repeat(4087), altFile: 'a.alt.txt' };
  expect([...checkMedia(makePost({ media: [file] }), 'off')]).toMatchObject([{ path: ['media', 0] }]);
});

it('alternative text that is missing is an error, a warning or nothing, as the input `alt-text` says', () => {
  const post = makePost({ media: [pictureOf('a.png')] });
  const [error, warn, off] = (['error', 'warn', 'off'] as const).map((rule) => [...checkMedia(post, rule)]);
  const path = ['media', 0];
  const problem =
    'a.png has no alternative text: add a text file a.alt.txt, or write its entry as `{ file: a.png, alt: }`, with what the picture shows after `alt:`, in quotes';
  expect(error).toMatchObject([{ code: 'POST_MEDIA', path, problem }]);
  expect(warn).toMatchObject([{ code: null, path, problem }]);
  expect(off).toEqual([]);
  expect(check([['a.mp4', 'video']], {}, 'error')).toEqual([]);
});

it.each<[string, Partial<WrittenPost>, string]>([
  [
    'an asset of the release',
    { media: [pictureOf('release:v1.0/a.png')] },
    'release:v1.0/a.png has no alternative text: add a text file release:v1.0/a.alt.txt to the release',
  ],
  [
    'several pictures, once at the first',
    { media: ['a.png', 'b.png', 'c.png'].map(pictureOf) },
    'a.png, b.png and c.png have no alternative text: for each, add a text file such as a.alt.txt, or write',
  ],
  [
    'a post of inputs',
    { file: null, media: [pictureOf('a.png')] },
    'a.png has no alternative text: add a text file a.alt.txt, or set `alt`',
  ],
])('a missing alternative text has advice for %s', (_, changes, expected) => {
  const problems = check([], changes, 'warn');
  expect(problems.map((one) => one.slice(0, expected.length + 9))).toEqual([
    expect.stringContaining(expected),
  ]);
});
