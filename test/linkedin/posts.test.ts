// Bodies for the Posts API: one for each file, and one for all pictures as far as a post takes them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPosts, type PostableMedia } from '../../src/linkedin/posts.ts';

const OWNER = 'urn:li:organization:24141830';

const media = (file: string, kind: 'image' | 'video' = 'image', more: Partial<PostableMedia> = {}) => ({
  file,
  kind,
  mediaUrn: `urn:li:${kind}:${file}`,
  isReady: true,
  ...more,
});

const pictures = (count: number) => Array.from({ length: count }, (_, index) => media(`${index}.png`));

/** Kind and files of each. */
const told = (given: readonly PostableMedia[], owner = OWNER) =>
  [...buildPosts(given, owner)].map(({ kind, files }) => [kind, ...files]);

describe('posts', () => {
  it('are one for each file in file order, and one for all pictures', () => {
    const all = [media('a.png'), media('b.mp4', 'video'), media('c.gif')];
    expect(told(all)).toEqual([
      ['image', 'a.png'],
      ['video', 'b.mp4'],
      ['image', 'c.gif'],
      ['images', 'a.png', 'c.gif'],
    ]);
  });

  it('have the body that LinkedIn takes, but for the text', () => {
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
  ])('of %j are %j', (given, expected) => {
    expect(told(given)).toEqual(expected);
  });

  it('show the same bytes once', () => {
    const twins = [media('a.png', 'image', { mediaUrn: 'u' }), media('b.png', 'image', { mediaUrn: 'u' })];
    expect(told(twins)).toEqual([['image', 'a.png']]);
  });

  it('are ready when all that they show is', () => {
    const given = [media('a.png'), media('b.png', 'image', { isReady: false }), media('c.mp4', 'video')];
    expect([...buildPosts(given, OWNER)].map(({ ready }) => ready)).toEqual([true, false, true, false]);
  });

  it.each([
    ['urn:li:person:-f_Ut43FoQ', 1],
    ['urn:li:organization:1', 1],
    ['urn:li:sponsoredAccount:1', 0],
    ['urn:li:sponsoredAdAccount:1', 0],
    ['', 0],
  ])('of the owner %j: %i', (owner, count) => {
    expect([...buildPosts([media('a.png')], owner)]).toHaveLength(count);
  });
});

describe('more pictures than one post takes', () => {
  it.each([
    [20, [20]],
    [21, [11, 10]],
    [40, [20, 20]],
    [41, [14, 13, 14]],
  ])('%i are shared out as %j', (count, sizes) => {
    const galleries = told(pictures(count)).filter(([kind]) => kind === 'images');
    expect(galleries.map(({ length }) => length - 1)).toEqual(sizes);
  });

  it('are each in one post, in order, 2 to 20 together', () => {
    const property = fc.property(fc.integer({ min: 2, max: 400 }), (count) => {
      const galleries = told(pictures(count)).filter(([kind]) => kind === 'images');
      expect(galleries.flatMap(([, ...files]) => files)).toEqual(pictures(count).map(({ file }) => file));
      for (const { length } of galleries) {
        expect(length - 1).toBeGreaterThanOrEqual(2);
        expect(length - 1).toBeLessThanOrEqual(20);
      }
    });
    fc.assert(property);
  });
});
