// A request body as undici pulls it: in small views, with its sent bytes counted. Knows nothing of what it is for.

import type { CallContext } from '../errors.ts';
import type { IdleTimeout } from './idle-timeout.ts';

/** A body of known length. */
export interface Body {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** How much leaves at once: on a slow line a whole chunk would take longer than the longest silence allowed. */
const VIEW_BYTES = 64 * 1024;
/**
 * The last write of a body. A socket buffers it, so undici has finished the request before its response can arrive;
 * after a larger one undici waits for `drain`, and resets the connection if the response is faster, as it can be with
 * TLS. A test reproduces that (test/http/upload-tail.test.ts).
 */
const TAIL_BYTES = 1024;

/** Passes a body on and counts it. A view counts as sent when undici asks for the next one. */
export class UploadStream implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #timeout: IdleTimeout;
  #sentBytes = 0;
  #failure: { readonly error: unknown } | null = null;

  constructor({ sizeBytes, chunks }: Body, timeout: IdleTimeout) {
    this.sizeBytes = sizeBytes;
    this.#chunks = chunks;
    this.#timeout = timeout;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** What the body itself threw: an error of the file, not of the network. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const view = chunk.subarray(start, start + viewBytes(this.sizeBytes - this.#sentBytes));
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

function viewBytes(leftBytes: number): number {
  if (leftBytes > VIEW_BYTES) return VIEW_BYTES;
  return leftBytes > TAIL_BYTES ? leftBytes - TAIL_BYTES : TAIL_BYTES;
}

/** A request without a body of known length leaves at once. */
export function sentShare(upload: UploadStream | null): CallContext['sent'] {
  return upload === null || upload.sentBytes >= upload.sizeBytes ? 'all' : 'some';
}
