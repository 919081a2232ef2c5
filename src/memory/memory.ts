// The memory of runs: when a change, a pure function over the content, is written, and how often the write is tried.

import { backoffMs } from '../backoff.ts';
import { abortAfter } from '../clock.ts';
import type { Clock } from '../deps.ts';
import { ActionError, inputErrorsIn, messageOf, toActionError } from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import type { Draft, Manifest } from './manifest.ts';
import type { ManifestStore } from './manifest-store.ts';
import { SharedManifest } from './shared-manifest.ts';

/** Changes the draft, and recognizes its own result: it may be applied again to another version. False: nothing changed. */
export type Change = (draft: Draft) => boolean;

interface MemoryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `plan` only reads. */
  readonly isReadOnly: boolean;
}

interface Update {
  /** Null: only what is staged. */
  readonly change: Change | null;
  /** The time after which the update has failed, by the monotonic clock. */
  readonly deadlineMs: number;
  readonly end: AbortSignal | null;
}

/** A change that is not stored by then has failed. GitHub's rate limit of writes asks for 60 s, and another attempt must fit. */
export const WRITE_LIMIT_MS = 90_000;
/** The limit in a cancelled run, counted from the signal: the process ends 5 s after it. */
const CANCELLED_WRITE_MS = 4500;
const MAX_CONFLICT_DELAY_MS = 20_000;

const isUnwritten: Change = ({ revision }) => revision === 0;

export class Memory {
  readonly store: ManifestStore;
  readonly #options: MemoryOptions;
  readonly #manifest: SharedManifest;
  /** Changes that go along with the next write, by their keys. */
  readonly #staged = new Map<unknown, Change>();
  /** The updates, one after the other. Never rejects. */
  #queue: Promise<void> = Promise.resolve();
  #isScheduled = false;
  readonly #closing = new AbortController();
  /** GitHub asked to wait until then, by the monotonic clock. */
  #notBeforeMs = 0;
  #cancelledUntilMs = Number.POSITIVE_INFINITY;
  #rejection: ActionError | null = null;
  readonly #rejected = Promise.withResolvers<ActionError>();
  /** Resolves when the rules of the repository have rejected a write: then no write can succeed. */
  readonly writeRejection = this.#rejected.promise;

  constructor(store: ManifestStore, options: MemoryOptions) {
    this.store = store;
    this.#options = options;
    const { signal, clock } = options;
    this.#manifest = new SharedManifest(store, clock);
    const onAbort = () => {
      this.#cancelledUntilMs = clock.now() + CANCELLED_WRITE_MS;
      void this.close().catch(() => {});
    };
    signal.addEventListener('abort', onAbort, { once: true });
  }

  /** The content that this run last read or wrote. */
  get current(): Manifest {
    return this.#manifest.content;
  }

  /** Whether a write that has failed may be stored all the same, until the next write. */
  get isUnconfirmed(): boolean {
    return this.#manifest.isUnconfirmed;
  }

  /** Reads what earlier runs remember. Called once, before all others. @throws as `ManifestStore.read` */
  async open(): Promise<void> {
    this.#manifest.adopt(await this.store.read());
    // A new branch is created with the content that it starts from, even if the run changes nothing.
    if (!this.#manifest.hasExisted && this.current.entries.size > 0) this.stage('start', isUnwritten);
  }

  /**
   * Makes sure that the memory can be written: checks the permission, and creates a missing file on a branch. Called before
   * anything is sent, and only if something will be.
   * @throws as `update`; the errors of the store; the reason of a cancellation
   */
  async prepareWrites(): Promise<void> {
    const { isReadOnly, clock, signal } = this.#options;
    if (isReadOnly) return;
    await this.store.probe?.();
    if (this.#manifest.hasExisted || this.store.backend !== 'GitHub') return;
    if (this.store.writers > 1) {
      // The jobs of a matrix start together. Most of them find the file that the first one creates.
      await clock.sleep(this.#conflictDelayMs(1), signal);
      this.#manifest.markOutdated();
    }
    try {
      await this.update(isUnwritten);
    } catch (error) {
      const [cause] = inputErrorsIn(toActionError(error).cause) ?? [error];
      throw cause;
    } finally {
      signal.throwIfAborted();
    }
  }

  /** Reads again. @throws as `update` */
  async refresh(): Promise<void> {
    this.#manifest.markOutdated();
    await this.update(null);
  }

  /** Stores `change` with the next write, in place of an earlier change with the same key. Never throws. */
  stage(key: unknown, change: Change): void {
    if (this.#options.isReadOnly) return;
    this.#staged.set(key, change);
    if (this.#options.signal.aborted) void this.flush().catch(() => {});
    else if (!this.#isScheduled && !this.#closing.signal.aborted) void this.#writeWhileStaged();
  }

  isStaged(key: unknown): boolean {
    return this.#staged.has(key);
  }

  /** Stores what is staged. @throws as `update`; it stays staged then */
  async flush(limitMs = WRITE_LIMIT_MS): Promise<void> {
    if (this.#staged.size > 0) await this.update(null, { limitMs });
    else await this.#queue;
  }

  /** Ends the writes at intervals, and stores what is staged. @throws as `update` */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.flush();
  }

  /**
   * Stores `change`, if there is one, together with what is staged. `limitMs` or `end` ends the attempts.
   * @throws InputError MANIFEST_INVALID; ActionError MANIFEST_WRITE, BRANCH_PROTECTED. If the response to a write is missing,
   * the change may still be stored, but not after the next write that succeeds.
   */
  update(
    change: Change | null,
    { limitMs = WRITE_LIMIT_MS, end = null }: { limitMs?: number; end?: AbortSignal | null } = {},
  ): Promise<void> {
    const deadlineMs = this.#options.clock.now() + limitMs;
    const updated = this.#queue.then(() => this.#update({ change, deadlineMs, end }));
    this.#queue = updated.catch(() => {});
    return updated;
  }

  async #writeWhileStaged(): Promise<void> {
    this.#isScheduled = true;
    const { clock } = this.#options;
    try {
      while (this.#staged.size > 0 && this.#rejection === null) {
        await clock.sleep(this.store.intervalMs * (1 + clock.random() / 2), this.#closing.signal);
        // The next interval tries again. `close` ends a write that hangs, and reports the last error.
        await this.update(null, { end: this.#closing.signal }).catch(() => {});
      }
    } catch {
      // The memory is closing.
    } finally {
      this.#isScheduled = false;
    }
  }

  async #update({ change, deadlineMs, end }: Update): Promise<void> {
    const { clock, signal } = this.#options;
    let nextMs = this.#notBeforeMs;
    const isAskedToWait = nextMs > clock.now();
    const reason = isAskedToWait ? 'GitHub has asked to wait' : 'no attempt succeeded in time';
    let failure: unknown = new ActionError('MANIFEST_WRITE', reason);
    for (let tries = 1; ; tries += 1) {
      const wasCancelled = signal.aborted;
      const endMs = Math.min(deadlineMs, this.#cancelledUntilMs);
      if (endMs <= Math.max(nextMs, clock.now())) throw this.#toError(failure);
      const late = new ActionError('MANIFEST_WRITE', messageOf(failure), { cause: failure });
      const ends = [end ?? [], wasCancelled ? [] : signal].flat();
      const limit = abortAfter(endMs - clock.now(), late, { clock, signal: AbortSignal.any(ends) });
      try {
        if (nextMs > clock.now()) await clock.sleep(nextMs - clock.now(), limit.signal);
        if (await this.#attempt(change, limit.signal)) return;
        failure = new ActionError('MANIFEST_WRITE', 'no attempt succeeded in time: other jobs were first');
        // Leaves time for another attempt.
        nextMs = clock.now() + Math.min(this.#conflictDelayMs(tries), (endMs - clock.now()) / 2);
      } catch (error) {
        // A cancellation ends an attempt, which may hang. The next one has the time that is left.
        const isCut = signal.aborted && !wasCancelled && !end?.aborted;
        nextMs = isCut ? this.#notBeforeMs : this.#nextAttemptMs(error, tries);
        if (isCut) tries = 0;
        else failure = error;
      } finally {
        limit.clear();
      }
    }
  }

  /** False: another job was first. */
  async #attempt(change: Change | null, signal: AbortSignal): Promise<boolean> {
    let applied: [unknown, Change][] = [];
    const isDone = await this.#manifest.tryChange((draft) => {
      applied = [...this.#staged];
      let isChanged = false;
      for (const [key, staged] of applied) {
        try {
          isChanged = staged(draft) || isChanged;
        } catch (error) {
          // It would fail each further write too.
          this.#staged.delete(key);
          throw error;
        }
      }
      return change?.(draft) || isChanged;
    }, signal);
    if (isDone) for (const [key, one] of applied) if (this.#staged.get(key) === one) this.#staged.delete(key);
    return isDone;
  }

  /** A cancelled run has no time to let others write first. */
  #conflictDelayMs(tries: number): number {
    const { clock, signal } = this.#options;
    const spreadMs = signal.aborted ? 250 * tries : 1000 * this.store.writers * 2 ** (tries - 1);
    return clock.random() * Math.min(spreadMs, MAX_CONFLICT_DELAY_MS);
  }

  /** The time of the next attempt, by the monotonic clock. @throws if another attempt is useless */
  #nextAttemptMs(error: unknown, tries: number): number {
    const { retry } = toActionError(error);
    if (retry.kind !== 'again') throw this.#toError(error);
    const { clock } = this.#options;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + (retry.waitMs ?? 0));
    return Math.max(this.#notBeforeMs, clock.now() + backoffMs(Math.min(tries, 4), 'error', clock.random()));
  }

  /** Returns the same error for each rejection, so that a run reports it once. */
  #toError(cause: unknown): ActionError {
    const known = toActionError(cause);
    if (known.code === 'MANIFEST_INVALID') return known;
    const text = `${this.store.name} could not be written: ${messageOf(cause)}`;
    if (known.code !== 'BRANCH_PROTECTED')
      return new ActionError('MANIFEST_WRITE', text, { cause, hint: hintOf(known) });
    this.#rejection ??= new ActionError(known.code, text, { cause });
    this.#rejected.resolve(this.#rejection);
    return this.#rejection;
  }
}

/** A hint of its own, such as about an input or a proxy. That of a code adds nothing to the hint of MANIFEST_WRITE. */
function hintOf(cause: ActionError): string | undefined {
  const isOwn = inputErrorsIn(cause) !== null || cause.hint !== ERROR_CODES[cause.code].hint;
  return isOwn ? cause.hint : undefined;
}
