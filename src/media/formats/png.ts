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

export async function parsePng(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  let size: ParsedImage['size'];
  let hasPixels = false;
  const warnings: string[] = [];
  await reader.skip(SIGNATURE_BYTES);
  for (;;) {
    const header = await reader.take(HEADER_BYTES);
    if (header.length < HEADER_BYTES) return NO_END;
    const lengthBytes = header.readUInt32BE();
    const type = header.toString('latin1', 4);
    const fields = await reader.take(type === 'IHDR' && lengthBytes >= SIZE_BYTES ? SIZE_BYTES : 0);
    if (fields.length === SIZE_BYTES)
      size ??= { width: fields.readUInt32BE(0), height: fields.readUInt32BE(4) };
    if (!(await reader.skip(lengthBytes - fields.length + CHECKSUM_BYTES))) return NO_END;
    if (type === 'IDAT') hasPixels = true;
    if (type === 'acTL') warnings.push('is an animated PNG, which LinkedIn may show as a still image');
    if (type === 'IEND') break;
  }
  if (!hasPixels) return 'is a PNG without image data';
  if (reader.remainingBytes > 0)
    warnings.push(`has ${pluralize(reader.remainingBytes, 'byte')} after the end of the PNG`);
  return { warnings, size };
}

const NO_END = 'has no PNG end chunk (IEND): its end is missing';
