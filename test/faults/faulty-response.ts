// The response of one call: passes it on unchanged or with the effect of a fault, and records how the call ended.

import type { IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../src/deps.ts';
import { isInjected } from './connection-errors.ts';
import type { FaultEffect } from './fault-effects.ts';
import type { Exchange, Trace } from './trace.ts';

interface FaultyResponseOptions {
  readonly to: Dispatcher.DispatchHandler;
  readonly exchange: Exchange;
  readonly effect: FaultEffect | null;
  readonly trace: Trace;
  readonly clock: Clock;
  /** LinkedIn's clock minus the runner's. */
  readonly skewMs: number;
  /** Called once when the call is over, with or without success. */
  readonly onEnd: () => void;
}

export class FaultyResponse implements Dispatcher.DispatchHandler {
  readonly #options: FaultyResponseOptions;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #text = '';

  constructor(options: FaultyResponseOptions) {
    this.#options = options;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#options.to.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    ...[status, headers, message]: [number, IncomingHttpHeaders, string?]
  ): void {
    this.#status = status;
    this.#headers = headers;
    this.#options.to.onResponseStart?.(controller, status, this.#withEtags(headers), message);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const passed = this.#isCut() ? chunk.subarray(0, chunk.length / 2) : chunk;
    this.#text += passed.toString();
    this.#options.to.onResponseData?.(controller, passed);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { to, effect } = this.#options;
    if (effect?.how === 'break' && effect.at === 'answer') controller.abort(effect.make());
    else if (!this.#isCut()) {
      to.onResponseEnd?.(controller, trailers);
      this.#end(this.#status);
    }
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    // An abandoned body aborts without a reason.
    const isBroken = isInjected(error);
    if (isBroken) this.#options.trace.received.push(inspect(error));
    this.#end(null, isBroken);
    this.#options.to.onResponseError?.(controller, error);
  }

  /** Whether only half of the response arrives. */
  #isCut(): boolean {
    const { effect } = this.#options;
    return (effect?.how === 'break' || effect?.how === 'hang') && effect.at === 'answer';
  }

  #withEtags({ etag, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
    const { effect } = this.#options;
    if (effect?.how !== 'etags' || etag === undefined)
      return etag === undefined ? headers : { ...headers, etag };
    const values = effect.give(etag);
    // undici passes repeated headers as a list, which its type does not allow here.
    return values.length === 0 ? headers : ({ ...headers, etag: values } as unknown as IncomingHttpHeaders);
  }

  #end(status: number | null, isBroken = false): void {
    const { exchange, trace, clock, onEnd } = this.#options;
    if (exchange.end !== null) return;
    const notBeforeMs = status === null ? null : this.#notBefore();
    trace.received.push(JSON.stringify(this.#headers), this.#text);
    exchange.end = { seq: trace.next(), atMs: clock.now(), status, isBroken, notBeforeMs };
    const [file] = exchange.files;
    const urn = exchange.kind === 'register' && status !== null && status < 300 ? urnIn(this.#text) : null;
    if (urn !== null && file !== undefined) trace.namedUrns.push({ file, urn });
    onEnd();
  }

  #notBefore(): number | null {
    const { clock, skewMs } = this.#options;
    const text = this.#headers['retry-after'];
    if (text === undefined) return null;
    if (/^\d+$/.test(text)) return clock.now() + Number(text) * 1000;
    const serverNowMs = clock.epochMs() + skewMs;
    return Number.isNaN(Date.parse(text)) ? null : clock.now() + Date.parse(text) - serverNowMs;
  }
}

/** The URN in the response to a registration, as far as the response can be parsed. */
function urnIn(text: string): string | null {
  try {
    const { asset, image, video, document } = JSON.parse(text).value;
    return asset ?? image ?? video ?? document ?? null;
  } catch {
    return /"(urn:li:(?:digitalmediaAsset|image|video|document):[\w-]+)"/.exec(text)?.[1] ?? null;
  }
}
