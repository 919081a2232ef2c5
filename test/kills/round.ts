// Runs one plan on the built action: a run for each kill, and one that ends by itself, all with the same manifest and the
// same LinkedIn. With a manifest on a branch, each run has a new machine. Checks nothing.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type ManifestEntry, parseManifest } from '../../src/memory/manifest.ts';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { preload } from '../dist/scenes.ts';
import { canary } from '../leaks/canaries.ts';
import { makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import type { Kill, KillPlan } from './kill-plan.ts';
import { BRANCH, WatchedGitHub } from './watched-github.ts';
import { type NamedUrn, startWatched, Watch } from './watched-sandbox.ts';

const MANIFEST = 'linkedin.json';

export interface TimedLine {
  readonly text: string;
  readonly atMs: number;
}

/** One run of the process, and the state after it. */
export interface RunResult {
  /** Null for the run that ends by itself. */
  readonly kill: Kill | null;
  /** When the signal and the second one were sent; null if the run was over before. */
  readonly killedMs: number | null;
  readonly againMs: number | null;
  readonly run: StepRun;
  readonly lines: readonly TimedLine[];
  /** URNs that LinkedIn returned to this run, and when. */
  readonly named: readonly NamedUrn[];
  readonly requests: number;
  readonly lastCallMs: number | null;
  /** LinkedIn's assets when the run was over. */
  readonly assets: readonly AssetReport[];
  /** Null when there is none. */
  readonly manifest: string | null;
  /** In the workspace, or on the branch. */
  readonly manifestPath: string;
}

export interface RoundResult {
  readonly plan: KillPlan;
  readonly runs: readonly RunResult[];
  /** Secrets that the manifest must not hold: tokens, queries of upload URLs, and completion tokens. */
  readonly secrets: readonly string[];
  /** Null if the manifest is in the workspace. */
  readonly github: WatchedGitHub | null;
  /** Requests to LinkedIn with GitHub's token. */
  readonly foreign: readonly string[];
}

export function entriesOf({ manifest, manifestPath }: RunResult): ManifestEntry[] {
  return manifest === null ? [] : [...parseManifest(manifest, manifestPath).entries.values()];
}

export async function runRound(plan: KillPlan): Promise<RoundResult> {
  const watch = new Watch(plan);
  const sandbox = await startWatched(plan, watch);
  const github = plan.gitHubFaults === null ? null : new WatchedGitHub(plan);
  const server = await github?.fake.listen();
  try {
    const workspaces: string[] = [];
    const runs: RunResult[] = [];
    for (const kill of [...plan.kills, null]) {
      if (github !== null || workspaces.length === 0) workspaces.push(await makeWorkspace(plan.files));
      const branch = server && github && { apiUrl: server.apiUrl, github };
      runs.push(await runOnce({ plan, kill, watch, sandbox, workspace: workspaces.at(-1) ?? '', branch }));
    }
    const secrets = [TOKEN, canary('github token'), ...secretsOf(sandbox)];
    return { plan, runs, secrets, github, foreign: watch.foreign };
  } finally {
    await Promise.all([sandbox.close(), server?.close()]);
  }
}

interface Stage {
  readonly plan: KillPlan;
  readonly kill: Kill | null;
  readonly watch: Watch;
  readonly sandbox: Sandbox;
  readonly workspace: string;
  /** Absent if the manifest is in the workspace. */
  readonly branch: { readonly apiUrl: string; readonly github: WatchedGitHub } | null | undefined;
}

/** The longest interval between two writes to a branch. Shorter and longer waits are not changed. */
export const INTERVAL_MS = 450;
const SHORT_INTERVALS = preload(`
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  timers.setTimeout = (ms, ...rest) => setTimeout(ms >= 25_000 && ms < 45_000 ? ms / 100 : ms, ...rest);
  syncBuiltinESMExports();
`);

async function runOnce({ plan, kill, watch, sandbox, workspace, branch }: Stage): Promise<RunResult> {
  const lines: TimedLine[] = [];
  let [killedMs, againMs]: [number | null, number | null] = [null, null];
  const timers: NodeJS.Timeout[] = [];
  const run = await runAction({
    workspace,
    inputs: {
      ...inputsOf(plan, sandbox.url),
      ...(branch ? { 'manifest-branch': BRANCH } : { manifest: MANIFEST }),
    },
    env: branch ? { GITHUB_API_URL: branch.apiUrl, ...SHORT_INTERVALS } : {},
    onLine: (text) => lines.push({ text, atMs: performance.now() }),
    onStart: (send) => {
      const sendAgain = () => {
        againMs = performance.now();
        // GitHub's runner sends SIGTERM after SIGINT.
        send('SIGTERM');
      };
      const strike = () => {
        killedMs = performance.now();
        send(kill?.signal ?? 'SIGKILL');
        if (kill?.againAfterMs != null) timers.push(setTimeout(sendAgain, kill.againAfterMs));
      };
      watch.arm(kill, () => timers.push(setTimeout(strike, kill?.delayMs)));
    },
  });
  for (const timer of timers) clearTimeout(timer);
  const { named, counts, lastCallMs } = watch;
  watch.arm(null, () => {});
  const manifestPath = branch ? BRANCH : join(workspace, MANIFEST);
  const manifest = branch ? branch.github.text : textOf(manifestPath);
  const result = { kill, killedMs, againMs, run, lines, named, requests: counts.requests, lastCallMs };
  return { ...result, assets: sandbox.model.assets(), manifest, manifestPath };
}

function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function inputsOf({ api, imageUpload, concurrency }: KillPlan, url: string): Record<string, string> {
  return {
    'access-token': TOKEN,
    owner: OWNER,
    files: 'media/**',
    'api-url': url,
    'multipart-threshold-mb': '1',
    concurrency: String(concurrency),
    api,
    'image-upload': imageUpload,
  };
}

function secretsOf({ model }: Sandbox): string[] {
  return model.assets().flatMap(({ id }) => {
    const asset = model.assetById(id);
    const queries = asset?.allSlots.map(({ address }) => address.slice(address.indexOf('?') + 1)) ?? [];
    return [...queries, asset?.completionToken ?? ''].filter((text) => text !== '');
  });
}
