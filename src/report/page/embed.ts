// Embeds pictures into the page as `data:` URIs, read piece by piece.

import { type Inspected, openBytes } from '../../media/bytes.ts';

export interface Picture extends Inspected {
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** The limit for all embedded pictures together, as base64. */
export const MAX_EMBEDDED_BYTES = 20_000_000;

/** Browsers show these, and nothing in them is executed. */
const EMBEDDED_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif']);

/** The pictures that are embedded: the largest are left out first. */
export function selectPictures(pictures: readonly (Picture | null)[]): ReadonlySet<Picture> {
  const selected = new Set<Picture>();
  const candidates = pictures.flatMap((picture) =>
    picture !== null && EMBEDDED_TYPES.has(picture.mediaType) ? [picture] : [],
  );
  let leftBytes = MAX_EMBEDDED_BYTES;
  for (const picture of candidates.toSorted((a, b) => a.sizeBytes - b.sizeBytes)) {
    leftBytes -= 4 * Math.ceil(picture.sizeBytes / 3);
    if (leftBytes < 0) break;
    selected.add(picture);
  }
  return selected;
}

// A multiple of 3: each piece is encoded alone.
const PIECE_BYTES = 3 * 64 * 1024;

/** Ends early when the file has changed or cannot be read: the page shows no picture then. */
export async function* readDataUri(picture: Picture): AsyncGenerator<string> {
  yield `data:${picture.mediaType};base64,`;
  try {
    const bytes = await openBytes(picture);
    try {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, picture.sizeBytes));
      for (let offset = 0; offset < picture.sizeBytes; offset += piece.length)
        yield piece.subarray(0, await bytes.read(piece, offset)).toString('base64');
    } finally {
      await bytes.close();
    }
  } catch {
    // The card keeps its name, state and URN.
  }
}
