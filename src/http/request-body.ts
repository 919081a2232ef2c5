// The body of a request: undici pulls it in small writes, its sent bytes are counted, and its own error is kept.

import type { CallContext } from '../errors/retry-policy.ts';
import { type IdleTimeout, STALL_MS } from './idle-timeout.ts';

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
