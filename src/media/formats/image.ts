// Inspects an image in one pass over all of its bytes: size, frames, end marker and digest. Parses the structure of PNG, JPEG
// and GIF, and decodes no pixels.

import { FileError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { checkSize } from '../limits.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';
import { ImageReader, type InvalidReason, type ParsedImage, type ParseImage } from './image-reader.ts';

interface ImageInput {
  readonly source: ByteSource;
  readonly path: string;
  readonly head: Buffer;
  readonly mediaType: 'image/jpeg' | 'image/gif' | 'image/png';
}

const PARSERS: Record<ImageInput['mediaType'], ParseImage> = {
  'image/jpeg': parseJpeg,
  'image/gif': parseGif,
  'image/png': parsePng,
};

/** @throws FileError FILE_SIZE; FILE_TRUNCATED when the image is truncated or damaged; errors of `source` */
export async function examineImage({ source, path, head, mediaType }: ImageInput): Promise<Examined> {
  checkSize(path, 'image', source.sizeBytes);
  const reader = new ImageReader(source, head);
  const parsed = await PARSERS[mediaType](reader);
  if (typeof parsed === 'string') throw new FileError('FILE_TRUNCATED', path, parsed);
  const { warnings = [], frames, size } = parsed;
  const media: Media = {
    kind: 'image',
    mediaType,
    sha256: await reader.digest(),
    ...(size !== undefined && size.width > 0 && size.height > 0 ? size : {}),
    ...(frames === undefined ? {} : { frames }),
  };
  return { media, warnings };
}

const PNG_SIGNATURE_BYTES = 8;
/** Length and type of a chunk. */
const CHUNK_HEADER_BYTES = 8;
/** Width and height, the first fields of the image header chunk (IHDR). */
const PNG_SIZE_BYTES = 8;
const CHECKSUM_BYTES = 4;
const NO_PNG_END = 'has no PNG end chunk (IEND): its end is missing';

/** Parses the chunks. The format: https://www.w3.org/TR/png-3/ */
export async function parsePng(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  const startBytes = CHUNK_HEADER_BYTES + PNG_SIZE_BYTES;
  let size: ParsedImage['size'];
  let hasPixels = false;
  let isAnimated = false;
  reader.skip(PNG_SIGNATURE_BYTES);
  for (;;) {
    if (reader.bufferedBytes < startBytes) await reader.fill(startBytes);
    const start = reader.peek(startBytes);
    if (start.length < CHUNK_HEADER_BYTES) return NO_PNG_END;
    const lengthBytes = start.readUInt32BE();
    const type = start.toString('latin1', 4, CHUNK_HEADER_BYTES);
    if (type === 'IHDR' && lengthBytes >= PNG_SIZE_BYTES && start.length === startBytes)
      size ??= {
        width: start.readUInt32BE(CHUNK_HEADER_BYTES),
        height: start.readUInt32BE(CHUNK_HEADER_BYTES + 4),
      };
    reader.skip(CHUNK_HEADER_BYTES + lengthBytes + CHECKSUM_BYTES);
    if (type === 'IDAT') hasPixels = true;
    if (type === 'acTL') isAnimated = true;
    if (type === 'IEND') break;
  }
  const excessBytes = reader.remainingBytes;
  if (excessBytes < 0) return NO_PNG_END;
  if (!hasPixels) return 'is a PNG without image data';
  const warnings = isAnimated ? ['is an animated PNG, which LinkedIn may show as a still image'] : [];
  if (excessBytes > 0) warnings.push(`has ${pluralize(excessBytes, 'byte')} after the end of the PNG`);
  return { warnings, size };
}

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The length of a segment, and the first fields of a frame header: precision, height, width. */
const SEGMENT_BYTES = 7;
const NO_JPEG_DATA = 'has no JPEG image data: its end is missing';

/** Parses the segments, and then searches for the end marker. The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B */
export async function parseJpeg(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  let size: ParsedImage['size'];
  let isAfterMarker = false;
  for (;;) {
    if (reader.bufferedBytes <= SEGMENT_BYTES) await reader.fill(SEGMENT_BYTES + 1);
    const code = reader.byte();
    if (code < 0) return NO_JPEG_DATA;
    // Any number of fill bytes (0xff) may precede a code. Decoders ignore stray bytes between segments.
    const isCode = isAfterMarker && code !== MARKER;
    isAfterMarker = code === MARKER;
    // Codes without a segment: start and end of the image, restarts, and two reserved ones.
    if (!isCode || code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE)) continue;
    const segment = reader.peek(SEGMENT_BYTES);
    if (segment.length < 2) return NO_JPEG_DATA;
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

/** Signature, screen width, screen height, screen flags, background colour and aspect ratio. */
const GIF_HEADER_BYTES = 13;
/** The longest start of a block: the type of a frame, its position, its size and its flags. */
const BLOCK_BYTES = 10;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
const NO_TRAILER = 'has no GIF trailer: its end is missing';

/** Parses the blocks. The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export async function parseGif(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  await reader.fill(GIF_HEADER_BYTES);
  const header = Buffer.from(reader.peek(GIF_HEADER_BYTES));
  if (!/^GIF8[79]a/.test(header.toString('latin1'))) {
    return 'is damaged: it does not start with GIF87a or GIF89a';
  }
  if (header.length < GIF_HEADER_BYTES) return NO_TRAILER;
  reader.skip(GIF_HEADER_BYTES + colourTableBytes(header[10]));
  let frames = 0;
  for (;;) {
    if (reader.bufferedBytes < BLOCK_BYTES) await reader.fill(BLOCK_BYTES);
    const type = reader.byte();
    if (type < 0) return NO_TRAILER;
    if (type === TRAILER) break;
    // Some encoders write stray zeros between blocks. Viewers ignore them.
    if (type === 0) continue;
    if (type === EXTENSION) {
      // Its label follows the type.
      reader.skip(1);
    } else if (type === FRAME) {
      frames += 1;
      reader.skip(BLOCK_BYTES - 2);
      // One byte, the LZW code size, follows the colour table.
      reader.skip(colourTableBytes(reader.byte()) + 1);
    } else {
      return `is damaged after frame ${frames}`;
    }
    await skipSubBlocks(reader);
  }
  if (frames === 0) return 'is a GIF without frames';
  return { frames, size: { width: header.readUInt16LE(6), height: header.readUInt16LE(8) } };
}

function colourTableBytes(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

/** Each sub-block starts with its length. An empty one is the last. */
async function skipSubBlocks(reader: ImageReader): Promise<void> {
  for (;;) {
    if (reader.bufferedBytes < 1) await reader.fill(1);
    const length = reader.byte();
    if (length <= 0) return;
    reader.skip(length);
  }
}
