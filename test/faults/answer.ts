// The way back of one call: passes the answer on as it is, spoils it on its way, and writes down how it ended.

import type { IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../src/deps.ts';
import { isOnPurpose } from './breakages.ts';
import type { Spoil } from './spoils.ts';
import type { Exchange, Trace } from './trace.ts';

interface AnswerOptions {
  readonly to: Dispatcher.DispatchHandler;
  readonly exchange: Exchange;
  readonly spoil: Spoil | null;
  readonly trace: Trace;
  readonly clock: Clock;
  /** LinkedIn's clock against the runner's. */
  readonly skewMs: number;
  /** Hears when the call is over, either way. */
  readonly onEnd: () => void;
}

export class Answer implements Dispatcher.DispatchHandler {
  readonly #options: AnswerOptions;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #text = '';

  constructor(options: AnswerOptions) {
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
    this.#options.to.onResponseStart?.(controller, status, this.#spoilt(headers), message);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const passed = this.#isCut() ? chunk.subarray(0, chunk.length / 2) : chunk;
    this.#text += passed.toString();
    this.#options.to.onResponseData?.(controller, passed);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    const { to, spoil } = this.#options;
    if (spoil?.how === 'break' && spoil.at === 'answer') controller.abort(spoil.make());
    else if (!this.#isCut()) {
      to.onResponseEnd?.(controller, trailers);
      this.#end(this.#status);
    }
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    // A body that is given up aborts without a reason.
    const isBroken = isOnPurpose(error);
    if (isBroken) this.#options.trace.received.push(inspect(error));
    this.#end(null, isBroken);
    this.#options.to.onResponseError?.(controller, error);
  }

  /** Half of it comes, then no more. */
  #isCut(): boolean {
    const { spoil } = this.#options;
    return (spoil?.how === 'break' || spoil?.how === 'hang') && spoil.at === 'answer';
  }

  #spoilt({ etag, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
    const { spoil } = this.#options;
    if (spoil?.how !== 'etags' || etag === undefined)
      return etag === undefined ? headers : { ...headers, etag };
    const values = spoil.give(etag);
    // As undici gives headers that came twice; only its type knows no list here.
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
    if (urn !== null && file !== undefined) trace.named.push({ file, urn });
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

/** What an answer to a registration names, as far as it can be read. */
function urnIn(text: string): string | null {
  try {
    const { asset, image, video } = JSON.parse(text).value;
    return asset ?? image ?? video ?? null;
  } catch {
    return /"(urn:li:(?:digitalmediaAsset|image|video):[\w-]+)"/.exec(text)?.[1] ?? null;
  }
}
