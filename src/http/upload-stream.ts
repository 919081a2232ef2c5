// A request body that undici pulls in views of its chunks, with its sent bytes counted.

import type { CallContext } from '../errors.ts';
import type { IdleTimeout } from './idle-timeout.ts';

/** A body of known length. */
export interface Body {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const SMALLEST_VIEW_BYTES = 64 * 1024;
const LARGEST_VIEW_BYTES = 512 * 1024;
const SLOW_VIEW_MS = 1000;
/**
 * The size of the last write. The socket buffers it, so undici finishes the request before its response can arrive.
 * After a larger write undici waits for `drain`, and resets the connection if the response arrives first, which can
 * happen with TLS. A test reproduces that (test/http/upload-tail.test.ts).
 */
const TAIL_BYTES = 1024;

/**
 * The size of one write, for all uploads over a connection. On a slow one a large write would take longer than the idle
 * timeout; on a fast one small writes cost CPU time. So the size starts small, and doubles as long as writes are fast.
 */
export class ChunkSizer {
  #bytes = SMALLEST_VIEW_BYTES;

  get bytes(): number {
    return this.#bytes;
  }

  wrote(tookMs: number): void {
    if (tookMs > SLOW_VIEW_MS) this.reset();
    else this.#bytes = Math.min(2 * this.#bytes, LARGEST_VIEW_BYTES);
  }

  reset(): void {
    this.#bytes = SMALLEST_VIEW_BYTES;
  }
}

/** Passes a body on and counts its bytes. A view counts as sent when undici asks for the next one. */
export class UploadStream implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #timeout: Pick<IdleTimeout, 'touch'>;
  readonly #sizer: ChunkSizer;
  #sentBytes = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor({ sizeBytes, chunks }: Body, timeout: Pick<IdleTimeout, 'touch'>, sizer: ChunkSizer) {
    this.sizeBytes = sizeBytes;
    this.#chunks = chunks;
    this.#timeout = timeout;
    this.#sizer = sizer;
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
          const maxBytes = Math.min(this.#sizer.bytes, beforeTail);
          const view = chunk.subarray(start, start + maxBytes);
          start += view.byteLength;
          yield view;
          this.#sentBytes += view.byteLength;
          this.#sizer.wrote(this.#timeout.touch(this.#sentBytes >= this.sizeBytes));
        }
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      // Perhaps because a write was too large for the connection.
      if (this.#sentBytes < this.sizeBytes) this.#sizer.reset();
    }
  }
}

/** A request without a body of known length counts as sent at once. */
export function sentShare(upload: UploadStream | null): CallContext['sent'] {
  return upload === null || upload.sentBytes >= upload.sizeBytes ? 'all' : 'some';
}
