// The media of one post: which files its entries stand for, what is known once they are inspected, and which fit together.

import { symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { toReviewedPost } from '../../src/github/approval.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import type { AssetRef } from '../../src/media/find/assets.ts';
import { openWorkspace } from '../../src/media/find/workspace.ts';
import { addFindings } from '../../src/post/file/finding.ts';
import { parsePostFile } from '../../src/post/file/parse-post-file.ts';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { type AltTextRule, checkMedia, findMedia, inspectPost } from '../../src/post/post-media.ts';
import { plant } from '../media/tree.ts';
import { IMAGE } from '../support/ledgers.ts';
import { mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { makePost, PAGE, pictureOf } from './posts.ts';

async function inspect(
  frontMatter: string,
  files: Parameters<typeof plant>[0],
  links: [string, string][] = [],
) {
  const { workspace: folder, at } = await plant(files);
  for (const [target, path] of links) await symlink(target, at(path));
  const source = `---\n${frontMatter}\n---\nText`;
  const written = parsePostFile(source, 'posts/a.md', {
    owner: PAGE,
    timezone: null,
    release: null,
  });
  const run = testRun();
  const workspace = await openWorkspace({ workspace: folder, includeHiddenFiles: true });
  const found = await findMedia(written, { workspace, folder, assets: null, run });
  return await inspectPost(written, found, { altText: 'off', workspace, release: null, run });
}

it.skipIf(process.platform === 'win32')(
  'linked captions of a video are refused without the name of an input that only the upload action has',
  async () => {
    const files = { 'a.mp4': mp4(), 'real.srt': 'x' };
    const { errors } = await inspect('media: [a.mp4]', files, [['real.srt', 'a.srt']]);
    const text = errors.map(({ message, hint }) => `${message} ${hint}`).join();
    expect(text).toContain('a.srt is reached through a link');
    expect(text).not.toContain('follow-symlinks');
  },
);

it('the thumbnail of a video may be the picture of a link card', async () => {
  const image = 'media/launch.thumbnail.png';
  const source = `link: { url: "https://a.example/", title: x, image: ${image} }`;
  const inspected = await inspect(source, { [image]: png() });
  expect(inspected.errors).toEqual([]);
  expect(inspected.linkImage?.path).toBe(image);
  expect(toReviewedPost(inspected).paths).toEqual(['posts/a.md', image]);
});

it.each([
  [
    'the file with the alternative text of a picture',
    'media: [a.png]',
    ['posts/a.md', 'a.png', 'a.alt.txt'],
  ],
  [
    'no such file if the post has the text',
    'media: [{ file: a.png, alt: A }]',
    ['posts/a.md', 'a.png'],
  ],
  [
    'no such file for a link card',
    'link: { url: "https://a.example/", title: x, image: a.png }',
    ['posts/a.md', 'a.png'],
  ],
  [
    'captions and thumbnails of a video',
    'media: [a.mp4]',
    expect.arrayContaining(['posts/a.md', 'a.mp4', 'a.srt', 'a.thumbnail.jpg']),
  ],
])('a review covers %s', async (_, frontMatter, paths) => {
  const inspected = await inspect(frontMatter, { 'a.png': png(), 'a.mp4': mp4() });
  expect(toReviewedPost(inspected).paths).toEqual(paths);
});

it.each([
  ['media: [a.png]', ['posts/a.md', 'a.alt.txt']],
  ['media: [a.mp4]', ['posts/a.md', 'a.srt', 'a.SRT']],
])(
  'a review may find other line ends in post files, alternative texts and captions only: %s',
  async (source, texts) => {
    const inspected = await inspect(source, { 'a.png': png(), 'a.mp4': mp4() });
    expect(toReviewedPost(inspected).texts).toEqual(texts);
  },
);

const assetsOf = (...names: string[]) =>
  names.map((name) => ({ path: `release:v1/${name}`, name }));
const ASSETS = assetsOf('b.png', 'a.png', 'notes.txt');

/** `entry path` of each file, then the findings. */
async function findIn(assets: readonly AssetRef[], ...files: string[]): Promise<string[]> {
  const { workspace: folder } = await plant({ 'media/a.png': 'x', 'media/b.png': 'y' });
  const workspace = await openWorkspace({ workspace: folder });
  const places = { workspace, folder, assets, run: testRun() };
  const entries = files.map((file) => ({ file, alt: null }));
  const { refs, findings } = await findMedia(makePost({ entries }), places);
  return [
    ...refs.map(({ place, source }) => `${place[1]} ${source.path}`),
    ...findings.map(({ path, problem }) => `${path.join('.')}: ${problem}`),
  ];
}

const find = (...files: string[]) => findIn(ASSETS, ...files);

it('the error of a pattern without assets lists the assets', async () => {
  expect(await find('release:*.gif')).toEqual([
    'media.0: release:*.gif matches no asset of the release; its assets are b.png, a.png, notes.txt',
  ]);
});

it('files are in the order of the entries', async () => {
  expect(await find('media/b.png', 'media/a.png', 'release:b.png')).toEqual([
    '0 media/b.png',
    '1 media/a.png',
    '2 release:v1/b.png',
  ]);
});

it('a file that is listed twice is an error, which says where it is listed first', async () => {
  expect(await find('media/b.png', 'media/a.png', 'media/b.png')).toEqual([
    '0 media/b.png',
    '1 media/a.png',
    'media.2: media/b.png adds nothing: media/b.png is already in entry 1 of `media`',
  ]);
  expect(await find('release:*.png', 'release:b.png')).toEqual([
    '0 release:v1/a.png',
    '0 release:v1/b.png',
    'media.1: release:b.png adds nothing: release:v1/b.png is already in entry 1 of `media`',
  ]);
});

it('an asset that two patterns match takes its place from the first', async () => {
  expect(await find('release:b.png', 'release:*.png')).toEqual([
    '0 release:v1/b.png',
    '1 release:v1/a.png',
  ]);
});

it('a post takes at most 20 files, and more are not looked at', async () => {
  const names = Array.from({ length: 21 }, (_, index) => `${index}.png`);
  // The alternative text of a picture is no file of the post.
  expect(await findIn(assetsOf('1.alt.txt', ...names.slice(1)), 'release:*')).toHaveLength(21);
  expect(await findIn(assetsOf(...names), 'release:*')).toEqual([
    'media: the post has 21 files, but LinkedIn takes at most 20 images',
  ]);
});

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

it.each<[string, Given, Partial<WrittenPost>, string]>([
  [
    'an image and a video',
    [...images(1), ['b.mp4', 'video']],
    {},
    'media.1: b.mp4 is a video, and a post with a video has no other media: remove it, or the others',
  ],
  [
    'two documents',
    [
      ['a.pdf', 'document'],
      ['b.pdf', 'document'],
    ],
    { title: 'x' },
    'media.0: a.pdf is a document, and a post with a document has no other media: remove it, or the others',
  ],
  [
    'a document without a title',
    [['a.pdf', 'document']],
    {},
    'media.0: a.pdf is a document, so the post needs a `title`',
  ],
  [
    'an image with a title',
    images(1),
    { title: 'x' },
    'title: `title` is for a video or document, but 0.png is an image: remove it',
  ],
  [
    'a document on a link card',
    [],
    { linkImage: { ...IMAGE_FILE, path: 'a.pdf', media: { ...IMAGE, kind: 'document' } } },
    'link.image: a.pdf is not an image, which a link card shows',
  ],
  [
    'a video with an alternative text',
    [['a.mp4', 'video', 'x']],
    {},
    'media.0.alt: `alt` is for images, but a.mp4 is a video',
  ],
  [
    'an alternative text of 4,087 characters',
    [['a.png', 'image', 'x'.repeat(4087)]],
    {},
    'media.0.alt: the alternative text of a.png is longer than 4,086 characters',
  ],
])('a post may not have %s', (_, given, changes, expected) => {
  expect(check(given, changes)).toEqual([expected]);
});

it('the alternative text of a file that is too long is an error of the entry', () => {
  const file = { ...pictureOf('a.png'), alt: 'x'.repeat(4087), altFile: 'a.alt.txt' };
  expect([...checkMedia(makePost({ media: [file] }), 'off')]).toMatchObject([
    { path: ['media', 0] },
  ]);
});

it.each([
  ['hero.png', 1],
  ['Hero', 1],
  ['media/hero.png', 1],
  ['hero.jpg', 0],
  ['A hero', 0],
])('the alternative text %j of media/hero.png has %i warnings', (alt, warnings) => {
  const post = makePost({ media: [{ ...pictureOf('media/hero.png'), alt }] });
  const findings = [...checkMedia(post, 'error')];
  expect(findings.map(({ code, path }) => ({ code, path }))).toEqual(
    Array.from({ length: warnings }, () => ({ code: null, path: ['media', 0, 'alt'] })),
  );
  expect([...checkMedia(post, 'off')]).toEqual([]);
});

it('alternative text that is missing is an error, a warning or nothing, as the input `alt-text` says', () => {
  const post = makePost({ media: [pictureOf('a.png')] });
  const [error, warn, off] = (['error', 'warn', 'off'] as const).map((rule) => [
    ...checkMedia(post, rule),
  ]);
  const path = ['media', 0];
  const problem =
    'a.png has no alternative text: add a text file a.alt.txt, or write its entry as `- file: a.png` and, in a line below, `alt:` with what the picture shows, in quotes';
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
