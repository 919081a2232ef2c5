// Inspects a video by its container, MP4 or QuickTime: whether it is whole, whether it has a video track, and how long it is.
// Reads only the headers of its boxes and its index, whatever the size of the file. The format: ISO/IEC 14496-12, section 4.2.

import { FileError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { videoWarnings } from '../limits.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';

const CONTAINER_WARNINGS = {
  'video/mp4': [],
  'video/quicktime': ['is a QuickTime video (MOV), but LinkedIn asks for MP4'],
  'video/x-m4v': ['is an M4V video, but LinkedIn asks for MP4'],
} as const;

/**
 * @throws FileError FILE_TRUNCATED when the end, the index or the data is missing or damaged; FILE_TYPE when there is
 * no video track; errors of `source`
 */
export async function examineVideo(
  source: ByteSource,
  path: string,
  mediaType: keyof typeof CONTAINER_WARNINGS,
): Promise<Examined> {
  const { moov, hasData, oddBytes } = await readBoxes(source, path);
  const isChecked = oddBytes < HEADER_BYTES;
  if (moov === null) {
    const first = 'has no moov box among its first boxes, so its content is unknown';
    const text = isChecked ? 'has no moov box: the recording was not finished' : first;
    throw new FileError('FILE_TRUNCATED', path, text);
  }
  if (!hasData && isChecked)
    throw new FileError(
      'FILE_TRUNCATED',
      path,
      'has no mdat box: video and sound data are missing',
    );
  let durationSeconds: number | undefined;
  let size: Size | null = null;
  for (const { type, content } of boxesIn(moov)) {
    if (type === 'mvhd') durationSeconds = readDuration(content);
    if (type === 'trak') size ??= readVideoTrack(content);
  }
  if (size === null) throw new FileError('FILE_TYPE', path, 'has no video track');
  const media: Media = {
    kind: 'video',
    mediaType,
    ...(size.width > 0 && size.height > 0 ? size : {}),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  };
  const warnings: string[] = [...CONTAINER_WARNINGS[mediaType]];
  if (!isChecked) warnings.push('has so many boxes that its end was not checked');
  else if (oddBytes > 0) warnings.push(`has ${pluralize(oddBytes, 'byte')} after its last box`);
  return {
    media,
    warnings: [...warnings, ...videoWarnings(source.sizeBytes, durationSeconds, media)],
  };
}

interface Movie {
  /** The index. Null when there is none. */
  readonly moov: Buffer | null;
  /** Whether there is a box of video or sound data (mdat). */
  readonly hasData: boolean;
  /** The bytes after the last box that was read: too few for another one, unless there are more than BOXES_MAX. */
  readonly oddBytes: number;
}

/** The index of a film of many hours has less. The tracks are at its start. */
const INDEX_BYTES_MAX = 64 * 1024 * 1024;

/** A recording of two hours in fragments of half a second has 30,000. */
export const BOXES_MAX = 50_000;

/** Reads the boxes at the top level. @throws FileError FILE_TRUNCATED; errors of `source` */
async function readBoxes(source: ByteSource, path: string): Promise<Movie> {
  const { sizeBytes } = source;
  const header = Buffer.alloc(LONG_HEADER_BYTES);
  let moov: Buffer | null = null;
  let hasData = false;
  let at = 0;
  for (let boxes = 0; boxes < BOXES_MAX && sizeBytes - at >= HEADER_BYTES; boxes += 1) {
    const readBytes = await source.read(header, at);
    const box = readHeader(header.subarray(0, readBytes), sizeBytes - at);
    if (box === null)
      throw new FileError(
        'FILE_TRUNCATED',
        path,
        'is damaged: a box is smaller than its own header',
      );
    const missing = at + box.sizeBytes - sizeBytes;
    if (missing > 0) {
      const text = `is truncated: its last box extends ${pluralize(missing, 'byte')} past the end of the file`;
      throw new FileError('FILE_TRUNCATED', path, text);
    }
    if (box.type === 'mdat') hasData = true;
    if (box.type === 'moov' && moov === null) {
      moov = Buffer.alloc(Math.min(box.sizeBytes - box.headerBytes, INDEX_BYTES_MAX));
      await source.read(moov, at + box.headerBytes);
    }
    at += box.sizeBytes;
  }
  return { moov, hasData, oddBytes: sizeBytes - at };
}

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

/** The box at the start of `bytes`. `leftBytes`: up to the end of its parent. Null if it is smaller than its own header. */
function readHeader(bytes: Buffer, leftBytes: number) {
  const shortSize = bytes.readUInt32BE(0);
  const headerBytes = shortSize === 1 ? LONG_HEADER_BYTES : HEADER_BYTES;
  if (bytes.length < headerBytes) return null;
  let sizeBytes = shortSize;
  if (shortSize === 0) sizeBytes = leftBytes;
  if (shortSize === 1) sizeBytes = Number(bytes.readBigUInt64BE(8));
  return sizeBytes < headerBytes
    ? null
    : { type: bytes.toString('latin1', 4, 8), headerBytes, sizeBytes };
}

/** The boxes inside a box, up to the first one that does not fit. */
function* boxesIn(parent: Buffer) {
  for (let rest = parent; rest.length >= HEADER_BYTES; ) {
    const box = readHeader(rest, rest.length);
    if (box === null || box.sizeBytes > rest.length) return;
    yield { type: box.type, content: rest.subarray(box.headerBytes, box.sizeBytes) };
    rest = rest.subarray(box.sizeBytes);
  }
}

/** Both are 0 when the index does not state them. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Null for a track of another kind, such as sound. */
function readVideoTrack(trak: Buffer): Size | null {
  let size = { width: 0, height: 0 };
  let handler = '';
  for (const { type, content } of boxesIn(trak)) {
    const at = content[0] === 1 ? 88 : 76;
    // Fixed-point numbers: the upper 16 bits are whole pixels.
    if (type === 'tkhd' && content.length >= at + 8)
      size = { width: content.readUInt16BE(at), height: content.readUInt16BE(at + 4) };
    if (type === 'mdia')
      for (const inner of boxesIn(content))
        if (inner.type === 'hdlr') handler = inner.content.toString('latin1', 8, 12);
  }
  return handler === 'vide' ? size : null;
}

/** Version 0 of the header has times of 32 bits, version 1 of 64 bits. All bits set means unknown, as in live recordings. */
function readDuration(mvhd: Buffer): number | undefined {
  const isLong = mvhd[0] === 1;
  if (mvhd.length < (isLong ? 32 : 20)) return undefined;
  const unitsPerSecond = mvhd.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? mvhd.readBigUInt64BE(24) : BigInt(mvhd.readUInt32BE(16));
  const unknown = isLong ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn;
  if (unitsPerSecond === 0 || units === 0n || units === unknown) return undefined;
  return Number(units) / unitsPerSecond;
}
