// The memory of runs, which texts for users call the manifest. Decides when a change, a pure function over its content, is
// written, and how often the write is tried.

import { backoffMs } from '../backoff.ts';
import { abortAfter } from '../clock.ts';
import type { Clock } from '../deps.ts';
import { ActionError, inputErrorsIn, messageOf, toActionError } from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import type { Change, Content, Draft, PostTable, TableOwner } from './content.ts';
import type { Place } from './place.ts';
import { SharedContent } from './shared-content.ts';
import { TokenTable } from './tokens.ts';
import { apiBaseOf } from './upload-entry.ts';
import { UploadTable } from './uploads.ts';

interface MemoryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `plan` only reads. */
  readonly isReadOnly: boolean;
  /** LinkedIn's API, to which the uploads belong. */
  readonly apiUrl: URL;
}

/** A change that is not stored by then has failed. GitHub's rate limit of writes asks for 60 s, and another attempt must fit. */
export const WRITE_LIMIT_MS = 90_000;
/** The limit in a cancelled run, counted from the signal: the process ends 5 s after it. */
const CANCELLED_WRITE_MS = 4500;
const MAX_CONFLICT_DELAY_MS = 20_000;

/** The shortest time from a change in the workspace to its write. */
const DISK_INTERVAL_MS = 200;
// GITHUB_TOKEN has 1,000 requests per hour and repository. Of requests that create content, GitHub allows 80 a minute and
// 500 an hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11-25)
// Twenty jobs write at most 240 times an hour.
const BRANCH_INTERVAL_MS = 60_000;
const INTERVAL_PER_JOB_MS = 15_000;

const isUnwritten: Change = ({ revision }) => revision === 0;

export class Memory implements TableOwner {
  readonly uploads: UploadTable;
  readonly tokens: TokenTable;
  /** The name of the manifest for users. */
  readonly name: string;
  readonly job: string | null;
  readonly #place: Place;
  readonly #options: MemoryOptions;
  readonly #shared: SharedContent;
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

  constructor(place: Place, options: MemoryOptions) {
    const { signal, clock, apiUrl } = options;
    this.#place = place;
    this.#options = options;
    this.#shared = new SharedContent(place, clock);
    this.name = place.name;
    this.job = place.sharing?.job ?? null;
    this.uploads = new UploadTable(this, apiBaseOf(apiUrl));
    this.tokens = new TokenTable(this);
    const onAbort = () => {
      this.#cancelledUntilMs = clock.now() + CANCELLED_WRITE_MS;
      void this.close().catch(() => {});
    };
    signal.addEventListener('abort', onAbort, { once: true });
  }

  /** The content that this run last read or wrote. */
  get content(): Content {
    return this.#shared.content;
  }

  get posts(): PostTable {
    return this.content.posts;
  }

  /** Epoch milliseconds by the clock that all jobs share: that of GitHub, on a branch. */
  epochMs(): number {
    return (this.#place.sharing ?? this.#options.clock).epochMs();
  }

  /** Whether a write that has failed may be stored all the same, until the next write. */
  get isUnconfirmed(): boolean {
    return this.#shared.isUnconfirmed;
  }

  /** Reads what earlier runs remember. Called once, before all others. @throws as `Place.read` */
  async open(): Promise<void> {
    this.#shared.adopt(await this.#place.read());
  }

  /**
   * Makes sure that a branch can be written: checks the permission, and creates a missing file. Called before anything is sent,
   * and only if something will be.
   * @throws as `update`; the errors of GitHub; the reason of a cancellation
   */
  async prepareWrites(): Promise<void> {
    const { isReadOnly, clock, signal } = this.#options;
    const { sharing } = this.#place;
    if (isReadOnly || sharing === null) return;
    await sharing.assertWritable();
    if (this.#shared.hasExisted) return;
    if (sharing.jobs > 1) {
      // The jobs of a matrix start together. Most of them find the file that the first one creates.
      await clock.sleep(this.#conflictDelayMs(1), signal);
      this.#shared.markOutdated();
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
    this.#shared.markOutdated();
    await this.update(null);
  }

  stage(key: unknown, change: Change): void {
    if (this.#options.isReadOnly) return;
    this.#staged.set(key, change);
    if (this.#options.signal.aborted) void this.flush().catch(() => {});
    else if (!this.#isScheduled && !this.#closing.signal.aborted) void this.#writeWhileStaged();
  }

  /** Stores what is staged. @throws as `update`; it stays staged then */
  async flush(limitMs = WRITE_LIMIT_MS): Promise<void> {
    if (this.#staged.size > 0) await this.update(null, limitMs);
    else await this.#queue;
  }

  /** Ends the writes at intervals, and stores what is staged. @throws as `update`; the error of an upload that cannot be stored */
  async close(): Promise<void> {
    this.#closing.abort();
    try {
      await this.flush();
    } catch (error) {
      throw this.uploads.nameUnstored(error);
    }
    if (this.uploads.rejection !== null) throw this.uploads.rejection;
  }

  /**
   * Stores `change`, if there is one, together with what is staged. `limitMs` or `end` ends the attempts.
   * @throws InputError MANIFEST_INVALID; ActionError MANIFEST_WRITE, BRANCH_PROTECTED. If the response to a write is missing,
   * the change may still be stored, but not after the next write that succeeds.
   */
  update(change: Change | null, limitMs = WRITE_LIMIT_MS, end: AbortSignal | null = null): Promise<void> {
    const deadlineMs = this.#options.clock.now() + limitMs;
    const updated = this.#queue.then(() => this.#update(change, deadlineMs, end));
    this.#queue = updated.catch(() => {});
    return updated;
  }

  async #writeWhileStaged(): Promise<void> {
    this.#isScheduled = true;
    const { clock } = this.#options;
    const { sharing } = this.#place;
    const intervalMs =
      sharing === null ? DISK_INTERVAL_MS : Math.max(BRANCH_INTERVAL_MS, INTERVAL_PER_JOB_MS * sharing.jobs);
    try {
      while (this.#staged.size > 0 && this.#rejection === null) {
        await clock.sleep(intervalMs * (1 + clock.random() / 2), this.#closing.signal);
        // The next interval tries again. `close` ends a write that hangs, and reports the last error.
        await this.update(null, WRITE_LIMIT_MS, this.#closing.signal).catch(() => {});
      }
    } catch {
      // The memory is closing.
    } finally {
      this.#isScheduled = false;
    }
  }

  async #update(change: Change | null, deadlineMs: number, end: AbortSignal | null): Promise<void> {
    const { clock, signal } = this.#options;
    let nextMs = this.#notBeforeMs;
    const reason = nextMs > clock.now() ? 'GitHub has asked to wait' : 'no attempt succeeded in time';
    let failure: unknown = new ActionError('MANIFEST_WRITE', reason);
    for (let tries = 1; ; tries += 1) {
      const wasCancelled = signal.aborted;
      const endMs = Math.min(deadlineMs, this.#cancelledUntilMs);
      if (endMs <= Math.max(nextMs, clock.now())) throw this.#toError(failure);
      const late = new ActionError('MANIFEST_WRITE', messageOf(failure), { cause: failure });
      const ends = [end ?? [], wasCancelled ? [] : signal].flat();
      const limit = abortAfter(endMs - clock.now(), late, { clock, signal: AbortSignal.any(ends) });
      const applied = new Map<unknown, Change>();
      try {
        if (nextMs > clock.now()) await clock.sleep(nextMs - clock.now(), limit.signal);
        if (await this.#shared.tryChange((draft) => this.#apply(change, draft, applied), limit.signal)) {
          for (const [key, one] of applied) if (this.#staged.get(key) === one) this.#staged.delete(key);
          return;
        }
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

  /** Applies what is staged, which it adds to `applied`, and then `change`. False: nothing changed. */
  #apply(change: Change | null, draft: Draft, applied: Map<unknown, Change>): boolean {
    let isChanged = false;
    for (const [key, staged] of this.#staged) {
      applied.set(key, staged);
      try {
        isChanged = staged(draft) || isChanged;
      } catch (error) {
        // It would fail each further write too.
        this.#staged.delete(key);
        throw error;
      }
    }
    return change?.(draft) || isChanged;
  }

  /** A cancelled run has no time to let others write first. */
  #conflictDelayMs(tries: number): number {
    const { clock, signal } = this.#options;
    const spreadMs = signal.aborted
      ? 250 * tries
      : 1000 * (this.#place.sharing?.jobs ?? 1) * 2 ** (tries - 1);
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
    const text = `${this.name} could not be written: ${messageOf(cause)}`;
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
