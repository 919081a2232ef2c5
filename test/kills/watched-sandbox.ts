// A LinkedIn that outlives the runs it serves, and watches them: counts what comes in, knows when each URN was told, and
// rings when a count is reached.

import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { SandboxHandler, SandboxRequest } from '../../src/sandbox/messages.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Prng } from '../faults/prng.ts';
import { TOKEN } from '../support/publishing.ts';
import type { Kill, KillPlan } from './kill-plan.ts';

export interface NamedUrn {
  readonly id: string;
  /** When its answer was handed to the socket. */
  readonly atMs: number;
}

type Counts = Record<Exclude<Kill['count'], 'time'>, number>;

const REGISTRATION = /[?&]action=(registerUpload|initializeUpload)/;
const PART_BYTES = 400_000;

export class Watch {
  /** What the present run was told. */
  named: NamedUrn[] = [];
  counts: Counts = { requests: 0, bytes: 0 };
  /** When the present run last began a call; null when it made none. */
  lastCallMs: number | null = null;
  readonly #prng: Prng;
  readonly #slowMs: number;
  #alarm: { readonly kill: Kill; readonly ring: () => void } | null = null;

  constructor({ seed, slowMs }: KillPlan) {
    this.#prng = new Prng(seed + 1);
    this.#slowMs = slowMs;
  }

  /** Counts anew, and rings once when the kill's count is reached. */
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
      const reply = await handle({ ...request, body: this.#counted(request) });
      if (this.#slowMs > 0) await setTimeout(this.#prng.between(0, this.#slowMs));
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
