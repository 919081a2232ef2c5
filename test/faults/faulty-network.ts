// The network of a schedule: passes each call to the sandbox in virtual time, and injects the scheduled faults.

import { Dispatcher } from 'undici';
import type { Clock } from '../../src/deps.ts';
import type { SandboxHandler, SandboxRequest, SandboxResponse } from '../../src/sandbox/messages.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { sign, unsign } from '../leaks/signed-linkedin.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { CallName } from './call-name.ts';
import { classifyCall } from './classify-call.ts';
import { type Echo, echoOf } from './echo.ts';
import type { FaultEffect, Moment } from './fault-effects.ts';
import { kindOf } from './fault-kinds.ts';
import type { FaultSchedule, ScheduledFault } from './fault-schedule.ts';
import { FaultyResponse } from './faulty-response.ts';
import { RandomSource } from './random-source.ts';
import type { Call, Exchange, Trace } from './trace.ts';

interface NetworkOptions {
  readonly schedule: FaultSchedule;
  readonly model: SandboxModel;
  readonly clock: Clock;
  readonly trace: Trace;
  /** Number of settled files with the bytes of a scheduled file. */
  readonly turnOf: (file: number) => number;
  /** Called for every event on the wire; a cancellation can happen there. */
  readonly onStep: () => void;
}

export class FaultyNetwork extends Dispatcher {
  readonly #options: NetworkOptions;
  readonly #handle: SandboxHandler;
  readonly #random: RandomSource;
  readonly #seen: number[];
  #shortOutage = { seen: 0, endMs: Number.NEGATIVE_INFINITY };

  constructor(options: NetworkOptions) {
    super();
    this.#options = options;
    const handle = createRoutes(options.model);
    this.#handle = async (request) => sign(await handle(request));
    this.#random = new RandomSource(options.schedule.seed + 1);
    this.#seen = options.schedule.faults.map(() => 0);
  }

  override dispatch(given: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const options = unsigned(given);
    const { model, clock, trace, schedule, turnOf, onStep } = this.#options;
    const exchange = trace.begin(classifyCall(options, model, turnOf), clock.now());
    exchange.fault = this.#strike(exchange);
    if (exchange.fault !== null) trace.strike(exchange.fault, exchange.files);
    const effect = exchange.fault === null ? null : kindOf(exchange.fault.kind).effect;
    const over = new AbortController();
    const onEnd = () => {
      over.abort();
      onStep();
    };
    const context = {
      exchange,
      effect,
      delay: this.#delayFor(over.signal),
      echo: this.#echo(given, exchange),
    };
    const inner = new SandboxDispatcher((request) => this.#handleCall(request, context));
    const { skewMs } = schedule;
    inner.dispatch(
      options,
      new FaultyResponse({ to: handler, exchange, effect, trace, clock, skewMs, onEnd }),
    );
    onStep();
    return true;
  }

  /** The first scheduled fault that is due; the others count the call too. */
  #strike({ kind, files }: Exchange): ScheduledFault | null {
    let due: ScheduledFault | null = null;
    for (const [index, fault] of this.#options.schedule.faults.entries()) {
      if (fault.on !== kind || (fault.file !== null && !files.includes(fault.file))) continue;
      const count = (this.#seen[index] ?? 0) + 1;
      this.#seen[index] = count;
      if (count >= fault.nth && count < fault.nth + fault.times) due ??= fault;
    }
    return due ?? this.#shortOutageAt(kind);
  }

  #shortOutageAt(on: CallName): ScheduledFault | null {
    const { shortOutage } = this.#options.schedule;
    if (shortOutage === undefined || (shortOutage.on !== null && shortOutage.on !== on)) return null;
    const { kind, nth, forMs } = shortOutage;
    const nowMs = this.#options.clock.now();
    this.#shortOutage.seen += 1;
    if (this.#shortOutage.seen === nth) this.#shortOutage.endMs = nowMs + forMs;
    if (nowMs >= this.#shortOutage.endMs) return null;
    return { file: null, on, nth, times: 1, kind, isApplied: false };
  }

  /** Sleeps for the latency of a call, or a share of it between chunks; ends with the call. */
  #delayFor(alive: AbortSignal): (share: number) => Promise<void> {
    const { clock, schedule } = this.#options;
    return async (share) => {
      if (schedule.latencyMs > 0)
        await clock.sleep(this.#random.between(1, Math.ceil(schedule.latencyMs * share)), alive);
    };
  }

  #echo({ headers, path, body }: Dispatcher.DispatchOptions, { kind }: Call): Echo {
    const { authorization = null } = headers as Record<string, string>;
    const sent = { kind, authorization, path, body: typeof body === 'string' ? body : null };
    return echoOf(sent, this.#options.schedule.token, this.#random);
  }

  async #handleCall(request: SandboxRequest, context: CallContext): Promise<SandboxResponse> {
    const { delay } = context;
    const { clock, schedule } = this.#options;
    await delay(1);
    const seen = { ...request, body: this.#countedBody(request.body, delay) };
    const reply = await this.#reply(seen, context);
    await delay(1);
    const date = new Date(clock.epochMs() + schedule.skewMs).toUTCString();
    return { ...reply, headers: { ...reply.headers, date } };
  }

  async #reply(request: SandboxRequest, { exchange, effect, echo }: CallContext): Promise<SandboxResponse> {
    const { clock, schedule, model } = this.#options;
    switch (effect?.how) {
      case 'break':
        if (effect.at === 'answer') break;
        await this.#receive(request, exchange, effect.at);
        throw effect.make();
      case 'hang':
        if (effect.at === 'answer') break;
        await this.#receive(request, exchange, effect.at);
        return await new Promise(() => {});
      case 'answer': {
        await this.#receive(request, exchange, effect.at);
        return this.#recordStatus(request, effect.give(clock.epochMs() + schedule.skewMs, echo));
      }
      case 'change-reply':
        return this.#recordStatus(request, effect.change(await this.#handle(request), echo));
      case 'change-asset': {
        const reply = await this.#handle(request);
        const { asset = model.assetById(exchange.key), slot = null } = model.slotAt(request.path) ?? {};
        if (asset !== undefined) effect.change(asset, slot);
        return reply;
      }
    }
    return await this.#handle(request);
  }

  /** Reads the request up to `at`. Carries it out only if it is complete and the fault says so. */
  async #receive(request: SandboxRequest, { fault }: Exchange, at: Moment): Promise<void> {
    if (at === 'start') return;
    if (at === 'end' && fault?.isApplied) {
      await this.#handle(request);
      return;
    }
    const [, length = '0'] = request.headers.find(([name]) => name.toLowerCase() === 'content-length') ?? [];
    const chunks = request.body[Symbol.asyncIterator]();
    let leftBytes = Number(length);
    // A chunk counts as sent when the next one is requested, so the last one that was read is still in flight.
    for (let left = 2; at === 'end' || (left > 0 && leftBytes > 0); left -= 1) {
      const { done, value } = await chunks.next();
      if (done) return;
      leftBytes -= value.byteLength;
    }
  }

  /** A receipt contains the status of the response to its part. */
  #recordStatus({ path }: SandboxRequest, reply: SandboxResponse): SandboxResponse {
    const slot = this.#options.model.slotAt(path)?.slot;
    if (slot?.stored && reply.status < 300) slot.stored = { ...slot.stored, status: reply.status };
    return reply;
  }

  async *#countedBody(
    body: AsyncIterable<Uint8Array>,
    delay: CallContext['delay'],
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#options.onStep();
      yield chunk;
      await delay(0.1);
    }
  }
}

/** Removes the canaries that were added to the URLs and tokens of earlier responses. */
function unsigned(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
  const { path, body } = options;
  return { ...options, path: unsign(path), ...(typeof body === 'string' ? { body: unsign(body) } : {}) };
}

interface CallContext {
  readonly exchange: Exchange;
  readonly effect: FaultEffect | null;
  readonly echo: Echo;
  readonly delay: (share: number) => Promise<void>;
}
