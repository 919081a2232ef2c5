// Parses the blocks of a GIF for its size, its frames and its trailer.
// The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

import type { ImageReader, InvalidReason, ParsedImage } from './image-reader.ts';

/** Signature, screen width, screen height, screen flags, background colour and aspect ratio. */
const HEADER_BYTES = 13;
/** The longest start of a block: the type of a frame, its position, its size and its flags. */
const BLOCK_BYTES = 10;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
const NO_TRAILER = 'has no GIF trailer: its end is missing';

export async function parseGif(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  await reader.fill(HEADER_BYTES);
  const header = Buffer.from(reader.peek(HEADER_BYTES));
  if (!/^GIF8[79]a/.test(header.toString('latin1'))) {
    return 'is damaged: it does not start with GIF87a or GIF89a';
  }
  if (header.length < HEADER_BYTES) return NO_TRAILER;
  reader.skip(HEADER_BYTES + colourTableBytes(header[10]));
  let frames = 0;
  for (;;) {
    if (reader.bufferedBytes < BLOCK_BYTES) await reader.fill(BLOCK_BYTES);
    const type = reader.byte();
    if (type < 0) return NO_TRAILER;
    if (type === TRAILER) break;
    // Some encoders write stray zeros between blocks. Viewers ignore them.
    if (type === 0) continue;
    if (type === EXTENSION) {
      // Its label.
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
