// Parses the segments of a JPEG for its size and its image data, and then searches for the end marker.
// The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

import type { ImageReader, InvalidReason, ParsedImage } from './image-reader.ts';

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The length of a segment, and the first fields of a frame header: precision, height, width. */
const SEGMENT_BYTES = 7;
const NO_DATA = 'has no JPEG image data: its end is missing';

export async function parseJpeg(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  let size: ParsedImage['size'];
  let isAfterMarker = false;
  for (;;) {
    if (reader.bufferedBytes <= SEGMENT_BYTES) await reader.fill(SEGMENT_BYTES + 1);
    const code = reader.byte();
    if (code < 0) return NO_DATA;
    // Any number of fill bytes (0xff) may precede a code. Decoders ignore stray bytes between segments.
    const isCode = isAfterMarker && code !== MARKER;
    isAfterMarker = code === MARKER;
    // Codes without a segment: start and end of the image, restarts, and two reserved ones.
    if (!isCode || code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE)) continue;
    const segment = reader.peek(SEGMENT_BYTES);
    if (segment.length < 2) return NO_DATA;
    // The length includes its own two bytes.
    const lengthBytes = Math.max(2, segment.readUInt16BE());
    // Frame headers of all processes. Three codes in the range are tables.
    const isFrame = code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
    if (isFrame && Math.min(lengthBytes, segment.length) >= SEGMENT_BYTES)
      size = { width: segment.readUInt16BE(5), height: segment.readUInt16BE(3) };
    reader.skip(lengthBytes);
    if (code === START_OF_SCAN) break;
  }
  // Compressed data follows the scan header. Only the end marker matters there, and every 256th byte looks like a marker.
  if (await reader.skipPastPair(Buffer.from([MARKER, END_OF_IMAGE]))) return { size };
  // Only a warning: viewers show such an image, so LinkedIn may accept it.
  return { size, warnings: ['has no JPEG end marker, so its end may be missing'] };
}
