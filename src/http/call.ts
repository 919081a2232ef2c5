// One request to a dispatcher, and its answer as text. Below undici's own `request`, whose answers are streams: they take
// a third of a short call's time, and its handlers keep one another in memory until a slow collection.

import type { Dispatcher } from 'undici';
import { REFUSAL_CAP_BYTES, REPLY_CAP_BYTES } from './capped.ts';
import type { HttpReply } from './messages.ts';

export interface Answer {
  readonly status: number;
  readonly headers: HttpReply['headers'];
  /** The body, cut at the cap of its kind. */
  readonly text: string;
  /** Whether the text is all of the body. */
  readonly isWhole: boolean;
}

export class Call implements Dispatcher.DispatchHandler {
  readonly #end = Promise.withResolvers<Answer>();
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  #head: Pick<Answer, 'status' | 'headers'> | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #givenUp: { readonly reason: unknown } | null = null;

  constructor(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions) {
    try {
      dispatcher.dispatch(options, this);
    } catch (error) {
      this.#end.reject(error);
    }
  }

  /** Rejects with what undici met, or with the reason of `giveUp`. */
  get answer(): Promise<Answer> {
    return this.#end.promise;
  }

  /** At once, whatever the connection does; what comes after the answer is nobody's any more. */
  giveUp(reason: unknown): void {
    this.#givenUp = { reason };
    this.#end.reject(reason);
    this.#letGo()?.abort(asError(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // While it waited for a connection.
    if (this.#givenUp !== null) this.giveUp(this.#givenUp.reason);
  }

  onResponseStart(_: unknown, status: number, headers: HttpReply['headers']): void {
    // What only announces the answer, such as a 103, is none.
    if (status >= 200) this.#head = { status, headers };
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    const capBytes = (this.#head?.status ?? 0) >= 400 ? REFUSAL_CAP_BYTES : REPLY_CAP_BYTES;
    this.#chunks.push(chunk.subarray(0, Math.max(0, capBytes - this.#sizeBytes)));
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes <= capBytes) return;
    this.#settle(false);
    this.#letGo()?.abort(new RangeError('the rest of the answer is not wanted'));
  }

  onResponseEnd(): void {
    this.#letGo();
    this.#settle(true);
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#letGo();
    this.#end.reject(error);
  }

  #settle(isWhole: boolean): void {
    if (this.#head === null) this.#end.reject(new TypeError('an answer ended that had not begun'));
    else this.#end.resolve({ ...this.#head, text: Buffer.concat(this.#chunks).toString('utf8'), isWhole });
  }

  #letGo(): Dispatcher.DispatchController | null {
    const controller = this.#controller;
    this.#controller = null;
    return controller;
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}
