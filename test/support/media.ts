// Builds small media in memory, valid or with one exact defect. It shares no code with the parsers under test.

import { crc32, deflateSync } from 'node:zlib';
import type { ByteSource } from '../../src/media/media-file.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SMALL: Size = { width: 3, height: 2 };

export function pngChunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

/** A grey PNG; `extra` chunks come before the image data. */
export function png({ width, height }: Size = SMALL, extra: readonly Buffer[] = []): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])]);
  // The header may claim a large size: no test decodes the pixels.
  const pixels = deflateSync(Buffer.alloc(Math.min((width + 1) * height, 100_000)));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', pixels),
    pngChunk('IEND'),
  ]);
}

export interface GifShape {
  readonly frames: number;
  readonly size?: Size;
  readonly hasGlobalTable?: boolean;
  readonly hasLocalTables?: boolean;
  /** Lengths of the sub-blocks of every frame, 1 to 255 each. */
  readonly subBlocks?: readonly number[];
}

/** A GIF whose data bytes all look like the start of a frame, so that a misaligned frame counter fails. */
export function gif({
  frames,
  size = SMALL,
  hasGlobalTable = true,
  hasLocalTables = false,
  subBlocks = [4],
}: GifShape): Buffer {
  const table = (isThere: boolean) => Buffer.alloc(isThere ? 3 * 4 : 0, 0x2c);
  const screen = [
    ...u16le(size.width),
    ...u16le(size.height),
    hasGlobalTable ? 0x81 : 0x01,
    0x2c,
    0x2c,
  ];
  const frame = Buffer.concat([
    Buffer.from([0x21, 0xf9, 4, 0, 0x2c, 0x2c, 0x2c, 0]),
    Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, hasLocalTables ? 0x81 : 0]),
    table(hasLocalTables),
    Buffer.from([2]),
    ...subBlocks.map((length) => Buffer.from([length, ...Buffer.alloc(length, 0x2c)])),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from(screen),
    table(hasGlobalTable),
    ...Array(frames).fill(frame),
    Buffer.from([0x3b]),
  ]);
}

export function jpegSegment(code: number, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0xff, code]), u16(data.length + 2), data]);
}

export interface JpegShape {
  readonly size?: Size;
  /** Segments before the frame header, such as EXIF or colour profiles. */
  readonly extra?: readonly Buffer[];
  readonly frameCode?: number;
  readonly hasEnd?: boolean;
}

export function jpeg({
  size = SMALL,
  extra = [],
  frameCode = 0xc0,
  hasEnd = true,
}: JpegShape = {}): Buffer {
  const frame = Buffer.concat([
    Buffer.from([8]),
    u16(size.height),
    u16(size.width),
    Buffer.from([1, 1, 0x11, 0]),
  ]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...extra,
    jpegSegment(frameCode, frame),
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    // Compressed data with a stuffed marker byte and a restart; both do not end the image.
    Buffer.from([0x12, 0xff, 0x00, 0xd9, 0xff, 0xd0, 0x34]),
    Buffer.from(hasEnd ? [0xff, 0xd9] : []),
  ]);
}

export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

/** Only the header of a box of `sizeBytes`; with a 64-bit size if `isLong`. */
export function boxHeader(type: string, sizeBytes: number, isLong = false): Buffer {
  const name = Buffer.from(type, 'latin1');
  return isLong
    ? Buffer.concat([u32(1), name, u64(sizeBytes)])
    : Buffer.concat([u32(sizeBytes), name]);
}

export interface MoovShape {
  readonly seconds?: number;
  readonly size?: Size;
  /** The version of the headers: 0 has times of 32 bits, 1 of 64. */
  readonly version?: 0 | 1;
  readonly handlers?: readonly string[];
}

export function moov({
  seconds = 6,
  size = SMALL,
  version = 0,
  handlers = ['soun', 'vide'],
}: MoovShape = {}): Buffer {
  const time = (value: number) => (version === 1 ? u64(value) : u32(value));
  const start = Buffer.concat([Buffer.from([version, 0, 0, 0]), time(0), time(0)]);
  const mvhd = box('mvhd', start, u32(1000), time(seconds * 1000), Buffer.alloc(80));
  const traks = handlers.map((handler, index) => {
    const { width, height } = handler === 'vide' ? size : { width: 0, height: 0 };
    const ids = Buffer.concat([u32(index + 1), u32(0), time(seconds * 1000)]);
    const tkhd = box(
      'tkhd',
      start,
      ids,
      Buffer.alloc(52),
      u32(width * 65_536),
      u32(height * 65_536),
    );
    const hdlr = box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(13));
    return box('trak', tkhd, box('mdia', box('mdhd', Buffer.alloc(24)), hdlr));
  });
  return box('moov', mvhd, ...traks);
}

export function ftyp(brand = 'isom'): Buffer {
  return box('ftyp', Buffer.from(`${brand}\0\0\0\0${brand}`, 'latin1'));
}

/** 80 KB, so that there is no size warning. */
const DATA_BYTES = 80_000;

export function mp4(shape: MoovShape & { brand?: string; dataBytes?: number } = {}): Buffer {
  const { brand, dataBytes = DATA_BYTES, ...rest } = shape;
  return Buffer.concat([ftyp(brand), box('mdat', Buffer.alloc(dataBytes)), moov(rest)]);
}

export function lfsPointer(): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d7a'.repeat(16)}\nsize 12345\n`;
}

/** Bytes in memory as a source that counts the bytes read. */
export function sourceOf(bytes: Uint8Array): ByteSource & { reads: number; readBytes: number } {
  return {
    sizeBytes: bytes.length,
    reads: 0,
    readBytes: 0,
    async read(into, offset) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      this.reads += 1;
      this.readBytes += part.length;
      return part.length;
    },
  };
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function u16le(value: number): number[] {
  return [value & 0xff, value >> 8];
}

/** Different pictures, named a.png, b.png, … */
export function pictures(count: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${String.fromCharCode(97 + index)}.png`,
      png({ width: 10 + index, height: 5 }),
    ]),
  );
}
