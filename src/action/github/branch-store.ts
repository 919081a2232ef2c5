// The manifest on a branch. It is read once, written now and then while the run goes on, and at its end. Every write merges
// what other jobs wrote since the last one.

import type { Clock } from '../../deps.ts';
import { ActionError, GitHubError, InputError } from '../../errors.ts';
import { backoffMs } from '../../http/backoff.ts';
import { adoptMerged, copyManifest, mergeManifests } from '../../publish/manifest/merge.ts';
import { formatManifest, type Manifest, parseManifest } from '../../publish/manifest/schema.ts';
import type { Store } from '../../publish/manifest/store.ts';
import { type BranchFile, type BranchFileState, blobSha, isConflict } from './branch-file.ts';
import type { GitHubClient } from './github-client.ts';
import {
  CANCELLED_WRITE_MS,
  conflictWaitMs,
  LAST_WRITE_MS,
  MAX_TRIES,
  startDelayMs,
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

const EMPTY: Manifest = { entries: new Map(), calls: new Map() };

/** A version that this run writes, or has written. */
interface Written {
  readonly sha: string;
  readonly manifest: Manifest;
  /** The manifest of the run that it was merged from. */
  readonly ours: Manifest;
}

interface SaveOptions {
  /** No attempt starts later, by the monotonic clock. */
  readonly deadlineMs: number;
  readonly maxTries: number;
  readonly signal: AbortSignal;
}

export class BranchStore implements Store {
  readonly countsCalls = true;
  /** A little longer than its last attempt. */
  readonly closeLimitMs = LAST_WRITE_MS + 5000;
  readonly #options: BranchStoreOptions;
  /** What the run works with. The changes of other jobs are added to it. */
  #manifest: Manifest = copyManifest(EMPTY);
  /** The version that `#manifest` started from, and its blob; null when it is not on the branch. */
  #base = EMPTY;
  #sha: string | null = null;
  #isBranchMissing = false;
  /** A write whose response did not arrive. */
  #pending: Written | null = null;
  #isChanged = false;
  /** GitHub asked to wait until then, by the monotonic clock. */
  #notBeforeMs = 0;
  /** The writes during the run; never rejects. */
  #writing: Promise<void> | null = null;
  #closed: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  /** The last write of a cancelled run starts with `signal`. */
  constructor(options: BranchStoreOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => void this.close().catch(() => {}), { once: true });
  }

  /** @throws InputError MANIFEST_INVALID, GITHUB_DENIED; GitHubError; NetworkError; RunError */
  async read(): Promise<Manifest> {
    const { file, github, readSeed } = this.#options;
    const state = await github.retry(() => file.read(null));
    this.#isBranchMissing = state.kind === 'no branch';
    this.#base = this.#isBranchMissing ? await readSeed() : this.#parse(state);
    this.#sha = state.kind === 'found' ? state.sha : null;
    this.#manifest = copyManifest(this.#base);
    this.#isChanged = this.#isBranchMissing && this.#base.entries.size > 0;
    return this.#manifest;
  }

  /**
   * Makes sure that the manifest can be written: asks for the permission, and creates a missing branch. Called before
   * anything is sent, and only if something will be.
   * @throws InputError GITHUB_DENIED, BRANCH_PROTECTED; GitHubError; RunError
   */
  async prepareWrites(): Promise<void> {
    const { file, github, isReadOnly, clock, shards, signal: ofRun } = this.#options;
    if (isReadOnly) return;
    await github.retry(() => file.probe());
    if (!this.#isBranchMissing) return;
    const { signal } = this.#closing;
    // The jobs of a matrix start together. Most of them find the branch that the first one creates.
    const delayMs = startDelayMs(shards, clock.random());
    if (delayMs > 0) await clock.sleep(delayMs, ofRun);
    const created = this.#save({ deadlineMs: clock.now() + LAST_WRITE_MS, maxTries: Infinity, signal });
    this.#writing = created
      .catch(() => {})
      .finally(() => {
        this.#writing = null;
      });
    await created.catch((error) => {
      ofRun.throwIfAborted();
      throw error;
    });
  }

  write(manifest: Manifest): void {
    if (this.#options.isReadOnly) return;
    this.#manifest = manifest;
    this.#isChanged = true;
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
      while (this.#isChanged) {
        const dueMs = sinceMs + writeDelayMs(shards, clock.random());
        await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
        sinceMs = clock.now();
        // After an error the next interval tries again, and `close` reports the last one.
        const deadlineMs = sinceMs + writeIntervalMs(shards);
        await this.#save({ deadlineMs, maxTries: MAX_TRIES, signal }).catch(() => {});
      }
    } catch {
      // Closing.
    } finally {
      this.#writing = null;
    }
  }

  async #writeLast(): Promise<void> {
    const { clock, file, signal, isReadOnly } = this.#options;
    const limitMs = signal.aborted ? CANCELLED_WRITE_MS : LAST_WRITE_MS;
    const deadlineMs = clock.now() + limitMs;
    await this.#writing;
    if (!this.#isChanged || isReadOnly) return;
    const [limit, done] = [new AbortController(), new AbortController()];
    const expire = () =>
      limit.abort(new ActionError('MANIFEST_WRITE', `no success within ${limitMs / 1000} s`));
    void clock.sleep(limitMs, done.signal).then(expire, () => {});
    try {
      await this.#save({ deadlineMs, maxTries: Infinity, signal: limit.signal });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const isProtected = cause instanceof InputError && cause.code === 'BRANCH_PROTECTED';
      throw new ActionError(
        isProtected ? cause.code : 'MANIFEST_WRITE',
        `${file.name} could not be written: ${reason}`,
        { cause },
      );
    } finally {
      done.abort();
    }
  }

  /** Writes what has changed, and tries again after conflicts and transient errors. */
  async #save({ deadlineMs, maxTries, signal }: SaveOptions): Promise<void> {
    const { clock } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#pause(this.#notBeforeMs - clock.now(), deadlineMs, signal);
        return await this.#mergeAndWrite(signal);
      } catch (error) {
        this.#isChanged = true;
        const waitMs = this.#waitAfter(error, tries, deadlineMs - clock.now());
        if (waitMs === null || tries >= maxTries) throw error;
        await this.#pause(waitMs, deadlineMs, signal);
      }
    }
  }

  /** Null when another attempt is useless, or would start too late. */
  #waitAfter(error: unknown, tries: number, leftMs: number): number | null {
    const { clock, shards, signal } = this.#options;
    const random = clock.random();
    if (isConflict(error))
      return conflictWaitMs({ tries, shards, leftMs, isCancelled: signal.aborted, random });
    if (!(error instanceof GitHubError) || error.retryAfterMs === null) return null;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.now() + error.retryAfterMs);
    const waitMs = Math.max(error.retryAfterMs, backoffMs(Math.min(tries, MAX_TRIES), 'error', random));
    return waitMs > leftMs ? null : waitMs;
  }

  /** A cancellation ends the wait, because the time for the last write is short then. */
  async #pause(ms: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    const { clock, signal: ofRun } = this.#options;
    if (clock.now() + ms > deadlineMs)
      throw new ActionError('MANIFEST_WRITE', 'GitHub asks for a longer wait than the time that is left');
    const any = ofRun.aborted ? signal : AbortSignal.any([signal, ofRun]);
    await clock.sleep(ms, any).catch(() => signal.throwIfAborted());
  }

  async #mergeAndWrite(signal: AbortSignal): Promise<void> {
    const { file, commitMessage } = this.#options;
    const state = await file.read(this.#sha, signal);
    // A write whose response was lost may have succeeded. Its version is the base then, so that no call counts twice.
    if (state.kind === 'found' && state.sha === this.#pending?.sha) this.#keep(this.#pending);
    this.#pending = null;
    const ours = copyManifest(this.#manifest);
    this.#isChanged = false;
    const theirs = state.kind === 'found' && state.sha === this.#sha ? this.#base : this.#parse(state);
    const manifest = state.kind === 'found' ? mergeManifests({ base: this.#base, ours, theirs }) : ours;
    const text = formatManifest(manifest);
    const written = { sha: blobSha(text), manifest, ours };
    if (state.kind !== 'found' || state.sha !== written.sha) {
      this.#pending = written;
      if (state.kind === 'no branch') await file.createBranch(text, commitMessage, signal);
      else await file.write(text, state.kind === 'found' ? state.sha : null, commitMessage, signal);
    }
    this.#pending = null;
    this.#keep(written);
  }

  /** Makes the stored version the base, and adds the changes of other jobs to the manifest. */
  #keep({ sha, manifest, ours }: Written): void {
    this.#base = manifest;
    this.#sha = sha;
    adoptMerged(this.#manifest, { ours, merged: manifest });
  }

  #parse(state: BranchFileState): Manifest {
    const text = state.kind === 'found' ? state.text : null;
    return text === null ? EMPTY : parseManifest(text, this.#options.file.name);
  }
}
