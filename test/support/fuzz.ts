// How often each fuzzed property runs: up to 2,000 times in `npm test`, N times with `npm run soak -- --fuzz N --seed S`, which
// runs every test file that imports this one. Only this file reads FUZZ_RUNS and FUZZ_SEED.

import type fc from 'fast-check';

const { FUZZ_RUNS, FUZZ_SEED = '20261129' } = process.env;

/** The runs of a cheap property in `npm test`; slow ones get fewer, in the same ratio when N is set. */
const USUAL_RUNS = 2000;

/**
 * The options of `fc.assert` for a property that runs `runs` times in `npm test`. The seed is fixed there, so that one commit always
 * gets one result; `--fuzz` looks for more.
 */
export function fuzzed(runs = USUAL_RUNS): fc.Parameters<unknown> & { readonly numRuns: number } {
  const factor = FUZZ_RUNS === undefined ? 1 : Number(FUZZ_RUNS) / USUAL_RUNS;
  return { numRuns: Math.ceil(runs * factor), seed: Number(FUZZ_SEED) };
}
