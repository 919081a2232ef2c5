// The upload action with a limit of API calls per day: a scheduled workflow over several days, jobs of a matrix, a plan.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Clock } from '../../src/deps.ts';
import { callsOn } from '../../src/memory/manifest.ts';
import { parseManifest } from '../../src/memory/manifest-text.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { daysLater } from '../support/hurried-clock.ts';
import { png } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf, TOKEN } from '../support/publishing.ts';
import { runProgram, type StepRun } from '../support/runner.ts';
import { GitHub } from '../world/github/github.ts';

const BRANCH = 'linkedin-media';

function pictures(count: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `media/${String(n).padStart(3, '0')}.png`,
      png({ width: n + 1, height: 2 }),
    ]),
  );
}

let sandbox: Sandbox;
let github: GitHub;
let apiUrl: string;
let closeGitHub: () => Promise<void>;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ token: TOKEN, processingMs: 0, ...options });
}

/** A step on a new machine. */
async function run(
  files: Record<string, Uint8Array>,
  inputs: Record<string, string>,
  clock: Clock = systemClock,
  onLine: (line: string) => void = () => {},
): Promise<StepRun> {
  return await runProgram({
    workspace: await makeWorkspace(files),
    inputs: {
      'access-token': TOKEN,
      owner: OWNER,
      files: 'media/**',
      'max-files': '1000',
      'api-url': sandbox.url,
      'manifest-branch': BRANCH,
      ...inputs,
    },
    env: { GITHUB_API_URL: apiUrl },
    world: { clock },
    onLine,
  });
}

/** All calls to the API, as LinkedIn counts them: uploads go elsewhere. */
function callsSoFar(): number {
  const { register, complete, status } = sandbox.model.calls();
  return register + complete + status;
}

function statesOf(step: StepRun): Record<string, number> {
  const states = Map.groupBy(rowsOf(step), ({ state, error }) => error?.code ?? state);
  return Object.fromEntries([...states].map(([state, rows]) => [state, rows.length]));
}

const counts = ({ outputs }: StepRun) =>
  ['uploaded', 'reused', 'failed', 'remaining'].map((name) => Number(outputs[`${name}-count`]));

describe('max-calls', () => {
  beforeEach(async () => {
    github = new GitHub({ foreignSecrets: [TOKEN] });
    ({ apiUrl, close: closeGitHub } = await github.listen());
  });
  afterEach(async () => {
    expect(github.breaches).toEqual([]);
    await Promise.all([sandbox.close(), closeGitHub()]);
  });

  it.each([
    ['assets', 0],
    ['media', 500],
  ])(
    'a scheduled workflow sends 200 pictures in four days with 75 calls a day, and each once (api: %s)',
    async (api, processingMs) => {
      const count = 200;
      await start({ processingMs });
      const files = pictures(count);
      const perDay: number[] = [];
      let last: StepRun | null = null;
      for (let day = 0; day < 4; day += 1) {
        const before = callsSoFar();
        last = await run(files, { api, 'max-calls': '75' }, daysLater(day));
        perDay.push(callsSoFar() - before);
        expect(last.exitCode, last.log.slice(-5).join('\n')).toBe(0);
        expect(counts(last)[2]).toBe(0);
      }
      expect(perDay.filter((calls) => calls > 75)).toEqual([]);
      // The first two days use nearly all of their calls.
      expect(Math.min(...perDay.slice(0, 2))).toBeGreaterThanOrEqual(65);
      expect(counts(last ?? expect.fail())[3]).toBe(0);
      expect(last?.json('image-urns')).toHaveLength(count);
      expect(new Set(last?.json<string[]>('image-urns')).size).toBe(count);
      expect(sandbox.model.calls().register).toBe(count);
      expect(new Set(sandbox.model.assets().map(({ status }) => status))).toEqual(new Set(['AVAILABLE']));
    },
  );

  it('a run says how many files it leaves, why, and when to continue', async () => {
    await start();
    const files = pictures(8);
    const step = await run(files, { 'max-calls': '5', 'fail-on': 'all' });
    expect([step.exitCode, ...counts(step)]).toEqual([0, 5, 0, 0, 3]);
    expect(rowsOf(step).map(({ state }) => state)).toEqual([
      ...Array(5).fill('available'),
      ...Array(3).fill('deferred'),
    ]);
    expect(rowsOf(step).filter(({ error }) => error !== undefined)).toEqual([]);
    const reason =
      /^3 files left for another day: all runs of \d{4}-\d\d-\d\d \(UTC\) have made 5 of the 5 API calls that max-calls allows; a run after 00:00 UTC continues$/;
    expect(step.messages('notice')).toEqual([expect.stringMatching(reason)]);
    expect(step.log).toContain('5 uploaded, 3 deferred of 8 files');
    expect(step.summary).toContain('3 files left for another day');
    // A second run of the day has no calls left, and sends nothing.
    const second = await run(files, { 'max-calls': '5' });
    expect([second.exitCode, ...counts(second)]).toEqual([0, 0, 5, 0, 3]);
    expect(callsSoFar()).toBe(5);
  });

  it('a second day spends its calls on new files, not on status reads', async () => {
    await start();
    const files = pictures(8);
    await run(files, { 'max-calls': '5' });
    const second = await run(files, { 'max-calls': '5' }, daysLater(2));
    expect(counts(second)).toEqual([3, 5, 0, 0]);
    expect(sandbox.model.calls()).toMatchObject({ register: 8, status: 0 });
    const manifest = parseManifest(github.file(BRANCH) ?? '', 'stored');
    expect([...manifest.calls.keys()].map((day) => callsOn(manifest, day))).toEqual([5, 3]);
    expect([...manifest.entries.values()].filter(({ checkedAt }) => checkedAt === undefined)).toEqual([]);
  });

  it('a repeated call counts, and takes the place of a file', async () => {
    await start({ faults: [{ on: 'register', reply: { status: 503 } }] });
    const step = await run(pictures(8), { 'max-calls': '5' });
    expect(counts(step)).toEqual([4, 0, 0, 4]);
    expect(callsSoFar()).toBe(5);
  });

  it('failed files fail the step with fail-on: all when all others are deferred', async () => {
    await start({ faults: [{ on: 'upload', every: true, reply: { status: 400 } }] });
    const step = await run(pictures(3), { 'max-calls': '1', 'fail-on': 'all' });
    expect([step.exitCode, ...counts(step)]).toEqual([1, 0, 0, 1, 2]);
  });

  it('three jobs of a matrix, each with a third of the allowance, stay within it, and a last job uses the rest', async () => {
    await start();
    const files = pictures(60);
    const jobs = await Promise.all(
      [1, 2, 3].map((index) => run(files, { 'max-calls': '10', shard: `${index}/3` })),
    );
    expect(jobs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(callsSoFar()).toBeLessThanOrEqual(30);
    expect(callsSoFar()).toBeGreaterThanOrEqual(10);
    const made = callsSoFar();
    const last = await run(files, { 'max-calls': '30' });
    expect(callsSoFar()).toBe(30);
    expect(counts(last)).toEqual([30 - made, made, 0, 30]);
    expect(sandbox.model.calls().register).toBe(30);
  });

  it('a run whose files are all left for another day needs no permission to write', async () => {
    await start();
    await run(pictures(5), { 'max-calls': '5' });
    github.permissions.contents = 'read';
    const before = github.requests.length;
    const files = {
      ...pictures(8),
      'media/twin.png': pictures(8)['media/007.png'] ?? expect.fail('no file'),
    };
    const second = await run(files, { 'max-calls': '5' });
    expect([second.exitCode, ...counts(second)]).toEqual([0, 0, 5, 0, 4]);
    expect(second.messages('notice').join()).toContain('4 files left for another day');
    expect(github.requests.slice(before).filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect(callsSoFar()).toBe(5);
  });

  it('an upload whose status the limit leaves for another day keeps its URN', async () => {
    await start({ processingMs: 3_600_000 });
    const inputs = { api: 'media', 'wait-minutes': '0', 'max-calls': '1' };
    const first = await run(pictures(1), inputs);
    const [uploaded] = rowsOf(first);
    expect(uploaded).toMatchObject({
      state: 'processing',
      mediaUrn: expect.stringMatching(/^urn:li:image:/),
    });
    const second = await run(pictures(1), inputs);
    expect(rowsOf(second)).toMatchObject([{ state: 'deferred', mediaUrn: uploaded?.mediaUrn, attempts: 0 }]);
    expect(second.json('urns')).toEqual(first.json('urns'));
    expect(callsSoFar()).toBe(1);
  });

  it('a run that could send nothing, and so did not check the permission to write, sends nothing on a day that begins meanwhile', async () => {
    await start();
    await run(pictures(5), { 'max-calls': '5' });
    github.permissions.contents = 'read';
    const [today, tomorrow] = [systemClock, daysLater(1)];
    let date = today;
    const midnight = { ...today, epochMs: () => date.epochMs() };
    const onLine = (line: string) => {
      if (line.startsWith('results file:')) date = tomorrow;
    };
    const second = await run(pictures(8), { 'max-calls': '5' }, midnight, onLine);
    expect([second.exitCode, ...counts(second)]).toEqual([0, 0, 5, 0, 3]);
    expect(callsSoFar()).toBe(5);
  });

  it('a run that only reuses old uploads needs no permission to write', async () => {
    await start();
    await run(pictures(5), { 'max-calls': '5' });
    github.permissions.contents = 'read';
    const later = await run(pictures(5), { 'max-calls': '5' }, daysLater(2));
    expect([later.exitCode, ...counts(later)]).toEqual([0, 0, 5, 0, 0]);
    expect(callsSoFar()).toBe(5);
  });

  it('a run that may send one of its files needs the permission to write', async () => {
    await start();
    await run(pictures(5), { 'max-calls': '5' });
    github.permissions.contents = 'read';
    const later = await run(pictures(6), { 'max-calls': '5' }, daysLater(2));
    expect([later.exitCode, callsSoFar()]).toEqual([1, 5]);
    expect(later.messages('error').join()).toContain('permissions: contents: write');
  });

  it('a plan shows which files are left for another day, and writes nothing', async () => {
    await start();
    const files = pictures(8);
    await run(files, { 'max-calls': '3' });
    const written = github.file(BRANCH);
    const plan = await run(files, { 'max-calls': '5', mode: 'plan', 'access-token': '' });
    expect(statesOf(plan)).toEqual({ planned: 5, deferred: 3 });
    expect([plan.exitCode, ...counts(plan)]).toEqual([0, 0, 0, 0, 3]);
    expect(plan.log).toContain('Plan: 2 can be uploaded, 3 reused, 3 deferred of 8 files');
    expect(plan.log.join('\n')).toMatch(/007\.png .* deferred /);
    expect(plan.log.join('\n')).toContain('2 API calls and 2 uploads (PUT)');
    expect(plan.messages('notice').join()).toContain('have made 3 of the 5 API calls');
    expect([github.file(BRANCH), callsSoFar()]).toEqual([written, 3]);
  });

  it('a simulated run has a whole allowance of its own', async () => {
    await start();
    const step = await run(pictures(8), { 'max-calls': '5', mode: 'simulate', 'api-url': '' });
    expect(counts(step)).toEqual([5, 0, 0, 3]);
    expect([github.requests, callsSoFar()]).toEqual([[], 0]);
  });

  it('a file that needs more calls than a day has is named in a warning', async () => {
    await start();
    const step = await run(pictures(1), { api: 'media', 'max-calls': '1' });
    expect(counts(step)).toEqual([0, 0, 0, 1]);
    expect(step.messages('warning').join()).toContain('1 file may need more API calls than 1');
  });

  it('a limit without a branch is an error of the input, before anything is sent', async () => {
    await start();
    const step = await run(pictures(1), { 'max-calls': '150', 'manifest-branch': '' });
    expect(step.annotations).toMatchObject([{ level: 'error', title: 'input max-calls' }]);
    expect(callsSoFar()).toBe(0);
  });
});
