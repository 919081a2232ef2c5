// The arithmetic of the benchmark: medians, ratios within a round, and formatting.

import { expect, it } from 'vitest';
import { figureOf, speedups } from '../../bench/ratios.ts';

it.each<[string, number[], number]>([
  ['one value', [7], 7],
  ['an odd number of unsorted values', [9, 1, 10], 9],
  ['an even number of values', [4, 1, 3, 2], 2.5],
])('a figure has the median of %s', (_, values, median) => {
  expect(figureOf(values)).toEqual({ median, low: Math.min(...values), high: Math.max(...values) });
});

it('the speed-up is the median of the ratios of the rounds, and above 1 if our side is faster', () => {
  const rounds = [
    { oursMs: 100, theirsMs: 200 },
    { oursMs: 1000, theirsMs: 3000 },
    { oursMs: 50, theirsMs: 50 },
  ];
  expect(speedups(rounds)).toEqual({ median: 2, low: 1, high: 3 });
});
