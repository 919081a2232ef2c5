// Runs the campaign of the tests for as long as you like. Prints what happened and each failure, and exits with 1 if there was a
// failure. Schedules run in virtual time; kills end the built action itself; planted bugs show that the campaign finds them;
// fuzzing runs the properties of the tests; queues are days of posts that wait for their turn.
// Usage: npm run soak -- --runs 10000 · --kills 100 · --planted · --fuzz 1000000 · --queue --runs 1000
// With `--posts`, runs and kills are those of the post action. A failure prints the seed and the path that replay it.

import { parseArgs } from 'node:util';
import { describeMet, runCampaign } from '../test/world/campaign/campaign.ts';
import { runKills } from '../test/world/campaign/kills.ts';
import { PLANTED_BUGS } from '../test/world/planted/bugs.ts';
import { search } from '../test/world/planted/planted.ts';
import { runQueues } from '../test/world/queue/queue.ts';
import { QUEUE_BUGS, searchQueueBug } from '../test/world/queue/queue-bugs.ts';
import { runFuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    posts: { type: 'boolean', default: false },
    kills: { type: 'string' },
    planted: { type: 'boolean', default: false },
    queue: { type: 'boolean', default: false },
    fuzz: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});
const program = values.posts ? 'post' : 'upload';
// fast-check takes seeds of 32 bits.
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31));
const startedMs = performance.now();
const isFailed = await run();
console.log(`${seconds()} s, seed ${seed}`);
process.exitCode = isFailed ? 1 : 0;

async function run(): Promise<boolean> {
  if (values.fuzz !== undefined) {
    const { failures, text } = runFuzz(wholeNumber('fuzz', values.fuzz), seed);
    console.log(text);
    return failures > 0;
  }
  if (values.planted) return await searchBugs();
  if (values.queue) return await playQueues();
  return values.kills === undefined ? await runSchedules() : await killRuns(values.kills);
}

async function runSchedules(): Promise<boolean> {
  const { path, runs = path === undefined ? '10000' : '1' } = values;
  const count = wholeNumber('runs', runs);
  const { failure, played, met } = await runCampaign({
    ...{ program, seed, path, count },
    onSchedule: (done) => {
      if (done % 500 === 0) console.log(`${done} of ${count} after ${seconds()} s`);
    },
  });
  console.log(`${played} schedules: ${describeMet(met)}`);
  if (failure !== null) console.log(failure);
  return failure !== null;
}

async function playQueues(): Promise<boolean> {
  const { path, runs = path === undefined ? '1000' : '1' } = values;
  const count = wholeNumber('runs', runs);
  const onQueue = (done: number) => {
    if (done % 500 === 0) console.log(`${done} of ${count} after ${seconds()} s`);
  };
  const { failure, played, met } = await runQueues({ seed, path, count, onQueue });
  console.log(failure ?? `${played} queues: ${describeMet(met)}`);
  return failure !== null;
}

async function killRuns(count: string): Promise<boolean> {
  const kills = wholeNumber('kills', count);
  const results = await runKills({
    ...{ program, seed, path: values.path, kills },
    onRound: (killed) => console.log(`${killed} of ${kills} kills after ${seconds()} s`),
  });
  for (const { failure, played, met } of results)
    console.log(failure ?? `${played} schedules: ${describeMet(met)}`);
  return results.some(({ failure }) => failure !== null);
}

async function searchBugs(): Promise<boolean> {
  let lost = 0;
  for (const bug of PLANTED_BUGS) {
    const { isFound, text } = await search(bug, seed);
    console.log(text);
    if (!isFound) lost += 1;
  }
  for (const bug of QUEUE_BUGS) {
    const { isFound, text } = await searchQueueBug(bug, seed);
    console.log(text);
    if (!isFound) lost += 1;
  }
  return lost > 0;
}

function seconds(): number {
  return Math.round((performance.now() - startedMs) / 1000);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}
