// The turns of one session in the lane of PUTs: all of them share one fate, and what waits costs next to nothing.

import { asActionError } from '../errors.ts';
import { whenAborted } from '../http/hearers.ts';
import type { Attempts, Persistence } from './attempts.ts';
import type { Lane } from './lanes.ts';
import { verdictOn } from './verdict.ts';

export type PutPersistence<T> = Pick<Persistence<T>, 'limit' | 'probe'>;

interface TurnsOptions {
  readonly lane: Lane;
  /** What the turns wait under in the lane. */
  readonly key: unknown;
  readonly attempts: Attempts;
  readonly signal: AbortSignal;
  /** How many turns there are. */
  readonly count: number;
  /** Does all of one turn by `take`, once. */
  readonly work: (index: number, take: Take) => Promise<void>;
  /** No turn waits for the lane any more. */
  readonly onLastAdmitted: () => void;
}

/** Runs `put` in a place of the lane, again as `persistence` says. */
export type Take = <T>(
  put: (signal: AbortSignal) => Promise<T>,
  persistence: PutPersistence<T>,
) => Promise<T>;

// Two: while one is being let in, the next has its place in the round already.
const IN_LINE = 2;

/**
 * Each turn gets in line when one before it has been let in: ten thousand parts are no more promises than two.
 * Resolves when all have gone well. The first failure stops the others, and is thrown when none is under way any more.
 */
export function takeTurns(options: TurnsOptions): Promise<void> {
  return new Turns(options).run();
}

class Turns {
  readonly #options: TurnsOptions;
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | null = null;
  #started = 0;
  #admitted = 0;
  #ended = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const stopHearing = whenAborted([signal], (reason) => this.#giveUp(reason));
    try {
      for (let ahead = 0; ahead < IN_LINE; ahead += 1) this.#start();
      if (this.#started > 0) await this.#end.promise;
    } finally {
      stopHearing();
    }
  }

  #start(): void {
    const { count, work } = this.#options;
    if (this.#started === count || this.#failure !== null) return;
    const index = this.#started;
    this.#started += 1;
    work(index, (put, persistence) => this.#take(put, persistence))
      .catch((error: unknown) => this.#giveUp(error))
      .finally(() => this.#leave());
  }

  #leave(): void {
    this.#ended += 1;
    if (this.#ended < this.#started) return;
    if (this.#failure !== null) this.#end.reject(this.#failure.error);
    else this.#end.resolve();
  }

  #take<T>(put: (signal: AbortSignal) => Promise<T>, persistence: PutPersistence<T>): Promise<T> {
    const { lane, key, attempts } = this.#options;
    // What no other try can mend ends the file before its place goes to the next part; a probe may still mend it.
    const isFinal = (error: unknown) =>
      persistence.probe === undefined && verdictOn(asActionError(error)).next !== 'again';
    let isFirst = true;
    const inPlace = async () => {
      if (isFirst) this.#admit();
      isFirst = false;
      try {
        return await put(this.#stop.signal);
      } catch (error) {
        if (isFinal(error)) this.#giveUp(error);
        throw error;
      }
    };
    return attempts.run(inPlace, { ...persistence, lane, key, signal: this.#stop.signal });
  }

  #admit(): void {
    this.#admitted += 1;
    if (this.#failure !== null) return;
    if (this.#admitted === this.#options.count) this.#options.onLastAdmitted();
    else this.#start();
  }

  #giveUp(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { error };
    this.#stop.abort(error);
    const { lane, key, count, onLastAdmitted } = this.#options;
    // What waits only to fail takes turns from the other files.
    lane.dismiss(key, error);
    if (this.#admitted < count) onLastAdmitted();
  }
}
