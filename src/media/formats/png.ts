// Parses the chunks of a PNG for its size, its end and whether it is animated.
// The format: https://www.w3.org/TR/png-3/

import { pluralize } from '../../format.ts';
import type { ImageReader, InvalidReason, ParsedImage } from './image-reader.ts';

const SIGNATURE_BYTES = 8;
/** Length and type of a chunk. */
const HEADER_BYTES = 8;
/** Width and height, the first fields of the image header chunk (IHDR). */
const SIZE_BYTES = 8;
const CHECKSUM_BYTES = 4;
const NO_END = 'has no PNG end chunk (IEND): its end is missing';

export async function parsePng(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  let size: ParsedImage['size'];
  let hasPixels = false;
  let isAnimated = false;
  reader.skip(SIGNATURE_BYTES);
  for (;;) {
    if (reader.bufferedBytes < HEADER_BYTES + SIZE_BYTES) await reader.fill(HEADER_BYTES + SIZE_BYTES);
    const start = reader.peek(HEADER_BYTES + SIZE_BYTES);
    if (start.length < HEADER_BYTES) return NO_END;
    const lengthBytes = start.readUInt32BE();
    const type = start.toString('latin1', 4, HEADER_BYTES);
    if (type === 'IHDR' && lengthBytes >= SIZE_BYTES && start.length === HEADER_BYTES + SIZE_BYTES)
      size ??= { width: start.readUInt32BE(HEADER_BYTES), height: start.readUInt32BE(HEADER_BYTES + 4) };
    reader.skip(HEADER_BYTES + lengthBytes + CHECKSUM_BYTES);
    if (type === 'IDAT') hasPixels = true;
    if (type === 'acTL') isAnimated = true;
    if (type === 'IEND') break;
  }
  const excessBytes = reader.remainingBytes;
  if (excessBytes < 0) return NO_END;
  if (!hasPixels) return 'is a PNG without image data';
  const warnings = isAnimated ? ['is an animated PNG, which LinkedIn may show as a still image'] : [];
  if (excessBytes > 0) warnings.push(`has ${pluralize(excessBytes, 'byte')} after the end of the PNG`);
  return { warnings, size };
}
