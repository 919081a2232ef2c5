// Mutants that the random fault schedules must find without the tests written for them.

import type { Mutant } from './mutant.ts';

const NAMES: ReadonlySet<string> = new Set([
  'charge the retry budget for each failed call',
  'do not limit the retries of a run',
  'report the duplicate of a file that timed out as reused',
  'never repeat the lost upload of an earlier run',
  'wait the whole time for each session of a file',
]);

/** Returns a second mutant for each of these, which must fail in the schedules. */
export function scheduled(mutants: readonly Mutant[]): Mutant[] {
  return mutants
    .filter(({ name }) => NAMES.has(name))
    .map((mutant) => ({
      ...mutant,
      name: `${mutant.name}, in fault schedules`,
      tests: ['test/faults/schedules.test.ts'],
    }));
}
