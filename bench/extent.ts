// How much the benchmark measures: quick, or in full.

/** Only ratios at 2 GiB are quoted: for smaller files, start-up is a large share of the time. */
export interface Extent {
  readonly videoBytes: number;
  /** Counted rounds. */
  readonly rounds: number;
  readonly startRounds: number;
  readonly smallFiles: number;
  readonly smallSlots: readonly number[];
  readonly smallRounds: number;
  readonly sparseBytes: readonly number[];
  readonly manyFiles: readonly number[];
}

const GIB = 1024 ** 3;

export const QUICK: Extent = {
  videoBytes: GIB / 4,
  rounds: 3,
  startRounds: 7,
  smallFiles: 400,
  smallSlots: [8],
  smallRounds: 2,
  sparseBytes: [GIB / 4, GIB],
  manyFiles: [100, 1000],
};

export const FULL: Extent = {
  videoBytes: 2 * GIB,
  rounds: 7,
  startRounds: 15,
  smallFiles: 500,
  smallSlots: [8, 16, 32],
  smallRounds: 3,
  sparseBytes: [GIB / 4, 2 * GIB, 5 * GIB],
  manyFiles: [100, 1000, 10_000],
};
