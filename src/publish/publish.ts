// One file, whatever the API: upload, then wait. Never throws for a file: its end is in the ledger.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError } from '../errors.ts';
import type { LinkedIn } from '../linkedin/session.ts';
import type { Open } from '../media/bytes.ts';
import { Aftercare } from './aftercare.ts';
import type { Outcome } from './entry.ts';
import { Lane } from './lanes.ts';
import type { Ledger } from './ledger.ts';
import { Reuse } from './manifest/reuse.ts';
import { endBy, outcomeOfFailure } from './outcome.ts';
import { isKnown } from './plan.ts';
import { Refusals } from './refusals.ts';
import { Traffic } from './traffic.ts';
import { Uploads } from './upload.ts';
import { endsReads, isFatal, verdictOn } from './verdict.ts';

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
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open;
}

/** Publishes every open file of the ledger. */
export async function publishAll(
  ledger: Ledger,
  settings: PublishSettings,
  deps: PublishDeps,
): Promise<void> {
  const run = new Run(ledger, settings, deps);
  await run.prepare();
  await run.publishOpen();
}

// Four tries outlast five seconds of trouble. Without a token, no file can be sent.
const PREPARE_TRIES = 4;
// For each upload that may be under way: one that is registered, and two that are about to be, so that no lane waits.
const BEGUN_FOR_EACH_SLOT = 4;

class Run {
  readonly #ledger: Ledger;
  readonly #linkedin: LinkedIn;
  readonly #signal: AbortSignal;
  readonly #uploads: Uploads;
  readonly #aftercare: Aftercare;
  readonly #reuse: Reuse;
  /** What waits for the end of a file. */
  readonly #ends = new Map<number, PromiseWithResolvers<void>>();
  /** Files that have begun and whose bytes are not in. */
  readonly #begun: Lane;
  readonly #refusals = new Refusals();
  readonly #traffic: Traffic;

  constructor(ledger: Ledger, settings: PublishSettings, deps: PublishDeps) {
    this.#ledger = ledger;
    this.#linkedin = deps.linkedin;
    this.#signal = deps.signal;
    this.#begun = new Lane(BEGUN_FOR_EACH_SLOT * settings.concurrency);
    this.#traffic = new Traffic({
      ...settings,
      ...deps,
      onStop: (error) => this.#stop(error),
      onPause: (pause) => ledger.pause(pause),
    });
    const shared = { ...settings, ...deps, ledger, traffic: this.#traffic };
    this.#uploads = new Uploads({ ...shared, onRegistration: (error) => this.#judgeRegistration(error) });
    this.#aftercare = new Aftercare({ ...shared, onError: (error) => this.#stopIfFatal(error) });
    this.#reuse = new Reuse({
      ...shared,
      aftercare: this.#aftercare,
      endOf: (index) => this.#endOf(index),
    });
  }

  /** What the token needs before anything else is sent: without a good one no file is begun. */
  async prepare(): Promise<void> {
    const { prepare } = this.#linkedin;
    if (prepare === undefined || this.#ledger.open().length === 0) return;
    const { attempts, calls } = this.#traffic;
    try {
      this.#ledger.noteToken(
        await attempts.run(prepare, { lane: calls, key: prepare, limit: PREPARE_TRIES }),
      );
    } catch (thrown) {
      // A run that was ended is told by its signal.
      if (this.#signal.aborted) return;
      const error = asActionError(thrown);
      this.#ledger.stop(error);
      this.#aftercare.stop(error);
    }
  }

  /** What LinkedIn has is asked for together; what is to be sent begins by and by: files that wait take no memory. */
  async publishOpen(): Promise<void> {
    const kindOf = (index: number) => (isKnown(this.#ledger.entry(index).planned) ? 'known' : 'unsent');
    const { known = [], unsent = [] } = Object.groupBy(this.#ledger.open(), kindOf);
    const ends = known.map((index) => this.#publish(index, () => {}));
    for (const index of unsent) {
      const leave = await this.#begun.enter(index);
      ends.push(this.#publish(index, leave).finally(leave));
    }
    await Promise.all(ends);
  }

  /** `onSent`: its bytes are in. */
  async #publish(index: number, onSent: () => void): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = (await this.#reuse.outcomeOf(index)) ?? (await this.#inSessions(index, onSent));
    } catch (thrown) {
      const error = asActionError(thrown);
      this.#stopIfFatal(error);
      const { stage } = this.#ledger.entry(index);
      outcome = outcomeOfFailure(error, { stage, end: endBy(this.#signal) });
    }
    this.#ledger.record(index, { kind: 'settled', ...outcome });
    this.#ends.get(index)?.resolve();
  }

  async #endOf(index: number): Promise<void> {
    if (this.#ledger.entry(index).stage === 'settled') return;
    const end = this.#ends.get(index) ?? Promise.withResolvers<void>();
    this.#ends.set(index, end);
    await end.promise;
  }

  /** A session that is lost is given up, its URN kept, and the file registered anew. */
  async #inSessions(index: number, onSent: () => void): Promise<Outcome> {
    for (let sessions = 1; ; sessions += 1) {
      try {
        const { session, failure } = await this.#uploads.upload(index);
        if (failure === null) this.#ledger.record(index, { kind: 'uploaded' });
        else this.#ledger.record(index, { kind: 'status', status: failure.status });
        onSent();
        const outcome =
          failure === null
            ? await this.#aftercare.until(index, session, sessions)
            : this.#aftercare.afterFailure(index, failure, sessions);
        if (outcome !== null) return outcome;
        this.#ledger.record(index, { kind: 'abandoned', reason: 'LinkedIn lost it or failed to process it' });
      } catch (thrown) {
        const error = asActionError(thrown);
        const verdict = verdictOn(error);
        const isLost = verdict.next === 'new-session' && sessions < verdict.sessions;
        if (!isLost || this.#signal.aborted) throw error;
        this.#ledger.record(index, { kind: 'abandoned', reason: error.message });
      }
    }
  }

  /** The first registration of a run goes alone: a dead token costs one call. */
  #judgeRegistration(error: ActionError | null): void {
    if (error === null) this.#traffic.openCalls();
    if (this.#refusals.isEnough(error) && error !== null) this.#stop(error);
  }

  #stopIfFatal(error: ActionError): void {
    if (isFatal(error)) this.#stop(error);
  }

  #stop(error: ActionError): void {
    this.#ledger.stop(error);
    if (endsReads(error)) this.#aftercare.stop(error);
  }
}
