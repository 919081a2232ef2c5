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
const LARGEST_SLICE_BYTES = 1024 * 1024;
const SLOW_SLICE_MS = 1000;
// Taken at once by a socket that has sent all before, so that the request is over when its answer comes: undici resets a
// connection whose answer outruns its last write, as one over TLS does on a short line.
const TAIL_BYTES = 1024;

/** Passes the body on while counting its bytes: what was not pulled was not sent, whatever the answer says. */
export function countBytes(body: Body, deadline: Deadline): Sending {
  const { sizeBytes } = body;
  const sending: Sending = { sizeBytes, sentBytes: 0, bodyFault: null, chunks: counted() };
  async function* counted(): AsyncGenerator<Uint8Array> {
    // Until it has shown its pace, a line counts as slow.
    let mostBytes = SLICE_BYTES;
    try {
      for await (const chunk of body.chunks) {
        for (let start = 0; start < chunk.byteLength; ) {
          const sliceBytes = Math.min(mostBytes, beforeTail(sizeBytes - sending.sentBytes));
          const slice = chunk.subarray(start, start + sliceBytes);
          start += slice.byteLength;
          yield slice;
          sending.sentBytes += slice.byteLength;
          const isSlow = deadline.progress(sending.sentBytes >= sizeBytes) > SLOW_SLICE_MS;
          mostBytes = isSlow ? SLICE_BYTES : Math.min(2 * mostBytes, LARGEST_SLICE_BYTES);
        }
      }
    } catch (error) {
      sending.bodyFault = { error };
      throw error;
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
