// Faults of today's code that the issue "A post has one life" cures. The campaign plays schedules without them unless all are asked
// for. The tests show that each is there, and fail as soon as one is cured: then it goes from this list.

import type { Fault } from '../faults.ts';
import { isRefusal } from '../refusals.ts';
import { type Change, keyOf, type PostFile, postFilesOf } from './changes.ts';
import { type Item, MINUTE_MS, QUIET_POST, type Schedule } from './schedule.ts';

interface KnownFault {
  readonly name: string;
  readonly why: string;
  /** The rule that it breaks. */
  readonly breaks: string;
  readonly example: Schedule;
  /** The same schedule without it. */
  leaveOut(schedule: Schedule): Schedule;
}

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    name: 'a text that was corrected goes out again when its file is renamed',
    why: 'the memory has only the content that was published',
    breaks: 'POSTED_ONCE',
    example: changed({ kind: 'edit', job: 1 }, { kind: 'rename', job: 2 }),
    leaveOut: (schedule) =>
      unchanged(schedule, (item, index) => isRenamedAfterEdit(historyOf(schedule, item, index))),
  },
  {
    name: 'a copied text goes out again',
    why: 'a file with the content of another one is another post',
    breaks: 'POSTED_ONCE',
    example: changed({ kind: 'copy', job: 1 }),
    leaveOut: (schedule) =>
      unchanged(schedule, (item, index) => historyOf(schedule, item, index).some(hasCopy)),
  },
  {
    name: 'a text that is corrected while another run sends it is passed over without a word',
    why: 'the run that waits for the claim of the other one gives no notice',
    breaks: 'POST_REPORTED',
    example: {
      ...struck({ nth: 1, kind: 'slow', ms: 45_000 }),
      items: changed({ kind: 'edit', job: 1 }).items,
      jobs: QUIET_POST.jobs.map((job) => ({ ...job, afterMs: 10_000 })),
    },
    leaveOut: (schedule) =>
      unchanged(schedule, ({ changes }) =>
        changes.some(({ kind, job }) => ['edit', 'move'].includes(kind) && isBesideAnother(job, schedule)),
      ),
  },
  {
    name: 'a post that LinkedIn refuses as a duplicate of itself goes out again',
    why: 'the claim is withdrawn after a duplicate',
    breaks: 'POSTED_ONCE',
    example: struck({ nth: 1, kind: 'duplicate of itself' }),
    leaveOut: (schedule) => unstruck(schedule, ({ kind }) => kind === 'duplicate of itself'),
  },
  {
    name: 'a post that LinkedIn makes and refuses goes out again, although the refusal names it',
    why: 'the claim is withdrawn after a refusal, whatever its headers say',
    breaks: 'POSTED_ONCE',
    example: struck({ nth: 1, kind: 'status after effect', status: 400, namesPost: true }),
    leaveOut: (schedule) =>
      unstruck(schedule, ({ kind, status = 0 }) => kind === 'status after effect' && isRefusal(status)),
  },
  {
    name: 'a lost post is reported as posted if its repeat is refused as a duplicate of a post that does not exist',
    why: 'the URN that a refusal names is believed if its time fits',
    breaks: 'POST_REPORTED',
    example: struck({ nth: 1, kind: 'lost request' }, { nth: 2, kind: 'duplicate of nothing' }),
    leaveOut: (schedule) => unstruck(schedule, ({ kind }) => kind === 'duplicate of nothing'),
  },
  {
    name: 'a run that repeats a post, and makes it twice, does not say so',
    why: 'a repeat that LinkedIn takes is reported like a first request',
    breaks: 'POSTED_ONCE',
    example: { ...struck({ nth: 1, kind: 'lost response' }), duplicateWindowMs: 0 },
    leaveOut: (schedule) => ({
      ...schedule,
      duplicateWindowMs: Math.max(schedule.duplicateWindowMs, 10 * MINUTE_MS),
    }),
  },
];

export function withoutKnownFaults(schedule: Schedule): Schedule {
  return KNOWN_FAULTS.reduce((rest, { leaveOut }) => leaveOut(rest), schedule);
}

function changed(...changes: readonly Change[]): Schedule {
  return { ...QUIET_POST, items: QUIET_POST.items.map((item) => ({ ...item, changes })) };
}

function struck(...faults: readonly Omit<Fault, 'on'>[]): Schedule {
  return { ...QUIET_POST, faults: faults.map((fault) => ({ on: 'post', ...fault })) };
}

/** The posts with a known fault do not change. */
function unchanged(schedule: Schedule, isKnown: (item: Item, index: number) => boolean): Schedule {
  if (schedule.program === 'upload') return schedule;
  const items = schedule.items.map((item, index) => (isKnown(item, index) ? { ...item, changes: [] } : item));
  return { ...schedule, items };
}

function unstruck(schedule: Schedule, isKnown: (fault: Fault) => boolean): Schedule {
  return { ...schedule, faults: schedule.faults.filter((fault) => !isKnown(fault)) };
}

/** Whether a job may start while an earlier run is under way, or before GitHub shows its end. */
function isBesideAnother(index: number, { jobs, sentBefore }: Schedule): boolean {
  const job = jobs[index];
  if (job === undefined || (index === 0 && sentBefore === 0)) return false;
  return job.afterMs <= MINUTE_MS || jobs.slice(0, index + 1).some(({ fate }) => fate.sleep !== null);
}

/** The files of an item in each run. */
function historyOf({ jobs, sentBefore }: Schedule, { changes }: Item, index: number): PostFile[][] {
  const runs = [...(index < sentBefore ? [-1] : []), ...jobs.keys(), Number.POSITIVE_INFINITY];
  return runs.map((job) => postFilesOf(index, changes, job));
}

function hasCopy(files: readonly PostFile[]): boolean {
  return new Set(files.map(({ text }) => text)).size < files.length;
}

/** Whether a run has a text that is not the first one of its post, and a later run has it under another name. */
function isRenamedAfterEdit(history: readonly (readonly PostFile[])[]): boolean {
  const files = history.flat();
  return files.some((file, index) => {
    const same = ({ intent }: PostFile) => intent === file.intent;
    const before = files.slice(0, index).filter(same);
    const isSecond = before.some(({ text }) => text !== file.text);
    const after = files.slice(index + 1).filter(same);
    return isSecond && after.some((one) => one.text === file.text && keyOf(one) !== keyOf(file));
  });
}
