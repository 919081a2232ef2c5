// What a piece of work threw, as the error class that it must be: so that tests go on with its code and its fields.

import { expect } from 'vitest';

/** Resolves with what `work` threw; fails the test when it threw nothing, or another class. */
export async function caught<T extends Error>(
  work: () => unknown,
  Kind: abstract new (...args: never) => T,
): Promise<T> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Kind);
  return thrown as T;
}
