// A step's environment with valid inputs, which a test overrides one by one.

import { expect } from 'vitest';
import { type InputError, inputErrorsIn } from '../../src/errors/action-error.ts';
import { type Inputs, readInputs } from '../../src/inputs/read-inputs.ts';

export const TOKEN = 'AQX-token_9f';
export const GITHUB_TOKEN = 'ghs_canary-token-of-github';
export const GOOD = {
  'access-token': TOKEN,
  owner: 'urn:li:organization:24141830',
  files: 'media/**',
};
const isWindows = process.platform === 'win32';
export const WORKSPACE = isWindows ? 'C:\\somewhere' : '/somewhere';

export type With = Readonly<Record<string, string>>;

/** The variables of a step of the upload action with `given` inputs. */
export function envOf(given: With, variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return stepOf({ ...GOOD, ...given }, variables);
}

export function stepOf(inputs: With, variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const entries = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return {
    ...Object.fromEntries(entries),
    GITHUB_WORKSPACE: WORKSPACE,
    GITHUB_REPOSITORY: 'octocat/media',
    ...variables,
  };
}

/** @throws InputError if an input is invalid */
export function readGood(
  env: NodeJS.ProcessEnv,
  mask: (secret: string) => void = () => {},
): Inputs {
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

export function read(given: With = {}, variables?: NodeJS.ProcessEnv): Inputs {
  return readGood(envOf(given, variables));
}

export function inputErrorsOf(given: With, variables?: NodeJS.ProcessEnv): readonly InputError[] {
  return errorsOf(() => readInputs(envOf(given, variables), () => {}));
}
