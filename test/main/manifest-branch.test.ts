// The upload action with a manifest on a branch: runs on fresh machines, jobs of a matrix, missing permissions, outages.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { canary } from '../leaks/canaries.ts';
import { LeakScan } from '../leaks/leak-scan.ts';
import { leaksOf } from '../leaks/step-leaks.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { callsOn, formatManifest, parseManifest } from '../support/manifest.ts';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER, rowsOf, TOKEN } from '../support/publishing.ts';
import { runProgram, type StepRequest } from '../support/runner.ts';
import { type RunningStep, signalAt } from '../support/step-process.ts';
import type { GitHubFault } from '../world/github/api.ts';
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
const FILES = Object.fromEntries(Object.entries(PICTURES).map(([name, bytes]) => [`media/${name}`, bytes]));

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

describe('manifest-branch', () => {
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

  it('the manifest counts the API calls of all runs of a day', async () => {
    await run({ 'wait-minutes': '0' });
    const counted = () => {
      const manifest = parseManifest(github.file(BRANCH));
      return Object.keys(manifest.calls).reduce((sum, day) => sum + callsOn(manifest, day), 0);
    };
    const made = () => sandbox.model.calls().register + sandbox.model.calls().status;
    expect(counted()).toBe(made());
    expect(counted()).toBeGreaterThanOrEqual(16);
    await run();
    expect(counted()).toBe(made());
  });

  it.each<[string, ConstructorParameters<typeof GitHub>[0], string]>([
    ['a token that may not write', { permissions: { contents: 'read' } }, 'permissions: contents: write'],
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
    expect([states(endsOf(step)), step.outputs['failed-count']]).toEqual([new Set(['RUN_STOPPED']), '16']);
    expect(rows[0]?.error?.message).toContain('manifest-branch cannot be used');
  });

  it('a damaged manifest stops the run before anything is sent, and is not changed', async () => {
    github.commit(BRANCH, { 'linkedin.json': '{' });
    const { step } = await run({ 'max-calls': '5' }, {}, { ...FILES, 'media/empty.png': '' });
    expect(step.messages('error')[0]).toContain(
      'linkedin.json on branch linkedin-media: it is not valid JSON',
    );
    expect([registers(), github.file(BRANCH)]).toEqual([0, '{']);
    const { 'media/empty.png': empty, ...others } = endsOf(step);
    expect([empty, states(others)]).toEqual(['FILE_EMPTY', new Set(['RUN_STOPPED'])]);
    const errors = step.annotations.filter(({ level }) => level === 'error').map(({ title }) => title);
    expect(errors.slice(0, 2)).toEqual(['input manifest', 'FILE_EMPTY']);
  });

  it('a run in which no file fits the daily limit succeeds, and asks LinkedIn for no token', async () => {
    const app = {
      'client-id': '86an-app-id',
      'client-secret': 'WPL_AP1.wrong==',
      'refresh-token': 'AQW-wrong',
    };
    await run({ api: 'assets', 'max-calls': '1' });
    const registered = registers();
    expect(registered).toBeGreaterThan(0);
    const { step } = await run({ ...app, api: 'media', 'max-calls': '1' });
    expect([step.exitCode, states(endsOf(step))]).toEqual([0, new Set(['deferred'])]);
    expect(registers()).toBe(registered);
  });

  it('a run that is cancelled while it reads the manifest has a row for each file', async () => {
    let interrupt: RunningStep['send'] = () => {};
    const meanwhile = () => interrupt('SIGINT');
    github.faults.push({ on: 'read contents', meanwhile, isSilent: true });
    const onStart = ({ send }: RunningStep) => {
      interrupt = send;
    };
    const { step } = await run({}, { onStart });
    expect([step.exitCode, states(endsOf(step)), registers()]).toEqual([1, new Set(['RUN_CANCELLED']), 0]);
    expect(step.annotations.map(({ title }) => title)).toContain('RUN_CANCELLED');
  });

  it('without the id of the app, the branch knows how many days the token has at most', async () => {
    const { step } = await run();
    expect(step.outputs['token-days-left']).toBe('60');
    const text = github.file(BRANCH) ?? '';
    const [, today = ''] = /"tokens":\{"[0-9a-f]{16}":"(\d{4}-\d\d-\d\d)"\}/.exec(text) ?? [];
    const seen = new Date(Date.parse(today) - 70 * 86_400_000).toISOString().slice(0, 10);
    github.commit(BRANCH, { 'linkedin.json': text.replace(`:"${today}"`, `:"${seen}"`) });
    const { step: late } = await run();
    expect([late.exitCode, late.outputs['token-days-left']]).toEqual([0, '0']);
    expect(late.messages('warning').join()).toMatch(/may have expired: .*token-generator/);
    expect((await run({ mode: 'plan' })).step.outputs['token-days-left']).toBe('');
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

  it('`mode: plan` of a fork, which has no such branch, plans with a token that may only read', async () => {
    await startGitHub({ permissions: { contents: 'read' } });
    const { step } = await run({ mode: 'plan', 'access-token': '' });
    expect([step.exitCode, states(endsOf(step))]).toEqual([0, new Set(['planned'])]);
    expect(github.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('`mode: simulate` sends nothing to GitHub', async () => {
    const { step } = await run({ mode: 'simulate', 'api-url': '' });
    expect([step.exitCode, github.requests]).toEqual([0, []]);
  });

  const remembered = (setup: Partial<UploadSetup>) =>
    new Uploads({ files: PICTURES, ...setup, inputs: { 'manifest-branch': BRANCH, ...setup.inputs } });

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

  it('a ruleset that forbids updates starts no further file, files under way finish, and their URNs are in the log', async () => {
    const uploads = remembered({
      inputs: { concurrency: '1' },
      github: { forbids: ['update'] },
      // The first write comes after 60 to 90 s.
      onCall: ({ name }) => name === 'upload' && uploads.time.sleep(10_000),
    });
    uploads.github.commit(BRANCH, { 'linkedin.json': formatManifest({ revision: 1 }) });
    const run = await uploads.run();
    expect(run.exitCode).toBe(1);
    const errors = run.errors.filter((error) => error.includes('forbid a write to branch linkedin-media'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('Exclude the branch from the ruleset');
    expect(states(run.ends)).toEqual(new Set(['available', 'skipped RUN_STOPPED']));
    const skipped = run.rows.filter(({ state }) => state === 'skipped');
    expect(skipped[0]?.error?.message).toContain('(BRANCH_PROTECTED)');
    expect(uploads.model.calls().register).toBe(16 - skipped.length);
    for (const { mediaUrn } of run.rows) expect(run.log).toContain(mediaUrn ?? '');
  });

  it.each<[string, GitHubFault['on'], number, number]>([
    ['rejects the first request to write', 'create blob', 403, 1],
    ['rejects the manifest at the end', 'write contents', 401, 1],
    ['fails once', 'write contents', 502, 0],
  ])(
    'a GitHub that %s and echoes its token reveals it to nobody, and neither token reaches the other side',
    async (_, on, status, exitCode) => {
      const secret = canary('token');
      const requests: string[] = [];
      await sandbox.close();
      sandbox = await startSandbox({ token: secret, processingMs: 0 }, (handle) => (request) => {
        requests.push(JSON.stringify([request.path, request.headers]));
        return handle(request);
      });
      const body = JSON.stringify({
        message: `no ${FAKE_GITHUB_TOKEN} or ${btoa(`x:${FAKE_GITHUB_TOKEN}`)}`,
      });
      const headers = {
        location: `https://${FAKE_GITHUB_TOKEN}.invalid/`,
        'x-github-request-id': FAKE_GITHUB_TOKEN,
      };
      await startGitHub({ foreignSecrets: [secret], faults: [{ on, response: { status, headers, body } }] });
      github.commit(BRANCH, { 'linkedin.json': formatManifest({ revision: 1 }) });
      const { step, workspace } = await run({ 'access-token': secret }, { debug: true });
      expect(step.exitCode).toBe(exitCode);
      expect(leaksOf(step, [workspace]).leaks).toEqual([]);
      const scan = new LeakScan();
      for (const { message } of github.history(BRANCH)) scan.search('branch', message);
      scan.search('branch', github.file(BRANCH) ?? '');
      for (const request of requests) scan.search('LinkedIn', request);
      expect(scan.leaks.filter(({ sink, canary }) => sink === 'branch' || canary === 'github token')).toEqual(
        [],
      );
    },
  );

  it('a run that is cancelled writes its uploads to the branch', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ token: TOKEN, processingMs: 3_600_000 });
    const { step } = await run({ concurrency: '1' }, { onLine: signalAt(/02\.png: uploaded/, 'SIGINT') });
    expect(step.exitCode).toBe(1);
    expect(entries().length).toBeGreaterThanOrEqual(3);
  });
});
