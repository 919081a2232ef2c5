// Suggestions for unknown keys.

import { describe, expect, it } from 'vitest';
import { suggestKey } from '../../../src/post/file/nearest-key.ts';

const KEYS = ['media', 'title', 'link', 'visibility', 'at', 'alt'];

describe('suggestKey', () => {
  it.each([
    ['titel', 'title'],
    ['Media', 'media'],
    ['medai', 'media'],
    ['visiblity', 'visibility'],
    ['links', 'link'],
  ])('the typo %s suggests %s', (unknown, expected) => {
    expect(suggestKey(unknown, KEYS)).toBe(`did you mean \`${expected}\`?`);
  });

  it('a key that is unlike all others gets the nearest one and the whole list', () => {
    expect(suggestKey('published', KEYS)).toMatch(
      /^the nearest key is `\w+`, and all keys are `media`, .*`alt`$/,
    );
  });

  it('a key of 100,000 characters is compared by its start', () => {
    expect(suggestKey('x'.repeat(100_000), KEYS)).toContain('the nearest key');
  });
});
