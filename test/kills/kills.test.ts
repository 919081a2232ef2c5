// The built action, killed at points all over its run and run again: nothing is lost, and nothing is sent twice.
// KILL_SEED and KILL_PATH replay one round, as far as the clock of two processes allows; `npm run soak -- --kills` runs many.

import { expect, it } from 'vitest';
import { describeKills, runKills } from './campaign.ts';

const { KILL_SEED, KILL_PATH } = process.env;
const KILLS = 20;

it.skipIf(process.platform === 'win32')(
  'a run that is killed or cancelled at any moment is resumed by the next one',
  async () => {
    const seed = KILL_SEED === undefined ? Date.now() % 2 ** 31 : Number(KILL_SEED);
    const kills = KILL_SEED === undefined ? KILLS : 1;
    const report = await runKills({ seed, path: KILL_PATH, kills, parallel: kills === 1 ? 1 : 4 });
    const summary = describeKills(report);
    process.stdout.write(`seed ${seed}: ${summary}\n`);
    expect(report.failures, summary).toEqual([]);
  },
);
