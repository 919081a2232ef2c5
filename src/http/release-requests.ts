// Frees requests that have ended. undici's `request` runs `this.abort = (reason) => …`, and V8 allocates a function that is
// assigned to a property in old space. What it refers to, the response included, would stay until a major GC: 100 MiB in a
// run of 3,000 files. test/http/release-requests.test.ts reproduces it.

import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;

/** An interceptor: a request refers to its connection and response only until it has ended. */
export const releaseRequests: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
  dispatch(options, new ReleasingHandler(handler));

class ReleasingHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  #link: Link | null = null;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#link = new Link(controller);
    this.#handler.onRequestStart?.(this.#link, context);
  }

  onResponseStart(...start: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>): void {
    this.#handler.onResponseStart?.(...start);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(...end: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>): void {
    this.#link?.cut();
    this.#handler.onResponseEnd?.(...end);
  }

  onResponseError(controller: Controller, error: Error): void {
    this.#link?.cut();
    this.#handler.onResponseError?.(controller, error);
  }
}

/** The controller that a request sees. It forwards to the real one until the request has ended. */
class Link implements Controller {
  #controller: Controller | null;

  constructor(controller: Controller) {
    this.#controller = controller;
  }

  cut(): void {
    this.#controller = null;
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
}
