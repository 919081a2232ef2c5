// A LinkedIn that serves all runs of a round and watches them: counts requests and bytes, notes when each URN was
// returned, and calls back when a count is reached.

import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { SandboxHandler, SandboxRequest } from '../../src/sandbox/messages.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { RandomSource } from '../faults/random-source.ts';
import { canary } from '../leaks/canaries.ts';
import { TOKEN } from '../support/publishing.ts';
import type { Kill, KillPlan } from './kill-plan.ts';

export interface NamedUrn {
  readonly id: string;
  /** When its answer was passed to the socket. */
  readonly atMs: number;
}

type Counts = Record<Exclude<Kill['count'], 'time'>, number>;

const REGISTRATION = /[?&]action=(registerUpload|initializeUpload)/;
const PART_BYTES = 400_000;

export class Watch {
  /** The URNs that were returned to the current run. */
  named: NamedUrn[] = [];
  /** Requests with GitHub's token. */
  readonly foreign: string[] = [];
  counts: Counts = { requests: 0, bytes: 0 };
  /** When the current run started its last call; null without a call. */
  lastCallMs: number | null = null;
  readonly #random: RandomSource;
  readonly #slowMs: number;
  #alarm: { readonly kill: Kill; readonly ring: () => void } | null = null;

  constructor({ seed, slowMs }: KillPlan) {
    this.#random = new RandomSource(seed);
    this.#slowMs = slowMs;
  }

  /** Resets the counters, and calls `ring` once when the kill's count is reached. */
  arm(kill: Kill | null, ring: () => void): void {
    this.counts = { requests: 0, bytes: 0 };
    this.named = [];
    this.lastCallMs = null;
    this.#alarm = kill === null ? null : { kill, ring };
    this.#look();
  }

  readonly around = (handle: SandboxHandler): SandboxHandler => {
    return async (request) => {
      const { named } = this;
      this.lastCallMs = performance.now();
      this.#count('requests', 1);
      const { method, path, headers } = request;
      if (JSON.stringify([path, headers]).includes(canary('github token')))
        this.foreign.push(`${method} ${path}`);
      const reply = await handle({ ...request, body: this.#counted(request) });
      if (this.#slowMs > 0) await setTimeout(this.#random.between(0, this.#slowMs));
      const [, id] = /urn:li:(?:digitalmediaAsset|image|video):([\w-]+)/.exec(reply.body) ?? [];
      if (id !== undefined && reply.status < 300 && REGISTRATION.test(request.path))
        named.push({ id, atMs: performance.now() });
      return reply;
    };
  };

  async *#counted({ body }: SandboxRequest): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#count('bytes', chunk.byteLength);
      yield chunk;
    }
  }

  #count(what: keyof Counts, amount: number): void {
    this.counts[what] += amount;
    this.#look();
  }

  #look(): void {
    if (this.#alarm === null) return;
    const { kill, ring } = this.#alarm;
    if (kill.count !== 'time' && this.counts[kill.count] < kill.at) return;
    this.#alarm = null;
    ring();
  }
}

export function startWatched(plan: KillPlan, watch: Watch): Promise<Sandbox> {
  const { processingMs } = plan;
  return startSandbox({ token: TOKEN, processingMs, partSizeBytes: PART_BYTES }, watch.around);
}
