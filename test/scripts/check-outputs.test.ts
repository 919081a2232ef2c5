// The steps of ci.yml and prober.yml that run the two actions: their outputs pass the check of the workflow, and wrong ones do not.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findErrors } from '../../scripts/check-outputs.ts';
import { runProgram, type StepRun } from '../support/runner.ts';
import { GitHub } from '../world/github/github.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, '.github/workflows', file), 'utf8');

interface Steps {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

interface Step {
  readonly id?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

describe.each(['assets', 'media'])('output check with api: %s', (api) => {
  const { jobs } = parse(read('ci.yml'), { schema: 'failsafe' }) as Steps;
  const steps = jobs.action?.steps ?? [];
  const check = steps.at(-1);
  const files = check?.run?.split(' ').slice(2) ?? [];
  let run: StepRun;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const given = steps.find(({ id }) => id === 'media')?.with ?? {};
    run = await runProgram({ inputs: evaluate(given, matrix(api)), workspace: ROOT });
    const outputs = Object.entries(run.outputs).map(([name, value]) => [
      `steps.media.outputs.${name}`,
      value,
    ]);
    env = evaluate(check?.env ?? {}, Object.fromEntries(outputs));
  });

  it('the outputs of the step in ci.yml pass the check', () => {
    expect(run.messages('error')).toEqual([]);
    expect(files).toHaveLength(4);
    expect(findErrors(files, env)).toEqual([]);
  });

  it.each<[string, string, (good: string) => string, RegExp]>([
    ['a failed file', 'RESULTS', (good) => good.replace('available', 'failed'), /^results: /],
    [
      'a URN that looks real',
      'RESULTS',
      (good) => good.replaceAll('SIMULATED-', ''),
      /URN of the sandbox/,
    ],
    ['a missing output', 'RESULTS', () => '', /cannot be read/],
    [
      'another results file',
      'RESULTS_FILE',
      () => join(ROOT, 'package.json'),
      /results-file differs/,
    ],
    ['URNs of fewer files', 'URNS', () => '{}', /^urns differs/],
    ['a wrong count of uploads', 'UPLOADED', () => '3', /^uploaded-count is 3/],
    ['a count of failures', 'FAILED', () => '1', /^failed-count is 1/],
  ])('the output check fails for %s', (_, name, spoil, fault) => {
    expect(findErrors(files, { ...env, [name]: spoil(env[name] ?? '') }).join('\n')).toMatch(fault);
  });

  it.skipIf(sep === '\\')('the output check fails for a Windows path', () => {
    const path = join(run.runnerTemp, String.raw`a\b.json`);
    writeFileSync(path, env.RESULTS ?? '');
    expect(findErrors(files, { ...env, RESULTS_FILE: path })).toEqual([
      'results-file is not a path with `/`',
    ]);
  });
});

it('prober.yml passes the same outputs to the check as ci.yml', () => {
  const [ci, prober] = ['ci.yml', 'prober.yml'].map(
    (file) => (parse(read(file), { schema: 'failsafe' }) as Steps).jobs,
  );
  expect(prober?.simulate?.steps.at(-1)?.env).toEqual(ci?.action?.steps.at(-1)?.env);
});

describe.each(['ci.yml', 'prober.yml'])('post job of %s', (file) => {
  const { jobs } = parse(read(file), { schema: 'failsafe' }) as Steps;
  const steps = jobs.post?.steps ?? [];

  it.each([
    ['plan', 'planned'],
    ['simulate', 'posted'],
  ])(
    'the post action with mode: %s ends with the state that the job expects',
    async (mode, state) => {
      const given = steps.find(({ id }) => id === 'post')?.with ?? {};
      const inputs = evaluate(given, { 'matrix.mode': mode });
      const github = await new GitHub().listen();
      const env = { GITHUB_API_URL: github.apiUrl };
      const run = await runProgram({
        action: join(ROOT, 'post/action.yml'),
        inputs,
        workspace: ROOT,
        env,
      });
      await github.close();
      expect(run.messages('error')).toEqual([]);
      expect(run.json<{ state: string }[]>('results').map((row) => row.state)).toEqual([state]);
      expect(steps.at(-1)?.env?.STATE).toBe(
        "${{ matrix.mode == 'plan' && 'planned' || 'posted' }}",
      );
    },
  );
});

function matrix(api: string): Record<string, string> {
  return { 'matrix.api': api, "matrix.api == 'media'": String(api === 'media') };
}

/** Throws for an expression without a value, which would be an empty string in the step. */
function evaluate(
  texts: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
) {
  const lookUp = (_: string, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`nothing gives a value to ${expression}`);
    return value;
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text.replace(/\$\{\{ (.*?) \}\}/g, lookUp)]),
  );
}
