// Parses the segments of a JPEG for its size and its image data, and then searches for the end marker.
// The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

import type { ImageReader, InvalidReason, ParsedImage } from './image-reader.ts';

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The first fields of a frame header: precision, height, width. */
const FRAME_BYTES = 5;

export async function parseJpeg(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  let size: ParsedImage['size'];
  for (;;) {
    const code = await nextMarker(reader);
    // Markers without a segment: start and end of the image, restarts, and two reserved ones.
    if (code !== null && (code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE))) continue;
    const length = await reader.take(2);
    if (code === null || length.length < 2) return 'has no JPEG image data: its end is missing';
    // The length includes its own two bytes.
    const segmentBytes = Math.max(0, length.readUInt16BE() - 2);
    // Frame headers of all processes. Three codes in the range are tables.
    const isFrame = code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
    const frame = await reader.take(isFrame && segmentBytes >= FRAME_BYTES ? FRAME_BYTES : 0);
    if (frame.length === FRAME_BYTES) size = { width: frame.readUInt16BE(3), height: frame.readUInt16BE(1) };
    await reader.skip(segmentBytes - frame.length);
    if (code === START_OF_SCAN) break;
  }
  // Compressed data follows the scan header. Only the end marker matters there, and every 256th byte looks like a marker.
  if (await reader.skipPastPair(Buffer.from([MARKER, END_OF_IMAGE]))) return { size };
  // Only a warning: viewers show such an image, so LinkedIn may accept it.
  return { size, warnings: ['has no JPEG end marker, so its end may be missing'] };
}

/** The code of the next marker, or null at the end of the file. Decoders ignore stray bytes between segments. */
async function nextMarker(reader: ImageReader): Promise<number | null> {
  if (!(await reader.skipPast(MARKER))) return null;
  for (;;) {
    const [code] = await reader.take(1);
    // Any number of fill bytes (0xff) may precede a marker code.
    if (code !== MARKER) return code ?? null;
  }
}
