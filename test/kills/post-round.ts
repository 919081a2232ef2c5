// Runs one plan on the built post action: a run for each kill, and one that ends by itself, all with the same branch and
// the same LinkedIn. Between two runs the claims age. Checks nothing.

import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { parseManifest } from '../../src/memory/manifest.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/memory.ts';
import { readBody, type SandboxHandler } from '../../src/sandbox/messages.ts';
import { SCOPES } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { RandomSource } from '../faults/random-source.ts';
import { GitHubContents } from '../support/github-contents.ts';
import { makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { filesOfPlan, type PostKill, type PostKillPlan } from './post-kill-plan.ts';

const ACTION = resolve(import.meta.dirname, '../../post/action.yml');
const BRANCH = 'linkedin-media';
/** Longer than the life of a claim. */
const AGE_MS = 11 * 60_000;
const SETTLE_MS = 100;

export interface PostRunResult {
  /** Null for the run that ends by itself. */
  readonly kill: PostKill | null;
  readonly run: StepRun;
  readonly requests: number;
  readonly isStruck: boolean;
  /** Posts and comments that arrived without a claim. */
  readonly unclaimed: readonly string[];
  /** The branch after the run; null without one. */
  readonly manifest: string | null;
}

export interface PostRoundResult {
  readonly plan: PostKillPlan;
  readonly runs: readonly PostRunResult[];
  readonly sandbox: Sandbox;
  readonly breaches: readonly string[];
}

export function entriesIn(manifest: string | null): PostEntry[] {
  const posts = manifest === null ? {} : (parseManifest(manifest, BRANCH).posts ?? {});
  return Object.values(posts).map((post) => postEntrySchema.parse(post));
}

export async function runPostRound(plan: PostKillPlan): Promise<PostRoundResult> {
  const watch = new Watch(plan);
  const github = new GitHubContents({ foreignSecrets: [TOKEN], latency: () => watch.request() });
  const duplicateWindowMs = plan.duplicates === 'refused' ? 3_600_000 : 0;
  const scopes = plan.readsPosts ? SCOPES : SCOPES.filter((scope) => scope !== 'r_organization_social');
  const sandbox = await startSandbox({ token: TOKEN, processingMs: 0, duplicateWindowMs, scopes }, (handle) =>
    watch.around(handle, github),
  );
  const server = await github.listen();
  try {
    const workspace = await makeWorkspace(filesOfPlan(plan));
    const stage = { watch, sandbox, workspace, apiUrl: server.apiUrl };
    const runs: PostRunResult[] = [];
    for (const kill of [...plan.kills, null]) {
      const result = await runOnce(kill, stage);
      // A request of a killed run may still take effect.
      await setTimeout(2 * plan.slowMs + SETTLE_MS);
      runs.push({ ...result, manifest: github.file(BRANCH) });
      letClaimsAge(github);
    }
    return { plan, runs, sandbox, breaches: github.breaches };
  } finally {
    await Promise.all([sandbox.close(), server.close()]);
  }
}

interface Stage {
  readonly watch: Watch;
  readonly sandbox: Sandbox;
  readonly workspace: string;
  readonly apiUrl: string;
}

async function runOnce(
  kill: PostKill | null,
  { watch, sandbox, workspace, apiUrl }: Stage,
): Promise<Omit<PostRunResult, 'manifest'>> {
  const timers = new AbortController();
  let sentMs: number | null = null;
  const run = await runAction({
    action: ACTION,
    workspace,
    inputs: {
      'access-token': TOKEN,
      owner: OWNER,
      'api-url': sandbox.url,
      posts: 'posts/*.md',
      'max-posts': '5',
    },
    env: { GITHUB_API_URL: apiUrl },
    onStart: (send) => {
      if (kill === null) return watch.arm(null, () => {});
      watch.arm(kill, () => {
        const strike = () => {
          sentMs = performance.now();
          send(kill.signal);
        };
        setTimeout(kill.delayMs, undefined, { signal: timers.signal }).then(strike, () => {});
      });
    },
  });
  timers.abort();
  return {
    ...{ kill, run, requests: watch.requests, unclaimed: watch.unclaimed },
    isStruck: sentMs !== null && (run.signal !== null || run.exitCode !== 0),
  };
}

/** As if the next run came later. */
function letClaimsAge(github: GitHubContents): void {
  const text = github.file(BRANCH);
  if (text === null) return;
  const older = (_: string, time: string) =>
    `"claimedAt":"${new Date(Date.parse(time) - AGE_MS).toISOString()}"`;
  const aged = text.replaceAll(/"claimedAt":"([^"]+)"/g, older);
  if (aged !== text) github.commit(BRANCH, { 'linkedin.json': aged });
}

/** Counts the requests of a run, slows the answers down, and calls back at the request of the kill. */
class Watch {
  requests = 0;
  unclaimed: string[] = [];
  readonly #random: RandomSource;
  readonly #slowMs: number;
  #alarm: { readonly atRequest: number; readonly ring: () => void } | null = null;

  constructor({ seed, slowMs }: PostKillPlan) {
    this.#random = new RandomSource(seed);
    this.#slowMs = slowMs;
  }

  arm(kill: PostKill | null, ring: () => void): void {
    this.requests = 0;
    this.unclaimed = [];
    this.#alarm = kill && { atRequest: kill.atRequest, ring };
    this.#look();
  }

  /** Before a request to GitHub is handled, and before its answer. */
  async request(): Promise<void> {
    this.requests += 1;
    this.#look();
    if (this.#slowMs > 0) await setTimeout(this.#random.between(0, this.#slowMs));
  }

  around(handle: SandboxHandler, github: GitHubContents): SandboxHandler {
    return async (request) => {
      const body = await readBody(request);
      const isComment = request.path.includes('/socialActions/');
      if (request.method === 'POST' && (isComment || request.path === '/rest/posts')) {
        const entries = entriesIn(github.file(BRANCH));
        const isClaimed = entries.some((entry) =>
          isComment
            ? entry.state === 'posted' && entry.comment?.state === 'sending'
            : entry.state === 'sending',
        );
        if (!isClaimed) this.unclaimed.push(`${request.method} ${request.path}`);
      }
      await this.request();
      const response = await handle({ ...request, body: once(body) });
      await this.request();
      return response;
    };
  }

  #look(): void {
    if (this.#alarm === null || this.requests < this.#alarm.atRequest) return;
    const { ring } = this.#alarm;
    this.#alarm = null;
    ring();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
