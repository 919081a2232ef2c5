// The content as this run last read or wrote it. Replaces the stored one with compare-and-swap, one attempt at a time.
// Does not believe stale reads, which GitHub may return for some seconds after a write.

import { backoffMs } from '../backoff.ts';
import type { Clock } from '../deps.ts';
import { toActionError } from '../errors/action-error.ts';
import { type Content, type Draft, draftOf, EMPTY } from './content.ts';
import type { Place, Stored } from './place.ts';

/** GitHub may return an older state for this long. A state that it still returns after that is the current one. */
const LAG_MS = 15_000;

export class SharedContent {
  readonly #place: Place;
  readonly #clock: Clock;
  /** The version that this run last read or wrote. */
  #known: Stored = { content: EMPTY, version: null };
  /** Whether another version may be stored than the known one. */
  #isOutdated = false;
  /** The highest revision of all versions. A version with a lower one is a stale read. */
  #seenRevision = 0;
  #hasExisted = false;
  #isUnconfirmed = false;

  constructor(place: Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  get content(): Content {
    return this.#known.content;
  }

  /** Whether the file exists, or has existed. */
  get hasExisted(): boolean {
    return this.#hasExisted;
  }

  get isUnconfirmed(): boolean {
    return this.#isUnconfirmed;
  }

  markOutdated(): void {
    this.#isOutdated = true;
  }

  /**
   * Applies `change` to what this run knows, and writes the result. While the response to a write is missing, even a result
   * without a change is written: its new revision makes the late write fail. False: another job was first.
   * @throws the errors of the place, and of `change`
   */
  async tryChange(change: (draft: Draft) => boolean, signal: AbortSignal): Promise<boolean> {
    if (this.#isOutdated) await this.#readAgain(signal);
    const draft = draftOf(this.#known.content);
    if (!change(draft) && !this.#isUnconfirmed) return true;
    const content = { ...draft, revision: Math.max(this.#seenRevision, draft.revision) + 1 };
    let version: string | null;
    try {
      version = await this.#place.write(content, this.#known.version, signal);
    } catch (error) {
      this.#isUnconfirmed ||= toActionError(error).effect === 'maybe';
      throw error;
    }
    // A file that could not be created exists: another job was first.
    this.#hasExisted = true;
    this.#isOutdated = version === null;
    if (version === null) return false;
    this.adopt({ content, version });
    this.#isUnconfirmed = false;
    return true;
  }

  /** Does not believe an older version, or that the file is gone, until that cannot be a stale read any more. */
  async #readAgain(signal: AbortSignal): Promise<void> {
    const startMs = this.#clock.now();
    for (let tries = 1; ; tries += 1) {
      const read = await this.#place.read(signal);
      const isOld = read.version === null ? this.#hasExisted : read.content.revision < this.#seenRevision;
      if (!isOld) return this.adopt(read);
      if (this.#clock.now() - startMs >= LAG_MS) {
        // Somebody has reset or deleted the branch. The next write restores what this run knows.
        this.#known = { version: read.version, content: addTo(this.#known.content, read.content) };
        this.#isOutdated = false;
        return;
      }
      await this.#clock.sleep(backoffMs(Math.min(tries, 2), 'error', this.#clock.random()) / 2, signal);
    }
  }

  /** Makes a version that was read or written the known one. */
  adopt({ content, version }: Stored): void {
    // The revisions of a missing branch start over, whatever content it starts from.
    this.#known = { version, content: version === null ? { ...content, revision: 0 } : content };
    this.#isOutdated = false;
    this.#hasExisted ||= version !== null;
    this.#seenRevision = Math.max(this.#seenRevision, this.#known.content.revision);
  }
}

/** Adds what only `other` has. */
function addTo(known: Content, other: Content): Content {
  const days = Object.keys({ ...other.calls, ...known.calls });
  return {
    revision: known.revision,
    uploads: new Map([...other.uploads, ...known.uploads]),
    posts: { ...other.posts, ...known.posts },
    tokens: { ...other.tokens, ...known.tokens },
    calls: Object.fromEntries(days.map((day) => [day, { ...other.calls[day], ...known.calls[day] }])),
  };
}
