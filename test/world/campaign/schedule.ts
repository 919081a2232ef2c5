// A schedule, as data: files or posts, runs side by side or one after another, and what goes wrong with their calls, machines
// and memory.

import type { DiskFault } from '../disk.ts';
import type { Fault, Outage } from '../faults.ts';
import type { Fate } from '../machine.ts';
import type { Program } from '../runner.ts';

export type Form = 'picture' | 'video' | 'large video' | 'document';

/** What a person does to an item between two runs. `resend` allows one further attempt of a post. */
/** `move`: its text moves to another file, and its file gets a new text. */
export type Change = 'rename' | 'edit' | 'resend' | 'move';

export interface Item {
  readonly form: Form;
  /** Upload: it has the bytes of the item before. */
  readonly isCopy: boolean;
  /** Post: how many media. */
  readonly media: number;
  readonly hasComment: boolean;
  /** A video has captions and a thumbnail. */
  readonly hasSidecars: boolean;
  /** The jobs from this one on, counted from 0, and the last run have the changed item. */
  readonly change: { readonly kind: Change; readonly job: number } | null;
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
  /** Whether LinkedIn rejects a text that it already has. */
  readonly rejectsDuplicates: boolean;
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
