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

// On a slow line a whole piece can take longer than the longest silence allowed, so it leaves in slices.
const SLICE_BYTES = 32 * 1024;
const SLOW_SLICE_MS = 1000;

/** Passes the body on while counting it: what was not pulled was not sent, whatever the answer says. */
export function count(body: Body, deadline: Deadline): Sending {
  const { sizeBytes } = body;
  const sending: Sending = { sizeBytes, sentBytes: 0, bodyFault: null, chunks: counted() };
  async function* counted(): AsyncGenerator<Uint8Array> {
    // Until it has shown its pace, a line counts as slow.
    let isSlow = true;
    try {
      for await (const chunk of body.chunks) {
        const sliceBytes = isSlow ? SLICE_BYTES : chunk.byteLength;
        for (let start = 0; start < chunk.byteLength; start += sliceBytes) {
          const slice = chunk.subarray(start, start + sliceBytes);
          yield slice;
          sending.sentBytes += slice.byteLength;
          isSlow = deadline.progress(sending.sentBytes >= sizeBytes) > SLOW_SLICE_MS;
        }
      }
    } catch (error) {
      sending.bodyFault = { error };
      throw error;
    }
  }
  return sending;
}

/** A call without a body of its own length leaves at once. */
export function howMuchLeft(sending: Sending | null): CallFacts['sent'] {
  return sending === null || sending.sentBytes >= sending.sizeBytes ? 'all' : 'some';
}
