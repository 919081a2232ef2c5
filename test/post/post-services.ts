// A GitHub and a LinkedIn that several processes share, in virtual time. Each call may meet a fault. LinkedIn notes what
// the memory held when a request arrived.

import { parseManifest } from '../../src/memory/manifest-text.ts';
import { type PostEntry, postEntrySchema } from '../../src/post/memory/memory.ts';
import {
  DroppedConnection,
  readBody,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { VirtualTime } from '../world/clock.ts';
import { GitHub } from '../world/github/github.ts';
import { Random } from '../world/random.ts';
import { NOW_MS } from './posts.ts';

export const BRANCH = 'linkedin-media';
const LONGEST_MS = 24 * 3_600_000;

export type CallKind = 'read' | 'write' | 'post' | 'comment' | 'find';

/** What goes wrong with one call. */
export type CallFault =
  /** No connection: nothing is sent. */
  | 'unreachable'
  /** The connection breaks: before the call is handled, after that, or long before it is handled after all. */
  | 'lost request'
  | 'lost response'
  | 'late effect'
  /** No response ever comes: to a call that is not handled, or that is. */
  | 'ignored'
  | 'silent'
  | {
      readonly status: number;
      readonly isExecuted?: boolean;
      readonly retryAfterS?: number;
      /** The body refuses a duplicate. It names the post if the call is handled. */
      readonly isDuplicate?: boolean;
    }
  /** Accepted without an id. */
  | 'no id';

export type CallFaults = Partial<Record<CallKind, readonly (CallFault | null)[]>>;

/** A post or comment that arrived at LinkedIn. */
export interface Arrival {
  readonly kind: 'post' | 'comment';
  /** The process that sent it. */
  readonly sender: string;
  readonly atMs: number;
  readonly text: string;
  /** The bytes. */
  readonly body: string;
  /** The claim of the sender that the memory held then. */
  readonly claim: { readonly id: string; readonly nonce: string } | null;
  /** Null when nothing was created. */
  urn: string | null;
  /** Whether the sender may not know what became of it. */
  readonly isLost: boolean;
}

export interface ServiceOptions {
  readonly seed?: number;
  readonly linkedin?: SandboxOptions;
  /** LinkedIn's clock is ahead by this. */
  readonly linkedinSkewMs?: number;
  readonly latencyMs?: number;
  /** GitHub answers reads with what it had so long ago. */
  readonly lagMs?: number;
  /** Whether the next read does; each one by default. */
  readonly isOld?: (services: PostServices) => boolean;
  /** In the order of the calls of a kind, of all processes. */
  readonly faults?: CallFaults;
  /** Called before a post or comment is handled. */
  readonly onArrival?: (services: PostServices) => void;
  /** GitHub answers every call with 503. */
  readonly outage?: Span;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One end of the wire, as the services see it. */
export interface Wire {
  /** Of the process. */
  readonly sender: string;
  /** Resolves at the next event of the process; never if it is dead by then. */
  step(): Promise<void>;
  /** Resolves when the machine of the process does not sleep. */
  awake(): Promise<void>;
}

export class PostServices {
  readonly clock = new VirtualTime({ epochMs: NOW_MS });
  readonly github: GitHub;
  readonly model: SandboxModel;
  readonly arrivals: Arrival[] = [];
  readonly random: Random;
  readonly #options: ServiceOptions;
  readonly #routes: SandboxHandler;
  readonly #faults: Map<string, (CallFault | null)[]>;
  #outage: Span | null;

  constructor(options: ServiceOptions = {}) {
    const { seed = 1, linkedin = {}, linkedinSkewMs = 0, faults = {} } = options;
    this.#options = options;
    this.#outage = options.outage ?? null;
    this.github = new GitHub({
      now: () => this.clock.now(),
      lagMs: () => ((options.isOld?.(this) ?? true) ? (options.lagMs ?? 0) : 0),
    });
    this.random = new Random(seed);
    this.model = new SandboxModel({
      ...linkedin,
      clock: { now: () => this.clock.epochMs() + linkedinSkewMs },
    });
    this.#routes = createRoutes(this.model);
    this.#faults = new Map(Object.entries(faults).map(([kind, list]) => [kind, [...list]]));
  }

  get nowMs(): number {
    return this.clock.now();
  }

  /** The posts that the branch holds. */
  entries(): PostEntry[] {
    const text = this.github.file(BRANCH);
    const posts = text === null ? {} : (parseManifest(text, 'stored').posts ?? {});
    return Object.values(posts).map((post) => postEntrySchema.parse(post));
  }

  /** No call meets a fault any more. Returns how many were left. */
  clearFaults(): number {
    const left = [...this.#faults.values()].flat().filter((fault) => fault !== null).length;
    this.#faults.clear();
    this.#outage = null;
    return left;
  }

  /** GitHub is down from now on. */
  startOutage(forMs: number): void {
    this.#outage = { fromMs: this.nowMs, toMs: this.nowMs + forMs };
  }

  /** Lets time pass until `work` has ended. Throws if it does not end within a day. */
  async finish<T>(work: Promise<T>): Promise<T> {
    if (!(await this.clock.run(work, LONGEST_MS))) throw new Error('it does not end');
    return await work;
  }

  /** GitHub, as a process reaches it. */
  githubFor(wire: Wire): SandboxHandler {
    return async (request) => {
      const kind = request.method === 'GET' ? 'read' : 'write';
      const outage = this.#outage;
      const isOut = outage !== null && this.nowMs >= outage.fromMs && this.nowMs < outage.toMs;
      const fault = isOut ? { status: 503 } : this.#nextFault(kind);
      const handle = this.github.handle as SandboxHandler;
      const response = await this.#carry(request, { wire, fault, open: () => handle });
      return { ...response, headers: { ...response.headers, date: utc(this.clock.epochMs()) } };
    };
  }

  /** LinkedIn, as a process reaches it. */
  linkedinFor(wire: Wire): SandboxHandler {
    return async (request) => {
      const kind =
        request.method === 'GET' ? 'find' : request.path.endsWith('/comments') ? 'comment' : 'post';
      const fault = this.#nextFault(kind);
      const open = (body: Buffer) =>
        kind === 'find' ? this.#routes : this.#receiver(this.#arrive(body, { kind, wire, fault }));
      const response = await this.#carry(request, { wire, fault, open });
      return { ...response, headers: { ...response.headers, date: utc(this.model.now()) } };
    };
  }

  #nextFault(kind: CallKind): CallFault | null {
    return this.#faults.get(kind)?.shift() ?? null;
  }

  /** Notes a post or comment with the claim that is stored when it arrives. */
  #arrive(
    body: Buffer,
    { kind, wire, fault }: { kind: 'post' | 'comment'; wire: Wire; fault: CallFault | null },
  ): Arrival {
    const { commentary, message } = JSON.parse(body.toString());
    const arrival: Arrival = {
      kind,
      sender: wire.sender,
      atMs: this.nowMs,
      text: commentary ?? message.text,
      body: body.toString(),
      claim: this.#claimOf(kind, wire.sender),
      urn: null,
      isLost: isLost(fault),
    };
    this.arrivals.push(arrival);
    this.#options.onArrival?.(this);
    return arrival;
  }

  #receiver(arrival: Arrival): SandboxHandler {
    return async (request) => {
      const response = await this.#routes(request);
      const { storedPosts, comments } = this.model;
      const created = arrival.kind === 'post' ? storedPosts.at(-1) : comments.at(-1);
      if (response.status === 201) arrival.urn = created?.urn ?? null;
      return response;
    };
  }

  #claimOf(kind: CallKind, sender: string): Arrival['claim'] {
    for (const entry of this.entries()) {
      const claim = kind === 'post' ? entry : entry.state === 'posted' ? entry.comment : undefined;
      if (claim?.state === 'sending' && claim.nonce.startsWith(`${sender}-`))
        return { id: entry.id, nonce: claim.nonce };
    }
    return null;
  }

  async #carry(request: SandboxRequest, { wire, fault, open }: Carriage): Promise<SandboxResponse> {
    await this.#step(wire);
    if (fault === 'unreachable') throw Object.assign(new Error('no way'), { code: 'ECONNREFUSED' });
    const body = await readBody(request);
    const handle = open(body);
    await this.#latency();
    const sent = { ...request, body: once(body) };
    if (fault === 'lost request') return await this.#drop(wire);
    if (fault === 'ignored') return await never();
    if (fault === 'late effect') {
      void this.clock.sleep(this.random.between(1000, 60_000)).then(() => handle(sent));
      return await this.#drop(wire);
    }
    const planned = typeof fault === 'object' ? fault : null;
    if (planned !== null && planned.isExecuted !== true) return this.#answer(wire, errorOf(planned));
    const response = await handle(sent);
    if (fault === 'lost response') return await this.#drop(wire);
    if (fault === 'silent') return await never();
    const { 'x-restli-id': _, location: __, ...others } = response.headers;
    const answer = fault === 'no id' ? { ...response, headers: others, body: '' } : response;
    const urn = response.headers['x-restli-id'] ?? /urn:li:\w+:\d+/.exec(String(response.body))?.[0];
    return this.#answer(wire, planned === null ? answer : errorOf(planned, urn));
  }

  async #answer(wire: Wire, response: SandboxResponse): Promise<SandboxResponse> {
    await this.#latency();
    await wire.awake();
    await this.#step(wire);
    return response;
  }

  async #drop(wire: Wire): Promise<never> {
    await wire.awake();
    throw new DroppedConnection();
  }

  async #step(wire: Wire): Promise<void> {
    this.clock.noteEvent();
    await wire.step();
  }

  async #latency(): Promise<void> {
    const { latencyMs = 200 } = this.#options;
    if (latencyMs > 0) await this.clock.sleep(this.random.between(1, latencyMs));
  }
}

interface Carriage {
  readonly wire: Wire;
  readonly fault: CallFault | null;
  /** Gets the body when it has left the process. */
  readonly open: (body: Buffer) => SandboxHandler;
}

function isLost(fault: CallFault | null): boolean {
  if (fault === null || fault === 'no id' || fault === 'unreachable') return false;
  return typeof fault !== 'object' || ![429, 400, 401, 403, 422].includes(fault.status);
}

function errorOf(
  { status, retryAfterS, isDuplicate = false }: Extract<CallFault, { readonly status: number }>,
  urn = 'another post',
): SandboxResponse {
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  const error = isDuplicate
    ? { message: `Content is a duplicate of ${urn}`, code: 'DUPLICATE_POST' }
    : { message: 'planned' };
  return { status, headers, body: JSON.stringify({ ...error, status }) };
}

export function never(): Promise<never> {
  return new Promise(() => {});
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function utc(epochMs: number): string {
  return new Date(epochMs).toUTCString();
}
