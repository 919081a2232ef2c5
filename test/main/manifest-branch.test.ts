// The upload action with a manifest on a branch: runs on fresh machines, jobs of a matrix, missing permissions, outages.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { formatManifest, parseManifest } from '../support/manifest.ts';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER, rowsOf, TOKEN } from '../support/publishing.ts';
import { runProgram, type StepRequest } from '../support/runner.ts';
import { type RunningStep, signalAt } from '../support/step-process.ts';
import { GitHub } from '../world/github/github.ts';
import { type UploadSetup, Uploads } from '../world/uploads.ts';

const BRANCH = 'linkedin-media';
/** Pictures with different bytes. */
const PICTURES = Object.fromEntries(
  Array.from({ length: 16 }, (_, n) => [
    `${String(n).padStart(2, '0')}.png`,
    png({ width: n + 1, height: 4 }),
  ]),
);
const FILES = Object.fromEntries(
  Object.entries(PICTURES).map(([name, bytes]) => [`media/${name}`, bytes]),
);

let sandbox: Sandbox;
let github: GitHub;
let apiUrl: string;
let closeGitHub: () => Promise<void>;

async function startGitHub(options: ConstructorParameters<typeof GitHub>[0] = {}): Promise<void> {
  await closeGitHub?.();
  github = new GitHub({ foreignSecrets: [TOKEN], ...options });
  ({ apiUrl, close: closeGitHub } = await github.listen());
}

/** A step in a workspace that no earlier step has seen. */
async function run(
  inputs: Record<string, string> = {},
  request: Partial<StepRequest> = {},
  files: object = FILES,
) {
  const workspace = await makeWorkspace(files as Record<string, Uint8Array>);
  const given = {
    'access-token': TOKEN,
    owner: OWNER,
    api: 'media',
    files: 'media/**',
    'api-url': sandbox.url,
    'manifest-branch': BRANCH,
    ...inputs,
  };
  const step = await runProgram({
    workspace,
    inputs: given,
    ...request,
    env: { GITHUB_API_URL: apiUrl, ...request.env },
  });
  expect(step.printed).not.toContain(FAKE_GITHUB_TOKEN);
  return { step, workspace };
}

const registers = () => sandbox.model.calls().register;
const entries = () => [...parseManifest(github.file(BRANCH)).uploads.values()];
const states = (ends: Record<string, string>) => new Set(Object.values(ends));

beforeEach(async () => {
  sandbox = await startSandbox({ token: TOKEN, processingMs: 0 });
  await startGitHub();
});
afterEach(async () => {
  expect(github.breaches).toEqual([]);
  await Promise.all([sandbox.close(), closeGitHub()]);
});

it('a run on another machine reuses the uploads of the first one, and no file is left in the workspace', async () => {
  const { step, workspace } = await run();
  expect(states(endsOf(step))).toEqual(new Set(['available']));
  expect(step.outputs['manifest-file']).toBe('');
  expect(existsSync(join(workspace, 'linkedin.json'))).toBe(false);
  expect(entries()).toHaveLength(16);
  const [last] = github.history(BRANCH);
  expect(last?.message).toBe(
    'Update linkedin.json (workflow Publish, run 1000000001.1, job publish) [skip ci]',
  );
  const second = await run();
  expect(states(endsOf(second.step))).toEqual(new Set(['reused']));
  expect(registers()).toBe(16);
});

it.each<[string, ConstructorParameters<typeof GitHub>[0], string]>([
  [
    'a token that may not write',
    { permissions: { contents: 'read' } },
    'permissions: contents: write',
  ],
  [
    'a rule that forbids the branch',
    { forbids: ['creation'] },
    'the rules of the repository forbid a write to branch linkedin-media',
  ],
])('%s stops the run before anything is sent', async (_, options, advice) => {
  await startGitHub(options);
  const { step } = await run({ 'fail-on': 'never' });
  expect(step.outcome).toBe('failure');
  expect(step.messages('error').join()).toContain(advice);
  expect(registers()).toBe(0);
  const rows = rowsOf(step);
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['skipped']));
  expect([states(endsOf(step)), step.outputs['failed-count']]).toEqual([
    new Set(['RUN_STOPPED']),
    '16',
  ]);
  expect(rows[0]?.error?.message).toContain('manifest-branch cannot be used');
});

it('a run that is cancelled while it reads the manifest has a row for each file', async () => {
  let interrupt: RunningStep['send'] = () => {};
  const meanwhile = () => interrupt('SIGINT');
  github.faults.push({ on: 'read contents', meanwhile, kind: 'silent' });
  const onStart = ({ send }: RunningStep) => {
    interrupt = send;
  };
  const { step } = await run({}, { onStart });
  expect([step.exitCode, states(endsOf(step)), registers()]).toEqual([
    1,
    new Set(['RUN_CANCELLED']),
    0,
  ]);
  expect(step.annotations.map(({ title }) => title)).toContain('RUN_CANCELLED');
});

it('all input errors are reported before the first request to GitHub', async () => {
  const { step } = await run({ files: 'nothing/**' });
  expect(step.annotations.map(({ title }) => title)).toContain('input files');
  expect(github.requests).toEqual([]);
});

it('`mode: plan` reads the branch with a token that may only read', async () => {
  await run();
  const text = github.file(BRANCH) ?? '';
  await startGitHub({ permissions: { contents: 'read' } });
  github.commit(BRANCH, { 'linkedin.json': text });
  const { step } = await run({ mode: 'plan', 'access-token': '' });
  expect(step.exitCode).toBe(0);
  expect(states(endsOf(step))).toEqual(new Set(['planned']));
  expect(step.log.at(-1)).toBe('16 files are valid: 16 reused');
  expect(github.requests.every((request) => request.startsWith('GET '))).toBe(true);
});

const remembered = (setup: Partial<UploadSetup>) =>
  new Uploads({
    files: PICTURES,
    ...setup,
    inputs: { 'manifest-branch': BRANCH, ...setup.inputs },
  });

it('an outage of GitHub lets uploads finish, fails the step with MANIFEST_WRITE, and every URN is in the log', async () => {
  const faults = Array(500).fill({ on: 'write contents', response: { status: 503 } });
  const uploads = remembered({ github: { faults } });
  uploads.github.commit(BRANCH, { 'linkedin.json': formatManifest({ revision: 1 }) });
  const run = await uploads.run();
  expect(run.exitCode).toBe(1);
  expect(run.errors.join()).toContain('MANIFEST_WRITE');
  expect(states(run.ends)).toEqual(new Set(['available']));
  for (const { mediaUrn } of run.rows) expect(run.log).toContain(mediaUrn);
});

it('a run that is cancelled writes its uploads to the branch', async () => {
  await sandbox.close();
  sandbox = await startSandbox({ token: TOKEN, processingMs: 3_600_000 });
  const { step } = await run(
    { concurrency: '1' },
    { onLine: signalAt(/02\.png: uploaded/, 'SIGINT') },
  );
  expect(step.exitCode).toBe(1);
  expect(entries().length).toBeGreaterThanOrEqual(3);
});
