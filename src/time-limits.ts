// The time limits of a run: the grace period after a signal, and the deadline of a run that makes no progress.

import { settledOrAborted, sleepUntil } from './clock.ts';
import type { Clock, Deps } from './deps.ts';
import { ActionError, toActionError } from './errors/action-error.ts';
import { type Open, openAsSystem } from './media/bytes.ts';

// After a signal (or a bug), work has a short time to settle; then the outputs are written, then the manifest, then the
// process exits. GitHub sends SIGINT, then SIGTERM after 7.5 s, and kills after 10 s.

/** Work that does not hang settles within about 0.1 s. No other work starts after the signal, so two limits never add up. */
const SETTLE_MS = 1500;
/** The last write of the manifest, after the outputs. */
export const MANIFEST_MS = 3000;
/** From the signal to the forced exit, whatever still hangs. */
export const EXIT_MS = 5000;

/**
 * Settles as `work` does. Work that still hangs `settleMs` after `signal` aborted, such as a read from a network disk, is
 * abandoned, and `onAbandoned` returns the result instead; by default it throws the signal's reason.
 */
export async function withGracePeriod<T>(
  work: Promise<T>,
  { clock, signal, settleMs = SETTLE_MS }: Pick<Deps, 'clock' | 'signal'> & { readonly settleMs?: number },
  onAbandoned = (reason: ActionError): T => {
    throw reason;
  },
): Promise<T> {
  await settledOrAborted(work, signal);
  return (await settlesWithin(work, settleMs, clock))
    ? await work
    : onAbandoned(toActionError(signal.reason));
}

/** False when `work` is still pending after `limitMs`. @throws what `work` throws in time */
export async function settlesWithin(work: Promise<unknown>, limitMs: number, clock: Clock): Promise<boolean> {
  const settled = new AbortController();
  const limit = clock.sleep(limitMs, settled.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    settled.abort();
  }
}

// A run that makes no progress hangs on a disk, even if no read is open now: requests, pauses and waits have limits of their own.

/** How long a run may make no progress. Longer than a request may take without a byte. */
const NO_PROGRESS = { ms: 600_000, text: 'ten minutes' } as const;
/** A sleep this long shows progress: it is a pause, a wait or a request timeout. The log and the results file sleep for less. */
const MIN_WAIT_MS = 30_000;

/** The sleeps and the disk of a run, which show its progress. */
export class Deadline {
  readonly #clock: Clock;
  readonly #open: Open;
  readonly #ended = new AbortController();
  /** The files that are being opened or read, the oldest first. */
  readonly #reading = new Set<{ readonly path: string }>();
  #atMs = 0;

  /** `onExpire` is called once, with the error that ends the run. */
  constructor(clock: Clock, onExpire: (error: ActionError) => void, open = openAsSystem) {
    this.#clock = clock;
    this.#open = open;
    this.#extend();
    void sleepUntil(clock, () => this.#atMs, this.#ended.signal).then((isOver) => {
      if (!isOver) return;
      const [oldest] = this.#reading;
      const subject = oldest === undefined ? 'the run' : `the run reads ${oldest.path} and`;
      const text = `${subject} has made no progress for ${NO_PROGRESS.text}: the disk does not respond`;
      onExpire(new ActionError('FILE_UNREADABLE', text));
    });
  }

  end(): void {
    this.#ended.abort();
  }

  readonly sleep: Clock['sleep'] = (ms, signal) => {
    if (ms >= MIN_WAIT_MS) this.#extend(ms);
    return this.#clock.sleep(ms, signal);
  };

  readonly open: Open = async (path, flags) => {
    const handle = await this.#track(path, this.#open(path, flags));
    const read = handle.read.bind(handle);
    return Object.assign(handle, {
      read: (into: Uint8Array, offset: number, length: number, position: number) =>
        this.#track(path, read(into, offset, length, position)),
    });
  };

  #extend(waitMs = 0): void {
    this.#atMs = Math.max(this.#atMs, this.#clock.now() + waitMs + NO_PROGRESS.ms);
  }

  async #track<T>(path: string, work: Promise<T>): Promise<T> {
    const read = { path };
    this.#reading.add(read);
    try {
      return await work;
    } finally {
      this.#reading.delete(read);
      this.#extend();
    }
  }
}
