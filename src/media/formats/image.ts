// Inspects the bytes of an image: size, frames, end marker and digest. Parses the structure of PNG, JPEG and GIF, and decodes no pixels.

import { FileError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { type Examined, type Media, sha256Of } from '../media-file.ts';

interface ParsedImage {
  /** Sentences without their subject, which is the file. */
  readonly warnings?: readonly string[];
  readonly frames?: number;
  /** The number in the header, which may be 0. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** The end of a sentence about a file that is truncated or damaged. */
type InvalidReason = string;

const PARSERS = { 'image/jpeg': parseJpeg, 'image/gif': parseGif, 'image/png': parsePng } as const;

/** @throws FileError FILE_TRUNCATED when the image is truncated or damaged */
export function examineImage(
  bytes: Buffer,
  path: string,
  mediaType: keyof typeof PARSERS,
): Examined {
  const parsed = PARSERS[mediaType](bytes);
  if (typeof parsed === 'string') throw new FileError('FILE_TRUNCATED', path, parsed);
  const { warnings = [], frames, size } = parsed;
  const media: Media = {
    kind: 'image',
    mediaType,
    sha256: sha256Of(bytes),
    ...(size !== undefined && size.width > 0 && size.height > 0 ? size : {}),
    ...(frames === undefined ? {} : { frames }),
  };
  return { media, warnings };
}

const PNG_SIGNATURE_BYTES = 8;
/** Length and type of a chunk. Width and height are the first fields of the image header chunk (IHDR). */
const CHUNK_HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;
const NO_PNG_END = 'has no PNG end chunk (IEND): its end is missing';

/** Parses the chunks. The format: https://www.w3.org/TR/png-3/ */
export function parsePng(bytes: Buffer): ParsedImage | InvalidReason {
  let size: ParsedImage['size'];
  let hasPixels = false;
  let isAnimated = false;
  let type = '';
  let at = PNG_SIGNATURE_BYTES;
  while (type !== 'IEND') {
    const body = at + CHUNK_HEADER_BYTES;
    if (body > bytes.length) return NO_PNG_END;
    type = bytes.toString('latin1', at + 4, body);
    const end = body + bytes.readUInt32BE(at) + CHECKSUM_BYTES;
    if (type === 'IHDR' && Math.min(end, bytes.length) >= body + 8)
      size ??= { width: bytes.readUInt32BE(body), height: bytes.readUInt32BE(body + 4) };
    if (type === 'IDAT') hasPixels = true;
    if (type === 'acTL') isAnimated = true;
    at = end;
  }
  const excessBytes = bytes.length - at;
  if (excessBytes < 0) return NO_PNG_END;
  if (!hasPixels) return 'is a PNG without image data';
  const warnings = isAnimated
    ? ['is an animated PNG, which LinkedIn may show as a still image']
    : [];
  if (excessBytes > 0)
    warnings.push(`has ${pluralize(excessBytes, 'byte')} after the end of the PNG`);
  return { warnings, size };
}

const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** The length of a segment, and the first fields of a frame header: precision, height, width. */
const SEGMENT_BYTES = 7;
const NO_JPEG_DATA = 'has no JPEG image data: its end is missing';

/** Parses the segments, and then searches for the end marker. The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B */
export function parseJpeg(bytes: Buffer): ParsedImage | InvalidReason {
  let size: ParsedImage['size'];
  for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at)) {
    // Any number of fill bytes (0xff) may precede a code. Decoders ignore stray bytes between segments.
    while (bytes[at] === MARKER) at += 1;
    const code = bytes[at] ?? 0;
    at += 1;
    // Codes without a segment: start and end of the image, restarts, and two reserved ones.
    if (code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE)) continue;
    if (at + 2 > bytes.length) break;
    // The length includes its own two bytes.
    const end = at + Math.max(2, bytes.readUInt16BE(at));
    // Frame headers of all processes. Three codes in the range are tables.
    const isFrame = code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
    if (isFrame && Math.min(end, bytes.length) >= at + SEGMENT_BYTES)
      size = { width: bytes.readUInt16BE(at + 5), height: bytes.readUInt16BE(at + 3) };
    at = end;
    if (code !== START_OF_SCAN) continue;
    // Compressed data follows the scan header. Only the end marker matters there, and every 256th byte looks like a marker.
    if (bytes.includes(Buffer.from([MARKER, END_OF_IMAGE]), at)) return { size };
    // Only a warning: viewers show such an image, so LinkedIn may accept it.
    return { size, warnings: ['has no JPEG end marker, so its end may be missing'] };
  }
  return NO_JPEG_DATA;
}

/** Signature, screen width, screen height, screen flags, background colour and aspect ratio. */
const GIF_HEADER_BYTES = 13;
/** The position, the size and the flags of a frame. */
const FRAME_BYTES = 9;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
const NO_TRAILER = 'has no GIF trailer: its end is missing';

/** Parses the blocks. The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
export function parseGif(bytes: Buffer): ParsedImage | InvalidReason {
  if (bytes.length < GIF_HEADER_BYTES) return NO_TRAILER;
  if (!/^GIF8[79]a/.test(bytes.toString('latin1', 0, 6)))
    return 'is damaged: it does not start with GIF87a or GIF89a';
  let frames = 0;
  let at = GIF_HEADER_BYTES + colourTableBytes(bytes[10]);
  for (;;) {
    const type = bytes[at];
    at += 1;
    if (type === undefined) return NO_TRAILER;
    if (type === TRAILER) break;
    // Some encoders write stray zeros between blocks. Viewers ignore them.
    if (type === 0) continue;
    if (type === EXTENSION) {
      // Its label follows the type.
      at += 1;
    } else if (type === FRAME) {
      frames += 1;
      // One byte, the LZW code size, follows the colour table.
      at += FRAME_BYTES + colourTableBytes(bytes[at + FRAME_BYTES - 1]) + 1;
    } else {
      return `is damaged after frame ${frames}`;
    }
    // Each sub-block starts with its length. An empty one is the last.
    for (let length = bytes[at]; length; length = bytes[at]) at += 1 + length;
    at += 1;
  }
  if (frames === 0) return 'is a GIF without frames';
  return { frames, size: { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) } };
}

function colourTableBytes(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}
