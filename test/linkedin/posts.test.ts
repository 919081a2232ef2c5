// Bodies for the Posts API: one per file, and multi-image posts with up to 20 images each.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPosts, type PostableMedia } from '../../src/linkedin/posts.ts';
import { inNaturalOrder } from '../../src/media/find/natural-order.ts';

const OWNER = 'urn:li:organization:24141830';

const media = (file: string, kind: 'image' | 'video' = 'image', more: Partial<PostableMedia> = {}) => ({
  file,
  kind,
  mediaUrn: `urn:li:${kind}:${file}`,
  isReady: true,
  ...more,
});

const images = (count: number) => Array.from({ length: count }, (_, index) => media(`${index}.png`));

/** The kind and the files of each post. */
const summaryOf = (given: readonly PostableMedia[], owner = OWNER) =>
  [...buildPosts(given, owner)].map(({ kind, files }) => [kind, ...files]);

describe('buildPosts', () => {
  it('buildPosts returns one post per file in file order, and one with all images', () => {
    const all = [media('a.png'), media('b.mp4', 'video'), media('c.gif')];
    expect(summaryOf(all)).toEqual([
      ['image', 'a.png'],
      ['video', 'b.mp4'],
      ['image', 'c.gif'],
      ['images', 'a.png', 'c.gif'],
    ]);
  });

  it('the images of one post have their own order, and single posts stay in file order', () => {
    const given = [media('1.png'), media('10.png'), media('2.png')];
    const posts = [...buildPosts(given, OWNER, inNaturalOrder)].map(({ files }) => files);
    expect(posts).toEqual([['1.png'], ['10.png'], ['2.png'], ['1.png', '2.png', '10.png']]);
  });

  it('a post has the body of the Posts API with an empty commentary', () => {
    const [one, , both] = buildPosts([media('a.png'), media('b.png')], OWNER);
    expect(one?.body).toEqual({
      author: OWNER,
      commentary: '',
      visibility: 'PUBLIC',
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      content: { media: { id: 'urn:li:image:a.png' } },
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    });
    expect(both?.body.content).toEqual({
      multiImage: { images: [{ id: 'urn:li:image:a.png' }, { id: 'urn:li:image:b.png' }] },
    });
  });

  it.each([
    [[], []],
    [[media('a.png')], [['image', 'a.png']]],
    [[media('a.mp4', 'video')], [['video', 'a.mp4']]],
  ])('the posts for %j are %j', (given, expected) => {
    expect(summaryOf(given)).toEqual(expected);
  });

  it('two files with the same media URN give one post', () => {
    const twins = [media('a.png', 'image', { mediaUrn: 'u' }), media('b.png', 'image', { mediaUrn: 'u' })];
    expect(summaryOf(twins)).toEqual([['image', 'a.png']]);
  });

  it('a post is ready when all its media are ready', () => {
    const given = [media('a.png'), media('b.png', 'image', { isReady: false }), media('c.mp4', 'video')];
    expect([...buildPosts(given, OWNER)].map(({ ready }) => ready)).toEqual([true, false, true, false]);
  });

  it.each([
    ['urn:li:person:-f_Ut43FoQ', 1],
    ['urn:li:organization:1', 1],
    ['urn:li:sponsoredAccount:1', 0],
    ['urn:li:sponsoredAdAccount:1', 0],
    ['', 0],
  ])('the owner %j gets %i posts', (owner, count) => {
    expect([...buildPosts([media('a.png')], owner)]).toHaveLength(count);
  });
});

describe('multi-image posts', () => {
  it.each([
    [20, [20]],
    [21, [11, 10]],
    [40, [20, 20]],
    [41, [14, 13, 14]],
  ])('%i images are split into posts of %j images', (count, sizes) => {
    const galleries = summaryOf(images(count)).filter(([kind]) => kind === 'images');
    expect(galleries.map(({ length }) => length - 1)).toEqual(sizes);
  });

  it('any number of images is split in order into posts of 2 to 20 images', () => {
    const property = fc.property(fc.integer({ min: 2, max: 400 }), (count) => {
      const galleries = summaryOf(images(count)).filter(([kind]) => kind === 'images');
      expect(galleries.flatMap(([, ...files]) => files)).toEqual(images(count).map(({ file }) => file));
      for (const { length } of galleries) {
        expect(length - 1).toBeGreaterThanOrEqual(2);
        expect(length - 1).toBeLessThanOrEqual(20);
      }
    });
    fc.assert(property);
  });
});
