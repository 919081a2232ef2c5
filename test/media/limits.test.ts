// LinkedIn's published limits at their boundaries.

import { expect, it } from 'vitest';
import { checkLimits, videoWarnings } from '../../src/media/limits.ts';
import type { Media } from '../../src/media/media-file.ts';

const image = (facts: Partial<Media>): Media => ({
  kind: 'image',
  mediaType: 'image/gif',
  ...facts,
});

it.each([
  ['one pixel below the limit', image({ width: 36_152_319, height: 1 }), null],
  ['as many pixels as the limit', image({ width: 36_152_320, height: 1 }), 'FILE_PIXELS'],
  ['far too many pixels', image({ width: 65_535, height: 65_535 }), 'FILE_PIXELS'],
  ['250 frames', image({ frames: 250 }), null],
  ['251 frames', image({ frames: 251 }), 'FILE_FRAMES'],
  ['unknown size and frames', image({}), null],
  [
    'a large video',
    { kind: 'video', mediaType: 'video/mp4', width: 7680, height: 4800 } as const,
    null,
  ],
])('checkLimits checks the limits of pixels and frames: %s', (_, media, code) => {
  expect(checkLimits('a.gif', media)?.code ?? null).toBe(code);
});

it('the error of a file above a limit names the number and the limit', () => {
  const error = checkLimits('a.gif', image({ width: 8000, height: 6000 }));
  expect(error?.message).toMatch(/^a\.gif .*48,000,000.*8000 x 6000.*36,152,320/);
  expect(checkLimits('a.gif', image({ frames: 1000 }))?.message).toMatch(/1,000.*250/);
});

it.each([
  [75_000, 3, 0],
  [500_000_000, 1800, 0],
  [74_999, 60, 1],
  [500_000_001, 60, 1],
  [100_000, 2.9, 1],
  [100_000, 1800.1, 1],
  [1, 1, 2],
  [100_000, undefined, 0],
])(
  'videoWarnings warns about a video outside the size and duration limits: %i bytes, %s seconds, %i warnings',
  (sizeBytes, seconds, count) => {
    expect(videoWarnings(sizeBytes, seconds)).toHaveLength(count);
  },
);

it.each([
  [1200, 500, 0],
  [1201, 500, 1],
  [500, 1200, 0],
  [500, 1201, 1],
])('a video of %i x %i pixels has %i warnings about its shape', (width, height, count) => {
  const warning = `is ${width} x ${height} pixels, but LinkedIn asks for a shape from 1:2.4 to 2.4:1`;
  expect(videoWarnings(100_000, 60, { width, height })).toEqual(Array(count).fill(warning));
});
