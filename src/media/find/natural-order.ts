// The order that people expect of numbered files: `2.png` before `10.png`. Pure.

// One locale, so that every machine has the same order.
const COLLATOR = new Intl.Collator('en', { numeric: true });

/** A comparator for `sort`. Numbers count by their value, and `B` follows `a`. */
export function inNaturalOrder(a: string, b: string): number {
  // The collator treats `01` and `1` as equal.
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The order of files in every list. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return inNaturalOrder(a.path, b.path);
}
