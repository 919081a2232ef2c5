// An undici dispatcher over the sandbox's routes, without sockets, for virtual time and runs in the process. It serves
// any origin, and handles only lengths, chunks and aborts.

import { STATUS_CODES } from 'node:http';
import { Dispatcher, errors } from 'undici';
import type { SandboxRequest, SandboxResponse } from '../../src/sandbox/messages.ts';

export interface Answer extends Omit<SandboxResponse, 'body'> {
  readonly body: string | Uint8Array;
  /** The connection breaks after half of the body. */
  readonly isCut?: boolean;
  /** Called when the whole answer has arrived. */
  readonly onDelivered?: () => void;
}

export type Handler = (request: SandboxRequest) => Promise<Answer>;

type Pair = [name: string, value: string];

export class SandboxDispatcher extends Dispatcher {
  readonly #handle: Handler;

  constructor(handle: Handler) {
    super();
    this.#handle = handle;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const wire = new Wire(handler);
    handler.onRequestStart?.(wire, null);
    if (!wire.aborted) void this.#drive(options, wire);
    return true;
  }

  override close = (async () => {}) as Dispatcher['close'];
  override destroy = (async () => {}) as Dispatcher['destroy'];

  async #drive(options: Dispatcher.DispatchOptions, wire: Wire): Promise<void> {
    try {
      const headers = framed(options);
      const declared = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
      const body = wire.carry(
        chunksOf(options.body),
        declared === undefined ? null : Number(declared),
      );
      const { method, path, origin } = options;
      wire.deliver(
        await this.#handle({ method, path, headers, body, origin: String(origin ?? '') }),
      );
    } catch (error) {
      wire.abort(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** One request in progress, with undici's controller. */
class Wire implements Dispatcher.DispatchController {
  aborted = false;
  paused = false;
  reason: Error | null = null;
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#handler.onResponseError?.(this, reason);
  }

  // Replies are small and delivered in one chunk.
  pause(): void {}
  resume(): void {}

  /** The body, of exactly the declared length, copied as a socket would copy it. */
  async *carry(
    chunks: AsyncIterable<Uint8Array>,
    declaredBytes: number | null,
  ): AsyncGenerator<Uint8Array> {
    let sentBytes = 0;
    for await (const chunk of chunks) {
      if (this.reason !== null) throw this.reason;
      sentBytes += chunk.byteLength;
      if (declaredBytes !== null && sentBytes > declaredBytes)
        throw new errors.RequestContentLengthMismatchError();
      yield Buffer.from(chunk);
    }
    if (declaredBytes !== null && sentBytes < declaredBytes)
      throw new errors.RequestContentLengthMismatchError();
  }

  deliver({ status, headers, body, isCut = false, onDelivered }: Answer): void {
    if (this.aborted) return;
    this.#handler.onResponseStart?.(this, status, { ...headers }, STATUS_CODES[status] ?? '');
    const bytes = Buffer.from(body as string);
    const arriving = isCut ? bytes.subarray(0, bytes.length / 2) : bytes;
    if (arriving.length > 0) this.#handler.onResponseData?.(this, arriving);
    if (isCut)
      this.abort(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }));
    if (this.aborted) return;
    onDelivered?.();
    this.#handler.onResponseEnd?.(this, {});
  }
}

/** The headers, with content-length or transfer-encoding added as undici does. */
function framed({ method, headers, body }: Dispatcher.DispatchOptions): Pair[] {
  const pairs = pairsOf(headers);
  if (pairs.some(([name]) => name.toLowerCase() === 'content-length')) return pairs;
  if (body === undefined || body === null)
    return method === 'GET' ? pairs : [...pairs, ['content-length', '0']];
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return [...pairs, ['content-length', String(Buffer.byteLength(body))]];
  }
  return [...pairs, ['transfer-encoding', 'chunked']];
}

/** undici takes a flat list of names and values, or a record. */
function pairsOf(headers: Dispatcher.DispatchOptions['headers']): Pair[] {
  if (Array.isArray(headers))
    return headers.flatMap((name, at): Pair[] =>
      at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [],
    );
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): Pair => [name, one]),
  );
}

async function* chunksOf(body: Dispatcher.DispatchOptions['body']): AsyncGenerator<Uint8Array> {
  if (body === undefined || body === null) return;
  if (typeof body === 'string' || body instanceof Uint8Array) yield Buffer.from(body);
  else yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** A body of one chunk. */
export async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
