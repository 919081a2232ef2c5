// Reads what another side answers, but no more of it than is worth the memory.

/** The reply to a registration of a 5 GiB video is about 2 MB. */
export const REPLY_CAP_BYTES = 16 * 1024 * 1024;
/** A refusal is read for its message, which stands at its start. */
export const REFUSAL_CAP_BYTES = 64 * 1024;

/** The first `capBytes` of a body as text, and whether that is all of it; the rest is let go. Throws what `chunks` throws. */
export async function readUpTo(
  capBytes: number,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ text: string; isWhole: boolean }> {
  const read: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    read.push(chunk.subarray(0, capBytes - sizeBytes));
    sizeBytes += chunk.length;
    if (sizeBytes > capBytes) break;
  }
  return { text: Buffer.concat(read).toString('utf8'), isWhole: sizeBytes <= capBytes };
}
