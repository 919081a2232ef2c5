// A lane lets a fixed number of tasks run at once, and takes turns between the files that wait.

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Tasks wait in one queue a key (a file), and free places go round the keys: a video of a thousand parts and a
 * picture that came later both move.
 */
export class Limiter {
  readonly #queues = new Map<unknown, Waiter[]>();
  // One walk for many turns: to begin anew at each would step over all the keys that had theirs before.
  #roundRobin = this.#queues.entries();
  #limit: number;
  /** Below zero while more are inside than a lowered limit allows. */
  #available: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#available = limit;
  }

  /** Lets `limit` tasks run at once from now on; those inside finish. */
  resize(limit: number): void {
    this.#available += limit - this.#limit;
    this.#limit = limit;
    while (this.#available > 0 && this.#queues.size > 0) {
      this.#available -= 1;
      this.#release();
    }
  }

  /** Runs `task` when a place is free; the place is given on when the task has settled. */
  async run<T>(key: unknown, task: () => Promise<T>): Promise<T> {
    const release = await this.acquire(key);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /** Waits for a place; the returned function gives it on, once. Rejects when the key is dismissed first. */
  async acquire(key: unknown): Promise<() => void> {
    if (this.#available > 0) this.#available -= 1;
    else await new Promise<void>((resolve, reject) => this.#enqueue(key, { resolve, reject }));
    let isHeld = true;
    return () => {
      if (isHeld) this.#release();
      isHeld = false;
    };
  }

  /** Rejects all that wait under `key` with `reason`: what is given up takes no turns from others. */
  reject(key: unknown, reason: unknown): void {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.delete(key);
    for (const { reject } of queue) reject(reason);
  }

  #enqueue(key: unknown, waiter: Waiter): void {
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, [waiter]);
    else queue.push(waiter);
  }

  /** Gives a place that has become free to whoever's turn it is. */
  #release(): void {
    const next = this.#available < 0 ? undefined : this.#nextInLine();
    if (next === undefined) {
      this.#available += 1;
      return;
    }
    const [key, queue] = next;
    const waiter = queue.shift();
    // The key goes to the back of the round.
    this.#queues.delete(key);
    if (queue.length > 0) this.#queues.set(key, queue);
    waiter?.resolve();
  }

  #nextInLine(): [key: unknown, queue: Waiter[]] | undefined {
    const next = this.#roundRobin.next();
    if (next.done !== true) return next.value;
    // A walk that came to its end stays there, whoever came since.
    this.#roundRobin = this.#queues.entries();
    return this.#roundRobin.next().value;
  }
}
