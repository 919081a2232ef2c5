// Many schedules in a row: counts what fired, checks each, and makes every failure as small as it gets.

import type { Breach } from './breach.ts';
import { EARLIER_ASSETS, EARLIER_ENTRIES } from './earlier-kinds.ts';
import { type FaultPlan, fromSeed } from './fault-plan.ts';
import { breachesOf } from './invariants.ts';
import { KIND_NAMES } from './kinds.ts';
import { type Search, searchSoFar } from './leak-rules.ts';
import { runSchedule, type Told } from './schedule.ts';
import { shrink } from './shrink.ts';

export interface Failure {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  /** The smallest plan that was found to break the same rule. */
  readonly smallest: FaultPlan;
}

export interface Report {
  readonly schedules: number;
  readonly calls: number;
  /** Kind → how often it struck a call. */
  readonly fired: ReadonlyMap<string, number>;
  /** Feature of plans → how often it was drawn. */
  readonly drawn: ReadonlyMap<string, number>;
  /** State → how many files ended so. */
  readonly ends: ReadonlyMap<string, number>;
  /** For secrets; of the lines, this campaign's alone. */
  readonly search: Search;
  readonly failures: readonly Failure[];
}

interface Campaign {
  readonly firstSeed: number;
  readonly count: number;
  /** Ends the campaign; each failure is told whole. */
  readonly mostFailures?: number;
  readonly onFailure?: (failure: Failure) => void;
  readonly onSchedule?: (done: number) => void;
}

// Running a schedule twice takes twice as long, and what is not determined by the seed shows soon.
const TWICE_EVERY = 10;

export async function runCampaign({
  firstSeed,
  count,
  mostFailures = 5,
  onFailure = () => {},
  onSchedule = () => {},
}: Campaign): Promise<Report> {
  const fired = new Map(KIND_NAMES.map((kind) => [kind, 0]));
  const drawn = new Map(DRAWN.map((name) => [name, 0]));
  const ends = new Map<string, number>();
  const failures: Failure[] = [];
  const { lines: linesBefore } = searchSoFar();
  let calls = 0;
  let schedules = 0;
  for (; schedules < count && failures.length < mostFailures; schedules += 1) {
    const seed = firstSeed + schedules;
    const told = await runSchedule(fromSeed(seed));
    const twice = seed % TWICE_EVERY === 0 ? await checkAgain(told) : [];
    const breaches = [...breachesOf(told), ...twice];
    calls += told.trace.exchanges.length;
    for (const { kind } of told.trace.fired) fired.set(kind, (fired.get(kind) ?? 0) + 1);
    for (const name of drawnIn(told)) drawn.set(name, (drawn.get(name) ?? 0) + 1);
    for (const { state } of told.entries) ends.set(String(state), (ends.get(String(state)) ?? 0) + 1);
    if (breaches.length > 0) {
      const failure = { seed, breaches, smallest: await shrink(told.plan, breaches) };
      failures.push(failure);
      onFailure(failure);
    }
    onSchedule(schedules + 1);
  }
  const search = searchSoFar();
  return {
    ...{ schedules, calls, fired, drawn, ends, failures },
    search: { ...search, lines: search.lines - linesBefore },
  };
}

const DRAWN = [
  'hiccup',
  'copy',
  ...EARLIER_ENTRIES.flatMap((entry) => EARLIER_ASSETS.map((asset) => `${entry} ${asset}`)),
];

function drawnIn({ plan, trace }: Told): string[] {
  return [
    ...(plan.hiccup !== undefined && trace.fired.length > 0 ? ['hiccup'] : []),
    ...plan.files.flatMap(({ copies = 0 }) => (copies > 0 ? ['copy'] : [])),
    ...plan.files.flatMap(({ earlier }) =>
      earlier === undefined ? [] : [`${earlier.entry} ${earlier.asset}`],
    ),
  ];
}

/** The same plan comes to the same end, by the same calls at the same moments. */
async function checkAgain(told: Told): Promise<Breach[]> {
  const again = await runSchedule(told.plan);
  if (courseOf(again) === courseOf(told)) return [];
  return [{ rule: 'DETERMINED', text: 'the same plan took another course' }];
}

function courseOf({ trace, entries, endMs }: Told): string {
  const calls = trace.exchanges.map(({ kind, files, key, atMs, end }) => [kind, files, key, atMs, end]);
  const rows = entries.map(({ state, error, attempts, possibleOrphans }) => [
    state,
    error?.code,
    attempts,
    possibleOrphans,
  ]);
  return JSON.stringify([calls, rows, endMs]);
}

/** Each kind with its count; how files ended; and every failure, with a plan to keep. */
export function describeReport(report: Report): string {
  const { schedules, calls, fired, drawn, ends, search, failures } = report;
  const counts = (of: ReadonlyMap<string, number>) =>
    [...of].map(([name, count]) => `${name} ${count}`).join(', ');
  const total = [...fired.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${schedules} schedules, ${calls} calls, ${total} of them struck by ${fired.size} kinds of fault`,
    `faults: ${counts(fired)}`,
    `plans: ${counts(drawn)}`,
    `files: ${counts(ends)}`,
    `${search.lines} lines in ${search.sinks.size} sinks searched for secrets; met: ${[...search.met].join(', ')}`,
    ...failures.map(describeFailure),
  ].join('\n');
}

const MOST_TOLD = 5;

export function describeFailure({ seed, breaches, smallest }: Failure): string {
  const told = breaches
    .slice(0, MOST_TOLD)
    .map(({ rule, text }) => `  ${rule}: ${text}`)
    .join('\n');
  return `seed ${seed} breaks\n${told}\n  smallest plan, for test/faults/regressions/: ${JSON.stringify(smallest)}`;
}
