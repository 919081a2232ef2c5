// Concurrency: a semaphore with fair rotation, in which waiting files take turns, one that counts
// weights, and a map with a limited number of calls at once.

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Each key (a file) has a queue, and slots rotate between keys: a video of a thousand parts does not block an image after it. */
export class Limiter {
  readonly #queues = new Map<unknown, Waiter[]>();
  #limit: number;
  #available: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#available = limit;
  }

  /** Lets `limit` tasks run at once from now on, if it is higher than before. */
  raise(limit: number): void {
    for (; this.#limit < limit; this.#limit += 1) this.#release();
  }

  /** Waits for a slot. The returned function releases it, once. Rejects when the key is rejected first. */
  async acquire(key: unknown): Promise<() => void> {
    if (this.#available > 0) this.#available -= 1;
    else {
      await new Promise<void>((resolve, reject) => {
        const queue = this.#queues.get(key) ?? [];
        queue.push({ resolve, reject });
        this.#queues.set(key, queue);
      });
    }
    let isHeld = true;
    return () => {
      if (isHeld) this.#release();
      isHeld = false;
    };
  }

  /** Rejects all tasks that wait under `key` with `reason`, so that an abandoned file takes no turns from others. */
  reject(key: unknown, reason: unknown): void {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.delete(key);
    for (const { reject } of queue) reject(reason);
  }

  /** Gives a free slot to the first task of the key that has waited longest for a turn. */
  #release(): void {
    const [next] = this.#queues;
    if (next === undefined) {
      this.#available += 1;
      return;
    }
    const [key, queue] = next;
    const waiter = queue.shift();
    // The key moves to the end of the rotation.
    this.#queues.delete(key);
    if (queue.length > 0) this.#queues.set(key, queue);
    waiter?.resolve();
  }
}

interface WaitingTask {
  readonly weight: number;
  readonly start: () => void;
}

/**
 * Lets tasks run at once while their weights are at most `limit` together. A heavier task runs alone.
 * Tasks start in the order in which they came, so that light ones do not keep a heavy one waiting.
 */
export class WeightLimiter {
  readonly #limit: number;
  readonly #waiting: WaitingTask[] = [];
  #runningWeight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(taskWeight: number, task: () => Promise<T>): Promise<T> {
    const weight = Math.min(taskWeight, this.#limit);
    await new Promise<void>((start) => {
      this.#waiting.push({ weight, start });
      this.#startWaiting();
    });
    try {
      return await task();
    } finally {
      this.#runningWeight -= weight;
      this.#startWaiting();
    }
  }

  #startWaiting(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#runningWeight + next.weight > this.#limit) return;
      this.#waiting.shift();
      this.#runningWeight += next.weight;
      next.start();
    }
  }
}

/** Maps `items` with an async function, at most `limit` at a time, and keeps their order. Rejects with the first error. */
export async function mapConcurrent<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(items.length);
  // All workers share one iterator: each worker takes the next item when it is free.
  const queue = items.entries();
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  await Promise.all(workers);
  return results;
}
