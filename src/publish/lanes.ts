// A lane lets a fixed number of tasks run at once, and takes turns between the files that wait.

/**
 * Tasks wait in one queue a key (a file), and free places go round the keys: a video of a thousand parts and a
 * picture that came later both move.
 */
export class Lane {
  readonly #waiting = new Map<unknown, Array<() => void>>();
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
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

  /** Waits for a place; the returned function gives it on, once. */
  async enter(key: unknown): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((admit) => this.#queue(key, admit));
    let isInside = true;
    return () => {
      if (isInside) this.#next();
      isInside = false;
    };
  }

  #queue(key: unknown, admit: () => void): void {
    const queue = this.#waiting.get(key);
    if (queue === undefined) this.#waiting.set(key, [admit]);
    else queue.push(admit);
  }

  #next(): void {
    const [turn] = this.#waiting;
    if (turn === undefined) {
      this.#free += 1;
      return;
    }
    const [key, queue] = turn;
    const admit = queue.shift();
    // The key goes to the back of the round.
    this.#waiting.delete(key);
    if (queue.length > 0) this.#waiting.set(key, queue);
    admit?.();
  }
}
