// A schedule of runs that publish the same posts, as data, and its fast-check arbitrary: what goes wrong, who dies when,
// and what people change in the files between the runs.

import fc, { type Arbitrary } from 'fast-check';
import type { CallFault } from '../post-services.ts';

/** What a person does to a post before a run starts. */
export type FileChange =
  | 'edit'
  | 'rename'
  /** Allows one further attempt, without a look at LinkedIn. */
  | 'resend'
  /** Looks at LinkedIn, and sets the URN if the post is there. */
  | 'urn';

export interface ScheduledRun {
  /** From the start of the run before. */
  readonly afterMs: number;
  /** Its clock is ahead by this. */
  readonly skewMs: number;
  /** The step at which it is killed, or cancelled. */
  readonly killAt: number | null;
  readonly cancelAt: number | null;
  /** The wait with which its machine goes to sleep. */
  readonly suspendAt: number | null;
  readonly changes: readonly { readonly post: number; readonly change: FileChange }[];
}

export interface PostSchedule {
  /** Of the delays. */
  readonly seed: number;
  /** What LinkedIn does with a text that it already has. */
  readonly duplicates: 'refused' | 'forgotten';
  /** What its refusal names. */
  readonly names: 'the post' | 'nothing' | 'an activity' | 'an older post';
  readonly readsPosts: boolean;
  /** Whether LinkedIn tells the scopes of the token. */
  readonly tellsScopes: boolean;
  readonly linkedinSkewMs: number;
  readonly latencyMs: number;
  /** Posts with the same number have the same text. */
  readonly posts: readonly { readonly text: number; readonly hasComment: boolean }[];
  readonly runs: readonly ScheduledRun[];
  /** In the order of the calls of all runs. */
  readonly post: readonly (CallFault | null)[];
  readonly comment: readonly (CallFault | null)[];
  readonly find: readonly (CallFault | null)[];
  readonly read: readonly (CallFault | null)[];
  readonly write: readonly (CallFault | null)[];
  readonly outage: { readonly fromMs: number; readonly toMs: number } | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const loss: Arbitrary<CallFault> = fc.constantFrom<CallFault[]>(
  'lost request',
  'lost response',
  'late effect',
  'ignored',
  'silent',
  { status: 500 },
  { status: 500, isExecuted: true },
  { status: 503, isExecuted: true },
  { status: 409 },
  { status: 409, isExecuted: true },
  { status: 409, isDuplicate: true },
  { status: 409, isExecuted: true, isDuplicate: true },
);
const refusal: Arbitrary<CallFault> = fc.constantFrom<CallFault[]>(
  'unreachable',
  { status: 429, retryAfterS: 20 },
  { status: 429, retryAfterS: 110 },
  { status: 400 },
  { status: 401 },
  { status: 403 },
);
const created: Arbitrary<CallFault> = fc.oneof(
  { weight: 6, arbitrary: loss },
  { weight: 3, arbitrary: refusal },
  { weight: 1, arbitrary: fc.constant<CallFault>('no id') },
);
const ofGitHub: Arbitrary<CallFault> = fc.constantFrom<CallFault[]>(
  'unreachable',
  'lost request',
  'lost response',
  'silent',
  { status: 409 },
  { status: 409, isExecuted: true },
  { status: 500 },
  { status: 502, isExecuted: true },
  { status: 403, retryAfterS: 30 },
);

/** Calls that mostly succeed. */
function faults(fault: Arbitrary<CallFault>, { most, percent }: { most: number; percent: number }) {
  const call = fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(null) },
    { weight: percent, arbitrary: fault },
  );
  return fc.array(call, { maxLength: most });
}

const skew = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(-3 * HOUR_MS, -15 * MINUTE_MS, 15 * MINUTE_MS, 3 * HOUR_MS) },
);
const step = fc.integer({ min: 1, max: 60 });
const rarely = (one: Arbitrary<number>, percent: number) =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(null) }, { weight: percent, arbitrary: one });

const change = fc.record({
  post: fc.nat(1),
  change: fc.constantFrom<FileChange[]>('edit', 'rename', 'resend', 'urn'),
});

const run: Arbitrary<ScheduledRun> = fc.record({
  afterMs: fc.constantFrom(0, 100, 1500, 10_000, MINUTE_MS, 5 * MINUTE_MS, 11 * MINUTE_MS, 5 * HOUR_MS),
  skewMs: skew,
  killAt: rarely(step, 35),
  cancelAt: rarely(step, 20),
  suspendAt: rarely(fc.integer({ min: 1, max: 20 }), 15),
  changes: fc.array(change, { maxLength: 2 }),
});

export const postScheduleArbitrary: Arbitrary<PostSchedule> = fc.noBias(
  fc.record({
    seed: fc.nat(),
    duplicates: fc.constantFrom<PostSchedule['duplicates'][]>('refused', 'forgotten'),
    names: fc.oneof(
      { weight: 3, arbitrary: fc.constant<PostSchedule['names']>('the post') },
      {
        weight: 1,
        arbitrary: fc.constantFrom<PostSchedule['names'][]>('nothing', 'an activity', 'an older post'),
      },
    ),
    readsPosts: fc.boolean(),
    tellsScopes: fc.boolean(),
    linkedinSkewMs: skew,
    latencyMs: fc.constantFrom(0, 200, 3000),
    posts: fc.array(fc.record({ text: fc.nat(1), hasComment: fc.boolean() }), { minLength: 1, maxLength: 2 }),
    runs: fc.array(run, { minLength: 1, maxLength: 4 }),
    post: faults(created, { most: 5, percent: 50 }),
    comment: faults(created, { most: 3, percent: 40 }),
    find: faults(fc.oneof(loss, refusal), { most: 3, percent: 30 }),
    read: faults(ofGitHub, { most: 20, percent: 15 }),
    write: faults(ofGitHub, { most: 20, percent: 20 }),
    outage: fc.oneof(
      { weight: 85, arbitrary: fc.constant(null) },
      {
        weight: 15,
        arbitrary: fc
          .record({ fromMs: fc.nat(60_000), forMs: fc.constantFrom(20_000, 90_000, 10 * MINUTE_MS) })
          .map(({ fromMs, forMs }) => ({ fromMs, toMs: fromMs + forMs })),
      },
    ),
  }),
);
