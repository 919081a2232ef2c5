// Two pieces of work that judge inputs, one after the other: what is wrong with one input hides nothing of another.

import { AggregateInputError, InputError } from '../errors.ts';
import { INPUTS, type InputName } from './input-table.ts';

/** What is wrong with the inputs; null when something else was thrown. */
export function inputFaults(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof AggregateInputError) return thrown.errors;
  return thrown instanceof InputError ? [thrown] : null;
}

/** Work that judges inputs. */
interface Piece<T> {
  readonly work: () => Promise<T>;
  /** Inputs without which nothing it finds can be believed. */
  readonly needs?: readonly InputName[];
  /** Whether it is done for its faults alone, where others are known already. */
  readonly goesOn?: boolean;
}

/**
 * Both results, where nothing is wrong, nor was before: `told`.
 * @throws InputFaults with all faults, in the order of action.yml; what else the work throws while none is known
 */
export async function bothOrFaults<A, B>(
  first: Piece<A>,
  second: Piece<B>,
  told: readonly InputError[] = [],
): Promise<[A, B]> {
  const faults = [...told];
  const a = await attempt(first, faults);
  const b = await attempt(second, faults);
  if (a === null || b === null || faults.length > 0) throw new AggregateInputError(faults.toSorted(byInput));
  return [a.result, b.result];
}

/** Null where it was not done, or ended with what `faults` has then; a failure of another kind is no news beside these. */
async function attempt<T>(
  { work, needs = [], goesOn = true }: Piece<T>,
  faults: InputError[],
): Promise<{ readonly result: T } | null> {
  const isHindered = faults.some(({ input }) => needs.some((name) => name === input));
  if (faults.length > 0 && (!goesOn || isHindered)) return null;
  try {
    return { result: await work() };
  } catch (thrown) {
    const own = inputFaults(thrown);
    if (own === null && faults.length === 0) throw thrown;
    faults.push(...(own ?? []));
    return null;
  }
}

function byInput(a: InputError, b: InputError): number {
  const names = Object.keys(INPUTS);
  return names.indexOf(a.input) - names.indexOf(b.input);
}
