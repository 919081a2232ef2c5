// A request body that undici pulls in views of its chunks, with its sent bytes counted.

import type { CallContext } from '../errors.ts';
import type { IdleTimeout } from './idle-timeout.ts';

/** A body of known length. */
export interface Body {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The size of one write. A larger one could take longer than the idle timeout on a slow connection. */
const VIEW_BYTES = 64 * 1024;
/**
 * The size of the last write. The socket buffers it, so undici finishes the request before its response can arrive.
 * After a larger write undici waits for `drain`, and resets the connection if the response arrives first, which can
 * happen with TLS. A test reproduces that (test/http/request-body-tail.test.ts).
 */
const TAIL_BYTES = 1024;

/** Passes a body on and counts its bytes. A view counts as sent when undici asks for the next one. */
export class UploadStream implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #timeout: Pick<IdleTimeout, 'touch'>;
  #sentBytes = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor({ sizeBytes, chunks }: Body, timeout: Pick<IdleTimeout, 'touch'>) {
    this.sizeBytes = sizeBytes;
    this.#chunks = chunks;
    this.#timeout = timeout;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** The error that the body itself threw: an error of the file, not of the network. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const leftBytes = this.sizeBytes - this.#sentBytes;
          const beforeTail = leftBytes > TAIL_BYTES ? leftBytes - TAIL_BYTES : TAIL_BYTES;
          const maxBytes = Math.min(VIEW_BYTES, beforeTail);
          const view = chunk.subarray(start, start + maxBytes);
          start += view.byteLength;
          yield view;
          this.#sentBytes += view.byteLength;
          this.#timeout.touch(this.#sentBytes >= this.sizeBytes);
        }
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

/** A request without a body of known length counts as sent at once. */
export function sentShare(upload: UploadStream | null): CallContext['sent'] {
  return upload === null || upload.sentBytes >= upload.sizeBytes ? 'all' : 'some';
}
