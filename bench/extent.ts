// How much the benchmark measures: quick, or in full.

import type { Way } from './stage.ts';

/** Only ratios at 2 GiB are quoted: for smaller files, start-up is a large share of the time. */
export interface Extent {
  readonly videoBytes: Record<Way, number>;
  /** Counted rounds. */
  readonly rounds: Record<Way, number>;
  readonly startRounds: number;
  readonly smallFiles: number;
  readonly smallSlots: readonly number[];
  readonly smallRounds: number;
  readonly sparseBytes: readonly number[];
  readonly manyFiles: readonly number[];
}

const GIB = 1024 ** 3;

export const QUICK: Extent = {
  videoBytes: { http: GIB / 4, https: GIB / 4, line: GIB / 4 },
  rounds: { http: 3, https: 3, line: 1 },
  startRounds: 7,
  smallFiles: 400,
  smallSlots: [8],
  smallRounds: 2,
  sparseBytes: [GIB / 4, GIB],
  manyFiles: [100, 1000],
};

export const FULL: Extent = {
  videoBytes: { http: 2 * GIB, https: 2 * GIB, line: GIB },
  rounds: { http: 7, https: 7, line: 3 },
  startRounds: 15,
  smallFiles: 500,
  smallSlots: [8],
  smallRounds: 3,
  sparseBytes: [GIB / 4, 2 * GIB, 5 * GIB],
  manyFiles: [100, 1000, 10_000],
};
