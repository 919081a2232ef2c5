// The text of a request that must not be sent twice: reports when its first byte is about to leave, so that a request that
// was never sent is recognized.

import type { CallContext } from '../errors.ts';
import type { IdleTimeout } from './idle-timeout.ts';
import { UploadStream } from './request-body.ts';

export class TextBody implements AsyncIterable<Uint8Array> {
  readonly sizeBytes: number;
  readonly #stream: UploadStream;
  readonly #onStart: () => void;
  #hasStarted = false;

  /** `onStart` is called once, just before the first byte may leave. */
  constructor(text: string, timeout: IdleTimeout, onStart: () => void) {
    const bytes = Buffer.from(text);
    this.sizeBytes = bytes.byteLength;
    // Only an upload may take minutes until LinkedIn responds.
    const shortTimeout = { touch: () => timeout.touch(false) };
    this.#stream = new UploadStream({ sizeBytes: this.sizeBytes, chunks: oneChunk(bytes) }, shortTimeout);
    this.#onStart = onStart;
  }

  get sent(): CallContext['sent'] {
    if (!this.#hasStarted) return 'nothing';
    return this.#stream.sentBytes < this.sizeBytes ? 'some' : 'all';
  }

  /** undici asks for the first bytes when it is about to write the head of the request, and not before. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#hasStarted = true;
    this.#onStart();
    yield* this.#stream;
  }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
