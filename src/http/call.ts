// One request to a dispatcher, and its answer as text. Below undici's own `request`, whose answers are streams: they take
// a third of a short call's time, and its handlers keep one another in memory until a slow collection.

import type { Dispatcher } from 'undici';
import { CappedText, REFUSAL_CAP_BYTES, REPLY_CAP_BYTES } from './capped.ts';
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
  #begun: (Pick<Answer, 'status' | 'headers'> & { readonly body: CappedText }) | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #givenUp: { readonly reason: unknown } | null = null;

  readonly #capBytes: number;

  /** `capBytes`: of a good answer. */
  constructor(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, capBytes = REPLY_CAP_BYTES) {
    this.#capBytes = capBytes;
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
    if (status < 200) return;
    const body = new CappedText(status >= 400 ? REFUSAL_CAP_BYTES : this.#capBytes);
    this.#begun = { status, headers, body };
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    const body = this.#begun?.body;
    body?.add(chunk);
    if (body === undefined || body.isWhole) return;
    this.#settle();
    this.#letGo()?.abort(new RangeError('the rest of the answer is not wanted'));
  }

  onResponseEnd(): void {
    this.#letGo();
    this.#settle();
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#letGo();
    this.#end.reject(error);
  }

  #settle(): void {
    if (this.#begun === null) {
      this.#end.reject(new TypeError('an answer ended that had not begun'));
      return;
    }
    const { status, headers, body } = this.#begun;
    this.#end.resolve({ status, headers, text: body.text, isWhole: body.isWhole });
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
