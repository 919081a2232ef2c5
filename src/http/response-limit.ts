// Reads what another side answers, but no more of it than is worth the memory.

const MIB = 1024 * 1024;

/** Fifty statuses in one answer are about 50 KB; JSON that is made to cost memory takes a hundred times its size. */
export const MAX_RESPONSE_BYTES = MIB;
/** What the registration of a 5 GiB video is answered with is about 2 MB. */
export const MAX_PART_PLAN_BYTES = 4 * MIB;
/** A release tells all of its assets, a thousand at most. */
export const MAX_RELEASE_BYTES = 16 * MIB;
/** A refusal is read for its message, which stands at its start. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** Such as `4 MiB`. */
export function formatLimit(maxBytes: number): string {
  return `${maxBytes / MIB} MiB`;
}

/** The first `maxBytes` of a body as text, and whether that is all of it; the rest is not read. Throws what `chunks` throws. */
export async function readUpTo(
  maxBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isComplete: boolean }> {
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    kept.push(chunk.subarray(0, maxBytes - sizeBytes));
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) break;
  }
  return { text: Buffer.concat(kept).toString('utf8'), isComplete: sizeBytes <= maxBytes };
}
