// Frees requests that have ended. undici's `request` runs `this.abort = (reason) => …`, and V8 allocates a function that is
// assigned to a property in old space. What it refers to, the response included, would stay until a major GC: 100 MiB in a
// run of 3,000 files. test/http/release-requests.test.ts reproduces it.

import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;
type Handler = Dispatcher.DispatchHandler;

/** An interceptor: a request refers to its connection and response only until it has ended. */
export const releaseRequests: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
  dispatch(options, new DetachableHandler(handler));

/** Passes calls between a request and its connection, in both directions, until the request has ended. */
class DetachableHandler implements Handler, Controller {
  #handler: Handler | null;
  #controller: Controller | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#controller = controller;
    this.#handler?.onRequestStart?.(this, context);
  }

  onResponseStart(...start: Parameters<NonNullable<Handler['onResponseStart']>>): void {
    this.#handler?.onResponseStart?.(...start);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#handler?.onResponseData?.(controller, chunk);
  }

  onResponseEnd(...end: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    this.#detach()?.onResponseEnd?.(...end);
  }

  onResponseError(controller: Controller, error: Error): void {
    this.#detach()?.onResponseError?.(controller, error);
  }

  get aborted(): boolean {
    return this.#controller?.aborted ?? false;
  }

  get paused(): boolean {
    return this.#controller?.paused ?? false;
  }

  get reason(): Error | null {
    return this.#controller?.reason ?? null;
  }

  abort(reason: Error): void {
    this.#controller?.abort(reason);
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  #detach(): Handler | null {
    const handler = this.#handler;
    this.#handler = null;
    this.#controller = null;
    return handler;
  }
}
