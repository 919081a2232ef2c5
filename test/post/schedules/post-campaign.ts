// Runs many schedules of posts as one fast-check property: checks each of them, counts what happened, shrinks failures.

import fc from 'fast-check';
import type { Violation } from '../../faults/violation.ts';
import { findPostViolations } from './post-invariants.ts';
import { type FileChange, type PostSchedule, postScheduleArbitrary } from './post-schedule.ts';
import { type FinishedPostSchedule, runPostSchedule } from './run-post-schedule.ts';

export interface PostCampaign {
  readonly seed: number;
  /** From a report of fast-check: begins at this schedule, or at one that was shrunk from it. */
  readonly path?: string | undefined;
  readonly count: number;
  readonly onSchedule?: (done: number) => void;
}

export interface PostCampaignResult {
  /** Null when every schedule holds. */
  readonly failure: string | null;
  /** What happened → in how many schedules. */
  readonly met: ReadonlyMap<string, number>;
}

export async function runPostCampaign({
  seed,
  path,
  count,
  onSchedule = () => {},
}: PostCampaign): Promise<PostCampaignResult> {
  const met = new Map(FEATURES.map(([name]) => [name, 0]));
  let done = 0;
  let rule: string | null = null;
  const check = async (schedule: PostSchedule) => {
    const run = await runPostSchedule(schedule);
    const violations = [...findPostViolations(run), ...(done % TWICE_EVERY === 0 ? await runAgain(run) : [])];
    if (rule === null) {
      done += 1;
      for (const [name, isMet] of FEATURES) if (isMet(run)) met.set(name, (met.get(name) ?? 0) + 1);
      onSchedule(done);
      rule = violations[0]?.rule ?? null;
    }
    // A shrunk schedule fails only if it violates the same rule.
    if (violations.some((one) => one.rule === rule)) throw new Error(describe(violations));
  };
  const details = await fc.check(fc.asyncProperty(postScheduleArbitrary, check), {
    seed,
    numRuns: count,
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { failure: null, met };
  const { counterexamplePath, counterexample, errorInstance } = details;
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const failure = [
    `seed ${seed}, path ${counterexamplePath} violates`,
    message,
    `  replay: npm run soak -- --posts 1 --seed ${seed} --path ${counterexamplePath}`,
    `  shrunk schedule: ${JSON.stringify(counterexample?.[0])}`,
  ];
  return { failure: failure.join('\n'), met };
}

// A course that its data do not determine shows soon.
const TWICE_EVERY = 20;

async function runAgain(run: FinishedPostSchedule): Promise<Violation[]> {
  const again = await runPostSchedule(run.schedule);
  if (courseOf(again) === courseOf(run)) return [];
  return [{ rule: 'DETERMINISTIC', text: 'the same schedule took another course' }];
}

function courseOf({ arrivals, reports, audits, endMs }: FinishedPostSchedule): string {
  const rows = [...reports, ...audits].map(({ rows, endMs }) => [
    rows.map(({ id, state, urn, error }) => [id, state, urn, error?.code]),
    endMs,
  ]);
  return JSON.stringify([arrivals, rows, endMs]);
}

function describe(violations: readonly Violation[]): string {
  return violations.map(({ rule, text }) => `  ${rule}: ${text}`).join('\n');
}

const rowsOf = ({ reports }: FinishedPostSchedule) => reports.flatMap(({ rows }) => rows);
const hasRow = (isMet: (row: ReturnType<typeof rowsOf>[number]) => boolean) => (run: FinishedPostSchedule) =>
  rowsOf(run).some(isMet);
const hasCode = (code: string) => hasRow(({ error }) => error?.code === code);

const hasChanges =
  (...order: FileChange[]) =>
  ({ changes }: FinishedPostSchedule) =>
    [...changes.values()].some(
      (set) => [...set].filter((change) => order.includes(change)).join() === order.join(),
    );

/** What a campaign must meet to be worth something. */
const FEATURES: readonly (readonly [string, (run: FinishedPostSchedule) => boolean])[] = [
  ['a killed run', ({ killed }) => killed > 0],
  ['a cancelled run', ({ reports }) => reports.some(({ cancelledMs }) => cancelledMs !== null)],
  ['a machine that sleeps', ({ reports }) => reports.some(({ wasSuspended }) => wasSuspended)],
  ['an edit after a rename', hasChanges('rename', 'edit')],
  ['a rename after an edit', hasChanges('edit', 'rename')],
  ['runs that fail before they publish', ({ reports }) => reports.some(({ error }) => error !== null)],
  ['posted', hasRow(({ urnSource }) => urnSource === 'linkedin')],
  ['posted by a duplicate', hasRow(({ urnSource }) => urnSource === 'duplicate')],
  ['posted by a search', hasRow(({ urnSource, state }) => urnSource === 'lookup' && state === 'posted')],
  ['known by a search', hasRow(({ urnSource, state }) => urnSource === 'lookup' && state === 'known')],
  ['known', hasRow(({ state }) => state === 'known')],
  ['unknown', hasRow(({ state }) => state === 'unknown')],
  ['failed', hasRow(({ state }) => state === 'failed')],
  ['skipped', hasRow(({ state }) => state === 'skipped')],
  [
    'posted but not remembered',
    hasRow(({ state, error }) => state === 'posted' && error?.code === 'MANIFEST_WRITE'),
  ],
  ['an unknown comment', hasCode('COMMENT_UNKNOWN')],
  ['a refused comment', hasCode('COMMENT_FAILED')],
  ['a refused duplicate', hasCode('POST_DUPLICATE')],
  [
    'a claim that could not be stored',
    hasRow(({ state, error }) => state === 'failed' && error?.code === 'MANIFEST_WRITE'),
  ],
  [
    'a post that exists twice',
    ({ arrivals }) => {
      const urns = arrivals.filter(({ kind, urn }) => kind === 'post' && urn !== null);
      return urns.length > new Set(urns.map(({ claim }) => claim?.id)).size;
    },
  ],
  ...(['edit', 'rename', 'resend', 'urn'] as const).map(
    (change) =>
      [
        `a file with the change ${change}`,
        (run: FinishedPostSchedule) => [...run.changes.values()].some((set) => set.has(change)),
      ] as const,
  ),
];

/** So rare that a few hundred schedules may not meet them. */
export const RARE: ReadonlySet<string> = new Set([
  'an edit after a rename',
  'a rename after an edit',
  'posted by a duplicate',
  'posted but not remembered',
  'a refused comment',
  'a claim that could not be stored',
]);

export function describeMet(met: ReadonlyMap<string, number>): string {
  return [...met].map(([name, count]) => `${name} ${count}`).join(', ');
}
