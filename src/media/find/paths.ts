// Paths for users: with `/` on every system, which Windows accepts and shells do not unescape, and in the order that people
// expect of numbered files, `2.png` before `10.png`. Pure.

import { posix, sep } from 'node:path';

/** Replaces the separators of the system. On Linux and macOS, a `\` is part of a name and stays. */
export function toPosixPath(path: string, separator: string = sep): string {
  return path.split(separator).join('/');
}

/** The path of `absolute` relative to `folder`, with `/`. Null if it is not below `folder`. Case-sensitive. */
export function relativePosixPath(folder: string, absolute: string): string | null {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return absolute.startsWith(start) && absolute !== start ? toPosixPath(absolute.slice(start.length)) : null;
}

/** The path without `.` and `..`, as it probably was meant: relative to the workspace. `../media/x.png` is `media/x.png`. */
export function withoutDotSegments(path: string): string {
  return posix.normalize(`/${path}`).slice(1) || '.';
}

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
