// A post has one life: the smallest schedules in which an author or LinkedIn could give it a second one.

import { expect, it } from 'vitest';
import type { Fault } from '../faults.ts';
import { playHere } from './campaign.ts';
import type { Change } from './changes.ts';
import { findViolations } from './invariants.ts';
import { MINUTE_MS, QUIET_POST, type Schedule } from './schedule.ts';

function changed(...changes: readonly Change[]): Schedule {
  return { ...QUIET_POST, items: QUIET_POST.items.map((item) => ({ ...item, changes })) };
}

function struck(...faults: readonly Omit<Fault, 'on'>[]): Schedule {
  return { ...QUIET_POST, faults: faults.map((fault) => ({ on: 'post', ...fault })) };
}

it.each<[string, Schedule]>([
  [
    'a text that was corrected is known after its file is renamed',
    changed({ kind: 'edit', job: 1 }, { kind: 'rename', job: 2 }),
  ],
  ['a copied text does not go out again', changed({ kind: 'copy', job: 1 })],
  [
    'a text that is corrected while another run sends it is not passed over without a word',
    {
      ...struck({ nth: 1, kind: 'slow', ms: 45_000 }),
      items: changed({ kind: 'edit', job: 1 }).items,
      jobs: QUIET_POST.jobs.map((job) => ({ ...job, afterMs: 10_000 })),
    },
  ],
  [
    'a post that LinkedIn refuses as a duplicate of itself does not go out again',
    struck({ nth: 1, kind: 'duplicate of itself' }),
  ],
  [
    'a post that LinkedIn makes and refuses does not go out again, because the refusal names it',
    struck({ nth: 1, kind: 'status after effect', status: 400, namesPost: true }),
  ],
  [
    'a lost post is unknown if its repeat is refused as a duplicate of a post that does not exist',
    struck({ nth: 1, kind: 'lost request' }, { nth: 2, kind: 'duplicate of nothing' }),
  ],
  [
    'a run that repeats a post, and makes it twice, says so',
    { ...struck({ nth: 1, kind: 'lost response' }), duplicateWindowMs: 0 },
  ],
  [
    'a post that two copies could stand for goes out once',
    changed({ kind: 'copy', job: 1 }, { kind: 'rename', job: 2 }),
  ],
  [
    'a run on an older commit, whose own post failed, does not take its text for an edit of the one that another run sends',
    {
      ...QUIET_POST,
      items: [
        ...changed({ kind: 'move', job: 1 }).items.map((item) => ({ ...item, media: 1 })),
        ...QUIET_POST.items,
      ],
      jobs: QUIET_POST.jobs.map((job) => ({ ...job, afterMs: 0 })),
      outages: [{ of: 'linkedin', fromMs: 0, ms: 30 * MINUTE_MS }],
      lag: { ms: 500, percent: 10 },
      seed: 0,
    },
  ],
])('%s', async (_, schedule) => {
  expect(findViolations(await playHere(schedule))).toEqual([]);
});
