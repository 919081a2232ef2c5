// Two pieces of work that judge inputs, one after the other: what is wrong with one input hides nothing of another.

import { AggregateInputError, InputError } from '../../errors.ts';
import { INPUTS, type InputName } from './definitions.ts';

/** What is wrong with the inputs; null when something else was thrown. */
export function toInputErrors(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof AggregateInputError) return thrown.errors;
  return thrown instanceof InputError ? [thrown] : null;
}

/** Work that judges inputs. */
interface Task<T> {
  readonly run: () => Promise<T>;
  /** Inputs without which nothing it finds can be believed. */
  readonly requiredInputs?: readonly InputName[];
  /** Whether it is done for its faults alone, where others are known already. */
  readonly runAnyway?: boolean;
}

/**
 * Both results, where nothing is wrong, nor was before: `known`.
 * @throws InputFaults with all faults, in the order of action.yml; what else the work throws while none is known
 */
export async function collectInputErrors<A, B>(
  first: Task<A>,
  second: Task<B>,
  known: readonly InputError[] = [],
): Promise<[A, B]> {
  const errors = [...known];
  const a = await runTask(first, errors);
  const b = await runTask(second, errors);
  if (a === null || b === null || errors.length > 0)
    throw new AggregateInputError(errors.toSorted(byInputOrder));
  return [a.result, b.result];
}

/** Null where it was not done, or ended with what `errors` has then; a failure of another kind is no news beside these. */
async function runTask<T>(
  { run, requiredInputs = [], runAnyway = true }: Task<T>,
  errors: InputError[],
): Promise<{ readonly result: T } | null> {
  const isBlocked = errors.some(({ input }) => requiredInputs.some((name) => name === input));
  if (errors.length > 0 && (!runAnyway || isBlocked)) return null;
  try {
    return { result: await run() };
  } catch (thrown) {
    const inputErrors = toInputErrors(thrown);
    if (inputErrors === null && errors.length === 0) throw thrown;
    errors.push(...(inputErrors ?? []));
    return null;
  }
}

function byInputOrder(a: InputError, b: InputError): number {
  const names = Object.keys(INPUTS);
  return names.indexOf(a.input) - names.indexOf(b.input);
}
