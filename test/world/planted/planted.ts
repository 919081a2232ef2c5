// Plants each bug and lets the campaign look for it.

import { runCampaign } from '../campaign/campaign.ts';
import type { PlantedBug } from './bugs.ts';

/** Each bug is found within this many schedules. */
const MOST = 3000;

/** Looks for one bug. */
export async function search({ name, program, rule, plant }: PlantedBug, seed: number) {
  let strikes = 0;
  const strike = () => {
    strikes += 1;
  };
  const { failure, played } = await runCampaign({
    ...{ program, seed, count: MOST, rule, shrinks: false },
    wrap: (run) => plant(run, strike),
  });
  if (failure !== null)
    return { isFound: true, text: `found after ${played} schedules: ${name}\n${failure}` };
  const why = strikes === 0 ? 'its place is gone: it never struck' : `it struck ${strikes} times`;
  return { isFound: false, text: `NOT FOUND in ${played} schedules: ${name} (${why})` };
}
