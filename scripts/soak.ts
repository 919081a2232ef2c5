// The seeded campaigns of the tests, for as long as one likes: prints what struck, how it ended and each failure, and
// exits with 1 when there was one. Fault schedules run in virtual time; fuzzing tries the properties of the tests.
// Usage: npm run soak -- --runs 100000 --seed 1 · npm run soak -- --fuzz 1000000

import { parseArgs } from 'node:util';
import { describeFailure, describeReport, runCampaign } from '../test/faults/campaign.ts';
import { runFuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    fuzz: { type: 'string' },
    seed: { type: 'string' },
  },
});
const startedMs = performance.now();
const { failures, told } =
  values.fuzz === undefined ? await runSchedules() : runFuzz(wholeNumber('fuzz', values.fuzz));
console.log(`${seconds()} s: ${told}`);
process.exitCode = failures > 0 ? 1 : 0;

async function runSchedules() {
  const count = wholeNumber('runs', values.runs);
  const firstSeed = wholeNumber('seed', values.seed ?? String(Date.now()));
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

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
