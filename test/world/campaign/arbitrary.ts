// The fast-check arbitraries of schedules.

import fc, { type Arbitrary } from 'fast-check';
import type { DiskFault } from '../disk.ts';
import type { CallName, Fault, FaultKind, Outage } from '../faults.ts';
import type { Fate } from '../machine.ts';
import type { Program } from '../runner.ts';
import type { Change, ChangeKind } from './changes.ts';
import {
  DAY_MS,
  type Form,
  type Item,
  type Job,
  MINUTE_MS,
  NO_LAG,
  type Schedule,
} from './schedule.ts';

/** One of the arbitraries, each as often as its weight says. */
function weighted<T>(
  ...ways: readonly (readonly [weight: number, arbitrary: Arbitrary<T>])[]
): Arbitrary<T> {
  return fc.oneof(...ways.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function rarely<T>(percent: number, one: Arbitrary<T>): Arbitrary<T | null> {
  return weighted<T | null>([100 - percent, fc.constant(null)], [percent, one]);
}

const MEMORY_CALLS: readonly CallName[] = ['read', 'write'];
const UPLOAD_CALLS: readonly CallName[] = [
  ...(['register', 'upload', 'complete', 'status', 'token'] as const),
  ...MEMORY_CALLS,
];
const POST_CALLS: readonly CallName[] = [
  ...(['post', 'revise', 'comment', 'find', 'register', 'upload', 'status'] as const),
  ...MEMORY_CALLS,
];
const STATUSES = [400, 403, 404, 408, 409, 422, 429, 500, 502, 503, 504];
const KINDS: readonly FaultKind[] = [
  ...(['unreachable', 'reset midway', 'lost request', 'lost response', 'late effect'] as const),
  ...(['ignored', 'silent', 'cut answer', 'truncated answer', 'slow', 'proxy'] as const),
  ...(['status', 'status after effect', 'echo'] as const),
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

/** From which calls and kinds the faults of one schedule are drawn. */
interface FaultPool {
  readonly calls: readonly CallName[];
  readonly kinds: readonly FaultKind[];
}

function faultOn({ calls, kinds }: FaultPool, mostNth: number): Arbitrary<Fault> {
  return fc
    .record({
      on: fc.constantFrom(...calls),
      nth: fc.integer({ min: 1, max: mostNth }),
      kind: fc.constantFrom(...kinds),
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

/** With few kinds, a schedule has more faults: then they meet each other. */
const FEW_KINDS = 3;

function mostFaultsOf({ kinds }: FaultPool): number {
  return kinds.length <= FEW_KINDS ? 12 : 6;
}

/**
 * Draws some calls and some kinds of faults first, and then the faults from these. A mix of everything seldom has the same fault twice.
 * One in three schedules has no faults of calls: what goes wrong there are machines and old reads.
 */
function faultsOf(
  calls: readonly CallName[],
  faultIn: (pool: FaultPool) => Arbitrary<Fault>,
): Arbitrary<readonly Fault[]> {
  const pools = fc.record({
    calls: fc.subarray([...calls], { minLength: 1 }),
    kinds: fc.subarray([...KINDS], { minLength: 1 }),
  });
  const drawn = pools.chain((pool) => fc.array(faultIn(pool), { maxLength: mostFaultsOf(pool) }));
  return weighted<readonly Fault[]>([1, fc.constant([])], [2, drawn]);
}

const outage: Arbitrary<Outage> = fc.record({
  of: fc.constantFrom('linkedin' as const, 'github' as const),
  fromMs: fc.nat(20_000),
  ms: fc.constantFrom(3000, 5000, 90_000, 30 * MINUTE_MS),
});

const ACCIDENTS = ['killed', 'cancelled', 'asleep', 'wrong clock', 'disk fault'] as const;
type Accident = (typeof ACCIDENTS)[number];

/** What happens to a machine of a schedule with these accidents: each is rare if there are many. */
function fateOf(accidents: readonly Accident[]): Arbitrary<Fate> {
  const usually = Math.round(70 / Math.max(2, accidents.length));
  const percentOf = (accident: Accident) => (accidents.includes(accident) ? usually : 0);
  return fc.record({
    killAt: rarely(percentOf('killed'), fc.integer({ min: 1, max: 60 })),
    cancelAt: rarely(percentOf('cancelled'), fc.integer({ min: 1, max: 60 })),
    cancelAfterMs: rarely(Math.round(percentOf('cancelled') / 2), fc.nat(60_000)),
    sleep: rarely(
      percentOf('asleep'),
      fc.record({
        at: fc.integer({ min: 1, max: 60 }),
        ms: fc.constantFrom(5000, 40_000, 21 * MINUTE_MS, 3 * 60 * MINUTE_MS),
      }),
    ),
    skewMs: rarely(
      percentOf('wrong clock'),
      fc.constantFrom(-180 * MINUTE_MS, -15 * MINUTE_MS, 15 * MINUTE_MS),
    ).map((ms) => ms ?? 0),
  });
}

const disk: Arbitrary<DiskFault> = fc.record({
  kind: fc.constantFrom('fails' as const, 'changes' as const),
  nth: fc.integer({ min: 1, max: 12 }),
});

function jobOf(accidents: readonly Accident[]): Arbitrary<Job> {
  return fc.record({
    afterMs: fc.constantFrom(
      ...[0, 100, 1500, 10_000],
      ...[MINUTE_MS, 5 * MINUTE_MS, 21 * MINUTE_MS, 300 * MINUTE_MS],
    ),
    fate: fateOf(accidents),
    disk: rarely(accidents.includes('disk fault') ? 20 : 0, disk),
  });
}

const jobs = fc
  .subarray([...ACCIDENTS])
  .chain((accidents) => fc.array(jobOf(accidents), { minLength: 1, maxLength: 3 }));

const lag = fc.oneof(
  fc.constant(NO_LAG),
  fc.record({
    ms: fc.integer({ min: 500, max: 14_000 }),
    percent: fc.integer({ min: 10, max: 100 }),
  }),
);

const jobOfChange = fc.integer({ min: 0, max: 3 });

function changesOf(kinds: readonly ChangeKind[]): Arbitrary<readonly Change[]> {
  const one = fc.record({ kind: fc.constantFrom(...kinds), job: jobOfChange });
  const many = fc.array(one, { minLength: 1, maxLength: 3 });
  return many.map((changes) => changes.toSorted((a, b) => a.job - b.job));
}

/** Most items do not change. */
const changesOfUpload = weighted<readonly Change[]>(
  [3, fc.constant([])],
  [2, changesOf(['rename', 'edit'])],
);

const CHANGES: readonly ChangeKind[] = ['edit', 'revise', 'rename', 'copy', 'move', 'id', 'resend'];

/** `kinds`: what authors do to the items of one schedule, beside the corrections and edits that each has. */
function changesOfPost(kinds: readonly ChangeKind[]): Arbitrary<readonly Change[]> {
  return weighted<readonly Change[]>(
    [5, fc.constant([])],
    [3, changesOf(kinds)],
    // A person corrects the text, and allows a further attempt.
    [2, jobOfChange.map((job) => (['edit', 'resend'] as const).map((kind) => ({ kind, job })))],
    // The edit of a post that is out, by a run that meets faults.
    [2, fc.constantFrom(1, 2).map((job) => [{ kind: 'revise', job }])],
    // Two edits, by runs on different commits, which may be side by side.
    [
      2,
      jobOfChange.map((job) =>
        [0, 1].map((more) => ({ kind: 'revise' as const, job: job + more })),
      ),
    ],
  );
}

const postItems = fc.subarray([...CHANGES], { minLength: 1 }).chain((kinds) =>
  fc.array(itemOf(['picture', 'picture', 'video', 'document'], changesOfPost(kinds), 2), {
    minLength: 1,
    maxLength: 3,
  }),
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
    hasPoll: fc.boolean(),
    hasSidecars: fc.boolean(),
    changes,
  });
}

const common = {
  seed: fc.nat(),
  latencyMs: fc.constantFrom(0, 200, 200, 3000),
  jobs,
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
      itemOf(
        ['picture', 'picture', 'picture', 'video', 'document', 'large video'],
        changesOfUpload,
        0,
      ),
      { minLength: 1, maxLength: 6 },
    ),
    sentBefore: fc.constantFrom(0, 0, 0, 1, 2, 6),
    memory: fc.constantFrom(
      'none',
      'workspace',
      'workspace',
      'branch',
      'branch',
      'branch' as const,
    ),
    api: fc.constantFrom('assets', 'media' as const),
    concurrency: fc.constantFrom(1, 2, 8, 64),
    waitMinutes: fc.constantFrom(0, 1, 30, 30),
    maxCalls: rarely(40, fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))),
    duplicateWindowMs: fc.constant(DAY_MS),
    readsPosts: fc.constant(false),
    faults: faultsOf(UPLOAD_CALLS, (pool) => faultOn(pool, 12)),
  })
  .map((schedule) => ({
    ...schedule,
    // The Assets API takes no documents.
    items: schedule.items.map((item) =>
      item.form === 'document' && schedule.api === 'assets'
        ? { ...item, form: 'picture' as const }
        : item,
    ),
    maxCalls: schedule.memory === 'branch' ? schedule.maxCalls : null,
    lag: schedule.memory === 'branch' ? schedule.lag : NO_LAG,
  }));

const post: Arbitrary<Schedule> = fc.record({
  ...common,
  lag,
  program: fc.constant('post' as const),
  items: postItems,
  sentBefore: fc.constantFrom(0, 0, 0, 1),
  memory: fc.constant('branch' as const),
  api: fc.constant('media' as const),
  concurrency: fc.constant(8),
  waitMinutes: fc.constant(30),
  maxCalls: fc.constant(null),
  // LinkedIn documents 10 minutes, and a day has been seen.
  duplicateWindowMs: fc.constantFrom(0, 10 * MINUTE_MS, 10 * MINUTE_MS, DAY_MS),
  readsPosts: fc.boolean(),
  faults: faultsOf(POST_CALLS, (pool) =>
    weighted([2, faultOn(pool, 10)], [pool.calls.includes('post') ? 1 : 0, lie]),
  ),
});

export function schedulesOf(program: Program): Arbitrary<Schedule> {
  // Without the bias to small numbers, which would strike the first call of each kind again and again.
  return fc.noBias(program === 'upload' ? upload : post);
}
