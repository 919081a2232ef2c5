// The workflows of this repository: valid for GitHub, with the least permissions, and nothing in them that strangers can use.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowErrors } from './language-service.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.github/workflows');
const FILES = readdirSync(FOLDER).sort();
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');
const ALL = FILES.map(read).join('\n');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: unknown;
  readonly strategy?: { readonly matrix: { readonly os?: readonly string[] } };
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: string | Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly defaults?: Job['defaults'];
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may write, and nothing else: `workflow/job` → scopes. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  'codeql.yml/analyze': ['security-events'],
  'deep.yml/report': ['issues'],
  'scorecard.yml/analyze': ['id-token', 'security-events'],
  'release.yml/publish': ['attestations', 'contents', 'id-token'],
  'posts.yml/preview': ['pull-requests'],
  'posts.yml/publish': ['contents'],
};

/** The secret of a protected environment that a workflow may read, and no other. */
const MAY_READ: Readonly<Record<string, string>> = {
  'release.yml': 'RELEASE_DEPLOY_KEY',
  'posts.yml': 'LINKEDIN_ACCESS_TOKEN',
};

/** Each runs with the permissions of this repository on input from anyone. */
const OF_STRANGERS = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
];

it('the repository has only the known workflows', () => {
  const names = ['ci', 'codeql', 'deep', 'posts', 'prober', 'release', 'scorecard'];
  expect(FILES).toEqual(names.map((name) => `${name}.yml`));
});

describe.each(FILES)('%s', (file) => {
  const text = read(file);
  const workflow = parse(text) as Workflow;
  const events = typeof workflow.on === 'string' ? [workflow.on] : Object.keys(workflow.on);
  const jobs = Object.entries(workflow.jobs).map(([name, job]) => ({ id: `${file}/${name}`, job }));
  const steps = jobs.flatMap(({ job }) => job.steps.map((step) => ({ job, step })));
  const scripts = steps.flatMap(({ step }) => step.run ?? []);

  it('is valid for GitHub', async () => {
    expect(await workflowErrors(text)).toEqual([]);
  });

  it('grants nothing to all of its jobs, and is one of a group', () => {
    expect(workflow.permissions).toEqual({});
    // A called workflow has its group at its job: at the top it would be that of the caller.
    if (!events.includes('workflow_call')) expect(workflow.concurrency).toBeDefined();
  });

  it('runs on no event of strangers', () => {
    expect(events.filter((event) => OF_STRANGERS.includes(event))).toEqual([]);
  });

  it('pins each action by digest and version, except its own', () => {
    const uses = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    const pinned = /uses: (?:\.\/(?:post)?|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    // The repository of the called workflow, at its commit. `./post` would be a folder of the caller.
    const own = /uses: \$\/post$/;
    expect(uses.filter((line) => !pinned.test(line) && !own.test(line))).toEqual([]);
  });

  it('reads no secret but that of its environment', () => {
    const secrets = [...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name]) => name);
    expect(secrets.filter((name) => name !== MAY_READ[file])).toEqual([]);
  });

  it.each(jobs)('$id writes only what it may, in time, on a runner of GitHub', ({ id, job }) => {
    const { permissions, environment, strategy } = job;
    expect(permissions).toBeDefined();
    const writes = Object.keys(permissions ?? {}).filter(
      (scope) => permissions?.[scope] !== 'read',
    );
    expect(writes.filter((scope) => !MAY_WRITE[id]?.includes(scope))).toEqual([]);
    if (writes.includes('contents')) expect(environment).toBeDefined();
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    const runners =
      job['runs-on'] === '${{ matrix.os }}' ? (strategy?.matrix.os ?? []) : [job['runs-on']];
    for (const runner of runners)
      expect(runner).toMatch(/^(ubuntu|macos|windows)-(latest|\d+(\.\d+)?)$/);
  });

  it('no script holds an expression, or runs the scripts of packages, which the lock file does not cover', () => {
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
    const commands = scripts.flatMap((script) => script.split(/\n|&&|;/));
    const installs = commands.filter((command) => /\bnpm (?:ci|i|install)\b/.test(command));
    expect(installs.filter((command) => !command.includes('--ignore-scripts'))).toEqual([]);
  });

  it('no checkout leaves its credentials on the disk, and no step restores a cache', () => {
    for (const { uses = '', with: inputs = {} } of steps.map(({ step }) => step)) {
      if (uses.startsWith('actions/checkout@')) expect(inputs['persist-credentials']).toBe(false);
      if (uses.startsWith('actions/setup-node@'))
        expect([inputs.cache, inputs['package-manager-cache']]).toEqual([undefined, false]);
      expect(uses).not.toMatch(/^actions\/cache/);
    }
  });
});

it('the called workflow runs the post action of its own commit, with inputs that this action has', async () => {
  const text = read('posts.yml');
  expect(text.match(/uses: \$\/post$/gm)).toHaveLength(2);
  const wrong = text.replaceAll(/(uses: \$\/post\n +with:)(\n +)/g, '$1$2no-such-input: x$2');
  const errors = await workflowErrors(wrong);
  expect(errors).toEqual(Array(2).fill(expect.stringContaining("'no-such-input'")));
});

it('each action is pinned to the same commit in all workflows', () => {
  const pins = new Set(
    [...ALL.matchAll(/^\s*(?:- )?uses: ([^./\s]\S+)/gm)].map(([, pin = '']) => pin),
  );
  const repositories = [...pins].map((pin) => pin.split('@')[0]?.split('/').slice(0, 2).join('/'));
  const commits = [...pins].map((pin) => pin.split('@')[1]);
  expect(new Set(commits).size).toBe(new Set(repositories).size);
});
