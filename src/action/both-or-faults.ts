// Two pieces of work that judge inputs, one after the other: what is wrong with one input hides nothing of another.

import { InputError, InputFaults } from '../errors.ts';
import { INPUTS } from './input-table.ts';

/** What is wrong with the inputs; null when something else was thrown. */
export function inputFaults(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof InputFaults) return thrown.faults;
  return thrown instanceof InputError ? [thrown] : null;
}

/**
 * Both results. With `goesOn`, the second piece of work is done for its faults even when the first has some.
 * @throws InputFaults with the faults of both, in the order of action.yml; whatever else the first throws, or the second
 */
export async function bothOrFaults<A, B>(
  first: () => Promise<A>,
  second: () => Promise<B>,
  { goesOn }: { readonly goesOn: boolean },
): Promise<[A, B]> {
  let result: A;
  try {
    result = await first();
  } catch (thrown) {
    const faults = inputFaults(thrown);
    if (faults === null || !goesOn) throw thrown;
    throw new InputFaults([...faults, ...(await faultsOf(second))].toSorted(byInput));
  }
  return [result, await second()];
}

async function faultsOf(work: () => Promise<unknown>): Promise<readonly InputError[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    return inputFaults(thrown) ?? [];
  }
}

function byInput(a: InputError, b: InputError): number {
  const names = Object.keys(INPUTS);
  return names.indexOf(a.input) - names.indexOf(b.input);
}
