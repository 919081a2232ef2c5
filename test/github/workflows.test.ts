// Checks the rules on every workflow of this repository, and the checker on planted breaches. Runs the step that checks
// the action's outputs after an emulated step.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findErrors } from '../../scripts/check-outputs.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { workflowErrors } from '../workflows/language-service.ts';
import { GitHub } from '../world/github/github.ts';
import { findWorkflowBreaches, pinsIn } from './workflow-rules.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.github/workflows');
const FILES = readdirSync(FOLDER);
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

/** The major versions of each action of another owner, of which a digest has its version in a comment. */
function majorsIn(text: string): Record<string, string[]> {
  const uses = /\buses: (?!your-org\/)([\w-]+\/[\w-]+)[\w/-]*@(?:[0-9a-f]{40} # )?v?(\S+?)(?:\.\S+)?$/gm;
  const found = Map.groupBy(text.matchAll(uses), ([, repository = '']) => repository);
  return Object.fromEntries(
    [...found].map(([repository, all]) => [repository, [...new Set(all.map(([, , major = '']) => major))]]),
  );
}

describe('repository workflows', () => {
  it('the repository has only the known workflows', () => {
    expect(FILES.sort()).toEqual([
      'ci.yml',
      'codeql.yml',
      'posts.yml',
      'prober.yml',
      'release.yml',
      'scorecard.yml',
    ]);
  });

  it.each(FILES)('%s follows the rules', (file) => {
    expect(findWorkflowBreaches(file, read(file))).toEqual([]);
  });

  it.each(FILES)('%s is valid for GitHub', async (file) => {
    expect(await workflowErrors(read(file))).toEqual([]);
  });

  it('each action is pinned to the same commit in all workflows', () => {
    const pins = [...new Set(FILES.flatMap((file) => pinsIn(read(file))))];
    const repositories = pins.map((pin) => pin.split('@')[0]?.split('/').slice(0, 2).join('/'));
    const commits = pins.map((pin) => pin.split('@')[1]);
    expect(new Set(commits).size).toBe(new Set(repositories).size);
  });

  it('README and docs name the current major version of each action, of checkout the one that is pinned here', () => {
    const pages = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
    const documented = pages.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
    const { 'actions/checkout': checkout } = majorsIn(FILES.map(read).join('\n'));
    expect(checkout).toHaveLength(1);
    expect(majorsIn(documented)).toEqual({
      'actions/cache': ['5'],
      'actions/checkout': checkout,
      'actions/upload-artifact': ['7'],
    });
  });

  it('every script that a workflow runs exists', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const text = FILES.map(read).join('\n');
    const called = [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name);
    const files = [...text.matchAll(/node (scripts\/\S+)/g)].map(([, name = '']) =>
      name.slice('scripts/'.length),
    );
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(called));
    expect(readdirSync(join(ROOT, 'scripts'))).toEqual(expect.arrayContaining(files));
  });
});

const GOOD = `
on: { push: { branches: [main] } }
permissions: {}
concurrency: ci
defaults: { run: { shell: bash } }
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@0123456789abcdef0123456789abcdef01234567 # v7.0.0
        with:
          package-manager-cache: false
      - run: npm ci --ignore-scripts
        env:
          REF: \${{ github.ref }}
`;

describe('workflow rules', () => {
  it('a good workflow has no breach', () => {
    expect(findWorkflowBreaches('ci.yml', GOOD)).toEqual([]);
  });

  it.each([
    ['permissions: {}\nconc', 'conc', 'has no `permissions: {}` at its top'],
    ['permissions: {}', 'permissions: read-all', 'has no `permissions: {}` at its top'],
    ['concurrency: ci\n', '', 'has no concurrency group'],
    ['push:', 'pull_request_target:', 'runs on pull_request_target'],
    ['{ push: { branches: [main] } }', 'workflow_run', 'runs on workflow_run'],
    ['{ push: { branches: [main] } }', '[push, issue_comment]', 'runs on issue_comment'],
    [
      '@0123456789abcdef0123456789abcdef01234567 # v7.0.1',
      '@v7',
      'does not pin by digest and version:      - uses: actions/checkout@v7',
    ],
    [
      ' # v7.0.1',
      '',
      'does not pin by digest and version:      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567',
    ],
    [
      'REF: ${{ github.ref }}',
      'TOKEN: ${{ secrets.TOKEN }}',
      'asks for a secret:          TOKEN: ${{ secrets.TOKEN }}',
    ],
    [
      'npm ci --ignore-scripts',
      'echo ${{ github.head_ref }}',
      'puts an expression into a script: echo ${{ github.head_ref }}',
    ],
    ['    timeout-minutes: 5\n', '', 'has no timeout for ci.yml/test'],
    ['    permissions:\n      contents: read\n', '', 'does not say the permissions of ci.yml/test'],
    ['contents: read', 'packages: write', 'lets ci.yml/test write packages'],
    ['ubuntu-24.04', 'self-hosted', 'runs ci.yml/test on self-hosted'],
    [
      'ubuntu-24.04',
      '${{ matrix.os }}\n    strategy: { matrix: { os: [windows-2025, mine] } }',
      'runs ci.yml/test on mine',
    ],
    ['defaults: { run: { shell: bash } }\n', '', 'leaves the shell of job test to the system'],
    ['persist-credentials: false', 'fetch-depth: 0', 'leaves the credentials of a checkout on disk'],
    [' --ignore-scripts', '', 'runs the scripts of packages'],
    ['npm ci --ignore-scripts', 'npm ci --ignore-scripts && npm i', 'runs the scripts of packages'],
    ['package-manager-cache: false', 'node-version: 24', 'lets setup-node restore a cache'],
    ['package-manager-cache: false', 'cache: npm', 'lets setup-node restore a cache'],
    [
      'run: npm ci --ignore-scripts',
      'uses: actions/cache@0123456789abcdef0123456789abcdef01234567 # v5.0.0',
      'restores a cache',
    ],
  ])('a workflow with %j replaced by %j breaches a rule', (from, to, breach) => {
    expect(GOOD).toContain(from);
    expect(
      findWorkflowBreaches(
        'ci.yml',
        GOOD.replace(from, () => to),
      ),
    ).toEqual([`ci.yml ${breach}`]);
  });

  it('a job that can write a release without a protected environment breaches a rule', () => {
    const text = GOOD.replace('contents: read', 'contents: write').replace('test:', 'publish:');
    expect(findWorkflowBreaches('release.yml', text)).toEqual([
      'release.yml lets release.yml/publish write without a protected environment',
    ]);
  });
});

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
    run = await runAction({ inputs: evaluate(given, matrix(api)), workspace: ROOT });
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
    ['a URN that looks real', 'RESULTS', (good) => good.replaceAll('SIMULATED-', ''), /URN of the sandbox/],
    ['a missing output', 'RESULTS', () => '', /cannot be read/],
    ['another results file', 'RESULTS_FILE', () => join(ROOT, 'package.json'), /results-file differs/],
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
  ])('the post action with mode: %s ends with the state that the job expects', async (mode, state) => {
    const given = steps.find(({ id }) => id === 'post')?.with ?? {};
    const inputs = evaluate(given, { 'matrix.mode': mode });
    const github = await new GitHub().listen();
    const env = { GITHUB_API_URL: github.apiUrl };
    const run = await runAction({ action: join(ROOT, 'post/action.yml'), inputs, workspace: ROOT, env });
    await github.close();
    expect(run.messages('error')).toEqual([]);
    expect(run.json<{ state: string }[]>('results').map((row) => row.state)).toEqual([state]);
    expect(steps.at(-1)?.env?.STATE).toBe("${{ matrix.mode == 'plan' && 'planned' || 'posted' }}");
  });
});

function matrix(api: string): Record<string, string> {
  return { 'matrix.api': api, "matrix.api == 'media'": String(api === 'media') };
}

/** Throws for an expression without a value, which would be an empty string in the step. */
function evaluate(texts: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>) {
  const lookUp = (_: string, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`nothing gives a value to ${expression}`);
    return value;
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, text.replace(/\$\{\{ (.*?) \}\}/g, lookUp)]),
  );
}
