// How often each fuzzed property is tried: thousands of times in `npm test`, as often as one likes with
// `npm run soak -- --fuzz N`, which runs every test file that imports this one. The only reader of FUZZ_RUNS.

const { FUZZ_RUNS } = process.env;

/** What a cheap property gets in `npm test`; dear ones get less, and keep their share when N is set. */
const USUAL_RUNS = 10_000;

/** The options of `fc.assert` for a property that is to be tried `runs` times in `npm test`. */
export function fuzzed(runs = USUAL_RUNS): { numRuns: number } {
  return {
    numRuns: FUZZ_RUNS === undefined ? runs : Math.ceil((Number(FUZZ_RUNS) * runs) / USUAL_RUNS),
  };
}
