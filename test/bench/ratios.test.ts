// The arithmetic of the bench: medians, ratios of one round, whose turn it is, and how all of it is written.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureOf, goesFirst, showFigure, showTable, speedups } from '../../bench/ratios.ts';
import { showResult } from '../../bench/rows.ts';

describe('a figure', () => {
  it.each<[string, number[], number]>([
    ['one value', [7], 7],
    ['an odd number, out of order', [9, 1, 10], 9],
    ['an even number', [4, 1, 3, 2], 2.5],
    ['one that is far off', [1, 1, 1, 1000], 1],
  ])('has the median of %s', (_, values, median) => {
    expect(figureOf(values)).toEqual({ median, low: Math.min(...values), high: Math.max(...values) });
  });

  it('has as many values below its median as above, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const { median } = figureOf(values);
        const below = values.filter((value) => value < median).length;
        const above = values.filter((value) => value > median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('of nothing is refused', () => {
    expect(() => figureOf([])).toThrow(RangeError);
  });
});

describe('the speed-up', () => {
  it('is more than 1 for the faster side, and its median that of the rounds, not of the times', () => {
    const rounds = [
      { oursMs: 100, theirsMs: 200 },
      { oursMs: 1000, theirsMs: 3000 },
      { oursMs: 50, theirsMs: 50 },
    ];
    expect(speedups(rounds)).toEqual({ median: 2, low: 1, high: 3 });
  });

  it('is taken in turns: A B, B A, A B', () => {
    expect([0, 1, 2, 3].map(goesFirst)).toEqual([true, false, true, false]);
  });
});

describe('what is shown', () => {
  it.each([
    [{ median: 1.234, low: 1.1, high: 1.3 }, '×', '1.23× (1.10–1.30)'],
    [{ median: 12.34, low: 12.34, high: 12.34 }, ' ms', '12.3 ms'],
    [{ median: 2465.4, low: 2000, high: 3001 }, ' MiB/s', '2465 MiB/s (2000–3001, noisy)'],
  ])('%o', (figure, unit, text) => {
    expect(showFigure(figure, unit)).toBe(text);
  });

  it.each([
    [{ least: 1 }, 1, '≥ 1'],
    [{ least: 1 }, 0.99, '≥ 1, missed'],
    [{ most: 3 }, 3, '≤ 3'],
    [{ most: 3 }, 3.01, '≤ 3, missed'],
  ])('whether %o is met by %d', (aim, value, text) => {
    const result = { id: 'a', what: 'b', unit: '×', figure: figureOf([value]), aim };
    expect(showResult(result)).toEqual(['b', `${value.toFixed(2)}×`, text]);
  });

  it('in a table', () => {
    expect(
      showTable([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
  });
});
