// Reads what another side answers, but no more of it than is worth the memory.

const MIB = 1024 * 1024;

/** Fifty statuses in one answer are about 50 KB; JSON that is made to cost memory takes a hundred times its size. */
export const REPLY_CAP_BYTES = MIB;
/** What the registration of a 5 GiB video is answered with is about 2 MB. */
export const PART_PLAN_CAP_BYTES = 4 * MIB;
/** A release tells all of its assets, a thousand at most. */
export const RELEASE_CAP_BYTES = 16 * MIB;
/** A refusal is read for its message, which stands at its start. */
export const REFUSAL_CAP_BYTES = 64 * 1024;

/** Such as `4 MiB`. */
export function showCap(capBytes: number): string {
  return `${capBytes / MIB} MiB`;
}

/** The start of a body as it comes: what is beyond the cap is not kept. */
export class CappedText {
  readonly #capBytes: number;
  readonly #kept: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  add(chunk: Uint8Array): void {
    this.#kept.push(chunk.subarray(0, Math.max(0, this.#capBytes - this.#sizeBytes)));
    this.#sizeBytes += chunk.length;
  }

  /** Whether all that came was kept. */
  get isWhole(): boolean {
    return this.#sizeBytes <= this.#capBytes;
  }

  get text(): string {
    return Buffer.concat(this.#kept).toString('utf8');
  }
}

/** The first `capBytes` of a body as text, and whether that is all of it; the rest is let go. Throws what `chunks` throws. */
export async function readUpTo(
  capBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isWhole: boolean }> {
  const body = new CappedText(capBytes);
  for await (const chunk of chunks) {
    body.add(chunk);
    if (!body.isWhole) break;
  }
  return { text: body.text, isWhole: body.isWhole };
}
