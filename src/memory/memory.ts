// The memory of runs, which texts for users call the manifest: its content as this run last read or wrote it, and the place where it
// lies. A change, a pure function over the content, is stored with compare-and-swap. Stale reads, which GitHub may return after a
// write, are not believed.

import { abortAfter, sleepUnlessAborted } from '../clock.ts';
import { ActionError, inputErrorsIn, toActionError } from '../errors/action-error.ts';
import { apiBaseOf } from '../http/allowed-hosts.ts';
import type { Run } from '../run.ts';
import { type Change, type Content, EMPTY, type TableOwner } from './content.ts';
import { TokenTable } from './tokens.ts';
import { UploadTable } from './uploads.ts';
import { WaitingTable } from './waiting.ts';

export interface Stored {
  /** Has revision 0 if there is no file. It may have uploads even then: a branch starts with those of the manifest in the workspace. */
  readonly content: Content;
  /** Identifies the stored bytes. Null if there is no such file or branch. */
  readonly version: string | null;
}

export interface Place {
  /** The name for users. */
  readonly name: string;
  /** Identifies this process among the jobs that share the place. Null where jobs do not share one. */
  readonly job: string | null;
  /** How many jobs write at the same time. */
  readonly jobs: number;
  /** Epoch milliseconds by the clock that all jobs share, if that is not the clock of the run. */
  epochMs?(): number;
  /** @throws InputError GITHUB_DENIED if the token may not write; CallError */
  assertWritable?(): Promise<void>;
  /**
   * Repeats transient errors. GitHub may return a version that was replaced seconds ago.
   * @throws InputError MANIFEST_INVALID; the errors of the disk or of GitHub
   */
  read(signal?: AbortSignal): Promise<Stored>;
  /**
   * Replaces `version`, or creates the file if it is null. Returns the new version; null if another version is stored.
   * @throws ActionError, whose `effect` is `maybe` if the write may be stored all the same, even later
   */
  write(content: Content, version: string | null, signal: AbortSignal): Promise<string | null>;
}

/** Keeps the content until the run ends: for `mode: simulate`, and for a run that has no memory or cannot read it. */
export class InMemory implements Place {
  readonly name = 'the manifest of this run';
  readonly job = null;
  readonly jobs = 1;
  #stored: Stored = { content: EMPTY, version: null };

  async read(): Promise<Stored> {
    return this.#stored;
  }

  async write(content: Content): Promise<string> {
    this.#stored = { content, version: this.name };
    return this.name;
  }
}

/** A change that is not stored by then has failed. GitHub's rate limit of writes asks for 60 s, and another attempt must fit. */
export const WRITE_LIMIT_MS = 90_000;
const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 20_000;
/** GitHub may return an older state for this long. A state that it still returns after that is the current one. */
const LAG_MS = 15_000;

/** The shortest time from a change in the workspace to its write. */
const DISK_INTERVAL_MS = 200;
// GITHUB_TOKEN has 1,000 requests per hour and repository. Of requests that create content, GitHub allows 80 a minute and
// 500 an hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11-25)
// Twenty jobs write at most 240 times an hour.
const BRANCH_INTERVAL_MS = 60_000;
const INTERVAL_PER_JOB_MS = 15_000;

export class Memory implements TableOwner {
  readonly uploads: UploadTable;
  readonly tokens: TokenTable;
  readonly waiting: WaitingTable;
  /** The name of the manifest for users. */
  readonly name: string;
  readonly job: string | null;
  readonly #place: Place;
  readonly #run: Run;
  /** The version that this run last read or wrote. */
  #known: Stored = { content: EMPTY, version: null };
  /** Whether another version may be stored than the known one. */
  #isOutdated = false;
  /** The highest revision of all versions. A version with a lower one is a stale read. */
  #seenRevision = 0;
  /** Whether a write that has failed may be stored all the same, until the next write. */
  isUnconfirmed = false;
  /** Changes that go along with the next write, by their keys. */
  readonly #staged = new Map<unknown, Change>();
  /** The updates, one after the other. Never rejects. */
  #queue: Promise<void> = Promise.resolve();
  #isScheduled = false;
  readonly #closing = new AbortController();
  /** GitHub asked to wait until then, by the monotonic clock. */
  #notBeforeMs = 0;
  /** Resolves when the rules of the repository have rejected a write: then no write can succeed. */
  readonly writeRejection = Promise.withResolvers<ActionError>();

  /** `apiUrl`: LinkedIn's API, to which the uploads belong. */
  constructor(place: Place, run: Run, apiUrl: URL) {
    this.#place = place;
    this.#run = run;
    this.name = place.name;
    this.job = place.job;
    this.uploads = new UploadTable(this, apiBaseOf(apiUrl));
    this.waiting = new WaitingTable(this, apiBaseOf(apiUrl));
    this.tokens = new TokenTable(this);
    // A cancelled run has no time to wait for an interval. What it stages later is stored by `closeInTime`, after the outputs.
    run.signal.addEventListener('abort', () => void this.close().catch(() => {}), { once: true });
  }

  /** The content that this run last read or wrote. */
  get content(): Content {
    return this.#known.content;
  }

  /** Epoch milliseconds by the clock that all jobs share: that of GitHub, on a branch. */
  epochMs(): number {
    return this.#place.epochMs?.() ?? this.#run.clock.epochMs();
  }

  /** Reads what earlier runs remember. Called once, before all others. @throws as `Place.read` */
  async open(): Promise<void> {
    this.#adopt(await this.#place.read());
  }

  /**
   * Makes sure that the place can be written, and creates a missing file. Called before anything is sent, and only if something
   * will be.
   * @throws as `Place.assertWritable` and `update`; the reason of a cancellation
   */
  async prepareWrites(): Promise<void> {
    const { clock, signal } = this.#run;
    await this.#place.assertWritable?.();
    if (this.#seenRevision > 0) return;
    if (this.#place.jobs > 1) {
      // The jobs of a matrix start together. Most of them find the file that the first one creates.
      await clock.sleep(this.#delayMs(1), signal);
      this.#isOutdated = true;
    }
    await this.update(({ revision }) => revision === 0);
  }

  /** Reads again. @throws as `update` */
  async refresh(): Promise<void> {
    this.#isOutdated = true;
    await this.update();
  }

  stage(key: unknown, change: Change): void {
    this.#staged.set(key, change);
    if (!this.#isScheduled && !this.#closing.signal.aborted) void this.#writeWhileStaged();
  }

  /** Ends the writes at intervals, and stores what is staged. @throws as `update` */
  async close(): Promise<void> {
    this.#closing.abort();
    try {
      await this.update();
    } catch (error) {
      throw this.uploads.nameUnstored(error);
    }
  }

  /**
   * Stores what is staged, and `change`. What is staged stays so after an error. `limitMs` ends the attempts.
   * @throws InputError MANIFEST_INVALID, BRANCH_PROTECTED; ActionError MANIFEST_WRITE. If the response to a write is missing, the
   * change may still be stored, but not after the next write that succeeds.
   */
  update(change: Change = () => false, limitMs = WRITE_LIMIT_MS): Promise<void> {
    const deadlineMs = this.#run.clock.now() + limitMs;
    const updated = this.#queue.then(() => this.#update(change, deadlineMs));
    this.#queue = updated.catch(() => {});
    return updated;
  }

  async #writeWhileStaged(): Promise<void> {
    const { clock } = this.#run;
    const intervalMs =
      this.job === null
        ? DISK_INTERVAL_MS
        : Math.max(BRANCH_INTERVAL_MS, INTERVAL_PER_JOB_MS * this.#place.jobs);
    this.#isScheduled = true;
    while (this.#staged.size > 0) {
      const waitMs = intervalMs * (1 + clock.random() / 2);
      if (!(await sleepUnlessAborted(clock, waitMs, this.#closing.signal))) break;
      // The next interval tries again, and `close` reports the last error.
      await this.update().catch(() => {});
    }
    this.#isScheduled = false;
  }

  async #update(change: Change, deadlineMs: number): Promise<void> {
    const { clock, signal } = this.#run;
    let failure = new ActionError('MANIFEST_WRITE', 'no attempt succeeded in time');
    let delayMs = 0;
    for (let tries = 1; ; tries += 1) {
      const leftMs = deadlineMs - clock.now();
      const waitMs = Math.max(delayMs, this.#notBeforeMs - clock.now());
      if (leftMs <= waitMs) throw this.#toError(failure);
      // They end an attempt, which may hang. The next one has the time that is left.
      const ends = AbortSignal.any(
        [signal, this.#closing.signal].filter(({ aborted }) => !aborted),
      );
      const limit = abortAfter(leftMs, failure, { clock, signal: ends });
      delayMs = 0;
      try {
        if (waitMs > 0) await clock.sleep(waitMs, limit.signal);
        if (await this.#tryWrite(change, limit.signal)) return;
        failure = new ActionError(
          'MANIFEST_WRITE',
          'no attempt succeeded in time: other jobs were first',
        );
      } catch (error) {
        if (ends.aborted) continue;
        failure = toActionError(error);
        if (failure.retry.kind !== 'again') throw this.#toError(failure);
        this.#notBeforeMs = clock.now() + (failure.retry.waitMs ?? 0);
      } finally {
        limit.clear();
      }
      delayMs = this.#delayMs(tries);
    }
  }

  /**
   * One attempt. While the response to a write is missing, even a result without a change is written: its new revision makes the
   * late write fail. False: another job was first.
   * @throws the errors of the place, and of a change
   */
  async #tryWrite(change: Change, signal: AbortSignal): Promise<boolean> {
    if (this.#isOutdated) await this.#readAgain(signal);
    const { content, version } = this.#known;
    const draft = { ...content, uploads: new Map(content.uploads) };
    const staged = [...this.#staged];
    let isChanged = this.isUnconfirmed;
    for (const one of [...this.#staged.values(), change]) isChanged = one(draft) || isChanged;
    if (isChanged) {
      draft.revision = this.#seenRevision + 1;
      const written = await this.#place.write(draft, version, signal).catch((error) => {
        this.isUnconfirmed ||= toActionError(error).effect === 'maybe';
        throw error;
      });
      if (written === null) {
        this.#isOutdated = true;
        // If the file could not be created, another job has created it.
        this.#seenRevision ||= 1;
        return false;
      }
      this.#adopt({ content: draft, version: written });
      this.isUnconfirmed = false;
    }
    for (const [key, one] of staged) if (this.#staged.get(key) === one) this.#staged.delete(key);
    return true;
  }

  /** Does not believe an older version, or that the file is gone, until that cannot be a stale read any more. */
  async #readAgain(signal: AbortSignal): Promise<void> {
    const { clock } = this.#run;
    const startMs = clock.now();
    let read = await this.#place.read(signal);
    while (read.content.revision < this.#seenRevision && clock.now() - startMs < LAG_MS) {
      await clock.sleep(300 + 700 * clock.random(), signal);
      read = await this.#place.read(signal);
    }
    const { content, version } = read;
    if (content.revision >= this.#seenRevision) return this.#adopt(read);
    // Somebody has reset or deleted the branch. The next write restores what this run knows.
    const known = this.content;
    const uploads = new Map([...content.uploads, ...known.uploads]);
    const posts = { ...content.posts, ...known.posts };
    this.#adopt({ content: { ...known, uploads, posts }, version });
  }

  #adopt(stored: Stored): void {
    this.#known = stored;
    this.#isOutdated = false;
    this.#seenRevision = Math.max(this.#seenRevision, stored.content.revision);
  }

  /**
   * The wait before another attempt spreads out jobs that failed together. A cancelled run, which ends 5 s later, has no time for
   * that.
   */
  #delayMs(tries: number): number {
    const { clock, signal } = this.#run;
    const spreadMs = signal.aborted ? 250 * tries : 1000 * this.#place.jobs * 2 ** tries;
    return MIN_DELAY_MS + clock.random() * Math.min(spreadMs, MAX_DELAY_MS);
  }

  #toError(error: ActionError): ActionError {
    if (error.code === 'BRANCH_PROTECTED') {
      this.#closing.abort();
      this.writeRejection.resolve(error);
    } else if (error.code !== 'MANIFEST_INVALID') {
      // The hint of another code adds nothing to that of MANIFEST_WRITE.
      const hint = inputErrorsIn(error) === null ? undefined : error.hint;
      const text = `${this.name} could not be written: ${error.message}`;
      return new ActionError('MANIFEST_WRITE', text, { cause: error, hint });
    }
    return error;
  }
}
