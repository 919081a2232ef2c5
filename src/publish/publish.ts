// One file, whatever the API: upload, then wait. Never throws for a file: its end is in the ledger.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError } from '../errors.ts';
import type { LinkedIn } from '../linkedin/session.ts';
import { Aftercare } from './aftercare.ts';
import type { Ledger, Outcome } from './ledger.ts';
import { outcomeOfFailure } from './outcome.ts';
import { Reuse } from './reuse.ts';
import { Traffic } from './traffic.ts';
import { Uploads } from './upload.ts';
import { isFatal, verdictOn } from './verdict.ts';

export interface PublishSettings {
  /** PUT requests in flight at once; as many calls run beside them, in lanes of their own. */
  readonly concurrency: number;
  /** How long to wait for LinkedIn's processing of one file; 0 = not at all. */
  readonly waitMs: number;
  /** Whether to read what LinkedIn made of each available file. */
  readonly readsArtifacts: boolean;
}

interface PublishDeps {
  readonly linkedin: LinkedIn;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Publishes every open file of the ledger. The first registration goes alone: a dead token costs one call. */
export async function publishAll(
  ledger: Ledger,
  settings: PublishSettings,
  deps: PublishDeps,
): Promise<void> {
  const run = new Run(ledger, settings, deps);
  const [first, ...rest] = ledger.open();
  if (first === undefined) return;
  const firstFile = run.publish(first);
  await run.firstAnswer;
  await Promise.all([firstFile, ...rest.map((index) => run.publish(index))]);
}

/** Registrations for one file, at most: each leaves a URN behind. */
const MAX_SESSIONS = 3;

class Run {
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal;
  readonly #uploads: Uploads;
  readonly #aftercare: Aftercare;
  readonly #reuse: Reuse;
  readonly #ends = new Map<number, Promise<void>>();
  readonly #answered = Promise.withResolvers<void>();

  constructor(ledger: Ledger, settings: PublishSettings, deps: PublishDeps) {
    this.#ledger = ledger;
    this.#signal = deps.signal;
    const traffic = new Traffic({ ...settings, ...deps });
    const shared = { ...settings, ...deps, ledger, traffic };
    this.#uploads = new Uploads({ ...shared, onAnswer: () => this.#answered.resolve() });
    this.#aftercare = new Aftercare({ ...shared, onError: (error) => this.#stopIfFatal(error) });
    this.#reuse = new Reuse({
      ...shared,
      aftercare: this.#aftercare,
      endOf: async (index) => this.#ends.get(index),
    });
  }

  /** Resolves when the run's first registration was answered, either way. */
  get firstAnswer(): Promise<void> {
    return this.#answered.promise;
  }

  publish(index: number): Promise<void> {
    const end = this.#publish(index);
    this.#ends.set(index, end);
    return end;
  }

  async #publish(index: number): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = (await this.#reuse.outcomeOf(index)) ?? (await this.#inSessions(index));
    } catch (thrown) {
      const error = asActionError(thrown);
      this.#stopIfFatal(error);
      const { stage } = this.#ledger.entry(index);
      outcome = outcomeOfFailure(error, { stage, isCancelled: this.#signal.aborted });
    } finally {
      this.#answered.resolve();
    }
    this.#ledger.record(index, { kind: 'settled', ...outcome });
  }

  /** A session that is lost is given up, its URN kept, and the file registered anew. */
  async #inSessions(index: number): Promise<Outcome> {
    for (let sessions = 1; ; sessions += 1) {
      try {
        const session = await this.#uploads.upload(index);
        this.#ledger.record(index, { kind: 'uploaded' });
        const outcome = await this.#aftercare.until(index, session, sessions);
        if (outcome !== null) return outcome;
      } catch (error) {
        const isLost = verdictOn(asActionError(error)).next === 'new-session';
        if (!isLost || sessions >= MAX_SESSIONS || this.#signal.aborted) throw error;
      }
      this.#ledger.record(index, { kind: 'abandoned' });
    }
  }

  #stopIfFatal(error: ActionError): void {
    if (!isFatal(error)) return;
    this.#ledger.stop(error);
    // A permission to register says nothing about reading: what is uploaded is still asked for.
    if (error.code !== 'ACCESS_DENIED') this.#aftercare.stop(error);
  }
}
