// Bugs that the seeded fault schedules must find without the tests that were written for them.

import type { Mutant } from './mutant.ts';

const NAMES: ReadonlySet<string> = new Set([
  'charge the retry budget for each call that fails',
  'keep no retry budget',
  'take a copy of a file that timed out for reused',
  'never send a lost upload of an earlier run again',
  'wait the whole time for each session of a file',
]);

/** A second mutant for each of these, which only the schedules are run against. */
export function scheduled(mutants: readonly Mutant[]): Mutant[] {
  return mutants
    .filter(({ name }) => NAMES.has(name))
    .map((mutant) => ({
      ...mutant,
      name: `${mutant.name}, in fault schedules`,
      tests: ['test/faults/schedules.test.ts'],
    }));
}
