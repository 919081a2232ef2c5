// What happened to each file, kept in its own order: files run side by side, so the log of the run mixes their lines.

import type { Ledger } from '../publish/ledger.ts';
import { count, showDuration } from '../units.ts';
import { stageText } from './stage-text.ts';

/** More files than these would drown the log; those that failed come first. */
const FILES_TOLD = 100;

export class Histories {
  readonly #ledger: Ledger;
  readonly #lines = new Map<string, string[]>();

  /** Hears of each stage that ends from now on. */
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.subscribe((entry, change) => {
      const text = stageText(entry, change);
      if (text === null) return;
      const { path } = entry.planned.file;
      const lines = this.#lines.get(path) ?? [];
      lines.push(`  ${showDuration(ledger.elapsedMs).padStart(9)}  ${text}`);
      this.#lines.set(path, lines);
    });
  }

  /** File by file, each stage with the time since the run began; none where the log of the run tells the same. */
  lines(): string[] {
    const begun = this.#ledger.entries.filter(({ planned }) => this.#lines.has(planned.file.path));
    if (begun.length < 2) return [];
    const ordered = [
      ...begun.filter(({ error }) => error !== null),
      ...begun.filter(({ error }) => error === null),
    ];
    const told = ordered
      .slice(0, FILES_TOLD)
      .flatMap(({ planned: { file } }) => [file.path, ...(this.#lines.get(file.path) ?? [])]);
    const more = ordered.length - FILES_TOLD;
    return more > 0 ? [...told, `and ${count(more, 'more file')}, told above as they went`] : told;
  }
}
