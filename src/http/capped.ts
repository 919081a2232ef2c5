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

/** The first `capBytes` of a body as text, and whether that is all of it; the rest is not read. Throws what `chunks` throws. */
export async function readUpTo(
  capBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isWhole: boolean }> {
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk.subarray(0, capBytes - sizeBytes));
    sizeBytes += chunk.length;
    if (sizeBytes > capBytes) break;
  }
  return { text: Buffer.concat(kept).toString('utf8'), isWhole: sizeBytes <= capBytes };
}
