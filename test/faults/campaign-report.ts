// Counts what happened in a campaign: the faults that struck, the features of the schedules, and how the files ended.

import { EARLIER_ASSETS, EARLIER_ENTRIES } from './earlier-uploads.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import type { Form } from './fault-schedule.ts';
import { GITHUB_FAULT_KINDS } from './github-fault-kinds.ts';
import { type Search, searchSoFar } from './leak-rules.ts';
import type { ScheduleRun } from './run-schedule.ts';

type Counts = Map<string, number>;

export interface Report {
  readonly schedules: number;
  readonly calls: number;
  /** Kind of fault → number of calls that it struck. */
  readonly faults: ReadonlyMap<string, number>;
  /** Feature of schedules → how often it was generated. */
  readonly features: ReadonlyMap<string, number>;
  /** State → number of files that ended in it. */
  readonly states: ReadonlyMap<string, number>;
  /** The search for secrets; its lines are those of this campaign only. */
  readonly search: Search;
}

export class Tally {
  schedules = 0;
  #calls = 0;
  readonly #faults: Counts = new Map(
    [...FAULT_KINDS, ...GITHUB_FAULT_KINDS.map(ofGitHub)].map((kind) => [kind, 0]),
  );
  readonly #features: Counts = new Map(FEATURES.map((name) => [name, 0]));
  readonly #states: Counts = new Map();
  readonly #linesBefore = searchSoFar().lines;

  add(run: ScheduleRun): void {
    const { trace, entries } = run;
    this.schedules += 1;
    this.#calls += trace.exchanges.length;
    for (const { kind } of trace.fired) increment(this.#faults, kind);
    for (const { kind } of run.branch?.github.fired ?? []) increment(this.#faults, ofGitHub(kind));
    for (const name of featuresOf(run)) increment(this.#features, name);
    for (const { state } of entries) increment(this.#states, String(state));
  }

  report(): Report {
    const search = searchSoFar();
    return {
      schedules: this.schedules,
      calls: this.#calls,
      faults: this.#faults,
      features: this.#features,
      states: this.#states,
      search: { ...search, lines: search.lines - this.#linesBefore },
    };
  }
}

function ofGitHub(kind: string): string {
  return `GitHub ${kind}`;
}

function increment(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const FORMS: readonly Form[] = ['picture', 'deck', 'clip', 'film'];

const FEATURES = [
  'shortOutage',
  ...FORMS,
  'copy',
  ...['branch there', 'branch missing', 'branch not read or writable', 'branch not written at the end'],
  ...['branch written during the run', 'branch written after a cancellation'],
  ...EARLIER_ENTRIES.flatMap((entry) => EARLIER_ASSETS.map((asset) => `${entry} ${asset}`)),
];

function featuresOf(run: ScheduleRun): string[] {
  const { schedule, trace } = run;
  return [
    ...branchFeaturesOf(run),
    ...(schedule.shortOutage !== undefined && trace.fired.length > 0 ? ['shortOutage'] : []),
    ...schedule.files.map(({ form }) => form),
    ...schedule.files.flatMap(({ copies = 0 }) => (copies > 0 ? ['copy'] : [])),
    ...schedule.files.flatMap(({ earlier }) => (earlier ? [`${earlier.entry} ${earlier.asset}`] : [])),
  ];
}

function branchFeaturesOf({ schedule, branch, startError, endMs, cancelMs }: ScheduleRun): string[] {
  if (schedule.branch === undefined || branch === null) return [];
  const writes = branch.github.exchanges.filter(({ kind }) => kind === 'write contents');
  const isCancelled = cancelMs !== null && startError === null;
  return [
    schedule.branch.isMissing ? 'branch missing' : 'branch there',
    ...(startError === null ? [] : ['branch not read or writable']),
    ...(branch.writeError === null ? [] : ['branch not written at the end']),
    ...(writes.some(({ atMs }) => atMs < Number(endMs)) ? ['branch written during the run'] : []),
    ...(isCancelled && writes.some(({ atMs }) => atMs >= cancelMs)
      ? ['branch written after a cancellation']
      : []),
  ];
}

export function describeReport({ schedules, calls, faults, features, states, search }: Report): string {
  const listed = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${schedules} schedules, ${calls} calls, ${total} of them struck by ${faults.size} kinds of fault`,
    `faults: ${listed(faults)}`,
    `schedules: ${listed(features)}`,
    `files: ${listed(states)}`,
    `${search.lines} lines in ${search.sinks.size} sinks searched for secrets; met: ${[...search.met].join(', ')}`,
  ].join('\n');
}
