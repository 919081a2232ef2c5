// Runs two tasks that check inputs, and collects the errors of both, so that one error does not hide another.

import { AggregateInputError, InputError } from '../../errors.ts';
import { INPUTS, type InputName } from './definitions.ts';

/** The input errors in `thrown`; null if it is another error. */
export function toInputErrors(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof AggregateInputError) return thrown.errors;
  return thrown instanceof InputError ? [thrown] : null;
}

/** A task that checks inputs. */
interface Task<T> {
  readonly run: () => Promise<T>;
  /** If one of these inputs is invalid, the results of the task are not reliable. */
  readonly requiredInputs?: readonly InputName[];
  /** Whether to run the task only for its errors when others are known already. */
  readonly runAnyway?: boolean;
}

/**
 * Returns both results if there are no errors. `known` has the errors of earlier checks.
 * @throws AggregateInputError with all errors, in the order of action.yml; other errors while no input error is known
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

/** Null if skipped or failed. Adds input errors to `errors`; other errors are dropped when input errors exist. */
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
