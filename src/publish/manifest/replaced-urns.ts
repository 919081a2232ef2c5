// Tracks the URNs that other runs replaced in the manifest. If this run's own upload of such a file ends later, its record
// must not bring the old URN back.

import type { Manifest } from '../../memory/manifest.ts';

export class ReplacedUrns {
  /** By the key of the entry. */
  readonly #urns = new Map<string, Set<string>>();

  /** Compares a version with the next one that this run knows. */
  compare(before: Manifest, after: Manifest): void {
    for (const [key, { urn }] of before.entries) {
      const next = after.entries.get(key);
      if (next === undefined || next.urn === urn) continue;
      const urns = this.#urns.get(key) ?? new Set();
      this.#urns.set(key, urns.add(urn));
    }
  }

  /** Puts the entries of `stored` in place of those in `current` whose URN was replaced. */
  removeFrom(current: Manifest, stored: Manifest): void {
    for (const [key, urns] of this.#urns) {
      const [entry, replacement] = [current.entries.get(key), stored.entries.get(key)];
      if (
        entry !== undefined &&
        replacement !== undefined &&
        urns.has(entry.urn) &&
        !urns.has(replacement.urn)
      )
        current.entries.set(key, replacement);
    }
  }
}
