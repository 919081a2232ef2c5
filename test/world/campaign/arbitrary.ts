// The fast-check arbitraries of schedules.

import fc, { type Arbitrary } from 'fast-check';
import type { DiskFault } from '../disk.ts';
import type { CallName, Fault, FaultKind, Outage } from '../faults.ts';
import type { Fate } from '../machine.ts';
import type { Program } from '../runner.ts';
import type { Change, ChangeKind } from './changes.ts';
import { DAY_MS, type Form, type Item, type Job, MINUTE_MS, NO_LAG, type Schedule } from './schedule.ts';

/** One of the arbitraries, each as often as its weight says. */
function weighted<T>(...ways: readonly (readonly [weight: number, arbitrary: Arbitrary<T>])[]): Arbitrary<T> {
  return fc.oneof(...ways.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function rarely<T>(percent: number, one: Arbitrary<T>): Arbitrary<T | null> {
  return weighted<T | null>([100 - percent, fc.constant(null)], [percent, one]);
}

const UPLOAD_CALLS: readonly CallName[] = ['register', 'upload', 'upload', 'complete', 'status', 'token'];
const POST_CALLS: readonly CallName[] = [
  ...(['post', 'post', 'post', 'revise', 'revise', 'comment'] as const),
  ...(['find', 'register', 'upload', 'status'] as const),
];
const STATUSES = [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504];
const KINDS: readonly FaultKind[] = [
  ...(['unreachable', 'reset midway', 'lost request', 'lost response', 'lost response'] as const),
  ...(['late effect', 'ignored', 'silent', 'cut answer', 'truncated answer', 'slow', 'proxy'] as const),
  ...(['status', 'status', 'status', 'status after effect', 'echo'] as const),
];

/** LinkedIn says of a post what is not so. */
const lie: Arbitrary<Fault> = fc
  .record({
    nth: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom<FaultKind>(
      ...(['status after effect', 'status after effect', 'status after effect'] as const),
      ...(['duplicate of itself', 'duplicate of an old post', 'duplicate of nothing'] as const),
    ),
    status: fc.constantFrom(303, ...STATUSES),
    namesPost: fc.boolean(),
  })
  .map(({ nth, kind, status, namesPost }) => ({
    ...{ on: 'post', nth, kind },
    ...(kind === 'status after effect' ? { status, namesPost } : {}),
  }));

/** How often a run makes a call at most, where that is only a few times. */
const RARE_CALLS: Readonly<Partial<Record<CallName, number>>> = {
  revise: 3,
  post: 3,
  comment: 3,
  find: 3,
  token: 3,
  complete: 3,
};

function faultOn(calls: readonly CallName[], mostNth: number): Arbitrary<Fault> {
  return fc
    .record({
      on: fc.constantFrom(...calls),
      nth: fc.integer({ min: 1, max: mostNth }),
      kind: fc.constantFrom(...KINDS),
      status: fc.constantFrom(...STATUSES),
      retryAfterS: fc.constantFrom(undefined, undefined, 0, 2, 40),
      ms: fc.constantFrom(3000, 45_000, 90_000),
    })
    .map(({ on, nth, kind, status, retryAfterS, ms }) => ({
      ...{ on, kind },
      nth: 1 + (nth % (RARE_CALLS[on] ?? mostNth)),
      ...(kind === 'slow' ? { ms } : {}),
      // A proxy refuses, or does not reach the service.
      ...(kind === 'proxy' ? { status: status === 403 ? 407 : 502 } : {}),
      ...(kind === 'status' || kind === 'echo'
        ? { status, ...(retryAfterS !== undefined && { retryAfterS }) }
        : {}),
      ...(kind === 'status after effect' ? { status: hidingStatus(on, status) } : {}),
    }));
}

/** The server may hide that the call took effect: with an error, or with a rate limit of a registration. */
function hidingStatus(on: CallName, status: number): number {
  return on === 'register' && status === 429 ? status : Math.max(status, 500);
}

/** One in three schedules has no faults of calls: what goes wrong there are machines and old reads. */
function faultsOf(one: Arbitrary<Fault>): Arbitrary<readonly Fault[]> {
  return weighted<readonly Fault[]>([1, fc.constant([])], [2, fc.array(one, { maxLength: 6 })]);
}

const outage: Arbitrary<Outage> = fc.record({
  of: fc.constantFrom('linkedin' as const, 'github' as const),
  fromMs: fc.nat(20_000),
  ms: fc.constantFrom(3000, 5000, 90_000, 30 * MINUTE_MS),
});

const fate: Arbitrary<Fate> = fc.record({
  killAt: rarely(15, fc.integer({ min: 1, max: 60 })),
  cancelAt: rarely(12, fc.integer({ min: 1, max: 60 })),
  cancelAfterMs: rarely(6, fc.nat(60_000)),
  sleep: rarely(
    12,
    fc.record({
      at: fc.integer({ min: 1, max: 60 }),
      ms: fc.constantFrom(5000, 40_000, 21 * MINUTE_MS, 3 * 60 * MINUTE_MS),
    }),
  ),
  skewMs: weighted(
    [4, fc.constant(0)],
    [1, fc.constantFrom(-180 * MINUTE_MS, -15 * MINUTE_MS, 15 * MINUTE_MS)],
  ),
});

const disk: Arbitrary<DiskFault> = fc.record({
  kind: fc.constantFrom('fails' as const, 'changes' as const),
  nth: fc.integer({ min: 1, max: 12 }),
});

const job: Arbitrary<Job> = fc.record({
  afterMs: fc.constantFrom(0, 100, 1500, 10_000, MINUTE_MS, 5 * MINUTE_MS, 21 * MINUTE_MS, 300 * MINUTE_MS),
  fate,
  disk: rarely(6, disk),
});

const lag = fc.oneof(
  fc.constant(NO_LAG),
  fc.record({ ms: fc.integer({ min: 500, max: 14_000 }), percent: fc.integer({ min: 10, max: 100 }) }),
);

const jobOfChange = fc.integer({ min: 0, max: 3 });

function changesOf(kinds: readonly ChangeKind[]): Arbitrary<readonly Change[]> {
  const one = fc.record({ kind: fc.constantFrom(...kinds), job: jobOfChange });
  const many = fc.array(one, { minLength: 1, maxLength: 3 });
  return many.map((changes) => changes.toSorted((a, b) => a.job - b.job));
}

/** Most items do not change. */
const changesOfUpload = weighted<readonly Change[]>([3, fc.constant([])], [2, changesOf(['rename', 'edit'])]);

const CHANGES: readonly ChangeKind[] = [
  ...(['edit', 'edit', 'revise', 'revise', 'rename', 'rename'] as const),
  ...(['copy', 'move', 'id', 'id', 'resend', 'resend'] as const),
];

const changesOfPost = weighted<readonly Change[]>(
  [5, fc.constant([])],
  [3, changesOf(CHANGES)],
  // A person corrects the text, and allows a further attempt.
  [2, jobOfChange.map((job) => (['edit', 'resend'] as const).map((kind) => ({ kind, job })))],
  // The edit of a post that is out, by a run that meets faults.
  [2, fc.constantFrom(1, 2).map((job) => [{ kind: 'revise', job }])],
  // Two edits, by runs on different commits, which may be side by side.
  [2, jobOfChange.map((job) => [0, 1].map((more) => ({ kind: 'revise' as const, job: job + more })))],
);

function itemOf(
  forms: readonly Form[],
  changes: Arbitrary<readonly Change[]>,
  mostMedia: number,
): Arbitrary<Item> {
  return fc.record({
    form: fc.constantFrom(...forms),
    isCopy: fc.integer({ min: 0, max: 9 }).map((number) => number === 9),
    media: fc.constantFrom(...Array.from({ length: mostMedia + 1 }, (_, count) => count)),
    hasComment: fc.boolean(),
    hasSidecars: fc.boolean(),
    changes,
  });
}

const common = {
  seed: fc.nat(),
  latencyMs: fc.constantFrom(0, 200, 200, 3000),
  jobs: fc.array(job, { minLength: 1, maxLength: 3 }),
  token: fc.constantFrom('given', 'given', 'checked', 'refreshed' as const),
  processingMs: fc.constantFrom(0, 2000, 90_000),
  outages: rarely(25, outage).map((one) => (one === null ? [] : [one])),
  expiresMs: rarely(6, fc.nat(60_000)),
};

const upload: Arbitrary<Schedule> = fc
  .record({
    ...common,
    lag,
    program: fc.constant('upload' as const),
    items: fc.array(
      itemOf(['picture', 'picture', 'picture', 'video', 'document', 'large video'], changesOfUpload, 0),
      { minLength: 1, maxLength: 6 },
    ),
    sentBefore: fc.constantFrom(0, 0, 0, 1, 2, 6),
    memory: fc.constantFrom('none', 'workspace', 'workspace', 'branch', 'branch', 'branch' as const),
    api: fc.constantFrom('assets', 'media' as const),
    concurrency: fc.constantFrom(1, 2, 8, 64),
    waitMinutes: fc.constantFrom(0, 1, 30, 30),
    maxCalls: rarely(40, fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))),
    duplicateWindowMs: fc.constant(DAY_MS),
    readsPosts: fc.constant(false),
    faults: faultsOf(faultOn([...UPLOAD_CALLS, 'read', 'write'], 12)),
  })
  .map((schedule) => ({
    ...schedule,
    // The Assets API takes no documents.
    items: schedule.items.map((item) =>
      item.form === 'document' && schedule.api === 'assets' ? { ...item, form: 'picture' as const } : item,
    ),
    maxCalls: schedule.memory === 'branch' ? schedule.maxCalls : null,
    lag: schedule.memory === 'branch' ? schedule.lag : NO_LAG,
  }));

const post: Arbitrary<Schedule> = fc.record({
  ...common,
  lag,
  program: fc.constant('post' as const),
  items: fc.array(itemOf(['picture', 'picture', 'video', 'document'], changesOfPost, 2), {
    minLength: 1,
    maxLength: 3,
  }),
  sentBefore: fc.constantFrom(0, 0, 0, 1),
  memory: fc.constant('branch' as const),
  api: fc.constant('media' as const),
  concurrency: fc.constant(8),
  waitMinutes: fc.constant(30),
  maxCalls: fc.constant(null),
  // LinkedIn documents 10 minutes, and a day has been seen.
  duplicateWindowMs: fc.constantFrom(0, 10 * MINUTE_MS, 10 * MINUTE_MS, DAY_MS),
  readsPosts: fc.boolean(),
  faults: faultsOf(weighted([4, faultOn([...POST_CALLS, 'read', 'write', 'write'], 10)], [1, lie])),
});

export function schedulesOf(program: Program): Arbitrary<Schedule> {
  // Without the bias to small numbers, which would strike the first call of each kind again and again.
  return fc.noBias(program === 'upload' ? upload : post);
}
