// One world: LinkedIn and GitHub, and a network between them and the machines of the runs, in virtual time. Each call may meet a
// fault, and each is recorded.

import type { Dispatcher } from 'undici';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import {
  headerOf,
  pathOnly,
  queryOf,
  readBody,
  type SandboxRequest,
} from '../../src/sandbox/messages.ts';
import { canary } from '../leaks/canaries.ts';
import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { TestClock, type Time } from '../support/clock.ts';
import {
  type Answer,
  bodyOf,
  type Handler,
  SandboxDispatcher,
} from '../support/sandbox-dispatcher.ts';
import { type CallName, callNameOf, type Fault, type Outage, type Service } from './faults.ts';
import { type Fate, Machine } from './machine.ts';
import { Random } from './random.ts';
import { duplicateRefusal, echoOf, inventUrn, postIn, rejection } from './refusals.ts';

const HOSTS: Readonly<Record<string, Service>> = {
  'https://api.linkedin.com': 'linkedin',
  'https://www.linkedin.com': 'linkedin',
  'https://api.github.com': 'github',
};
const LATE_MS = 20_000;
/** Ages of posts that LinkedIn names: born with the request that it refuses, or before any run. */
const RECENT_MS = 500;
const OLD_MS = 24 * 3_600_000;

/** A request that reached the network. */
export interface Call {
  readonly service: Service;
  readonly name: CallName;
  readonly machine: string;
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** The number of the part that an upload sends, if its URL names one. */
  readonly part: number | null;
  /** The body of a JSON call. */
  body: string;
  fault: Fault | null;
  /** The status with which the program was answered. */
  status: number | null;
  /** What the service answered, whether or not that arrived; null if it never handled the call. */
  handled: Answer | null;
  /** When the whole answer had arrived at the program; null if it did not. */
  deliveredMs: number | null;
}

export interface WorldOptions {
  readonly seed: number;
  readonly latencyMs: number;
  readonly faults: readonly Fault[];
  readonly outages: readonly Outage[];
  /** From then on LinkedIn rejects the token; null: never. */
  readonly expiresMs: number | null;
}

export class World {
  readonly time: Time;
  readonly random: Random;
  readonly calls: Call[] = [];
  /** Requests that no client may make. */
  readonly breaches: string[] = [];
  readonly #options: WorldOptions;
  readonly #services = new Map<Service, Handler>();
  readonly #counts = new Map<CallName, number>();
  /** Since then calls meet faults; null while nothing goes wrong. */
  #disturbedMs: number | null = null;

  constructor(options: WorldOptions, time: Time = new TestClock()) {
    this.#options = options;
    this.time = time;
    this.random = new Random(options.seed);
  }

  connect(service: Service, handle: Handler): void {
    this.#services.set(service, handle);
  }

  get isCalm(): boolean {
    return this.#disturbedMs === null;
  }

  /** From now on calls are counted and meet the faults of the schedule. */
  disturb(): void {
    this.#disturbedMs = this.time.now();
  }

  calm(): void {
    this.#disturbedMs = null;
  }

  start(name: string, fate: Fate): Machine {
    return new Machine(name, { time: this.time, random: this.random, fate });
  }

  dispatcherFor(machine: Machine): Dispatcher {
    return new SandboxDispatcher((request) =>
      this.carry(request, { machine, service: HOSTS[request.origin] }),
    );
  }

  /** The calls of a machine. */
  callsOf(machine: string, service: Service): Call[] {
    return this.calls.filter((call) => call.machine === machine && call.service === service);
  }

  /** Carries a request to a service, and its answer back. Without a service, there is no such host. */
  async carry(
    request: SandboxRequest,
    { machine, service }: { readonly machine: Machine; readonly service: Service | undefined },
  ): Promise<Answer> {
    await machine.step();
    this.#watch(request, service);
    if (service === undefined) throw broken('ENOTFOUND');
    const name = callNameOf(service, request);
    const call: Call = {
      ...{ service, name, machine: machine.name, atMs: this.time.now(), method: request.method },
      ...{
        path: pathOnly(request),
        query: queryOf(request).toString(),
        part: Number(queryOf(request).get('pn')) || null,
      },
      ...{ body: '', fault: null, status: null, handled: null, deliveredMs: null },
    };
    this.calls.push(call);
    call.fault = this.#strike(call);
    const answer = await this.#answer(request, call);
    await this.#latency();
    await machine.step();
    call.status = answer.status;
    const onDelivered = () => {
      call.deliveredMs = this.time.now();
    };
    return { ...answer, onDelivered };
  }

  async #answer(request: SandboxRequest, call: Call): Promise<Answer> {
    const { kind = null, ms = 0, ...planned } = call.fault ?? {};
    if (kind === 'unreachable') throw broken('ECONNREFUSED');
    if (kind === 'proxy')
      throw new ProxyTunnelError('http://proxy.test', call.fault?.status ?? 502);
    if (kind === 'reset midway') {
      await request.body[Symbol.asyncIterator]().next();
      throw broken('ECONNRESET');
    }
    const body = await readBody(request);
    if (call.name !== 'upload') call.body = body.toString();
    await this.#latency();
    const epochMs = this.time.epochMs();
    const handle = async () => {
      call.handled = await this.#handle({ ...request, body: bodyOf(body) }, call.service);
      return call.handled;
    };
    switch (kind) {
      case 'lost request':
        throw broken('ECONNRESET');
      case 'late effect':
        void this.time.sleep(this.random.between(500, LATE_MS)).then(handle);
        throw broken('ECONNRESET');
      case 'ignored':
        return await new Promise(() => {});
      case 'status':
        return rejection(planned);
      case 'echo':
        return rejection(planned, { message: echoOf(request, call.body) });
      case 'duplicate of an old post':
        return duplicateRefusal(this.#firstPost ?? inventUrn(epochMs - OLD_MS), epochMs);
      case 'duplicate of nothing':
        return duplicateRefusal(inventUrn(epochMs - RECENT_MS), epochMs);
    }
    const answer = await handle();
    switch (kind) {
      case 'lost response':
        throw broken('ECONNRESET');
      case 'silent':
        return await new Promise(() => {});
      case 'status after effect':
        return rejection(planned, { made: answer });
      case 'duplicate of itself':
        return answer.status === 201
          ? duplicateRefusal(postIn(answer), this.time.epochMs())
          : answer;
      case 'cut answer':
        return { ...answer, isCut: true };
      case 'truncated answer':
        return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
      case 'slow':
        await this.time.sleep(ms);
    }
    return answer;
  }

  /**
   * The URN of the first post that LinkedIn has taken. By its time, one of the last minute could be the one of a request with another
   * text, for which LinkedIn would never name it.
   */
  get #firstPost(): string | null {
    const madeMs = this.time.now() - 60_000;
    const made = this.calls.find(
      ({ name, atMs, handled }) => name === 'post' && handled?.status === 201 && atMs <= madeMs,
    );
    return postIn(made?.handled ?? null);
  }

  async #handle(request: SandboxRequest, service: Service): Promise<Answer> {
    const handle = this.#services.get(service);
    if (handle === undefined) throw broken('ENOTFOUND');
    const { headers, ...answer } = await handle(request);
    return {
      ...answer,
      headers: { date: new Date(this.time.epochMs()).toUTCString(), ...headers },
    };
  }

  #strike({ name, service, path, atMs }: Call): Fault | null {
    if (this.#disturbedMs === null) return null;
    const sinceMs = atMs - this.#disturbedMs;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const { faults, outages, expiresMs } = this.#options;
    const isOut = outages.some(
      ({ of, fromMs, ms }) => of === service && sinceMs >= fromMs && sinceMs < fromMs + ms,
    );
    if (isOut) return { on: name, nth: count, kind: 'status', status: 503 };
    if (
      service === 'linkedin' &&
      expiresMs !== null &&
      sinceMs >= expiresMs &&
      !path.startsWith('/dms-uploads/')
    )
      return { on: name, nth: count, kind: 'status', status: 401 };
    return (
      faults.find(({ on, nth, every }) => on === name && (every ? count >= nth : count === nth)) ??
      null
    );
  }

  /** Each token may go only to its service. */
  #watch(request: SandboxRequest, service: Service | undefined): void {
    const sent = [request.path, ...request.headers.flat()].join('\n');
    const line = `${request.method} ${request.origin}${pathOnly(request)}`;
    if (service === undefined) this.breaches.push(`${line} is another host`);
    if (service !== 'github' && sent.includes(FAKE_GITHUB_TOKEN))
      this.breaches.push(`${line} holds the token of GitHub`);
    if (service !== 'linkedin' && sent.includes(canary('token')))
      this.breaches.push(`${line} holds the token of LinkedIn`);
    if (
      request.path.startsWith('/dms-uploads/') &&
      headerOf(request, 'authorization') === undefined
    )
      return;
    if (headerOf(request, 'authorization') === undefined && !request.path.startsWith('/oauth/'))
      this.breaches.push(`${line} has no token`);
  }

  async #latency(): Promise<void> {
    const { latencyMs } = this.#options;
    if (latencyMs > 0) await this.time.sleep(this.random.between(1, latencyMs));
  }
}

function broken(code: string): Error {
  return Object.assign(new Error(`the connection broke (${code})`), {
    code,
    ...(code === 'ECONNRESET' ? {} : { syscall: 'connect' }),
  });
}
