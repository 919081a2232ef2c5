// The built action, killed at any point of its run and started again: nothing is lost, and nothing is sent twice.
// KILL_SEED replays one round, as far as the timing of two processes allows; `npm run soak -- --kills` runs many.

import { expect, it } from 'vitest';
import { describeKills, runKills } from './campaign.ts';

const { KILL_SEED } = process.env;
const KILLS = 20;
const LIMIT_MS = 180_000;

it.skipIf(process.platform === 'win32')(
  'a run that is killed or cancelled at any moment is resumed by the next one',
  { timeout: LIMIT_MS },
  async () => {
    const firstSeed = KILL_SEED === undefined ? Date.now() : Number(KILL_SEED);
    const kills = KILL_SEED === undefined ? KILLS : 1;
    const report = await runKills({ firstSeed, kills, abreast: kills === 1 ? 1 : 4 });
    const summary = describeKills(report);
    process.stdout.write(`seeds from ${firstSeed}: ${summary}\n`);
    expect(report.failures, summary).toEqual([]);
  },
);
