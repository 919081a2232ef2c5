// Finds the name that a misspelled one probably means: a key of a post file, or a file. Pure.

import { posix } from 'node:path';

/** More edits make another word. */
const MAX_EDITS = 3;
/** Two swapped letters are the most common typo, so they count half. */
const SWAP = 0.5;

/** The candidate with the fewest edits, in any letter case; null if each needs edits in a third of its characters or more. */
export function similarName(name: string, candidates: readonly string[]): string | null {
  for (let edits = 0; edits <= MAX_EDITS; edits += SWAP) {
    const found = candidates.find((candidate) => {
      const lower = [name.toLowerCase(), candidate.toLowerCase()] as const;
      // `a.png` and `b.png` differ in everything that counts.
      const [extension, other] = lower.map((text) => posix.extname(text));
      const [a, b] =
        extension === other ? lower.map((text) => posix.basename(text, extension)) : lower;
      return 3 * edits < Math.max(a.length, b.length) && isWithin(edits, a, b);
    });
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether so many edits turn `a` into `b`: a character to insert, remove, replace or swap with the next one. */
function isWithin(edits: number, a: string, b: string): boolean {
  if (edits < 0 || Math.abs(a.length - b.length) > edits) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (restA === '' || restB === '') return true;
  const isSwap = restA[0] === restB[1] && restA[1] === restB[0];
  return (
    isWithin(edits - 1, restA.slice(1), restB) ||
    isWithin(edits - 1, restA, restB.slice(1)) ||
    isWithin(edits - 1, restA.slice(1), restB.slice(1)) ||
    (isSwap && isWithin(edits - SWAP, restA.slice(2), restB.slice(2)))
  );
}
