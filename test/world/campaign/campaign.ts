// Runs many schedules as one fast-check property: checks each, counts what happened, shrinks a failure.

import fc from 'fast-check';
import { TestClock } from '../../support/clock.ts';
import { type Program, runStep, type Wrap, withoutDebugLines } from '../runner.ts';
import { schedulesOf } from './arbitrary.ts';
import { findViolations } from './invariants.ts';
import { endedRuns, rowsOf } from './reading.ts';
import type { Schedule } from './schedule.ts';
import { play, type Story } from './story.ts';

export interface Campaign {
  readonly program: Program;
  readonly seed: number;
  /** From a report of fast-check: begins at this schedule, or at one that was shrunk from it. */
  readonly path?: string | undefined;
  readonly count: number;
  readonly wrap?: Wrap;
  /** In place of the runs in this process. */
  readonly plays?: (schedule: Schedule) => Promise<Story>;
  /** What replays it with `npm run soak`. */
  readonly command?: string;
  /** Only this rule counts; all by default. */
  readonly rule?: string;
  readonly shrinks?: boolean;
  readonly onSchedule?: (done: number) => void;
  /** Whether no further schedule needs to be played. */
  readonly isEnough?: () => boolean;
}

export interface CampaignResult {
  /** Null when every schedule holds. */
  readonly failure: string | null;
  /** How many schedules were played before the first failure. */
  readonly played: number;
  /** What happened → in how many schedules. */
  readonly met: ReadonlyMap<string, number>;
}

const MAX_SHRINKS = 200;

/** Plays a schedule in this process, in virtual time. */
export function playHere(schedule: Schedule, wrap: Wrap = (runtime) => runtime): Promise<Story> {
  return withoutDebugLines(() =>
    play(schedule, {
      time: new TestClock(),
      isSequential: false,
      run: ({ runId, disk, ...plan }) =>
        runStep(plan, ({ env, ...runtime }) =>
          wrap({ ...runtime, env: { ...env, GITHUB_RUN_ID: runId }, open: disk.open }),
        ),
    }),
  );
}

export async function runCampaign(campaign: Campaign): Promise<CampaignResult> {
  const { program, seed, path, count, wrap, shrinks = true, ...given } = campaign;
  const { command = '--runs 1' } = given;
  const { onSchedule = () => {}, isEnough = () => false } = given;
  const { plays = (schedule: Schedule) => playHere(schedule, wrap) } = given;
  const met = new Map<string, number>();
  let played = 0;
  let rule: string | null = null;
  let shrunk = 0;
  const property = fc.asyncProperty(schedulesOf(program), async (schedule) => {
    if (rule !== null) shrunk += 1;
    if (shrunk > MAX_SHRINKS || isEnough()) return;
    const story = await plays(schedule);
    const violations = findViolations(story).filter(
      (one) => one.rule === (campaign.rule ?? one.rule),
    );
    if (rule === null) {
      played += 1;
      onSchedule(played);
      for (const name of eventsOf(story)) met.set(name, (met.get(name) ?? 0) + 1);
      rule = violations[0]?.rule ?? null;
    }
    // A shrunk schedule fails only if it violates the same rule.
    if (violations.some((one) => one.rule === rule))
      throw new Error(violations.map(({ rule: name, text }) => `  ${name}: ${text}`).join('\n'));
  });
  const details = await fc.check(property, {
    ...{ seed, numRuns: count, endOnFailure: !shrinks },
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { failure: null, played, met };
  const { counterexamplePath, counterexample, errorInstance } = details;
  const flag = program === 'post' ? ' --posts' : '';
  const failure = [
    `seed ${seed}, path ${counterexamplePath} violates`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `  replay: npm run soak -- ${command}${flag} --seed ${seed} --path ${counterexamplePath}`,
    `  schedule: ${JSON.stringify(counterexample?.[0])}`,
  ];
  return { failure: failure.join('\n'), played, met };
}

/** What a campaign must meet to be worth something. */
function eventsOf(story: Story): Set<string> {
  const { world, runs } = story;
  const rows = endedRuns(story).flatMap(rowsOf);
  return new Set([
    ...world.calls.flatMap(({ name, fault }) =>
      fault === null ? [] : [`fault on ${name}`, `fault ${fault.kind}`],
    ),
    ...runs.flatMap(({ machine, disk }) => [
      ...(machine.isDead ? ['killed'] : []),
      ...(machine.cancelledMs === null ? [] : ['cancelled']),
      ...(machine.hasSlept ? ['slept'] : []),
      ...(disk.struck === null ? [] : [disk.changed === null ? 'a read fails' : 'a file changes']),
    ]),
    ...world.calls.flatMap(({ name, handled, body }) => [
      ...(name === 'comment' && handled?.status === 201 ? ['comment'] : []),
      ...(name === 'post' && handled?.status === 201 && body.includes('"poll"') ? ['poll'] : []),
    ]),
    ...story.schedule.items.flatMap(({ changes }) => changes.map(({ kind }) => kind)),
    ...rows.flatMap(({ state, error }) => [state, ...(error === undefined ? [] : [error.code])]),
  ]);
}

export function describeMet(met: ReadonlyMap<string, number>): string {
  return [...met]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
