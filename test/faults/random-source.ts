// Seeded random numbers for what is drawn while a schedule runs: delays, jitter, and the secrets that are echoed.

import fc from 'fast-check';

const RANGE = 2 ** 31;
const NUMBERS = fc.infiniteStream(fc.nat(RANGE - 1), { noHistory: true });

export class RandomSource {
  readonly #numbers: Iterator<number>;

  constructor(seed: number) {
    const [numbers] = fc.sample(fc.noBias(NUMBERS), { seed, numRuns: 1 });
    if (numbers === undefined) throw new RangeError('fast-check gave no sample');
    this.#numbers = numbers;
  }

  /** In [0, 1). */
  next(): number {
    return this.#numbers.next().value / RANGE;
  }

  /** An integer, both ends included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.between(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('cannot pick from an empty list');
    return picked;
  }
}
