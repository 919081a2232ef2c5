// The seeded campaigns of the tests, for as long as one likes: prints what struck, how it ended and each failure, and
// exits with 1 when there was one. Fault schedules run in virtual time; fuzzing tries the properties of the tests; kills
// strike the built action itself.
// Usage: npm run soak -- --runs 100000 --seed 1 · --fuzz 1000000 · --kills 100 --seed 1

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeFailure, describeReport, runCampaign } from '../test/faults/campaign.ts';
import { describeKills, runKills, strikes } from '../test/kills/campaign.ts';
import { runFuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    fuzz: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
  },
});
const firstSeed = wholeNumber('seed', values.seed ?? String(Date.now()));
const startedMs = performance.now();
const { failures, told } = await runAsked();
console.log(`${seconds()} s: ${told}`);
process.exitCode = failures > 0 ? 1 : 0;

async function runAsked() {
  if (values.fuzz !== undefined) return runFuzz(wholeNumber('fuzz', values.fuzz));
  return values.kills === undefined ? await runSchedules() : await killRuns(values.kills);
}

async function runSchedules() {
  const count = wholeNumber('runs', values.runs);
  const report = await runCampaign({
    firstSeed,
    count,
    mostFailures: 20,
    onFailure: (failure) => console.log(describeFailure(failure)),
    onSchedule: (done) => {
      if (done % 5000 === 0) console.log(`${done} of ${count} after ${seconds()} s`);
    },
  });
  return { failures: report.failures.length, told: `seeds from ${firstSeed}: ${describeReport(report)}` };
}

async function killRuns(text: string) {
  const kills = wholeNumber('kills', text);
  const report = await runKills({
    firstSeed,
    kills,
    abreast: 2 * availableParallelism(),
    onRound: (now) => {
      if (now.rounds % 10 === 0) console.log(`${strikes(now)} of ${kills} kills after ${seconds()} s`);
    },
  });
  return { failures: report.failures.length, told: `seeds from ${firstSeed}: ${describeKills(report)}` };
}

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
