// What a step gets from action.yml and its `with:` block: the program to run and its INPUT_ variables.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The value of `${{ github.token }}`: clearly not a token. */
export const FAKE_GITHUB_TOKEN = 'not-a-github-token-but-an-emulated-one';

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string } | ''>>;
  readonly runs: { readonly main: string };
}

/**
 * `given` is the `with:` block. The runner does not check that a `required` input is set.
 * @throws for an input that the action does not have, where the runner warns
 */
export function setUpStep(path: string, given: Readonly<Record<string, string>>) {
  // The failsafe schema keeps every scalar as text, as the runner does.
  const { inputs = {}, runs } = parse(readFileSync(path, 'utf8'), {
    schema: 'failsafe',
  }) as ActionFile;
  const unknown = Object.keys(given).filter((name) => inputs[name] === undefined);
  if (unknown.length > 0) throw new Error(`unknown inputs: ${unknown.join(', ')}`);
  const variables = Object.entries(inputs).map(([name, input]) => {
    const usual = typeof input === 'string' ? '' : (input.default ?? '');
    const value = given[name] ?? usual.replace(/\$\{\{ github\.token \}\}/, FAKE_GITHUB_TOKEN);
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
  });
  const fromInputs: Record<string, string> = Object.fromEntries(variables);
  return { entry: join(dirname(path), runs.main), variables: fromInputs };
}
