// Runs the parts of one session in the order of the limiter, until all are sent or one fails.

import { toActionError } from '../errors.ts';
import type { Limiter } from './retry/limiter.ts';
import type { Retrier, RetryOptions } from './retry/retrier.ts';
import { classify } from './retry/retry-policy.ts';

export type PartRetryRules<T> = Pick<RetryOptions<T>, 'maxAttempts' | 'probe'>;

interface PartRunnerOptions<T> {
  readonly limiter: Limiter;
  /** The key of the parts in the limiter. */
  readonly key: unknown;
  readonly retrier: Retrier;
  readonly signal: AbortSignal;
  /** How many parts there are. */
  readonly count: number;
  /** Sends one part, once, while it holds a slot. */
  readonly send: (index: number, signal: AbortSignal) => Promise<T>;
  readonly retryRulesOf: (index: number) => PartRetryRules<T>;
  /** Called when no part waits for a slot any more. */
  readonly onLastAcquired: () => void;
}

// While one part is admitted, the next one already has its place in the rotation between files.
const IN_LINE = 2;

/**
 * Each part queues when an earlier one is admitted, so ten thousand parts need only two waiting promises. Resolves with
 * the results in the order of the parts. The first failure stops all parts, and is thrown when no part is in flight.
 */
export class PartRunner<T> {
  readonly #options: PartRunnerOptions<T>;
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  readonly #results: T[] = [];
  #failure: { readonly error: unknown } | null = null;
  #started = 0;
  #admitted = 0;
  #ended = 0;

  constructor(options: PartRunnerOptions<T>) {
    this.#options = options;
  }

  async run(): Promise<readonly T[]> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const onAbort = () => this.#fail(signal.reason);
    signal.addEventListener('abort', onAbort);
    try {
      for (let ahead = 0; ahead < IN_LINE; ahead += 1) void this.#start();
      if (this.#started > 0) await this.#end.promise;
      return this.#results;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Runs the next part to its end, if there is one. Never rejects. */
  async #start(): Promise<void> {
    const { count, retrier, limiter, key, send, retryRulesOf } = this.#options;
    if (this.#started === count || this.#failure !== null) return;
    const index = this.#started;
    this.#started += 1;
    const { signal } = this.#stop;
    const retryRules = retryRulesOf(index);
    let isAdmitted = false;
    const sendOnce = async () => {
      if (!isAdmitted) this.#admit();
      isAdmitted = true;
      try {
        return await send(index, signal);
      } catch (error) {
        // If neither a retry nor a probe can help, the other parts stop before the slot goes to the next one.
        const canRecover = retryRules.probe !== undefined || classify(toActionError(error)).next === 'retry';
        if (!canRecover) this.#fail(error);
        throw error;
      }
    };
    try {
      this.#results[index] = await retrier.run(sendOnce, { ...retryRules, limiter, key, signal });
    } catch (error) {
      this.#fail(error);
    }
    this.#finish();
  }

  #finish(): void {
    this.#ended += 1;
    if (this.#ended < this.#started) return;
    if (this.#failure === null) this.#end.resolve();
    else this.#end.reject(this.#failure.error);
  }

  #admit(): void {
    this.#admitted += 1;
    if (this.#failure !== null) return;
    if (this.#admitted === this.#options.count) this.#options.onLastAcquired();
    else void this.#start();
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { error };
    this.#stop.abort(error);
    const { limiter, key, count, onLastAcquired } = this.#options;
    // Waiting parts would take turns from other files only to fail.
    limiter.reject(key, error);
    if (this.#admitted < count) onLastAcquired();
  }
}
