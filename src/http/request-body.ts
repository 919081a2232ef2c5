// The body of a request, which undici pulls in small writes: counts the sent bytes, and keeps the error of the body itself. And how
// long a request may be idle. There is no limit on its total time, so slow uploads can finish.

import { sleepUnlessAborted } from '../clock.ts';
import type { CallContext } from '../errors/retry-policy.ts';
import type { Clock } from '../run.ts';

/** Longest idle time while bytes remain to be sent, and for the response to any other request. */
export const STALL_MS = 60_000;
/** Longest wait for the response to an upload: LinkedIn processes a synchronous image before it responds. */
export const UPLOAD_RESPONSE_MS = 300_000;

export interface IdleTimeout {
  /** Aborts when no bytes have moved for too long, with an error that names the request. */
  readonly signal: AbortSignal;
  /** Bytes have moved. `limitMs`: how long the next ones may take; by default `STALL_MS`. */
  touch(limitMs?: number): void;
  end(): void;
}

/** The caller must `end` the timeout. */
export function startIdleTimeout(clock: Clock, what: string): IdleTimeout {
  const [expired, ended] = [new AbortController(), new AbortController()];
  let touchedMs = clock.now();
  let limitMs = STALL_MS;
  const leftMs = () => touchedMs + limitMs - clock.now();
  const watch = async () => {
    while (leftMs() > 0) if (!(await sleepUnlessAborted(clock, leftMs(), ended.signal))) return;
    expired.abort(new Error(`${what} timed out: no progress for ${limitMs / 1000} s`));
  };
  void watch();
  return {
    signal: expired.signal,
    touch(nextMs = STALL_MS) {
      touchedMs = clock.now();
      limitMs = nextMs;
    },
    end: () => ended.abort(),
  };
}

export interface Body {
  readonly sizeBytes: number;
  readonly chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

interface BodyOptions {
  readonly timeout: IdleTimeout;
  /** Longest wait for the response after the last byte. */
  readonly responseMs: number;
  /** Called once, just before the first byte may leave. If it throws, nothing is sent. */
  readonly onStart: () => void;
}

/** The size of one write. A larger one could take longer than the idle timeout on a slow connection. */
const WRITE_BYTES = 64 * 1024;
/**
 * The size of the last write. The socket buffers it, so undici finishes the request before its response can arrive.
 * After a larger write undici waits for `drain`, and resets the connection if the response arrives first, which can
 * happen with TLS. A test reproduces that (test/http/request-body-tail.test.ts).
 */
const TAIL_BYTES = 1024;

/** One attempt to send a body. A write counts as sent when undici asks for the next one. */
export class RequestBody implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  sentBytes = 0;
  /** `some` from when the head may leave; `all` when undici asks for more after the last write. */
  sent: CallContext['sent'] = 'nothing';
  /** The error that the body itself threw: an error of the file, not of the network. */
  failure: { readonly error: unknown } | null = null;
  readonly #chunks: Body['chunks'];
  readonly #options: BodyOptions;

  constructor(body: Body | string, options: BodyOptions) {
    const isText = typeof body === 'string';
    this.sizeBytes = isText ? Buffer.byteLength(body) : body.sizeBytes;
    this.#chunks = isText ? [Buffer.from(body)] : body.chunks;
    this.#options = options;
  }

  /** undici asks for the first bytes when it is about to write the head of the request, and not before. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { timeout, responseMs, onStart } = this.#options;
    this.sent = 'some';
    try {
      onStart();
      for await (const chunk of this.#chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const leftBytes = this.sizeBytes - this.sentBytes;
          const nextBytes =
            leftBytes > TAIL_BYTES ? Math.min(WRITE_BYTES, leftBytes - TAIL_BYTES) : TAIL_BYTES;
          const write = chunk.subarray(start, start + nextBytes);
          yield write;
          start += write.byteLength;
          this.sentBytes += write.byteLength;
          this.sent = this.sentBytes < this.sizeBytes ? 'some' : 'all';
          timeout.touch(this.sent === 'all' ? responseMs : STALL_MS);
        }
      }
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}
