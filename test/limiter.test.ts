// Slots and turns: never more tasks than the limit, no lost slot, and fair rotation between files.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Limiter, WeightLimiter } from '../src/limiter.ts';
import { fuzzed } from './support/fuzz.ts';

/** Runs `task` when a slot is free, and releases the slot when the task has settled. */
async function inSlot<T>(limiter: Limiter, key: unknown, task: () => Promise<T>): Promise<T> {
  const release = await limiter.acquire(key);
  try {
    return await task();
  } finally {
    release();
  }
}

interface Task {
  readonly key: number;
  /** How long it holds its slot. */
  readonly ticks: number;
  readonly fails: boolean;
}

const tasks = fc.array(
  fc.record({
    key: fc.nat(4),
    ticks: fc.integer({ min: 1, max: 5 }),
    fails: fc.boolean(),
  }) satisfies fc.Arbitrary<Task>,
  { maxLength: 60 },
);

/** The number of free slots out of `limit`: takes them all, then releases them. */
async function freeSlots(limiter: Limiter, limit: number): Promise<number> {
  let entered = 0;
  const visitors = Array.from({ length: limit + 1 }, async () => {
    const leave = await limiter.acquire('visitor');
    entered += 1;
    return leave;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const free = entered;
  for (const visitor of visitors) (await visitor)();
  return free;
}

/** A limiter of one slot whose queued tasks record their names as they start. */
async function queueUp(names: readonly string[], keyOf: (name: string) => unknown) {
  const limiter = new Limiter(1);
  const order: string[] = [];
  const leave = await limiter.acquire('first');
  const all = names.map((name) =>
    inSlot(limiter, keyOf(name), async () => {
      order.push(name);
    }),
  );
  return { limiter, order, leave, all };
}

it('a limiter runs every task, never more than its limit at once, and has all slots free in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), tasks, async (limit, mix) => {
      const limiter = new Limiter(limit);
      let [inside, peak, ran] = [0, 0, 0];
      const run = ({ key, ticks, fails }: Task) =>
        inSlot(limiter, key, async () => {
          inside += 1;
          peak = Math.max(peak, inside);
          for (let tick = 0; tick < ticks; tick += 1) await null;
          inside -= 1;
          ran += 1;
          if (fails) throw new Error('on purpose');
        });
      const ends = await Promise.allSettled(mix.map(run));
      expect(peak).toBe(Math.min(limit, mix.length));
      expect(ran).toBe(mix.length);
      expect(ends.map(({ status }) => status === 'rejected')).toEqual(
        mix.map(({ fails }) => fails),
      );
      expect(await freeSlots(limiter, limit)).toBe(limit);
    }),
    fuzzed(100),
  );
});

it('slots rotate between the waiting keys, and each key keeps its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 50 }), async (keys) => {
      const names = keys.map((key, index) => `${key}:${index}`);
      const { order, leave, all } = await queueUp(names, (name) => name.split(':')[0]);
      leave();
      await Promise.all(all);
      expect(order).toEqual(roundRobin(names));
    }),
    fuzzed(100),
  );
});

it('a slot that is released twice is free once', async () => {
  const limiter = new Limiter(1);
  const leave = await limiter.acquire('a');
  leave();
  leave();
  expect(await freeSlots(limiter, 1)).toBe(1);
  const leaveAgain = await limiter.acquire('b');
  leave();
  let isIn = false;
  const next = inSlot(limiter, 'c', async () => {
    isIn = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIn).toBe(false);
  leaveAgain();
  await next;
});

it('a rejected key fails its waiting tasks and no others', async () => {
  const { limiter, order, leave, all } = await queueUp(['a1', 'b1', 'a2', 'b2'], (name) => name[0]);
  const reason = new RangeError('given up');
  limiter.reject('a', reason);
  limiter.reject('nobody', reason);
  leave();
  const ends = await Promise.allSettled(all);
  expect(ends.map((end) => (end.status === 'rejected' ? end.reason : null))).toEqual([
    reason,
    null,
    reason,
    null,
  ]);
  expect(order).toEqual(['b1', 'b2']);
  expect(await freeSlots(limiter, 1)).toBe(1);
});

/** The expected order: one name of each key in turn, in the order in which the keys came. */
function roundRobin(names: readonly string[]): string[] {
  const queues = [...Map.groupBy(names, (name) => name.split(':')[0]).values()];
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, round) =>
    queues.flatMap((queue) => queue[round] ?? []),
  ).flat();
}

/** Starts a task of each weight, all of which wait for `end`. Returns the weights that run. */
function startWeights(limit: number, weights: readonly number[], end: Promise<void>) {
  const limiter = new WeightLimiter(limit);
  const running: number[] = [];
  const all = weights.map((weight) =>
    limiter.run(weight, async () => {
      running.push(weight);
      await end;
    }),
  );
  return { running, all };
}

it.each([
  ['weights that are the limit together run at once', [6, 4], [6, 4]],
  ['a weight over the limit waits', [6, 5], [6]],
  ['a light task does not overtake a heavy one', [6, 5, 1], [6]],
  ['a task that is heavier than the limit waits for all others', [1, 11], [1]],
  ['a task that is heavier than the limit runs alone', [11, 1], [11]],
])('%s: %j of 10', async (_, weights, expected) => {
  const end = Promise.withResolvers<void>();
  const { running, all } = startWeights(10, weights, end.promise);
  await new Promise((resolve) => setImmediate(resolve));
  expect(running).toEqual(expected);
  end.resolve();
  await Promise.all(all);
  expect(running).toEqual(weights);
});

it('a limiter of weights runs every task in order, and never more than its limit at once, also after failures', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), tasks, async (limit, mix) => {
      const limiter = new WeightLimiter(limit);
      const started: Task[] = [];
      let [inside, peak] = [0, 0];
      const run = (task: Task) =>
        limiter.run(task.key, async () => {
          started.push(task);
          inside += task.key;
          peak = Math.max(peak, inside);
          for (let tick = 0; tick < task.ticks; tick += 1) await null;
          inside -= task.key;
          if (task.fails) throw new Error('on purpose');
        });
      const ends = await Promise.allSettled(mix.map(run));
      const heaviest = Math.max(0, ...mix.map(({ key }) => key));
      expect(peak).toBeLessThanOrEqual(Math.max(limit, heaviest));
      expect(started).toEqual(mix);
      expect(ends.map(({ status }) => status === 'rejected')).toEqual(
        mix.map(({ fails }) => fails),
      );
    }),
    fuzzed(100),
  );
});
