// Parses the inputs of a step with the schema of its action. All errors are reported together.

import type { Env } from '../deps.ts';
import type { ErrorCode } from '../error-codes.ts';
import { AggregateInputError, InputError, inputErrorsIn } from '../errors.ts';
import * as z from '../schema.ts';
import { rawInput, takeSecrets } from './secrets.ts';

/** The inputs of one action, and `env`. */
export type InputSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

interface Step {
  readonly env: Env;
  readonly mask: (secret: string) => void;
  /** Inputs that users may set at the wrong action. */
  readonly otherAction: OtherAction;
}

interface OtherAction {
  readonly schema: InputSchema;
  /** Such as "the post action". */
  readonly name: string;
  /** Its folder in this repository: `/post`. */
  readonly folder: string;
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

/** First masks the secrets and removes them from `env`. */
export function parseInputs<S extends InputSchema>(schema: S, step: Step): ParsedInputs<z.infer<S>> {
  const { env, mask } = step;
  const names = Object.keys(defaultsOf(schema));
  const secrets = takeSecrets(env, mask);
  const texts: Texts = {
    ...Object.fromEntries(names.map((name) => [name, (secrets[name] ?? rawInput(env, name)) || undefined])),
    env,
  };
  const { data = null, error } = schema.safeParse(texts);
  const errors = (error?.issues ?? []).map(toInputError);
  const distinct = new Map(errors.map((one) => [JSON.stringify([one.subject, one.reason]), one]));
  const sorted = [...distinct.values()].toSorted((a, b) => names.indexOf(a.input) - names.indexOf(b.input));
  const unknown = unknownInputs(env, names);
  return { values: data, errors: sorted.map((one) => withAdvice(one, unknown, step)), texts };
}

/** The inputs of an action in its order, with their defaults; empty without one. */
export function defaultsOf({ shape }: InputSchema): Record<string, string> {
  const inputs = Object.entries(shape).filter(([name]) => name !== 'env');
  return Object.fromEntries(
    inputs.map(([name, type]) => [name, type instanceof z.ZodPrefault ? String(type.def.defaultValue) : '']),
  );
}

/** `errors` together with those of a search, so that a run reports all of them. */
export async function collectErrors(
  errors: readonly InputError[],
  search: Promise<unknown> | null,
): Promise<AggregateInputError> {
  const more = await search?.then(
    () => [],
    (error) => inputErrorsIn(error) ?? [],
  );
  return new AggregateInputError([...errors, ...(more ?? [])]);
}

function toInputError({ code, path, message, ...issue }: z.core.$ZodIssue): InputError {
  if ('params' in issue && issue.params?.error instanceof InputError) return issue.params.error;
  const input = String(path[0]);
  // Empty inputs without a default are undefined.
  return code === 'invalid_type'
    ? new InputError('INPUT_MISSING', input, 'is empty')
    : new InputError('INPUT_INVALID', input, message);
}

const MISSING_CODES = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/** The runner only warns about unknown inputs. One may belong to the other action, or be a typo of the missing one. */
function withAdvice(error: InputError, unknown: readonly string[], { env, otherAction }: Step): InputError {
  const { code, input, problem } = error;
  const { schema, name, folder } = otherAction;
  if (unknown.length === 0 || !MISSING_CODES.has(code)) return error;
  const ofOther = unknown.filter((one) => one in schema.shape);
  if (ofOther.length > 0 && !(input in schema.shape)) {
    const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
    const uses = `uses: ${repository || 'your-org/linkedin-media-upload'}${folder}@${ref || 'v1'}`;
    return new InputError(code, input, `is empty: the step sets ${list(ofOther)}, which ${name} takes`, {
      hint: `For ${name}, write \`${uses}\` in this step. For this one, set \`${input}\`.`,
    });
  }
  const others = unknown.filter((one) => !ofOther.includes(one));
  if (others.length === 0) return error;
  return new InputError(
    code,
    input,
    `${problem}; the step sets ${list(others)}, which this action does not know`,
  );
}

function unknownInputs(env: Env, names: readonly string[]): string[] {
  const variables = Object.keys(env).filter((variable) => variable.startsWith('INPUT_'));
  const inputs = variables.map((variable) => variable.slice('INPUT_'.length).toLowerCase());
  return inputs.filter((input) => !names.includes(input));
}

function list(inputs: readonly string[]): string {
  return inputs.map((input) => `\`${input}\``).join(' and ');
}
