// Parses the inputs of a step with its action's schema, checks rules about inputs that belong together, and reports all errors.

import path from 'node:path';
import { InputError, inputErrorsIn } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { readPatterns } from '../media/find/patterns.ts';
import type * as z from '../schema.ts';
import { similarName } from '../similar-name.ts';
import { rawInput, takeSecrets } from './secrets.ts';

/** The inputs of one action, and `env`. */
type InputSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

type CamelCase<Name> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** What zod makes of the inputs, which are the settings of a run: `maxFiles` for `max-files`. */
export type Values<S extends InputSchema> = {
  readonly [Name in keyof S['shape'] as CamelCase<Name>]: z.infer<S['shape'][Name]>;
};

/** Finds errors. Inputs that are invalid by themselves are undefined. */
export type Rule<V> = (values: Partial<V>) => Iterable<InputError>;

interface Step<V> {
  readonly env: NodeJS.ProcessEnv;
  readonly mask: (secret: string) => void;
  readonly rules: readonly Rule<V>[];
  /** The other action: its inputs, and its folder below that of the root action, such as `/post`. */
  readonly other: { readonly names: readonly string[]; readonly folder: string };
}

const MISSING_CODES = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/**
 * First masks the secrets and removes them from `env`. All rules are checked, even if single inputs are invalid.
 * @throws InputError with all errors, in the order of the schema, those of environment variables first
 */
export function parseInputs<S extends InputSchema>(schema: S, step: Step<Values<S>>): Values<S> {
  const { env, mask, rules } = step;
  const names = Object.keys(schema.shape).filter((name) => name !== 'env');
  const secrets = takeSecrets(env, mask);
  // The text of each input. Empty inputs are undefined, so that they get their defaults.
  const texts: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(
      names.map((name) => [name, (secrets[name] ?? rawInput(env, name)) || undefined]),
    ),
    env,
  };
  const values: Record<string, unknown> = {};
  const errors: InputError[] = [];
  for (const [name, type] of Object.entries(schema.shape)) {
    const { data, error } = type.safeParse(texts[name]);
    values[camelCase(name)] = data;
    // Empty inputs are undefined, and only those without a default have issues then.
    for (const { message } of error?.issues ?? [])
      errors.push(texts[name] === undefined ? missing(name, 'is empty') : invalid(name, message));
  }
  for (const rule of rules) errors.push(...rule(values as Partial<Values<S>>));
  const distinct = new Map(
    errors.map((one) => [JSON.stringify([one.subject, one.fingerprint]), one]),
  );
  const sorted = [...distinct.values()].toSorted(
    (a, b) => names.indexOf(a.input) - names.indexOf(b.input),
  );
  // A step that lacks an input of this action only, such as `posts`, is meant for the other one.
  const isOwn = sorted.every(
    ({ code, input }) => code !== 'INPUT_MISSING' || step.other.names.includes(input),
  );
  const unknown = findUnknownInputs(step, names, isOwn);
  // An input that is missing because its name is mistyped, or because the step uses the other action, is said once.
  const isCovered = ({ code, input }: InputError) =>
    MISSING_CODES.has(code) && unknown.some((one) => one.isInsteadOf(input));
  const all = [...unknown.map(({ error }) => error), ...sorted.filter((one) => !isCovered(one))];
  if (all.length > 0) throw InputError.all(all);
  return values as Values<S>;
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** An input that the step sets and this action does not have. */
interface UnknownInput {
  readonly error: InputError;
  /** Whether the author gave this input under the unknown name, or to the other action. */
  isInsteadOf(name: string): boolean;
}

/** The runner only warns about them. A mistyped `approval` would publish without one. */
function findUnknownInputs(
  { env, other }: Pick<Step<unknown>, 'env' | 'other'>,
  names: readonly string[],
  isOwn: boolean,
) {
  const given = Object.keys(env).flatMap(
    (variable) => /^INPUT_(.+)$/.exec(variable)?.[1]?.toLowerCase() ?? [],
  );
  const unknown = given.filter((name) => !names.includes(name));
  return unknown.map((name): UnknownInput => {
    if (other.names.includes(name)) {
      const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
      const action = `${repository || 'your-org/linkedin-media-upload'}${other.folder}`;
      const advice = isOwn ? 'remove it' : `write \`uses: ${action}@${ref || 'v1'}\``;
      const problem = `is an input of ${action}, not of this action; ${advice}`;
      return { error: invalid(name, problem), isInsteadOf: (one) => !other.names.includes(one) };
    }
    const word = name.replaceAll(/[-_]/g, '');
    const [, inputs = []] = INPUT_WORDS.find(([words]) => words.test(word)) ?? [];
    const isKnown = (input: string) => names.includes(input.replace(/:.*/, ''));
    const meant = inputs.find(isKnown) ?? similarName(name, names);
    const advice =
      meant === null ? `its inputs are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
    const error = invalid(name, `is not an input of this action; ${advice}`);
    return { error, isInsteadOf: (one) => one === meant };
  });
}

/**
 * What authors write for inputs, without hyphens and underscores, and what they mean: the first input that the action has.
 */
const INPUT_WORDS: readonly (readonly [words: RegExp, inputs: readonly string[]])[] = [
  [/^(?:org(?:ani[sz]ation)?(?:id|urn)?|company|page|person|author)$/, ['owner']],
  [/^(?:linkedin)?(?:api)?(?:access)?(?:token|key)$/, ['access-token']],
  [/^(?:paths?|files?|images?|pictures?|photos?|videos?)$/, ['files', 'media']],
  [/^(?:message|body|content|commentary)$/, ['text']],
  [/^(?:dryrun|draft)$/, ['mode: plan']],
  [/^url$/, ['link']],
  [/^tag$/, ['release-tag']],
  [/^(?:tz|zone)$/, ['timezone']],
  [/^branch$/, ['manifest-branch']],
];

/** `message` continues after the name of the input, and says what to write: "is "8", but must be …". */
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
export function* findPatternErrors(
  input: string,
  lines: string,
  { GITHUB_WORKSPACE: workspace = '' }: NodeJS.ProcessEnv,
) {
  if (!path.isAbsolute(workspace)) {
    const reason = 'is relative to the workspace, but GITHUB_WORKSPACE is not an absolute path';
    yield new InputError('WORKSPACE_EMPTY', input, reason);
  }
  for (const line of lines.split(/[\r\n]+/))
    yield* errorsOf(() => readPatterns(line, { named: workspace, real: workspace }, input));
}
