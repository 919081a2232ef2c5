// Runs many schedules as one fast-check property: checks each of them, counts what happened, and shrinks failures.

import fc, { type RunDetails } from 'fast-check';
import { type Report, Tally } from './campaign-report.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { findViolations } from './invariants.ts';
import { runSchedule, type ScheduleRun } from './run-schedule.ts';
import { scheduleArbitrary } from './schedule-arbitrary.ts';
import type { Violation } from './violation.ts';

export interface Campaign {
  readonly seed: number;
  /** From a report of fast-check: begins at this schedule, or at one that was shrunk from it. */
  readonly path?: string | undefined;
  /** Number of schedules. */
  readonly count: number;
  /** Ends the campaign. */
  readonly maxFailures?: number;
  readonly onFailure?: (failure: Failure) => void;
  readonly onSchedule?: (done: number) => void;
}

export interface Failure {
  /** With the path, replays the shrunk schedule. */
  readonly seed: number;
  readonly path: string;
  /** The shrunk schedule and what it violates. */
  readonly schedule: FaultSchedule;
  readonly violations: readonly Violation[];
}

export interface CampaignResult {
  readonly failures: readonly Failure[];
  readonly report: Report;
}

export async function runCampaign({
  seed,
  path,
  count,
  maxFailures = 1,
  onFailure = () => {},
  onSchedule = () => {},
}: Campaign): Promise<CampaignResult> {
  const tally = new Tally();
  const failures: Failure[] = [];
  let start = path;
  while (tally.schedules < count && failures.length < maxFailures) {
    const property = new ScheduleProperty((run) => {
      tally.add(run);
      onSchedule(tally.schedules);
    });
    const details = await fc.check(
      fc.asyncProperty(scheduleArbitrary, (schedule) => property.check(schedule)),
      { seed, numRuns: count - tally.schedules, ...(start === undefined ? {} : { path: start }) },
    );
    if (!details.failed) break;
    const failure = failureOf(details);
    failures.push(failure);
    onFailure(failure);
    start = String(indexIn(failure.path) + 1);
  }
  return { failures, report: tally.report() };
}

function failureOf({
  seed,
  counterexample,
  counterexamplePath,
  errorInstance,
}: RunDetails<[FaultSchedule]>): Failure {
  if (!(errorInstance instanceof ViolationError) || counterexample === null || counterexamplePath === null)
    throw new Error(`seed ${seed}, path ${counterexamplePath} cannot be run`, { cause: errorInstance });
  return {
    seed,
    path: counterexamplePath,
    schedule: counterexample[0],
    violations: errorInstance.violations,
  };
}

/** The index of the schedule before it was shrunk. */
function indexIn(path: string): number {
  return Number.parseInt(path, 10);
}

class ViolationError extends Error {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ rule, text }) => `${rule}: ${text}`).join('\n'));
    this.violations = violations;
  }
}

// Running a schedule twice takes twice as long, and a course that its data do not determine shows soon.
const TWICE_EVERY = 10;

/** Holds the state of one fast-check run: the first violation starts the shrinking. */
class ScheduleProperty {
  readonly #onSchedule: (run: ScheduleRun) => void;
  #schedules = 0;
  #violatedRule: string | null = null;

  constructor(onSchedule: (run: ScheduleRun) => void) {
    this.#onSchedule = onSchedule;
  }

  /** A shrunk schedule fails only if it violates the same rule. @throws ViolationError */
  async check(schedule: FaultSchedule): Promise<void> {
    const isShrunk = this.#violatedRule !== null;
    const isTwice = isShrunk ? this.#violatedRule === DETERMINISTIC : this.#schedules % TWICE_EVERY === 0;
    const run = await runSchedule(schedule);
    const violations = [...findViolations(run), ...(isTwice ? await checkAgain(run) : [])];
    if (!isShrunk) {
      this.#schedules += 1;
      this.#onSchedule(run);
      this.#violatedRule = violations[0]?.rule ?? null;
    }
    if (violations.some(({ rule }) => rule === this.#violatedRule)) throw new ViolationError(violations);
  }
}

const DETERMINISTIC = 'DETERMINISTIC';

/** The same schedule leads to the same calls at the same moments, and to the same results. */
async function checkAgain(run: ScheduleRun): Promise<Violation[]> {
  const again = await runSchedule(run.schedule);
  if (courseOf(again) === courseOf(run)) return [];
  return [{ rule: DETERMINISTIC, text: 'the same schedule took another course' }];
}

function courseOf({ trace, entries, endMs, startError, branch }: ScheduleRun): string {
  const calls = trace.exchanges.map(({ kind, files, key, atMs, end }) => [kind, files, key, atMs, end]);
  const rows = entries.map(({ state, error, attempts, possibleOrphans }) => [
    state,
    error?.code,
    attempts,
    possibleOrphans,
  ]);
  const ofBranch = [branch?.github.exchanges, branch?.github.text, branch?.closedMs, startError?.code];
  return JSON.stringify([calls, rows, endMs, ofBranch]);
}

const MAX_LISTED = 5;

export function describeFailure({ seed, path, schedule, violations }: Failure): string {
  return [
    `seed ${seed}, path ${path} violates`,
    ...violations.slice(0, MAX_LISTED).map(({ rule, text }) => `  ${rule}: ${text}`),
    `  replay: npm run soak -- --seed ${seed} --path ${path}`,
    `  shrunk schedule, for test/faults/regressions/: ${JSON.stringify(schedule)}`,
  ].join('\n');
}
