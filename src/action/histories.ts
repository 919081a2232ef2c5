// What happened to each file, kept in its own order: files run side by side, so the log of the run mixes their lines.

import type { Ledger } from '../publish/ledger.ts';
import { count, showDuration } from '../units.ts';
import { stageText } from './stage-text.ts';

/** More files than these would drown the log; those that failed come first. */
const FILES_TOLD = 100;

export class Histories {
  readonly #ledger: Ledger;
  /** At each file's place in the ledger; null where there are none, or none any more. */
  readonly #lines: (string[] | null)[];
  /** The first of the files that failed, and of those that did not, as far as they have ended. */
  readonly #failed: number[] = [];
  readonly #good: number[] = [];
  #forgotten = 0;

  /** Hears of each stage that ends from now on. */
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#lines = ledger.entries.map(() => null);
    ledger.subscribe((entry, change, index) => {
      const text = stageText(entry, change);
      if (text === null) return;
      const lines = this.#lines[index] ?? [];
      lines.push(`  ${showDuration(ledger.elapsedMs).padStart(9)}  ${text}`);
      this.#lines[index] = lines;
      if (entry.stage === 'settled') this.#end(index, entry.error === null ? this.#good : this.#failed);
    });
  }

  /** Of ten thousand files most will not be told: what happened to them need not be kept. */
  #end(index: number, ended: number[]): void {
    ended.push(index);
    if (ended.length <= FILES_TOLD) return;
    const last = Math.max(...ended);
    ended.splice(ended.indexOf(last), 1);
    this.#lines[last] = null;
    this.#forgotten += 1;
  }

  /** File by file, each stage with the time since the run began; none where the log of the run tells the same. */
  lines(): string[] {
    const begun = this.#ledger.entries.flatMap(({ planned, error }, index) => {
      const lines = this.#lines[index];
      return lines ? [{ path: planned.file.path, error, lines }] : [];
    });
    if (begun.length < 2) return [];
    const ordered = [
      ...begun.filter(({ error }) => error !== null),
      ...begun.filter(({ error }) => error === null),
    ];
    const told = ordered.slice(0, FILES_TOLD).flatMap(({ path, lines }) => [path, ...lines]);
    const more = ordered.length + this.#forgotten - FILES_TOLD;
    return more > 0 ? [...told, `and ${count(more, 'more file')}, told above as they went`] : told;
  }
}
