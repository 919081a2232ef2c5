// One run of the post action with the services of the tests, without its inputs and media: reads the memory, plans, publishes
// and reports. It may be cancelled, and killed at any step.

import type { Clock } from '../../src/deps.ts';
import { type ActionError, abortReason, RunError, toActionError } from '../../src/errors.ts';
import { BranchFile } from '../../src/github/branch/branch-file.ts';
import { BranchMemoryFile } from '../../src/github/branch/branch-memory-file.ts';
import { GitHubClient } from '../../src/github/github-client.ts';
import { createHttpClient } from '../../src/http/client.ts';
import { PostClient } from '../../src/linkedin/post-client.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import { EMPTY_MANIFEST } from '../../src/memory/manifest.ts';
import { MANIFEST_BYTES_MAX } from '../../src/memory/manifest-text.ts';
import { Memory } from '../../src/memory/memory.ts';
import { CLAIM_TTL_MS } from '../../src/post/claim-timing.ts';
import type { Post } from '../../src/post/file/post.ts';
import type { UrnSource } from '../../src/post/memory/memory.ts';
import { PostMemory } from '../../src/post/memory/post-memory.ts';
import { planPosts } from '../../src/post/plan.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import type { PostItem, PostState } from '../../src/post/post-state.ts';
import { sendPosts } from '../../src/post/send/send-posts.ts';
import { Secret } from '../../src/secret.ts';
import { RequestScheduler } from '../../src/upload/retry/request-scheduler.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { BRANCH, never, type PostServices } from './post-services.ts';
import { API_URL, makeWritten, PAGE } from './posts.ts';

export interface ProcessOptions {
  readonly name: string;
  /** Its clock is ahead by this. */
  readonly skewMs?: number;
  /** It dies at this step, counted from 1: a request that leaves, or an answer that arrives. */
  readonly killAt?: number | null;
  /** It is cancelled so long after its start. */
  readonly cancelAfterMs?: number | null;
  readonly cancelAt?: number | null;
  /** Its machine goes to sleep for 11 minutes with this wait, counted from 1. */
  readonly suspendAt?: number | null;
  /** Null: LinkedIn does not tell. */
  readonly scopes?: readonly string[] | null;
}

/** Longer than the life of a claim. */
const SUSPENDED_MS = CLAIM_TTL_MS + 60_000;

/** A line of the report. */
export interface Row {
  readonly id: string;
  readonly state: PostState | null;
  readonly urn: string | null;
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
  readonly error: ActionError | null;
  readonly notice: string | null;
}

export interface Report {
  readonly name: string;
  readonly rows: readonly Row[];
  /** The run failed before it published anything. */
  readonly error: ActionError | null;
  readonly startMs: number;
  /** When it began to publish; null if it did not. */
  readonly publishMs: number | null;
  /** When the outputs were written. */
  readonly endMs: number;
  readonly cancelledMs: number | null;
  readonly wasSuspended: boolean;
  /** Whether the memory could not be written at the end. */
  readonly memoryError: ActionError | null;
}

export class PostProcess {
  readonly cancel = new AbortController();
  readonly #services: PostServices;
  readonly #options: ProcessOptions;
  readonly #clock: Clock;
  #steps = 0;
  #nonces = 0;
  #cancelledMs: number | null = null;
  /** The machine sleeps until then, by the clock of the services. */
  #suspendedUntilMs = 0;
  #suspendedMs = 0;
  #waits = 0;
  isDead = false;

  constructor(services: PostServices, options: ProcessOptions) {
    this.#services = services;
    this.#options = options;
    const { skewMs = 0, suspendAt = null } = options;
    const startMs = services.nowMs;
    this.#clock = {
      // A monotonic clock stops while the machine sleeps.
      now: () => services.nowMs - startMs - this.#suspendedMs + this.#asleepMs(),
      epochMs: () => services.clock.epochMs() + skewMs,
      random: () => services.random.next(),
      sleep: async (ms, signal) => {
        const dueMs = this.#clock.now() + ms;
        this.#waits += 1;
        if (this.#waits === suspendAt) this.suspend(SUSPENDED_MS);
        await services.clock.sleep(ms, signal);
        const leftMs = () => dueMs - this.#clock.now() + this.#asleepMs();
        // Less than that is an error of rounding.
        while (leftMs() > 0.001) await services.clock.sleep(leftMs(), signal);
        if (this.isDead) await never();
      },
    };
  }

  /** The machine sleeps from now on. What the process waits for goes on when it wakes up. */
  suspend(forMs: number): void {
    this.#suspendedUntilMs = this.#services.nowMs + forMs;
    this.#suspendedMs += forMs;
  }

  /** How long the machine goes on to sleep. */
  #asleepMs(): number {
    return Math.max(0, this.#suspendedUntilMs - this.#services.nowMs);
  }

  async #awake(): Promise<void> {
    while (this.#asleepMs() > 0) await this.#services.clock.sleep(this.#asleepMs());
  }

  get steps(): number {
    return this.#steps;
  }

  abort(): void {
    if (this.cancel.signal.aborted || this.isDead) return;
    this.#cancelledMs = this.#services.nowMs;
    this.cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
  }

  /** Resolves with null if the process is killed before it has reported. */
  async run(posts: readonly Post[]): Promise<Report | null> {
    const { killAt = null, cancelAfterMs = null } = this.#options;
    const dead = Promise.withResolvers<null>();
    this.#onDeath = () => dead.resolve(null);
    if (killAt === 0) this.kill();
    const over = new AbortController();
    if (cancelAfterMs !== null)
      void this.#services.clock.sleep(cancelAfterMs, over.signal).then(
        () => this.abort(),
        () => {},
      );
    try {
      return await Promise.race([this.#run(posts), dead.promise]);
    } finally {
      over.abort();
    }
  }

  #onDeath = () => {};

  /** From now on it does nothing, and nobody hears from it. */
  kill(): void {
    this.isDead = true;
    this.#onDeath();
  }

  async #step(): Promise<void> {
    this.#steps += 1;
    const { killAt = null, cancelAt = null } = this.#options;
    if (this.#steps === killAt) this.kill();
    if (this.#steps === cancelAt) setImmediate(() => this.abort());
    if (this.isDead) await never();
  }

  async #run(posts: readonly Post[]): Promise<Report | null> {
    const { name } = this.#options;
    const startMs = this.#services.nowMs;
    const report = {
      name,
      publishMs: null as number | null,
      rows: [] as Row[],
      error: null as ActionError | null,
      memoryError: null as ActionError | null,
    };
    const { signal } = this.cancel;
    const memory = new Memory(this.#openFile(), { clock: this.#clock, signal, isReadOnly: false });
    try {
      await memory.open();
      await this.#publish(posts, memory, report);
    } catch (thrown) {
      report.error = toActionError(thrown);
    }
    // The outputs are written now.
    const endMs = this.#services.nowMs;
    const written = { ...report, rows: [...report.rows] };
    try {
      await memory.close();
    } catch (thrown) {
      written.memoryError = toActionError(thrown);
    }
    return {
      ...{ ...written, startMs, endMs, cancelledMs: this.#cancelledMs },
      wasSuspended: this.#suspendedMs > 0,
    };
  }

  async #publish(
    posts: readonly Post[],
    opened: Memory,
    report: { readonly rows: Row[]; publishMs: number | null },
  ): Promise<void> {
    const { scopes = null } = this.#options;
    const memory = new PostMemory(opened, { signal: this.cancel.signal });
    const paths = new Set(posts.map(({ file }) => file));
    const plan = planPosts(
      posts.map((post) => makeWritten(post)),
      { entries: memory.entries(), fileExists: (path) => paths.has(path) },
      { owner: PAGE, maxPosts: 50, apiUrl: API_URL, nowMs: memory.epochMs(), maxAgeHours: 0 },
    );
    const ledger = new PostLedger(plan);
    await opened.prepareWrites();
    await memory.remember(plan.posts);
    const linkedin = this.#openLinkedIn();
    const scheduler = new RequestScheduler({
      ...{ concurrency: 4, clock: this.#clock, signal: this.cancel.signal },
      ...{ onFatal: () => {}, onPause: () => {} },
    });
    const env = {
      ...{ memory, linkedin: new PostClient(new RestClient(linkedin, '202609')), scopes },
      ...{ retrier: scheduler.retrier, limiter: scheduler.registrations },
      ...{ clock: this.#clock, signal: this.cancel.signal, apiUrl: API_URL, ledger },
      runUrl: `https://github.com/octocat/media/actions/runs/${this.#options.name}`,
      serverNow: () => linkedin.serverNow(),
      makeNonce: () => {
        this.#nonces += 1;
        return `${this.#options.name}-claim-${String(this.#nonces).padStart(6, '0')}`;
      },
      forgetMedia: () => {},
      logger: { info: () => {} },
    };
    report.publishMs = this.#services.nowMs;
    await sendPosts(env);
    ledger.close(abortReason(this.cancel.signal));
    report.rows.push(...ledger.items.map(toRow));
  }

  #openFile(): BranchMemoryFile {
    const wire = { sender: this.#options.name, step: () => this.#step(), awake: () => this.#awake() };
    const { signal } = this.cancel;
    const clock = this.#clock;
    const dispatcher = new SandboxDispatcher(this.#services.githubFor(wire));
    const apiUrl = new URL('https://api.github.com');
    const github = new GitHubClient({
      apiUrl,
      repository: { owner: 'octocat', repo: 'media' },
      token: new Secret(FAKE_GITHUB_TOKEN),
      dispatcher,
      clock,
      signal,
    });
    return new BranchMemoryFile({
      file: new BranchFile({
        ...{ github, branch: BRANCH, path: 'linkedin.json', maxBytes: MANIFEST_BYTES_MAX },
      }),
      ...{ github, shards: 1, job: this.#options.name, commitMessage: 'Update' },
      readSeed: async () => EMPTY_MANIFEST,
    });
  }

  #openLinkedIn() {
    const wire = { sender: this.#options.name, step: () => this.#step(), awake: () => this.#awake() };
    return createHttpClient({
      dispatcher: new SandboxDispatcher(this.#services.linkedinFor(wire)),
      clock: this.#clock,
      signal: this.cancel.signal,
      apiUrl: new URL(API_URL),
      token: new Secret('token-of-the-post-test'),
      onRequest: () => {},
    });
  }
}

function toRow({ planned: { written }, errors, ...item }: PostItem): Row {
  const { state, urn, urnSource, commentUrn, notice } = item;
  return { id: written.id, state, urn, urnSource, commentUrn, error: errors[0] ?? null, notice };
}
