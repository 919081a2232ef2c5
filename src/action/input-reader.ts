// Takes the text of inputs out of the environment, and keeps what is wrong with each.

import type { Env } from '../deps.ts';
import type { ErrorCode } from '../error-codes.ts';
import { InputError } from '../errors.ts';
import { checkTls, type Route, readRoute } from '../http/environment.ts';
import { INPUTS, type InputName } from './input-table.ts';
import type { Parse } from './input-values.ts';

/** Reads inputs one after the other: no fault hides another, and none is told twice. */
export class Reader {
  readonly #env: Env;
  readonly #faults: InputError[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** In the order of the inputs, those of the environment first. */
  get faults(): InputError[] {
    const names = Object.keys(INPUTS);
    const slips = unknownInputs(this.#env);
    return this.#faults
      .map((fault) => (slips.length > 0 && MISSING.has(fault.code) ? withSlips(fault, slips) : fault))
      .toSorted((a, b) => names.indexOf(a.input) - names.indexOf(b.input));
  }

  /** `fallback` stands in for a faulty value, so that the reading can go on; it is never used. */
  read<T>(name: InputName, parse: Parse<T>, fallback: T): T {
    let value = fallback;
    this.check(() => {
      value = parse(rawInput(this.#env, name) || INPUTS[name].default, name);
    });
    return value;
  }

  /** The way to `apiUrl`, as the environment has it. */
  route(apiUrl: URL): Route {
    let route: Route = 'direct';
    this.check(() => checkTls(this.#env));
    this.check(() => {
      route = readRoute(this.#env, apiUrl);
    });
    return route;
  }

  check(judge: () => void): void {
    try {
      judge();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const isTold = this.#faults.some((one) => one.input === error.input && one.message === error.message);
      if (!isTold) this.#faults.push(error);
    }
  }
}

const MISSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/** The runner hands on what is no input with a mere warning: it may be the one that is missing, misspelt. */
function unknownInputs(env: Env): string[] {
  const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'));
  return given.map((name) => name.slice('INPUT_'.length).toLowerCase()).filter((name) => !(name in INPUTS));
}

function withSlips({ code, input, message }: InputError, slips: readonly string[]): InputError {
  const named = slips.map((name) => `\`${name}\``).join(' and ');
  const text = `${message}; the step sets ${named}, which this action does not know`;
  return new InputError(code, input, text);
}

/** The runner's spelling: upper case, hyphens as they are. */
function variable(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`;
}

export function rawInput(env: Env, name: InputName): string {
  return env[variable(name)]?.trim() ?? '';
}

/** `mask` hears of it, and `env` loses it. */
export function takeSecret(env: Env, name: InputName, mask: (secret: string) => void): string {
  const text = rawInput(env, name);
  if (text !== '') mask(text);
  delete env[variable(name)];
  return text;
}
