// Edits by two runs, on the same commit or on different ones, side by side or one after the other, while the first one is killed at each of
// its calls, or an answer of LinkedIn is lost or late. In the end LinkedIn shows the text of the greatest number, or a warning says that it may not.

import { expect, it } from 'vitest';
import type { FaultKind } from '../faults.ts';
import { QUIET_FATE } from '../machine.ts';
import { playHere } from './campaign.ts';
import type { Change } from './changes.ts';
import { findViolations } from './invariants.ts';
import { endedRuns, rowsOf } from './reading.ts';
import { DAY_MS, type Job, MINUTE_MS, QUIET_POST, type Schedule } from './schedule.ts';

/** A post that is out, and what its author does in the two jobs. */
function twoRuns(changes: readonly Change[], jobs: readonly Job[]): Schedule {
  const items = QUIET_POST.items.map((item) => ({ ...item, changes }));
  return { ...QUIET_POST, latencyMs: 200, duplicateWindowMs: DAY_MS, sentBefore: 1, items, jobs };
}

const jobsOf = (killAt: number | null, afterMs: number): Job[] => [
  { afterMs: 0, fate: { ...QUIET_FATE, killAt }, disk: null },
  { afterMs, fate: QUIET_FATE, disk: null },
];

const SAME: readonly Change[] = [{ kind: 'revise', job: 0 }];
const NEXT: readonly Change[] = [
  { kind: 'revise', job: 0 },
  { kind: 'revise', job: 1 },
];

/** Right after one another, while the claim lives, and after its end. */
const AFTER_MS = [0, 1000, MINUTE_MS, 25 * MINUTE_MS];

/** More calls than a run with one edit makes. */
const MOST_CALLS = 24;

async function violationsOf(schedule: Schedule): Promise<string[]> {
  const story = await playHere(schedule);
  return findViolations(story).map(({ rule, text }) => `${rule}: ${text}`);
}

it.each<[string, readonly Change[]]>([
  ['of the same commit', SAME],
  ['of a later commit with the next number', NEXT],
])(
  'after a run that was killed at any call, a run %s edits, and LinkedIn shows the text of the greatest number',
  async (_, changes) => {
    for (const afterMs of AFTER_MS)
      for (let killAt = 1; killAt <= MOST_CALLS; killAt += 1)
        expect([
          afterMs,
          killAt,
          await violationsOf(twoRuns(changes, jobsOf(killAt, afterMs))),
        ]).toEqual([afterMs, killAt, []]);
  },
);

const LOST: readonly FaultKind[] = [
  ...(['lost request', 'lost response', 'ignored', 'silent', 'slow', 'unreachable'] as const),
  ...(['reset midway', 'cut answer', 'truncated answer'] as const),
];

it.each(LOST)(
  'after an edit with the fault "%s", LinkedIn shows the text of the greatest number',
  async (kind) => {
    for (const afterMs of AFTER_MS)
      for (const nth of [1, 2]) {
        const fault = {
          on: 'revise',
          nth,
          kind,
          ...(kind === 'slow' ? { ms: 45_000 } : {}),
        } as const;
        const schedule = { ...twoRuns(NEXT, jobsOf(null, afterMs)), faults: [fault] };
        expect([afterMs, nth, await violationsOf(schedule)]).toEqual([afterMs, nth, []]);
      }
  },
);

it('two runs at once on different commits, with answers that take any time, never end with the older text unsaid', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const schedule = {
      ...twoRuns(NEXT, jobsOf(null, 100 * (seed % 8))),
      seed,
      latencyMs: seed % 2 === 0 ? 200 : 3000,
      lag: { ms: 500 * (seed % 20), percent: 50 },
    };
    expect([seed, await violationsOf(schedule)]).toEqual([seed, []]);
  }
});

it('these schedules meet edits that another run has claimed', async () => {
  const schedule = {
    ...twoRuns(NEXT, jobsOf(null, 2000)),
    faults: [{ on: 'revise', nth: 1, kind: 'slow', ms: 45_000 } as const],
  };
  const story = await playHere(schedule);
  const codes = endedRuns(story).flatMap((run) => rowsOf(run).map(({ error }) => error?.code));
  expect(codes).toContain('POST_CLAIMED');
});
