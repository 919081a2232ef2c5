// The arithmetic of the benchmark: medians, ratios within a round, and formatting.

import { describe, expect, it } from 'vitest';
import { figureOf, showFigure, speedups } from '../../bench/ratios.ts';
import { showResult } from '../../bench/rows.ts';

describe('figureOf', () => {
  it.each<[string, number[], number]>([
    ['one value', [7], 7],
    ['an odd number of unsorted values', [9, 1, 10], 9],
    ['an even number of values', [4, 1, 3, 2], 2.5],
  ])('a figure has the median of %s', (_, values, median) => {
    expect(figureOf(values)).toEqual({ median, low: Math.min(...values), high: Math.max(...values) });
  });
});

describe('speedups', () => {
  it('the speed-up is the median of the ratios of the rounds, and above 1 if our side is faster', () => {
    const rounds = [
      { oursMs: 100, theirsMs: 200 },
      { oursMs: 1000, theirsMs: 3000 },
      { oursMs: 50, theirsMs: 50 },
    ];
    expect(speedups(rounds)).toEqual({ median: 2, low: 1, high: 3 });
  });
});

describe('formatting', () => {
  it.each([
    [{ median: 1.234, low: 1.1, high: 1.3 }, '×', '1.23× (1.10–1.30)'],
    [{ median: 12.34, low: 12.34, high: 12.34 }, ' ms', '12.3 ms'],
    [{ median: 2465.4, low: 2000, high: 3001 }, ' MiB/s', '2465 MiB/s (2000–3001, noisy)'],
  ])('the figure %o is shown with its unit, range and noise', (figure, unit, text) => {
    expect(showFigure(figure, unit)).toBe(text);
  });

  it.each([
    [{ least: 1 }, 1, '≥ 1'],
    [{ least: 1 }, 0.99, '≥ 1, missed'],
    [{ most: 3 }, 3, '≤ 3'],
    [{ most: 3 }, 3.01, '≤ 3, missed'],
  ])('the result shows whether the aim %o is met by %d', (aim, value, text) => {
    const result = { id: 'a', what: 'b', unit: '×', figure: figureOf([value]), aim };
    expect(showResult(result)).toEqual(['b', `${value.toFixed(2)}×`, text]);
  });
});
