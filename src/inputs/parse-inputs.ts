// Parses the inputs of a step with its action's schema, checks rules about inputs that belong together, and reports all errors.

import path from 'node:path';
import type { Env } from '../deps.ts';
import { InputError, inputErrorsIn } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { readPatterns, withInput } from '../media/find/patterns.ts';
import type * as z from '../schema.ts';
import { rawInput, takeSecrets } from './secrets.ts';

/** The inputs of one action, and `env`. */
type InputSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** Finds errors. Inputs that are invalid by themselves are undefined. */
export type Rule<V> = (values: Partial<V>) => Iterable<InputError>;

interface Step<V> {
  readonly env: Env;
  readonly mask: (secret: string) => void;
  readonly rules: readonly Rule<V>[];
}

/** The text of each input, and `env`. Empty inputs are undefined, so that they get their defaults. */
export type Texts = Readonly<Record<string, unknown>>;

export interface ParsedInputs<V> {
  /** Null if there are errors. */
  readonly values: V | null;
  /** In the order of the schema. Errors of environment variables come first. */
  readonly errors: readonly InputError[];
  readonly texts: Texts;
}

/** First masks the secrets and removes them from `env`. All rules are checked, even if single inputs are invalid. */
export function parseInputs<S extends InputSchema>(
  schema: S,
  step: Step<z.infer<S>>,
): ParsedInputs<z.infer<S>> {
  const { env, mask, rules } = step;
  const names = Object.keys(schema.shape).filter((name) => name !== 'env');
  const secrets = takeSecrets(env, mask);
  const texts: Texts = {
    ...Object.fromEntries(names.map((name) => [name, (secrets[name] ?? rawInput(env, name)) || undefined])),
    env,
  };
  const values: Record<string, unknown> = {};
  const errors: InputError[] = [];
  for (const [name, type] of Object.entries(schema.shape)) {
    const { data, error } = type.safeParse(texts[name]);
    values[name] = data;
    // Empty inputs are undefined, and only those without a default have issues then.
    for (const { message } of error?.issues ?? [])
      errors.push(texts[name] === undefined ? missing(name, 'is empty') : invalid(name, message));
  }
  for (const rule of rules) errors.push(...rule(values as Partial<z.infer<S>>));
  const distinct = new Map(errors.map((one) => [JSON.stringify([one.subject, one.reason]), one]));
  const sorted = [...distinct.values()].toSorted((a, b) => names.indexOf(a.input) - names.indexOf(b.input));
  return {
    values: sorted.length === 0 ? (values as z.infer<S>) : null,
    errors: sorted.map((one) => withUnknownInputs(one, names, env)),
    texts,
  };
}

const MISSING_CODES = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/** The runner only warns about unknown inputs. One may be a typo of the missing one, or belong to the other action. */
function withUnknownInputs(error: InputError, names: readonly string[], env: Env): InputError {
  if (!MISSING_CODES.has(error.code)) return error;
  const variables = Object.keys(env).filter((variable) => variable.startsWith('INPUT_'));
  const inputs = variables.map((variable) => variable.slice('INPUT_'.length).toLowerCase());
  const unknown = inputs.filter((one) => !names.includes(one)).map((one) => `\`${one}\``);
  if (unknown.length === 0) return error;
  const text = `${error.problem}; the step sets ${unknown.join(' and ')}, which this action does not have`;
  return new InputError(error.code, error.input, text);
}

/** `errors` together with those of a search, so that a run reports all of them. */
export async function collectErrors(
  errors: readonly InputError[],
  search: Promise<unknown> | null,
): Promise<InputError> {
  const more = await search?.then(
    () => [],
    (error) => inputErrorsIn(error) ?? [],
  );
  return InputError.all([...errors, ...(more ?? [])]);
}

/** `message` continues after the name of the input: "is empty". */
export function invalid(input: string, message: string): InputError {
  return new InputError('INPUT_INVALID', input, message);
}

export function missing(input: string, message: string): InputError {
  return new InputError('INPUT_MISSING', input, message);
}

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
