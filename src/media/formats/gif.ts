// Parses the blocks of a GIF for its size, its frames and its trailer.
// The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

import type { ImageReader, InvalidReason, ParsedImage } from './image-reader.ts';

/** Signature, screen width, screen height, screen flags, background colour and aspect ratio. */
const HEADER_BYTES = 13;
/** Position, size and flags of a frame. */
const DESCRIPTOR_BYTES = 9;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;

export async function parseGif(reader: ImageReader): Promise<ParsedImage | InvalidReason> {
  const header = await reader.take(HEADER_BYTES);
  if (!/^GIF8[79]a/.test(header.toString('latin1'))) {
    return 'is damaged: it does not start with GIF87a or GIF89a';
  }
  await reader.skip(colourTableBytes(header[10]));
  let frames = 0;
  for (;;) {
    const [type] = await reader.take(1);
    if (type === undefined) return 'has no GIF trailer: its end is missing';
    if (type === TRAILER) break;
    // Some encoders write stray zeros between blocks. Viewers ignore them.
    if (type === 0) continue;
    if (type === EXTENSION) {
      // Its label.
      await reader.skip(1);
    } else if (type === FRAME) {
      frames += 1;
      const descriptor = await reader.take(DESCRIPTOR_BYTES);
      // One byte, the LZW code size, follows the colour table.
      await reader.skip(colourTableBytes(descriptor[DESCRIPTOR_BYTES - 1]) + 1);
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
    const [length = 0] = await reader.take(1);
    if (length === 0) return;
    await reader.skip(length);
  }
}
