// The order of numbered files.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inNaturalOrder } from '../../../src/media/find/workspace.ts';
import { fuzzed } from '../../support/fuzz.ts';

describe('inNaturalOrder', () => {
  it('numbers count by their value, and folders come in order', () => {
    const sorted = [
      'a/2.png',
      'a/10.png',
      'a/10b.png',
      'a/99999999999999999999.png',
      'b/1.png',
      'b/cover.png',
    ];
    expect(sorted.toReversed().toSorted(inNaturalOrder)).toEqual(sorted);
    expect(['01.png', '1.png', '0.png'].toSorted(inNaturalOrder)).toEqual(['0.png', '01.png', '1.png']);
    expect(['B.png', 'ä.png', 'a.png'].toSorted(inNaturalOrder)).toEqual(['a.png', 'ä.png', 'B.png']);
  });

  it('the order is total: every permutation of distinct names sorts in the same way', () => {
    const name = fc.string({ unit: fc.constantFrom('0', '1', '2', '9', 'a', 'b', '.', '/'), maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
        expect(names.toSorted(inNaturalOrder)).toEqual(names.toReversed().toSorted(inNaturalOrder));
      }),
      fuzzed(1000),
    );
  });
});
