// Returns the error that a piece of work threw, as the expected class, so that tests can check its fields.

import { expect } from 'vitest';

/** Resolves with the error that `work` threw; fails the test if it threw none, or one of another class. */
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
