// Runs generated schedules of posts. POST_SEED and POST_PATH replay a failure, POST_RUNS sets the number of schedules.

import { expect, it } from 'vitest';
import { describeMet, RARE, runPostCampaign } from './post-campaign.ts';

const { POST_SEED, POST_PATH, POST_RUNS = '300' } = process.env;
// Fewer schedules need not meet everything.
const ENOUGH = 300;

it('no schedule of runs posts twice, sends without a claim, or leaves a post unreported', async () => {
  const seed = POST_SEED === undefined ? seedOfToday() : Number(POST_SEED);
  const count = POST_PATH === undefined ? Number(POST_RUNS) : 1;
  const { failure, met } = await runPostCampaign({ seed, path: POST_PATH, count });
  process.stdout.write(`seed ${seed}: ${describeMet(met)}\n`);
  expect(failure, failure ?? '').toBeNull();
  if (count < ENOUGH) return;
  const unmet = [...met].filter(([name, times]) => times === 0 && !RARE.has(name));
  expect(unmet).toEqual([]);
});

/** Each day runs schedules that no day before has run. */
function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
}
