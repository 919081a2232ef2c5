// The seeded fault schedules of the tests, for as long as one likes: prints what fired, how files ended and each
// failure with its smallest plan, and exits with 1 when there was one.
// Usage: npm run soak -- --runs 100000 --seed 1

import { parseArgs } from 'node:util';
import { describeFailure, describeReport, runCampaign } from '../test/faults/campaign.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const count = wholeNumber('runs', values.runs);
const firstSeed = wholeNumber('seed', values.seed ?? String(Date.now()));
const PROGRESS_EVERY = 5000;

const startedMs = performance.now();
const report = await runCampaign({
  firstSeed,
  count,
  mostFailures: 20,
  onFailure: (failure) => console.log(describeFailure(failure)),
  onSchedule: (done) => {
    if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count} after ${seconds()} s`);
  },
});
console.log(`seeds from ${firstSeed}, ${seconds()} s: ${describeReport(report)}`);
process.exitCode = report.failures.length > 0 ? 1 : 0;

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
