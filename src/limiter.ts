// A semaphore with fair rotation: a fixed number of tasks run at once, and waiting files take turns.

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Tasks wait in one queue per key (a file), and free slots rotate between the keys. A video of a thousand parts does not
 * block an image that came later.
 */
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
