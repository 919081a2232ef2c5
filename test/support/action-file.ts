// What a step gets from action.yml and its `with:` block: the program to run and its INPUT_ variables.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The value of `${{ github.token }}`: clearly not a token. */
export const FAKE_GITHUB_TOKEN = 'not-a-github-token-but-an-emulated-one';

const EXPRESSIONS: Readonly<Record<string, string>> = { 'github.token': FAKE_GITHUB_TOKEN };

interface InputDeclaration {
  readonly default?: string;
  readonly deprecationMessage?: string;
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, InputDeclaration | ''>>;
  readonly runs: { readonly main: string };
}

export interface StepSetup {
  readonly entry: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The runner's warnings before the step starts: unknown and deprecated inputs. */
  readonly warnings: readonly string[];
}

/** `given` is the `with:` block. The runner does not check that a `required` input is set. */
export async function setUpStep(path: string, given: Readonly<Record<string, string>>): Promise<StepSetup> {
  const action = await readActionFile(path);
  const declared = new Map(
    Object.entries(action.inputs ?? {}).map(([name, input]) => [name.toLowerCase(), input || {}]),
  );
  const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const warnings = [...values.keys()].flatMap((name) => warnAbout(name, declared));
  for (const [name, input] of declared) {
    if (!values.has(name)) values.set(name, evaluate(input.default ?? ''));
  }
  const variables = Object.fromEntries([...values].map(([name, value]) => [inputVariable(name), value]));
  return { entry: join(dirname(path), action.runs.main), variables, warnings };
}

/** Spaces become `_`, hyphens stay. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

async function readActionFile(path: string): Promise<ActionFile> {
  // The failsafe schema keeps every scalar as text, as the runner does.
  return parse(await readFile(path, 'utf8'), { schema: 'failsafe' }) as ActionFile;
}

function warnAbout(name: string, declared: ReadonlyMap<string, InputDeclaration>): string[] {
  const input = declared.get(name);
  if (input === undefined) {
    const names = [...declared.keys()].map((each) => `'${each}'`);
    return [`Unexpected input(s) '${name}', valid inputs are [${names.join(', ')}]`];
  }
  const { deprecationMessage } = input;
  return deprecationMessage === undefined ? [] : [`Input "${name}" is deprecated: ${deprecationMessage}`];
}

function evaluate(text: string): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = EXPRESSIONS[expression];
    if (value === undefined) throw new Error(`The emulator cannot evaluate \${{ ${expression} }}`);
    return value;
  });
}
