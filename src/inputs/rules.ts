// Rules about inputs that belong together.

import { InputError, inputErrorsIn } from '../errors.ts';
import type * as z from '../schema.ts';

/** Finds errors. Inputs that are invalid by themselves are undefined. */
type Rule<V> = (values: Partial<V>) => Iterable<InputError>;

/** Checks all rules even if single inputs are invalid, so that all errors are reported together. */
export function withRules<S extends z.ZodObject>(schema: S, rules: readonly Rule<z.infer<S>>[]): S {
  return schema.superRefine(
    (values, { addIssue }) => {
      for (const rule of rules)
        for (const error of rule(values))
          addIssue({ code: 'custom', path: [error.input], message: error.message, params: { error } });
    },
    { when: () => true },
  );
}

/** `message` continues after the name of the input: "is empty". */
export function invalid(input: string, message: string): InputError {
  return new InputError('INPUT_INVALID', input, message);
}

export function missing(input: string, message: string): InputError {
  return new InputError('INPUT_MISSING', input, message);
}

/** The input errors that `work` throws. */
export function errorsOf(work: () => unknown): readonly InputError[] {
  try {
    work();
    return [];
  } catch (thrown) {
    const errors = inputErrorsIn(thrown);
    if (errors === null) throw thrown;
    return errors;
  }
}
