// Rules about inputs, and how they are checked together.

import path from 'node:path';
import type { Env } from '../deps.ts';
import { InputError, inputErrorsIn } from '../errors.ts';
import { readPatterns, withInput } from '../media/find/patterns.ts';
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

/** Checks patterns before anything is searched, line by line, so that one invalid pattern does not hide another. */
export function* findPatternErrors(input: string, lines: string, { GITHUB_WORKSPACE: workspace = '' }: Env) {
  if (!path.isAbsolute(workspace)) {
    const reason = 'is relative to the workspace, but GITHUB_WORKSPACE is not an absolute path';
    yield new InputError('WORKSPACE_EMPTY', input, reason);
  }
  for (const line of lines.split(/[\r\n]+/))
    for (const error of errorsOf(() => readPatterns(line, { named: workspace, real: workspace })))
      yield withInput(error, input);
}
