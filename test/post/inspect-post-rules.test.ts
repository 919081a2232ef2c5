// Which media fit together, and where titles and alternative texts belong.

import { describe, expect, it } from 'vitest';
import { altTextFileOf } from '../../src/media/inspect-media.ts';
import { formatNote } from '../../src/post/file/front-matter.ts';
import type { PostMediaFile, WrittenPost } from '../../src/post/file/post.ts';
import { type AltTextRule, checkMedia } from '../../src/post/inspect-post.ts';
import { makePost, pictureOf } from './posts.ts';

type Given = readonly (readonly [file: string, kind: PostMediaFile['kind'], alt?: string])[];

function check(given: Given, changes: Partial<WrittenPost> = {}, rule: AltTextRule = 'off') {
  const entries = given.map(([file, , alt]) => ({ file, alt: alt ?? null }));
  const found = given.map(([file, kind, alt], entry) => {
    const isOfFile = changes.entries?.[entry]?.alt === null;
    const altFile = isOfFile ? altTextFileOf(file) : null;
    return { ...pictureOf(file, entry), kind, alt: alt ?? null, altFile };
  });
  const { issues, warnings } = checkMedia(makePost({ entries, ...changes }), found, rule);
  return [...issues, ...warnings].map((note) => `${note.path.join('.')}: ${formatNote(note)}`);
}

const images = (count: number): Given =>
  Array.from({ length: count }, (_, index) => [`${index}.png`, 'image']);

describe('checkMedia', () => {
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
    [images(21), {}, 'media: the post has 21 images, but LinkedIn takes at most 20'],
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
    [
      images(1),
      { title: 'x' },
      'title: `title` is for a video or document, but 0.png is an image: remove it',
    ],
    [[['a.mp4', 'video', 'x']], {}, 'media.0.alt: `alt` is for images, but a.mp4 is a video'],
    [
      [['a.png', 'image', 'x'.repeat(4087)]],
      {},
      'media.0.alt: the alternative text of a.png is longer than 4,086 characters',
    ],
    [
      [['a.png', 'image', 'x'.repeat(4087)]],
      { entries: [{ file: 'a.png', alt: null }] },
      'media.0: the alternative text of a.png is longer than 4,086 characters',
    ],
  ])('the media %j with %j are an error', (given, changes, expected) => {
    expect(check(given, changes)).toEqual([expected]);
  });

  it('alternative text that is missing is an error, a warning or nothing, as the input `alt-text` says', () => {
    const entries = [{ file: 'a.png', alt: null }];
    const found = [pictureOf('a.png')];
    const [error, warn, off] = (['error', 'warn', 'off'] as const).map((rule) =>
      checkMedia(makePost({ entries }), found, rule),
    );
    const path = ['media', 0];
    const problem = 'a.png has no alternative text: add a text file a.alt.txt';
    expect(error).toMatchObject({ issues: [{ code: 'POST_MEDIA', path, problem }], warnings: [] });
    expect(warn).toMatchObject({ issues: [], warnings: [{ path, problem }] });
    expect(off).toEqual({ issues: [], warnings: [] });
    expect(check([['a.mp4', 'video']], {}, 'error')).toEqual([]);
    const asset = 'release:v1.0/a.png';
    expect(
      checkMedia(makePost({ entries: [{ file: asset, alt: null }] }), [pictureOf(asset)], 'error'),
    ).toMatchObject({
      issues: [{ problem: `${asset} has no alternative text: attach a.alt.txt to the release` }],
    });
  });

  it('several pictures without alternative text are one warning at the first, which lists them', () => {
    const files = ['a.png', 'b.png', 'c.png'];
    const post = makePost({ entries: files.map((file) => ({ file, alt: null })) });
    const found = files.map((file, entry) => ({ ...pictureOf(file), entry }));
    const { warnings } = checkMedia(post, found, 'warn');
    expect(warnings).toMatchObject([
      {
        path: ['media', 0],
        problem:
          'a.png, b.png and c.png have no alternative text: for each, add a text file such as a.alt.txt',
        picture: { file: 'a.png' },
      },
    ]);
  });

  it.each([
    ['media/a.png', 'media/a.alt.txt'],
    ['v1.0/photo', 'v1.0/photo.alt.txt'],
  ])('the alternative text of %s is in %s', (file, expected) => {
    expect(altTextFileOf(file)).toBe(expected);
  });
});
