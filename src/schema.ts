// The schemas that JSON from outside is read by: zod without its compiler, which turns a schema into source text for
// `new Function`. An action that holds a token runs no text. The only file that imports zod.

import { any, array, config, type ZodType } from 'zod';

// Counts when a schema is made, and none is made before this file has run.
config({ jitless: true });

export * from 'zod';

/** A list of `least` to `most` entries, counted before any is read: zod keeps a record of each that does not fit. */
export function list<T extends ZodType>(entry: T, { least = 0, most }: { least?: number; most: number }) {
  return array(any()).min(least).max(most).pipe(array(entry));
}
