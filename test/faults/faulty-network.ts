// The network of a schedule: carries every call to the sandbox, in virtual time, and lets the planned faults strike.

import { Dispatcher } from 'undici';
import type { Clock } from '../../src/deps.ts';
import type { SandboxHandler, SandboxRequest, SandboxResponse } from '../../src/sandbox/messages.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { sign, unsign } from '../leaks/signed-linkedin.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { Answer } from './answer.ts';
import type { CallName } from './call-name.ts';
import { readCall } from './calls.ts';
import { type Echo, echoOf } from './echo.ts';
import type { FaultPlan, PlannedFault } from './fault-plan.ts';
import { kindOf } from './kinds.ts';
import { Prng } from './prng.ts';
import type { Moment, Spoil } from './spoils.ts';
import type { Call, Exchange, Trace } from './trace.ts';

interface NetworkOptions {
  readonly plan: FaultPlan;
  readonly model: SandboxModel;
  readonly clock: Clock;
  readonly trace: Trace;
  /** Number of settled files with the bytes of a file of the plan. */
  readonly turnOf: (file: number) => number;
  /** Hears of everything that happens on the wire: a moment to cancel at. */
  readonly onStep: () => void;
}

export class FaultyNetwork extends Dispatcher {
  readonly #options: NetworkOptions;
  readonly #handle: SandboxHandler;
  readonly #chance: Prng;
  readonly #seen: number[];
  #hiccup = { seen: 0, endMs: Number.NEGATIVE_INFINITY };

  constructor(options: NetworkOptions) {
    super();
    this.#options = options;
    const handle = createRoutes(options.model);
    this.#handle = async (request) => sign(await handle(request));
    this.#chance = new Prng(options.plan.seed + 1);
    this.#seen = options.plan.faults.map(() => 0);
  }

  override dispatch(given: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const options = unsigned(given);
    const { model, clock, trace, plan, turnOf, onStep } = this.#options;
    const exchange = trace.begin(readCall(options, model, turnOf), clock.now());
    exchange.fault = this.#strike(exchange);
    if (exchange.fault !== null) trace.strike(exchange.fault, exchange.files);
    const spoil = exchange.fault === null ? null : kindOf(exchange.fault.kind).spoil;
    const over = new AbortController();
    const onEnd = () => {
      over.abort();
      onStep();
    };
    const carrying = { exchange, spoil, lag: this.#lag(over.signal), echo: this.#echo(given, exchange) };
    const inner = new SandboxDispatcher((request) => this.#carry(request, carrying));
    const { skewMs } = plan;
    inner.dispatch(options, new Answer({ to: handler, exchange, spoil, trace, clock, skewMs, onEnd }));
    onStep();
    return true;
  }

  /** The first planned fault that is due; the others count the call too. */
  #strike({ kind, files }: Exchange): PlannedFault | null {
    let due: PlannedFault | null = null;
    for (const [index, fault] of this.#options.plan.faults.entries()) {
      if (fault.on !== kind || (fault.file !== null && !files.includes(fault.file))) continue;
      const count = (this.#seen[index] ?? 0) + 1;
      this.#seen[index] = count;
      if (count >= fault.nth && count < fault.nth + fault.times) due ??= fault;
    }
    return due ?? this.#hiccupAt(kind);
  }

  #hiccupAt(on: CallName): PlannedFault | null {
    const { hiccup } = this.#options.plan;
    if (hiccup === undefined || (hiccup.on !== null && hiccup.on !== on)) return null;
    const { kind, nth, forMs } = hiccup;
    const nowMs = this.#options.clock.now();
    this.#hiccup.seen += 1;
    if (this.#hiccup.seen === nth) this.#hiccup.endMs = nowMs + forMs;
    if (nowMs >= this.#hiccup.endMs) return null;
    return { file: null, on, nth, times: 1, kind, isApplied: false };
  }

  /** The time that a call takes each way, and a little between its pieces; no longer than it is alive. */
  #lag(alive: AbortSignal): (share: number) => Promise<void> {
    const { clock, plan } = this.#options;
    const chance = new Prng(this.#chance.between(0, 2 ** 31));
    return async (share) => {
      if (plan.latencyMs > 0) await clock.sleep(chance.between(1, Math.ceil(plan.latencyMs * share)), alive);
    };
  }

  #echo({ headers, path, body }: Dispatcher.DispatchOptions, { kind }: Call): Echo {
    const { authorization = null } = headers as Record<string, string>;
    const heard = { kind, authorization, path, body: typeof body === 'string' ? body : null };
    return echoOf(heard, this.#options.plan.token, new Prng(this.#chance.between(0, 2 ** 31)));
  }

  async #carry(request: SandboxRequest, carrying: Carrying): Promise<SandboxResponse> {
    const { lag } = carrying;
    const { clock, plan } = this.#options;
    await lag(1);
    const seen = { ...request, body: this.#stepping(request.body, lag) };
    const reply = await this.#reply(seen, carrying);
    await lag(1);
    const date = new Date(clock.epochMs() + plan.skewMs).toUTCString();
    return { ...reply, headers: { ...reply.headers, date } };
  }

  async #reply(request: SandboxRequest, { exchange, spoil, echo }: Carrying): Promise<SandboxResponse> {
    const { clock, plan, model } = this.#options;
    switch (spoil?.how) {
      case 'break':
        if (spoil.at === 'answer') break;
        await this.#arrive(request, exchange, spoil.at);
        throw spoil.make();
      case 'hang':
        if (spoil.at === 'answer') break;
        await this.#arrive(request, exchange, spoil.at);
        return await new Promise(() => {});
      case 'answer': {
        await this.#arrive(request, exchange, spoil.at);
        return this.#told(request, spoil.give(clock.epochMs() + plan.skewMs, echo));
      }
      case 'bend':
        return this.#told(request, spoil.bend(await this.#handle(request), echo));
      case 'fate': {
        const reply = await this.#handle(request);
        const { asset = model.assetById(exchange.key), slot = null } = model.slotAt(request.path) ?? {};
        if (asset !== undefined) spoil.befall(asset, slot);
        return reply;
      }
    }
    return await this.#handle(request);
  }

  /** As much of the call reaches LinkedIn; carried out only when it is whole, and meant to be. */
  async #arrive(request: SandboxRequest, { fault }: Exchange, at: Moment): Promise<void> {
    if (at === 'start') return;
    if (at === 'end' && fault?.isApplied) {
      await this.#handle(request);
      return;
    }
    const [, length = '0'] = request.headers.find(([name]) => name.toLowerCase() === 'content-length') ?? [];
    const chunks = request.body[Symbol.asyncIterator]();
    let leftBytes = Number(length);
    // A chunk counts as sent when the next one is asked for, so the last one that is pulled is still under way.
    for (let left = 2; at === 'end' || (left > 0 && leftBytes > 0); left -= 1) {
      const { done, value } = await chunks.next();
      if (done) return;
      leftBytes -= value.byteLength;
    }
  }

  /** A receipt names the status that the part was answered with. */
  #told({ path }: SandboxRequest, reply: SandboxResponse): SandboxResponse {
    const slot = this.#options.model.slotAt(path)?.slot;
    if (slot?.stored && reply.status < 300) slot.stored = { ...slot.stored, status: reply.status };
    return reply;
  }

  async *#stepping(body: AsyncIterable<Uint8Array>, lag: Carrying['lag']): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#options.onStep();
      yield chunk;
      await lag(0.1);
    }
  }
}

/** What was handed out with a canary in it comes back without. */
function unsigned(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
  const { path, body } = options;
  return { ...options, path: unsign(path), ...(typeof body === 'string' ? { body: unsign(body) } : {}) };
}

interface Carrying {
  readonly exchange: Exchange;
  readonly spoil: Spoil | null;
  readonly echo: Echo;
  readonly lag: (share: number) => Promise<void>;
}
