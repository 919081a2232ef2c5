// Takes the text of inputs out of the environment, and keeps what is wrong with each.

import type { Env } from '../../deps.ts';
import type { ErrorCode } from '../../error-codes.ts';
import { InputError } from '../../errors.ts';
import { checkTls, type ProxyConfig, readProxy } from '../../http/proxy.ts';
import { INPUTS, type InputName } from './definitions.ts';
import type { InputParser } from './parsers.ts';

/** Reads inputs one after the other: no fault hides another, and none is told twice. */
export class InputReader {
  readonly #env: Env;
  readonly #errors: InputError[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** In the order of the inputs, those of the environment first. */
  get errors(): InputError[] {
    const names = Object.keys(INPUTS);
    const typos = unknownInputs(this.#env);
    return this.#errors
      .map((error) =>
        typos.length > 0 && MISSING_CODES.has(error.code) ? withTypoHint(error, typos) : error,
      )
      .toSorted((a, b) => names.indexOf(a.input) - names.indexOf(b.input));
  }

  /** `fallback` stands in for a faulty value, so that the reading can go on; it is never used. */
  read<T>(name: InputName, parse: InputParser<T>, fallback: T): T {
    let value = fallback;
    this.check(() => {
      value = parse(rawInput(this.#env, name) || INPUTS[name].default, name);
    });
    return value;
  }

  /** The way to `apiUrl`, as the environment has it. */
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

const MISSING_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INPUT_MISSING', 'TOKEN_MISSING']);

/** The runner hands on what is no input with a mere warning: it may be the one that is missing, misspelt. */
function unknownInputs(env: Env): string[] {
  const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'));
  return given.map((name) => name.slice('INPUT_'.length).toLowerCase()).filter((name) => !(name in INPUTS));
}

function withTypoHint({ code, input, message }: InputError, typos: readonly string[]): InputError {
  const named = typos.map((name) => `\`${name}\``).join(' and ');
  const text = `${message}; the step sets ${named}, which this action does not know`;
  return new InputError(code, input, text);
}

/** The runner's spelling: upper case, hyphens as they are. */
function variableName(name: InputName): string {
  return `INPUT_${name.toUpperCase()}`;
}

export function rawInput(env: Env, name: InputName): string {
  return env[variableName(name)]?.trim() ?? '';
}

/** `mask` hears of it, and `env` loses it. */
export function takeSecret(env: Env, name: InputName, mask: (secret: string) => void): string {
  const text = rawInput(env, name);
  if (text !== '') mask(text);
  delete env[variableName(name)];
  return text;
}
