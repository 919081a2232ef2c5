// The manifest on a branch: read once, written at intervals and at the end. Every write merges what other runs wrote.

import { abortAfter } from '../../../clock.ts';
import type { Clock } from '../../../deps.ts';
import { ActionError, GitHubError, InputError, messageOf } from '../../../errors.ts';
import { backoffMs } from '../../../http/backoff.ts';
import type { Manifest } from '../../../memory/manifest.ts';
import type { Change, SharedStore } from '../../../memory/store.ts';
import type { GitHubClient } from '../github-client.ts';
import type { BranchFile } from './branch-file.ts';
import { BranchManifest } from './branch-manifest.ts';
import { isConflict } from './branch-requests.ts';
import {
  CANCELLED_WRITE_MS,
  conflictWaitMs,
  LAST_WRITE_MS,
  MAX_TRIES,
  startDelayMs,
  storedWithinMs,
  writeDelayMs,
  writeIntervalMs,
} from './write-timing.ts';

export interface BranchStoreOptions {
  readonly file: BranchFile;
  readonly github: GitHubClient;
  /** The manifest in the workspace, from which a missing branch starts. */
  readonly readSeed: () => Promise<Manifest>;
  readonly isReadOnly: boolean;
  /** How many jobs share the branch: the n of `shard`. */
  readonly shards: number;
  readonly commitMessage: string;
  readonly clock: Clock;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
}

interface SaveOptions {
  /** No attempt starts later, by the monotonic clock. */
  readonly deadlineMs: number;
  /** Waits after conflicts should end earlier than the deadline. */
  readonly softDeadlineMs?: number;
  readonly maxTries: number;
  readonly signal: AbortSignal;
}

const NO_CHANGE: Change = (stored) => stored;

export class BranchStore implements SharedStore {
  readonly backend = 'GitHub';
  readonly countsCalls = true;
  readonly disconnect = () => this.#options.github.disconnect();
  readonly #options: BranchStoreOptions;
  readonly #manifest: BranchManifest;
  #isBranchMissing = false;
  /** GitHub asked to wait until then, by the monotonic clock. */
  #notBeforeMs = 0;
  /** The writes during the run; never rejects. */
  #writing: Promise<void> | null = null;
  #closed: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();
  /** Set once rules of the repository have rejected a write. */
  #rejection: ActionError | null = null;
  readonly #rejected = Promise.withResolvers<ActionError>();
  readonly writeRejection = this.#rejected.promise;
  /** The end of all writes of a cancelled run, by the monotonic clock. */
  #cancelledUntilMs = Number.POSITIVE_INFINITY;

  /** The last write of a cancelled run starts with `signal`. */
  constructor(options: BranchStoreOptions) {
    this.#options = options;
    this.#manifest = new BranchManifest(options);
    const { signal, clock } = options;
    const onAbort = () => {
      this.#cancelledUntilMs = clock.now() + CANCELLED_WRITE_MS;
      void this.close().catch(() => {});
    };
    signal.addEventListener('abort', onAbort, { once: true });
  }

  get name(): string {
    return this.#options.file.name;
  }

  get current(): Manifest {
    return this.#manifest.current;
  }

  epochMs(): number {
    return this.#options.github.serverNow();
  }

  /** @throws InputError MANIFEST_INVALID, GITHUB_DENIED; GitHubError; NetworkError; RunError */
  async read(): Promise<Manifest> {
    const { file, readSeed } = this.#options;
    const state = await file.read(null);
    this.#isBranchMissing = state.kind === 'no branch';
    this.#manifest.start(state, this.#isBranchMissing ? await readSeed() : null);
    return this.current;
  }

  /**
   * Makes sure that the manifest can be written: checks the permission, and creates a missing branch. Called before anything
   * is sent, and only if something will be.
   * @throws InputError GITHUB_DENIED, BRANCH_PROTECTED; GitHubError; RunError
   */
  async prepareWrites(): Promise<void> {
    const { file, isReadOnly, clock, shards, signal: runSignal } = this.#options;
    if (isReadOnly) return;
    await file.probe();
    if (!this.#isBranchMissing) return;
    const { signal } = this.#closing;
    // The jobs of a matrix start together. Most of them find the branch that the first one creates.
    const delayMs = startDelayMs(shards, clock.random());
    if (delayMs > 0) await clock.sleep(delayMs, runSignal);
    const created = this.#save({ deadlineMs: clock.now() + LAST_WRITE_MS, maxTries: Infinity, signal });
    const setIdle = () => {
      this.#writing = null;
    };
    this.#writing = created.then(setIdle, setIdle);
    await created.catch((error) => {
      runSignal.throwIfAborted();
      throw error;
    });
  }

  write(manifest: Manifest): void {
    if (this.#options.isReadOnly) return;
    this.#manifest.current = manifest;
    this.#manifest.isChanged = true;
    if (!this.#closing.signal.aborted) this.#writing ??= this.#writeWhileChanging();
  }

  /** @throws ActionError MANIFEST_WRITE, BRANCH_PROTECTED */
  close(): Promise<void> {
    this.#closing.abort(new ActionError('MANIFEST_WRITE', 'the last write replaces this one'));
    this.#closed = this.#closed.catch(() => {}).then(() => this.#writeLast());
    return this.#closed;
  }

  async #writeWhileChanging(): Promise<void> {
    const { clock, shards } = this.#options;
    const { signal } = this.#closing;
    let sinceMs = clock.now();
    try {
      while (this.#manifest.isChanged && this.#rejection === null) {
        const dueMs = sinceMs + writeDelayMs(shards, clock.random());
        const softDeadlineMs = sinceMs + storedWithinMs(shards);
        await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
        sinceMs = clock.now();
        // After an error the next interval tries again, and `close` reports the last one. After a rejection only `close` does.
        const deadlineMs = sinceMs + writeIntervalMs(shards);
        const saved = this.#save({ deadlineMs, softDeadlineMs, maxTries: MAX_TRIES, signal });
        await saved.catch((error) => this.#toWriteError(error));
      }
    } catch {
      // Closing.
    } finally {
      this.#writing = null;
    }
  }

  async swap(change: Change): Promise<Manifest> {
    if (this.#options.isReadOnly) throw new RangeError('a read-only store cannot be changed');
    try {
      await this.#saveInTime(this.#limits(), change);
    } catch (error) {
      const cause = error instanceof ActionError ? error.cause : null;
      throw cause instanceof InputError && cause.code === 'MANIFEST_INVALID' ? cause : error;
    }
    return this.current;
  }

  async #writeLast(): Promise<void> {
    const limits = this.#limits();
    await this.#writing;
    if (this.#manifest.isChanged && !this.#options.isReadOnly) await this.#saveInTime(limits);
  }

  #limits() {
    const { clock, signal } = this.#options;
    const deadlineMs = Math.min(clock.now() + LAST_WRITE_MS, this.#cancelledUntilMs);
    return { deadlineMs, wasCancelled: signal.aborted };
  }

  /** Saves within the time limit of a last write. */
  async #saveInTime(
    { deadlineMs, wasCancelled }: { readonly deadlineMs: number; readonly wasCancelled: boolean },
    change?: Change,
  ): Promise<void> {
    const { clock, signal: runSignal } = this.#options;
    const tooLate = new ActionError('MANIFEST_WRITE', 'no attempt succeeded in time');
    const during = { clock, signal: wasCancelled ? null : runSignal };
    const { signal, clear } = abortAfter(deadlineMs - clock.now(), tooLate, during);
    try {
      await this.#save({ deadlineMs, maxTries: Infinity, signal }, change);
    } catch (cause) {
      // The write that starts with a cancellation replaces this one, which may hang. A change starts again.
      if (runSignal.aborted && !wasCancelled)
        return change === undefined ? undefined : await this.#saveInTime(this.#limits(), change);
      throw this.#toWriteError(cause);
    } finally {
      clear();
    }
  }

  /** The same error for each rejection, so that a run reports it once. */
  #toWriteError(cause: unknown): ActionError {
    const text = `${this.name} could not be written: ${messageOf(cause)}`;
    if (!(cause instanceof InputError) || cause.code !== 'BRANCH_PROTECTED')
      return new ActionError('MANIFEST_WRITE', text, { cause });
    this.#rejection ??= new ActionError(cause.code, text, { cause });
    this.#rejected.resolve(this.#rejection);
    return this.#rejection;
  }

  /** Writes what has changed, or what `change` changes, and tries again after conflicts and transient errors. */
  async #save(options: SaveOptions, change?: Change): Promise<void> {
    const { deadlineMs, maxTries, signal } = options;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#awaitRateLimit(deadlineMs, signal);
        return await this.#manifest.write(change ?? NO_CHANGE, signal);
      } catch (error) {
        if (change === undefined) this.#manifest.isChanged = true;
        const waitMs = this.#waitAfter(error, tries, options);
        if (waitMs === null || tries >= maxTries) throw error;
        await this.#options.clock.sleep(waitMs, signal);
      }
    }
  }

  /** Null when another attempt is useless, or would start too late. */
  #waitAfter(error: unknown, tries: number, options: SaveOptions): number | null {
    const { clock, shards, signal } = this.#options;
    const [leftMs, random] = [options.deadlineMs - clock.now(), clock.random()];
    const softLeftMs = (options.softDeadlineMs ?? options.deadlineMs) - clock.now();
    if (isConflict(error))
      return conflictWaitMs({ tries, shards, leftMs, softLeftMs, isCancelled: signal.aborted, random });
    if (!(error instanceof GitHubError) || error.retryAfterMs === null) return null;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + error.retryAfterMs);
    const waitMs = Math.max(error.retryAfterMs, backoffMs(Math.min(tries, MAX_TRIES), 'error', random));
    return waitMs > leftMs ? null : waitMs;
  }

  /** Waits as long as GitHub has asked for, also in a cancelled run. */
  async #awaitRateLimit(deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (this.#notBeforeMs > Math.max(clock.now(), deadlineMs))
      throw new ActionError('MANIFEST_WRITE', 'GitHub asks for a longer wait than the time that is left');
    if (this.#notBeforeMs > clock.now()) await clock.sleep(this.#notBeforeMs - clock.now(), signal);
  }
}
