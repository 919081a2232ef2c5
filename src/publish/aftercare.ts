// From an upload that LinkedIn holds to what it made of it: waits for processing, then reads the artifacts.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError, UploadError } from '../errors.ts';
import type { Artifact, FailedReading, LinkedIn, StatusQuery, UploadSession } from '../linkedin/session.ts';
import type { Outcome, Repetition } from './entry.ts';
import type { Ledger } from './ledger.ts';
import { cutShort, endBy, stopped } from './outcome.ts';
import { FIRST_WAIT_MS, type Patience, PollLoop, type Settlement } from './poll.ts';
import type { Traffic } from './traffic.ts';

interface AftercareOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly traffic: Traffic;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for LinkedIn's processing of one file, all its sessions together; 0 = not at all. */
  readonly waitMs: number;
  readonly readsArtifacts: boolean;
  /** Hears of an error that may end the run, where it does not end the file. */
  readonly onError: (error: ActionError) => void;
}

type Begun = Pick<Patience, 'firstMs' | 'stuckMs' | 'isNew'>;

/** After an upload that was answered, LinkedIn knows of it within seconds. */
const STUCK_MS = 60_000;
const READ_TRIES = 5;

export class Aftercare {
  readonly #options: AftercareOptions;
  readonly #poll: PollLoop;
  /** Why the last read of a file failed, until one succeeds. */
  readonly #troubles = new Map<number, ActionError>();
  /** How long each file was waited for in the sessions before. */
  readonly #waitedMs = new Map<number, number>();
  /** The refusal that every further call would meet. */
  #refusal: ActionError | null = null;

  constructor(options: AftercareOptions) {
    this.#options = options;
    const { traffic } = options;
    this.#poll = new PollLoop({
      ...options,
      inLane: traffic.inReadLane,
      whyNotAgain: (error) => traffic.whyNotAgain(error),
    });
  }

  /** Nothing is asked any more: the answer is known. */
  stop(reason: ActionError): void {
    this.#refusal ??= reason;
    this.#poll.stop(reason);
  }

  /**
   * How the file ends; null when its session is lost, for LinkedIn does not have what it took, or failed at it: once a
   * file, that is worth another session.
   * @throws the error of a status read that is not worth another
   */
  async until(index: number, session: UploadSession, sessions: number): Promise<Outcome | null> {
    const { waitMs } = this.#options;
    const { query, processedOnUpload } = session;
    if (waitMs === 0)
      return processedOnUpload ? await this.#available(index, query) : { state: 'processing' };
    const settlement = await this.#wait(index, query, {
      // An answer that came after processing needs one read to confirm it, at once.
      firstMs: processedOnUpload ? 0 : FIRST_WAIT_MS,
      stuckMs: sessions === 1 ? this.#stuckMs : Number.POSITIVE_INFINITY,
      isNew: true,
    });
    if (settlement === null) return this.#stillProcessing(index);
    switch (settlement.state) {
      case 'stuck':
        return this.#isOver(index) ? this.#stillProcessing(index) : null;
      case 'failed':
        return this.afterFailure(index, settlement, sessions);
      case 'available':
        return await this.#available(index, query, settlement.artifacts);
      default:
        return { state: 'unverified' };
    }
  }

  /** How a file ends when LinkedIn reports a failure; null when that is worth another session. */
  afterFailure(index: number, { error, mayRetry }: FailedReading, sessions: number): Outcome | null {
    return mayRetry && sessions === 1 && !this.#isOver(index) ? null : { state: 'failed', error };
  }

  /**
   * Asks for an upload of an earlier run: `reused` when LinkedIn has it, or may not tell; null when it has to be sent
   * again. Without a wait, one read decides. `isRecent`: LinkedIn may not have seen it everywhere yet.
   * @throws the error of a status read that is not worth another
   */
  async verify(index: number, query: StatusQuery, isRecent: boolean): Promise<Outcome | null> {
    const { waitMs } = this.#options;
    const settlement = await this.#wait(index, query, {
      firstMs: 0,
      stuckMs: isRecent ? this.#stuckMs : 0,
      isNew: false,
    });
    if (settlement === null) return waitMs === 0 ? { state: 'processing' } : this.#stillProcessing(index);
    if (settlement.state === 'stuck') return null;
    if (settlement.state === 'failed')
      return this.#isOver(index) ? { state: 'failed', error: settlement.error } : null;
    if (settlement.state === 'available') await this.#readTold(index, query, settlement.artifacts);
    return { state: 'reused' };
  }

  /** Each file has one wait, whatever becomes of its sessions. */
  async #wait(index: number, query: StatusQuery, patience: Begun): Promise<Settlement> {
    const startMs = this.#options.clock.now();
    const limitMs = this.#leftMs(index);
    try {
      return await this.#poll.until(query, { ...patience, limitMs, ...this.#hearing(index) });
    } finally {
      const waitedMs = this.#waitedMs.get(index) ?? 0;
      this.#waitedMs.set(index, waitedMs + this.#options.clock.now() - startMs);
    }
  }

  /** A short wait leaves half of its time to another session. */
  get #stuckMs(): number {
    return Math.min(STUCK_MS, this.#options.waitMs / 2);
  }

  /** Whether there was a wait for the file, and nothing is left of it. */
  #isOver(index: number): boolean {
    return this.#options.waitMs > 0 && this.#leftMs(index) === 0;
  }

  #leftMs(index: number): number {
    return Math.max(0, this.#options.waitMs - (this.#waitedMs.get(index) ?? 0));
  }

  #hearing(index: number) {
    return {
      onStatus: (status: string | null) => {
        this.#troubles.delete(index);
        if (status !== null) this.#options.ledger.record(index, { kind: 'status', status });
      },
      onTrouble: (error: ActionError) => void this.#troubles.set(index, error),
      onRepeat: (repeat: Repetition) => this.#tellRepeat(index, repeat),
    };
  }

  /** `told`: the artifacts, when the status came with them. A file whose artifacts stay unread is available all the same. */
  async #available(index: number, query: StatusQuery, told?: readonly Artifact[]): Promise<Outcome> {
    await this.#readTold(index, query, told);
    return { state: 'available' };
  }

  async #readTold(index: number, query: StatusQuery, told?: readonly Artifact[]): Promise<void> {
    const { ledger, readsArtifacts, signal, onError } = this.#options;
    if (!readsArtifacts) return;
    try {
      const artifacts = told ?? (await this.#askForArtifacts(index, query));
      ledger.record(index, { kind: 'artifacts', artifacts });
    } catch (thrown) {
      const end = endBy(signal);
      const error = end === null ? asActionError(thrown) : cutShort('before that', end);
      ledger.record(index, { kind: 'artifacts-unread', error });
      onError(error);
    }
  }

  #askForArtifacts(index: number, query: StatusQuery): Promise<readonly Artifact[]> {
    const { attempts, reads } = this.#options.traffic;
    const telling = attempts.telling((repeat) => this.#tellRepeat(index, repeat));
    return telling.run(() => this.#readArtifacts(query), { lane: reads, key: index, limit: READ_TRIES });
  }

  async #readArtifacts(query: StatusQuery): Promise<readonly Artifact[]> {
    this.#options.signal.throwIfAborted();
    if (this.#refusal !== null) throw stopped('not asked', this.#refusal);
    return await this.#options.linkedin.readArtifacts(query);
  }

  #tellRepeat(index: number, repeat: Repetition): void {
    this.#options.ledger.record(index, { kind: 'repeat', ...repeat });
  }

  #stillProcessing(index: number): Outcome {
    const { ledger, waitMs } = this.#options;
    const { status } = ledger.entry(index);
    const said = status === null ? 'LinkedIn did not tell its status' : `LinkedIn still says ${status}`;
    const trouble = this.#troubles.get(index);
    const why = trouble === undefined ? '' : `; the last read failed: ${trouble.message}`;
    const waitedMs = Math.min(waitMs, this.#waitedMs.get(index) ?? 0);
    const text = `${said} after ${Math.ceil(waitedMs / 60_000)} min${why}`;
    return { state: 'processing', error: new UploadError('PROCESSING_TIMEOUT', text, { cause: trouble }) };
  }
}
