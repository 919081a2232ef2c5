// The built post action, killed at points all over its run and run again: no post goes out twice, and none is forgotten.
// KILL_SEED and KILL_PATH replay one round, as far as the clock of two processes allows; `npm run soak -- --post-kills`
// runs many.

import { expect, it } from 'vitest';
import { describePostKills, runPostKills } from './post-campaign.ts';

const { KILL_SEED, KILL_PATH } = process.env;
const KILLS = 12;

it.skipIf(process.platform === 'win32')(
  'posts of a run that is killed or cancelled at any moment are on LinkedIn at most once, and known to the next run',
  async () => {
    const seed = KILL_SEED === undefined ? Date.now() % 2 ** 31 : Number(KILL_SEED);
    const kills = KILL_SEED === undefined ? KILLS : 1;
    const report = await runPostKills({ seed, path: KILL_PATH, kills, parallel: kills === 1 ? 1 : 4 });
    const summary = describePostKills(report);
    process.stdout.write(`seed ${seed}: ${summary}\n`);
    expect(report.failures, summary).toEqual([]);
  },
);
