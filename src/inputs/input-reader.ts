// Reads the text of inputs from the environment and collects the errors.

import type { Env } from '../deps.ts';
import type { ErrorCode } from '../error-codes.ts';
import { AggregateInputError, InputError } from '../errors.ts';
import { checkTls, type ProxyConfig, readProxy } from '../http/proxy.ts';
import { INPUTS, type InputName } from './definitions.ts';
import type { InputParser } from './parsers.ts';
import type { PostInputName } from './post-definitions.ts';

/** An input of one of the two actions. */
type AnyInputName = InputName | PostInputName;

/** The inputs of an action in its order, with their defaults. */
type Definitions = Readonly<Partial<Record<AnyInputName, string>>>;

/** Reads inputs one after the other. It reports all errors, each one once. */
export class InputReader {
  readonly #env: Env;
  readonly #definitions: Definitions;
  readonly #errors: InputError[] = [];

  constructor(env: Env, definitions: Definitions = INPUTS) {
    this.#env = env;
    this.#definitions = definitions;
  }

  get errors(): InputError[] {
    // The runner only warns about unknown inputs. One may be a typo of the missing one.
    const unknown = Object.keys(this.#env)
      .flatMap((name) => (name.startsWith('INPUT_') ? name.slice('INPUT_'.length).toLowerCase() : []))
      .filter((name) => !(name in this.#definitions));
    const sorted = this.#errors.toSorted(inOrderOf(this.#definitions));
    if (unknown.length === 0) return sorted;
    const typoHint = `the step sets ${unknown.map((name) => `\`${name}\``).join(' and ')}, which this action does not know`;
    return sorted.map((error) => {
      const { code, input, message } = error;
      return MISSING_CODES.has(code) ? new InputError(code, input, `${message}; ${typoHint}`) : error;
    });
  }

  /** Returns `fallback` for an invalid value, so that reading continues. The run never uses it. */
  read<T>(name: AnyInputName, parse: InputParser<T>, fallback: T): T {
    let value = fallback;
    this.check(() => {
      value = parse(rawInput(this.#env, name) || (this.#definitions[name] ?? ''), name);
    });
    return value;
  }

  /** The proxy for `apiUrl` from the environment. */
  proxy(apiUrl: URL): ProxyConfig {
    let proxy: ProxyConfig = 'direct';
    this.check(() => checkTls(this.#env));
    this.check(() => {
      proxy = readProxy(this.#env, apiUrl);
    });
    return proxy;
  }

  check(validate: () => void): void {
    try {
      validate();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const isKnown = this.#errors.some((one) => one.input === error.input && one.message === error.message);
      if (!isKnown) this.#errors.push(error);
    }
  }
}

const MISSING_CODES = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/** The runner uses upper case and keeps hyphens. */
function variableName(name: AnyInputName): string {
  return `INPUT_${name.toUpperCase()}`;
}

export function rawInput(env: Env, name: AnyInputName): string {
  return env[variableName(name)]?.trim() ?? '';
}

/** Reads a secret, masks it and removes it from `env`. */
export function takeSecret(env: Env, name: AnyInputName, mask: (secret: string) => void): string {
  const text = rawInput(env, name);
  if (text !== '') mask(text);
  delete env[variableName(name)];
  return text;
}

/** The input errors in `thrown`; null if it is another error. */
export function toInputErrors(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof AggregateInputError) return thrown.errors;
  return thrown instanceof InputError ? [thrown] : null;
}

/** A task that checks inputs. */
interface Task<T> {
  readonly run: () => Promise<T>;
  /** If one of these inputs is invalid, the results of the task are not reliable. */
  readonly requiredInputs?: readonly AnyInputName[];
  /** A task that calls an API starts last, and only if there are no errors. */
  readonly callsApi?: boolean;
}

type Results<T> = { readonly [K in keyof T]: T[K] extends Task<infer R> ? R : never };

/**
 * Runs the tasks one after the other, collects their input errors, and returns their results if there are no errors.
 * `known` has the errors of earlier checks.
 * @throws AggregateInputError with all errors, in the order of action.yml; other errors while no input error is known
 */
export async function runInputTasks<T extends Readonly<Record<string, Task<unknown>>>>(
  tasks: T,
  known: readonly InputError[] = [],
): Promise<Results<T>> {
  const errors = [...known];
  const results: [string, unknown][] = [];
  const rank = ({ callsApi = false }: Task<unknown>) => Number(callsApi);
  for (const [name, task] of Object.entries(tasks).sort(([, a], [, b]) => rank(a) - rank(b)))
    results.push([name, await runTask(task, errors)]);
  if (errors.length > 0) throw new AggregateInputError(errors.toSorted(inOrderOf(INPUTS)));
  return Object.fromEntries(results) as Results<T>;
}

/** Adds input errors to `errors`; other errors are dropped when input errors exist. */
async function runTask(
  { run, requiredInputs = [], callsApi = false }: Task<unknown>,
  errors: InputError[],
): Promise<unknown> {
  const isBlocked = errors.some(({ input }) => requiredInputs.some((name) => name === input));
  if (errors.length > 0 && (callsApi || isBlocked)) return null;
  try {
    return await run();
  } catch (thrown) {
    const inputErrors = toInputErrors(thrown);
    if (inputErrors === null && errors.length === 0) throw thrown;
    errors.push(...(inputErrors ?? []));
    return null;
  }
}

/** The order of an action's file. Environment variables come first. */
function inOrderOf(definitions: Definitions): (a: InputError, b: InputError) => number {
  const names = Object.keys(definitions);
  return (a, b) => names.indexOf(a.input) - names.indexOf(b.input);
}
