// What authors do to their post files at random, and what they want: each post goes out once.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzed } from '../support/fuzz.ts';
import { play, steps } from './authors.ts';

it('no post goes out twice, and none is passed over without a word', () => {
  fc.assert(
    fc.property(steps, (all) => {
      expect(play(all)).toBeNull();
    }),
    fuzzed(3000),
  );
});
