// The environment of a documented workflow in the tests: the LinkedIn sandbox, GitHub, and a project in git.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { writeFiles } from '../support/folders.ts';
import { startPosting } from '../support/posting.ts';
import { TOKEN } from '../support/publishing.ts';
import { type ActRun, runInAct } from './act.ts';
import { readDocumentedWorkflows } from './documented-workflows.ts';

// `act`, and tools that an Ubuntu runner has, and that a developer's machine may lack.
const TOOLS = ['act', 'bash', 'git', 'jq', 'curl'];

/** Whether `npm run e2e` runs the tests, and finds what they need. */
export const isInAct =
  process.env.WORKFLOW_RUNNER === 'act' &&
  TOOLS.every((tool) => spawnSync(tool, ['--version']).status === 0);

const WORKFLOWS = readDocumentedWorkflows();

/** What GitHub sends with each event, as far as `github.ref` depends on it. */
const PAYLOADS: Readonly<Record<string, object>> = {
  pull_request: { number: 1 },
  release: { action: 'published', release: { tag_name: 'v2.0' } },
};

interface Changes {
  readonly event?: { readonly name: string; readonly payload?: object };
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Changes the text of the documented workflow. */
  readonly change?: (text: string) => string;
}

export type WorkflowSetup = Awaited<ReturnType<typeof setUp>>;

export async function setUp(files: Readonly<Record<string, string | Uint8Array>>) {
  const posting = await startPosting();
  const { sandbox, github, gitHubUrl } = posting;
  const remote = await makeProject(files);
  const store = await mkdtemp(join(tmpdir(), 'store-'));
  const variables = {
    REMOTE: remote,
    STORE: store,
    // What `act` would take from the git repository of its folder, or from github.com.
    GITHUB_REPOSITORY: 'octocat/media',
    GITHUB_RUN_ID: '1000000001',
    GITHUB_API_URL: gitHubUrl,
    GITHUB_GRAPHQL_URL: 'https://api.github.invalid/graphql',
    GITHUB_SERVER_URL: 'https://github.invalid',
    SHA_REF: git(remote, 'rev-parse', 'main').trim(),
  };
  /** Runs the workflow with this name, by default for its first event. */
  const run = async (name: string, { event, secrets, env, change }: Changes = {}) => {
    const workflow =
      WORKFLOWS.find((one) => one.name === name) ?? expect.fail(`no workflow ${name}`);
    const { name: eventName, payload = {} } = event ?? { name: workflow.event };
    const usual = { ref: 'refs/heads/main', ...PAYLOADS[eventName] };
    const repository = { full_name: 'octocat/media', default_branch: 'main' };
    const given: ActRun = {
      event: { name: eventName, payload: { repository, ...usual, ...payload } },
      secrets: secrets ?? { LINKEDIN_ACCESS_TOKEN: TOKEN },
      env: { ...variables, ...env },
      linkedinUrl: sandbox.url,
    };
    return await runInAct(change?.(workflow.expanded) ?? workflow.expanded, given);
  };
  return {
    ...{ sandbox, github, run },
    /** The folder of the artifacts that the workflow uploads. */
    artifacts: join(store, 'artifacts'),
    close: () => posting.close(),
  };
}

/** A git repository with these files, and the refs that a checkout may name. */
async function makeProject(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'project-'));
  writeFiles(folder, new Map(Object.entries(files)));
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  const author = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@github.invalid'];
  git(folder, ...author, 'commit', '-q', '-m', 'Add media');
  // The tag of the release, and the ref that GitHub has for the merge of each pull request.
  for (const ref of ['refs/tags/v2.0', 'refs/pull/1/merge']) git(folder, 'update-ref', ref, 'main');
  return folder;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
}

/** GitHub's command line on the PATH: it finds the comment or issue `found`, and writes down its arguments and the file of a comment. */
export async function standInForGh(found = '') {
  const folder = await mkdtemp(join(tmpdir(), 'gh-'));
  const log = join(folder, 'calls');
  await writeFile(log, '');
  const script = [
    '#!/bin/sh',
    `case "$*" in *--paginate*|"issue list"*) printf '%s' '${found}'; exit;; esac`,
    'for last; do :; done',
    `{ echo "$*"; cat "\${last#body=@}"; printf '\\0'; } >> "${log}"`,
  ];
  await writeFile(join(folder, 'gh'), script.join('\n'));
  await chmod(join(folder, 'gh'), 0o755);
  const calls = async () => (await readFile(log, 'utf8')).split('\0').filter((call) => call !== '');
  return { env: { PATH: `${folder}:${process.env.PATH ?? ''}` }, calls };
}
