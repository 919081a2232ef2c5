// A request body on its way: how much of it has left, and at what pace. Knows nothing of what it is for.

import type { CallFacts } from '../errors.ts';
import type { Deadline } from './deadline.ts';

/** A body of known length; iterated anew for each try. */
export interface Body {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface Sending {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  sentBytes: number;
  /** What the body itself threw: the file's fault, not the network's. */
  bodyFault: { readonly error: unknown } | null;
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

/** Passes the body on while counting its bytes: what was not pulled was not sent, whatever the answer says. */
export function countBytes(body: Body, deadline: Deadline, pace: Pace): Sending {
  const { sizeBytes } = body;
  const sending: Sending = { sizeBytes, sentBytes: 0, bodyFault: null, chunks: counted() };
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body.chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const sliceBytes = Math.min(pace.sliceBytes, beforeTail(sizeBytes - sending.sentBytes));
          const slice = chunk.subarray(start, start + sliceBytes);
          start += slice.byteLength;
          yield slice;
          sending.sentBytes += slice.byteLength;
          pace.took(deadline.progress(sending.sentBytes >= sizeBytes));
        }
      }
    } catch (error) {
      sending.bodyFault = { error };
      throw error;
    } finally {
      if (sending.sentBytes < sizeBytes) pace.broke();
    }
  }
  return sending;
}

/** How many of the bytes that are left may go at once. */
function beforeTail(leftBytes: number): number {
  return leftBytes > TAIL_BYTES ? leftBytes - TAIL_BYTES : TAIL_BYTES;
}

/** A call without a body of its own length leaves at once. */
export function howMuchLeft(sending: Sending | null): CallFacts['sent'] {
  return sending === null || sending.sentBytes >= sending.sizeBytes ? 'all' : 'some';
}
