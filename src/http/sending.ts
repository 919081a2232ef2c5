// A request body on its way: how much of it has left, and at what pace. Knows nothing of what it is for.

import type { CallFacts } from '../errors.ts';
import type { Deadline } from './deadline.ts';

/** A body of known length; iterated anew for each try. */
export interface Body {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

// On a slow line a whole piece can take longer than the longest silence allowed, so it leaves in slices: small at first,
// and twice as large each time that one was quick.
const SLICE_BYTES = 32 * 1024;
// Eight of them, on a line of half a megabit a second, still leave within the longest silence.
const LARGEST_SLICE_BYTES = 512 * 1024;
const SLOW_SLICE_MS = 1000;
// Taken at once by a socket that has sent all before, so that the request is over when its answer comes: undici resets a
// connection whose answer outruns its last write, as one over TLS does on a short line.
const TAIL_BYTES = 1024;

/** How much a line takes at once, as its bodies have shown; they share it, and each goes on where the last one was. */
export class Pace {
  #sliceBytes = SLICE_BYTES;

  get sliceBytes(): number {
    return this.#sliceBytes;
  }

  took(sliceMs: number): void {
    const isSlow = sliceMs > SLOW_SLICE_MS;
    this.#sliceBytes = isSlow ? SLICE_BYTES : Math.min(2 * this.#sliceBytes, LARGEST_SLICE_BYTES);
  }

  /** A slice was not taken: the next try may need more patience. */
  broke(): void {
    this.#sliceBytes = SLICE_BYTES;
  }
}

/** Passes a body on while counting its bytes: what was not pulled was not sent, whatever the answer says. */
export class Sending implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #deadline: Deadline;
  readonly #pace: Pace;
  #sentBytes = 0;
  #bodyFault: { readonly error: unknown } | null = null;

  constructor({ sizeBytes, chunks }: Body, deadline: Deadline, pace: Pace) {
    this.sizeBytes = sizeBytes;
    this.#chunks = chunks;
    this.#deadline = deadline;
    this.#pace = pace;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** What the body itself threw: the file's fault, not the network's. */
  get bodyFault(): { readonly error: unknown } | null {
    return this.#bodyFault;
  }

  // One method for all bodies: of a generator function that is made for each one, V8 keeps a shape until a slow
  // collection, and with it whatever the function sees.
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const sliceBytes = Math.min(this.#pace.sliceBytes, beforeTail(this.sizeBytes - this.#sentBytes));
          const slice = chunk.subarray(start, start + sliceBytes);
          start += slice.byteLength;
          yield slice;
          this.#sentBytes += slice.byteLength;
          this.#pace.took(this.#deadline.progress(this.#sentBytes >= this.sizeBytes));
        }
      }
    } catch (error) {
      this.#bodyFault = { error };
      throw error;
    } finally {
      if (this.#sentBytes < this.sizeBytes) this.#pace.broke();
    }
  }
}

/** How many of the bytes that are left may go at once. */
function beforeTail(leftBytes: number): number {
  return leftBytes > TAIL_BYTES ? leftBytes - TAIL_BYTES : TAIL_BYTES;
}

/** A call without a body of its own length leaves at once. */
export function howMuchLeft(sending: Sending | null): CallFacts['sent'] {
  return sending === null || sending.sentBytes >= sending.sizeBytes ? 'all' : 'some';
}
