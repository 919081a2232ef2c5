// A planted bug as data, and how it is planted. Pure.

export interface Mutant {
  /** What the bug does. */
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Test files that must go red. */
  readonly tests: readonly string[];
  /** Whether the tests run the built action, which is then built with the bug. */
  readonly isBuilt?: true;
}

/** The text with the bug in it. @throws RangeError when the place is not there, or not the only one of its kind */
export function plant({ name, file, find, replace }: Mutant, text: string): string {
  const places = text.split(find).length - 1;
  if (places !== 1)
    throw new RangeError(`"${name}" finds its text ${places} times in ${file}, not once: ${find}`);
  return text.replace(find, () => replace);
}
