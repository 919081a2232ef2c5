// Mutants that random schedules, of uploads or of posts, must find without the tests written for them.

import type { Mutant } from './mutant.ts';

const UPLOADS = 'test/faults/schedules.test.ts';
const POSTS = 'test/post/schedules/post-schedules.test.ts';

const SCHEDULES: ReadonlyMap<string, string> = new Map([
  ['charge the retry budget for each failed call', UPLOADS],
  ['do not limit the retries of a run', UPLOADS],
  ['report the duplicate of a file that timed out as reused', UPLOADS],
  ['never repeat the lost upload of an earlier run', UPLOADS],
  ['wait the whole time for each session of a file', UPLOADS],
  ['drop the uploads of other jobs from the branch', UPLOADS],
  ['count calls twice after a lost response', UPLOADS],
  ['stop the last write with the run', UPLOADS],
  ['write to GitHub before the wait that it asked for is over', UPLOADS],
  ['send files before it is known that the token may write the branch', UPLOADS],
  ['start before the permission is known when LinkedIn may have lost an upload', UPLOADS],
  ['show a token that GitHub echoes', UPLOADS],
  ['send a post without another look at the memory', POSTS],
  ['take a lost response for a refusal', POSTS],
  ['withdraw the claim of a post whose repetition was refused', POSTS],
  ['make a comment again after a lost response', POSTS],
]);

/** Returns a second mutant for each of these, which must fail in the schedules. */
export function scheduled(mutants: readonly Mutant[]): Mutant[] {
  return mutants.flatMap((mutant) => {
    const schedules = SCHEDULES.get(mutant.name);
    return schedules === undefined
      ? []
      : [{ ...mutant, name: `${mutant.name}, in random schedules`, tests: [schedules] }];
  });
}
