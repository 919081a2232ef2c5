// A step's environment with valid inputs, which a test overrides one by one.

import { expect } from 'vitest';
import type { Env } from '../../src/deps.ts';
import { type InputError, inputErrorsIn } from '../../src/errors/action-error.ts';
import { type Inputs, readInputs } from '../../src/inputs/read-inputs.ts';

export const TOKEN = 'AQX-token_9f';
export const GOOD = { 'access-token': TOKEN, owner: 'urn:li:organization:24141830', files: 'media/**' };
const isWindows = process.platform === 'win32';
export const WORKSPACE = isWindows ? 'C:\\somewhere' : '/somewhere';

export type With = Readonly<Record<string, string>>;

export function envOf(given: With, workspace: string | undefined = WORKSPACE): Env {
  const entries = Object.entries({ ...GOOD, ...given });
  const variables = entries.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return { ...Object.fromEntries(variables), GITHUB_WORKSPACE: workspace };
}

/** @throws InputError if an input is invalid */
export function readGood(env: Env, mask: (secret: string) => void = () => {}): Inputs {
  const inputs = readInputs(env, mask);
  return inputs.mode === 'check' ? expect.fail('these are inputs of `mode: check`') : inputs;
}

/** The errors that `read` throws together; none if it throws nothing. */
export function errorsOf(read: () => unknown): readonly InputError[] {
  try {
    read();
    return [];
  } catch (thrown) {
    return inputErrorsIn(thrown) ?? expect.fail(String(thrown));
  }
}

export function read(given: With = {}, workspace?: string): Inputs {
  return readGood(envOf(given, workspace));
}

export function inputErrorsOf(given: With, workspace?: string): readonly InputError[] {
  return errorsOf(() => readInputs(envOf(given, workspace), () => {}));
}
