// A mutant: a small bug that tests must find, and its insertion into a source text. Pure.

export interface Mutant {
  /** The effect of the bug. */
  readonly name: string;
  readonly file: string;
  /** Must occur exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files that must fail. */
  readonly tests: readonly string[];
  /** Whether the tests run the built action, which is then built with the bug. */
  readonly isBuilt?: true;
}

/** The text with the bug. @throws RangeError if `find` does not occur exactly once */
export function plant({ name, file, find, replace }: Mutant, text: string): string {
  const places = text.split(find).length - 1;
  if (places !== 1)
    throw new RangeError(
      `The mutant "${name}" must find its text once in ${file}, but finds it ${places} times: ${find}`,
    );
  return text.replace(find, () => replace);
}
