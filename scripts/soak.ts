// Runs the seeded campaigns of the tests for as long as you like. Prints the faults, the results and each failure, and
// exits with 1 if there was a failure. Schedules of uploads and of posts run in virtual time; fuzzing runs the properties
// of the tests; kills end the built action itself.
// Usage: npm run soak -- --runs 100000 --seed 1 · --posts 10000 --seed 1 · --fuzz 1000000 · --kills 100 --seed 1 ·
// --post-kills 100 --seed 1
// A failure prints its seed and path, which replay it: npm run soak -- --seed 1 --path 57:2:0, of posts with --posts 1

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeFailure, runCampaign } from '../test/faults/campaign.ts';
import { describeReport } from '../test/faults/campaign-report.ts';
import { describeKills, runKills, strikes } from '../test/kills/campaign.ts';
import { describePostKills, runPostKills } from '../test/kills/post-campaign.ts';
import { describeMet, runPostCampaign } from '../test/post/schedules/post-campaign.ts';
import { runFuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    posts: { type: 'string' },
    fuzz: { type: 'string' },
    kills: { type: 'string' },
    'post-kills': { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});
// fast-check takes seeds of 32 bits.
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31));
const startedMs = performance.now();
const { failures, text } = await run();
console.log(`${seconds()} s: ${text}`);
process.exitCode = failures > 0 ? 1 : 0;

async function run() {
  if (values.fuzz !== undefined) return runFuzz(wholeNumber('fuzz', values.fuzz));
  if (values.posts !== undefined) return await runPosts(values.posts);
  if (values['post-kills'] !== undefined) return await killPostRuns(values['post-kills']);
  return values.kills === undefined ? await runSchedules() : await killRuns(values.kills);
}

async function runSchedules() {
  const { path, runs = path === undefined ? '100000' : '1' } = values;
  const count = wholeNumber('runs', runs);
  const { failures, report } = await runCampaign({
    seed,
    path,
    count,
    maxFailures: 20,
    onFailure: (failure) => console.log(describeFailure(failure)),
    onSchedule: (done) => {
      if (done % 5000 === 0) console.log(`${done} of ${count} after ${seconds()} s`);
    },
  });
  const text = [`seed ${seed}: ${describeReport(report)}`, ...failures.map(describeFailure)].join('\n');
  return { failures: failures.length, text };
}

/** Ends at the first failure. */
async function runPosts(given: string) {
  const count = wholeNumber('posts', given);
  const { failure, met } = await runPostCampaign({
    seed,
    path: values.path,
    count,
    onSchedule: (done) => {
      if (done % 500 === 0) console.log(`${done} of ${count} after ${seconds()} s`);
    },
  });
  const text = `seed ${seed}: ${describeMet(met)}\n${failure ?? ''}`;
  return { failures: failure === null ? 0 : 1, text };
}

async function killRuns(count: string) {
  const kills = wholeNumber('kills', count);
  const report = await runKills({
    seed,
    path: values.path,
    kills,
    parallel: 2 * availableParallelism(),
    onRound: (now) => {
      if (now.rounds % 10 === 0) console.log(`${strikes(now)} of ${kills} kills after ${seconds()} s`);
    },
  });
  return { failures: report.failures.length, text: `seed ${seed}: ${describeKills(report)}` };
}

async function killPostRuns(count: string) {
  const kills = wholeNumber('post-kills', count);
  const report = await runPostKills({
    seed,
    path: values.path,
    kills,
    parallel: 2 * availableParallelism(),
    onRound: (now) => {
      if (now.rounds % 10 === 0) console.log(`${now.kills} of ${kills} kills after ${seconds()} s`);
    },
  });
  return { failures: report.failures.length, text: `seed ${seed}: ${describePostKills(report)}` };
}

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}
