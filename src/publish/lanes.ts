// A lane lets a fixed number of tasks run at once, and takes turns between the files that wait.

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Tasks wait in one queue a key (a file), and free places go round the keys: a video of a thousand parts and a
 * picture that came later both move.
 */
export class Lane {
  readonly #waiting = new Map<unknown, Waiter[]>();
  // One walk for many turns: to begin anew at each would step over all the keys that had theirs before.
  #round = this.#waiting.entries();
  #limit: number;
  /** Below zero while more are inside than a lowered limit allows. */
  #free: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#free = limit;
  }

  /** Lets `limit` tasks run at once from now on; those inside finish. */
  resize(limit: number): void {
    this.#free += limit - this.#limit;
    this.#limit = limit;
    while (this.#free > 0 && this.#waiting.size > 0) {
      this.#free -= 1;
      this.#next();
    }
  }

  /** Runs `task` when a place is free; the place is given on when the task has settled. */
  async run<T>(key: unknown, task: () => Promise<T>): Promise<T> {
    const leave = await this.enter(key);
    try {
      return await task();
    } finally {
      leave();
    }
  }

  /** Waits for a place; the returned function gives it on, once. Rejects when the key is dismissed first. */
  async enter(key: unknown): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((admit, refuse) => this.#queue(key, { admit, refuse }));
    let isInside = true;
    return () => {
      if (isInside) this.#next();
      isInside = false;
    };
  }

  /** Rejects all that wait under `key` with `reason`: what is given up takes no turns from others. */
  dismiss(key: unknown, reason: unknown): void {
    const queue = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { refuse } of queue) refuse(reason);
  }

  #queue(key: unknown, waiter: Waiter): void {
    const queue = this.#waiting.get(key);
    if (queue === undefined) this.#waiting.set(key, [waiter]);
    else queue.push(waiter);
  }

  /** Gives a place that has become free to whoever's turn it is. */
  #next(): void {
    const turn = this.#free < 0 ? undefined : this.#turn();
    if (turn === undefined) {
      this.#free += 1;
      return;
    }
    const [key, queue] = turn;
    const waiter = queue.shift();
    // The key goes to the back of the round.
    this.#waiting.delete(key);
    if (queue.length > 0) this.#waiting.set(key, queue);
    waiter?.admit();
  }

  #turn(): [key: unknown, queue: Waiter[]] | undefined {
    const turn = this.#round.next();
    if (turn.done !== true) return turn.value;
    // A walk that came to its end stays there, whoever came since.
    this.#round = this.#waiting.entries();
    return this.#round.next().value;
  }
}
