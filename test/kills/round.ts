// Runs one plan on the built action: a run for each kill, and one that ends by itself, all with the same manifest and the
// same LinkedIn. Checks nothing.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type ManifestEntry, parseManifest } from '../../src/publish/manifest/schema.ts';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import type { Kill, KillPlan } from './kill-plan.ts';
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
  readonly manifestPath: string;
}

export interface RoundResult {
  readonly plan: KillPlan;
  readonly runs: readonly RunResult[];
  /** Secrets that the manifest must not hold: the token, queries of upload addresses, and completion tokens. */
  readonly secrets: readonly string[];
}

export function entriesOf({ manifest, manifestPath }: RunResult): ManifestEntry[] {
  return manifest === null ? [] : [...parseManifest(manifest, manifestPath).entries.values()];
}

export async function runRound(plan: KillPlan): Promise<RoundResult> {
  const watch = new Watch(plan);
  const sandbox = await startWatched(plan, watch);
  try {
    const workspace = await makeWorkspace(plan.files);
    const runs: RunResult[] = [];
    for (const kill of [...plan.kills, null])
      runs.push(await runOnce({ plan, kill, watch, sandbox, workspace }));
    return { plan, runs, secrets: [TOKEN, ...secretsOf(sandbox)] };
  } finally {
    await sandbox.close();
  }
}

interface Stage {
  readonly plan: KillPlan;
  readonly kill: Kill | null;
  readonly watch: Watch;
  readonly sandbox: Sandbox;
  readonly workspace: string;
}

async function runOnce({ plan, kill, watch, sandbox, workspace }: Stage): Promise<RunResult> {
  const lines: TimedLine[] = [];
  let [killedMs, againMs]: [number | null, number | null] = [null, null];
  const timers: NodeJS.Timeout[] = [];
  const run = await runAction({
    workspace,
    inputs: inputsOf(plan, sandbox.url),
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
  const manifestPath = join(workspace, MANIFEST);
  const manifest = existsSync(manifestPath) ? readFileSync(manifestPath, 'utf8') : null;
  const result = { kill, killedMs, againMs, run, lines, named, requests: counts.requests, lastCallMs };
  return { ...result, assets: sandbox.model.assets(), manifest, manifestPath };
}

function inputsOf({ api, imageUpload, concurrency }: KillPlan, url: string): Record<string, string> {
  return {
    'access-token': TOKEN,
    owner: OWNER,
    files: 'media/**',
    'api-url': url,
    manifest: MANIFEST,
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
