// Files that LinkedIn has already: from an earlier run, by the manifest, or from a twin with the same bytes in this one.

import type { Clock } from '../deps.ts';
import { LinkedInError } from '../errors.ts';
import type { StatusQuery } from '../linkedin/session.ts';
import type { Aftercare } from './aftercare.ts';
import type { Outcome } from './entry.ts';
import type { Ledger } from './ledger.ts';
import type { ManifestEntry } from './manifest.ts';

interface ReuseOptions {
  readonly ledger: Ledger;
  readonly aftercare: Aftercare;
  readonly clock: Clock;
  /** Resolves when the file has ended, however. */
  readonly endOf: (index: number) => Promise<void>;
}

const DAY_MS = 86_400_000;

/** Whether an entry was verified within a day. A date ahead of the clock verifies nothing: others may have set it. */
export function isFresh({ checkedAt }: ManifestEntry, todayMs: number): boolean {
  const ageMs = checkedAt === undefined ? Number.NaN : todayMs - Date.parse(checkedAt);
  return ageMs >= 0 && ageMs < DAY_MS;
}

// A run that is taken up again at once must not take a moment's WAITING_UPLOAD for a loss.
const RECENT_MS = 10 * 60_000;

function isRecent({ updatedAt }: ManifestEntry, todayMs: number): boolean {
  return todayMs - Date.parse(updatedAt) < RECENT_MS;
}

export class Reuse {
  readonly #options: ReuseOptions;

  constructor(options: ReuseOptions) {
    this.#options = options;
  }

  /**
   * How the file ends when nothing has to be sent for it; null when it is to be uploaded.
   * @throws the error of a status read that is not worth another
   */
  async outcomeOf(index: number): Promise<Outcome | null> {
    const { recalled } = this.#options.ledger.entry(index).planned;
    if (recalled === undefined) return null;
    if (recalled.twinOf !== null) return await this.#afterTwin(index, recalled.twinOf);
    // What was only registered has no bytes, and the addresses for them were never kept.
    if (recalled.entry === null || recalled.entry.state === 'registered') return null;
    return await this.#ofEarlierRun(index, recalled.entry);
  }

  async #ofEarlierRun(index: number, entry: ManifestEntry): Promise<Outcome | null> {
    const { ledger, clock } = this.#options;
    ledger.record(index, { kind: 'remembered', identity: entry.identity });
    if (entry.state === 'available' && isFresh(entry, clock.today())) return { state: 'reused' };
    const outcome = await this.#verify(index, entry);
    if (outcome === null)
      ledger.record(index, { kind: 'abandoned', reason: 'LinkedIn does not have it any more' });
    return outcome;
  }

  async #verify(index: number, entry: ManifestEntry): Promise<Outcome | null> {
    const { aftercare, ledger, clock } = this.#options;
    const { request } = ledger.entry(index).planned;
    if (request === null) return null;
    const { api, kind, recipe } = request;
    const query: StatusQuery = { api, kind, recipe, urn: entry.identity.urn };
    try {
      return await aftercare.verify(index, query, isRecent(entry, clock.today()));
    } catch (error) {
      // What LinkedIn no longer knows is uploaded anew.
      if (error instanceof LinkedInError && (error.status === 404 || error.status === 410)) return null;
      throw error;
    }
  }

  /** The same bytes are sent once: what became of the first file is what becomes of the second, unless it failed. */
  async #afterTwin(index: number, twin: number): Promise<Outcome | null> {
    const { ledger, endOf } = this.#options;
    await endOf(twin);
    const { state, identity, error } = ledger.entry(twin);
    if (identity === null || state === 'failed' || state === 'skipped') return null;
    ledger.record(index, { kind: 'remembered', identity });
    if (state !== 'processing') return { state: 'reused' };
    return error === null ? { state } : { state, error };
  }
}
