// A schedule, as data: files or posts, runs side by side or one after another, and what goes wrong with their calls, machines
// and memory.

import type { DiskFault } from '../disk.ts';
import type { Fault, Outage } from '../faults.ts';
import { type Fate, QUIET_FATE } from '../machine.ts';
import type { Program } from '../runner.ts';
import type { Change } from './changes.ts';

export type Form = 'picture' | 'video' | 'large video' | 'document';

export interface Item {
  readonly form: Form;
  /** Upload: it has the bytes of the item before. */
  readonly isCopy: boolean;
  /** Post: how many media. */
  readonly media: number;
  readonly hasComment: boolean;
  /** Post: has a poll if it has no media. */
  readonly hasPoll?: boolean;
  /** A video has captions and a thumbnail. */
  readonly hasSidecars: boolean;
  /** In the order of their jobs. */
  readonly changes: readonly Change[];
}

export interface Job {
  /** From the start of the job before, or from its end if they share a disk. */
  readonly afterMs: number;
  readonly fate: Fate;
  readonly disk: DiskFault | null;
}

export interface Schedule {
  readonly program: Program;
  /** Of latencies and jitter. */
  readonly seed: number;
  readonly latencyMs: number;
  readonly items: readonly Item[];
  readonly jobs: readonly Job[];
  /** Before all jobs, a run without faults has sent this many of the items. */
  readonly sentBefore: number;
  readonly memory: 'none' | 'workspace' | 'branch';
  readonly api: 'assets' | 'media';
  readonly token: 'given' | 'checked' | 'refreshed';
  readonly concurrency: number;
  readonly waitMinutes: number;
  readonly processingMs: number;
  readonly maxCalls: number | null;
  /** How long LinkedIn rejects a text that it already has. */
  readonly duplicateWindowMs: number;
  /** Whether the token may read posts. */
  readonly readsPosts: boolean;
  /** How old the state may be that GitHub shows, and how often it is old, in percent. */
  readonly lag: { readonly ms: number; readonly percent: number };
  readonly faults: readonly Fault[];
  readonly outages: readonly Outage[];
  readonly expiresMs: number | null;
}

export const NO_LAG = { ms: 0, percent: 0 };
export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** One post without media, and two runs a quarter of an hour apart, in which nothing goes wrong. */
export const QUIET_POST: Schedule = {
  program: 'post',
  seed: 1,
  latencyMs: 0,
  items: [
    {
      form: 'picture',
      isCopy: false,
      media: 0,
      hasComment: false,
      hasSidecars: false,
      changes: [],
    },
  ],
  jobs: [0, 15 * MINUTE_MS].map((afterMs) => ({ afterMs, fate: QUIET_FATE, disk: null })),
  sentBefore: 0,
  memory: 'branch',
  api: 'media',
  token: 'given',
  concurrency: 8,
  waitMinutes: 30,
  processingMs: 0,
  maxCalls: null,
  duplicateWindowMs: 10 * MINUTE_MS,
  readsPosts: false,
  lag: NO_LAG,
  faults: [],
  outages: [],
  expiresMs: null,
};
