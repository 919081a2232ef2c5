// Inspects a video by its container, MP4 or QuickTime: whether it is whole, whether it has a video track, and how long it is.
// Reads only kilobytes and needs a bounded memory, whatever the size of the file and of its boxes.
// The format: ISO/IEC 14496-12, section 4.2.

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
  const movie = await readMovie(source);
  const invalidReason = invalidReasonOf(movie);
  if (invalidReason !== null || !movie.index) throw new FileError('FILE_TRUNCATED', path, `${invalidReason}`);
  const { videoTrack, hasSound, durationSeconds } = movie.index;
  if (!videoTrack) {
    const problem = hasSound ? 'has sound but no video track' : 'has no video track';
    throw new FileError('FILE_TYPE', path, problem);
  }
  const { width, height } = videoTrack;
  const media: Media = {
    kind: 'video',
    mediaType,
    ...(width > 0 && height > 0 ? { width, height } : {}),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  };
  const warnings: string[] = [...CONTAINER_WARNINGS[mediaType]];
  if (movie.ending === 'too-many') warnings.push('has so many boxes that its end was not checked');
  else if (movie.oddBytes > 0) warnings.push(`has ${pluralize(movie.oddBytes, 'byte')} after its last box`);
  return { media, warnings: [...warnings, ...videoWarnings(source.sizeBytes, durationSeconds)] };
}

function invalidReasonOf({ ending, oddBytes, index, hasData }: Movie): string | null {
  if (ending === 'past-end')
    return `is truncated: its last box extends ${pluralize(oddBytes, 'byte')} past the end of the file`;
  if (ending === 'damaged') return 'is damaged: a box is smaller than its own header';
  if (!index && ending === 'too-many')
    return 'has no moov box among its first boxes, so its content is unknown';
  if (!index) return 'has no moov box: the recording was not finished';
  if (!hasData && ending === 'end') return 'has no mdat box: video and sound data are missing';
  return null;
}

interface Movie {
  /** Absent when there is no moov box. */
  readonly index: MovieIndex | undefined;
  /** Whether there is a box of video or sound data (mdat). */
  readonly hasData: boolean;
  /** How the top level ends. `past-end`: the last box ends after the end of the file. */
  readonly ending: NoBox | 'past-end';
  /** With `past-end`, the bytes missing from the last box. Otherwise the bytes after it, too few for another box. */
  readonly oddBytes: number;
}

interface MovieIndex {
  /** Undefined when the index does not state it, as in live and fragmented recordings. */
  readonly durationSeconds: number | undefined;
  /** The first video track. Its width and height are 0 when the index does not state them. */
  readonly videoTrack: Track | undefined;
  readonly hasSound: boolean;
}

interface Track {
  /** `vide`, `soun`, … */
  readonly handler: string;
  readonly width: number;
  readonly height: number;
}

const TRACKS_MAX = 100;

/** Parses all top-level boxes, and the boxes of the index (moov) that hold duration and tracks. @throws errors of `source` */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const reader = new BoxReader(source);
  let index: MovieIndex | undefined;
  let hasData = false;
  for (let offset = 0; ; ) {
    const box = await reader.boxAt(offset, source.sizeBytes);
    if (typeof box === 'string') return { index, hasData, ending: box, oddBytes: source.sizeBytes - offset };
    const missingBytes = box.end - source.sizeBytes;
    if (missingBytes > 0) return { index, hasData, ending: 'past-end', oddBytes: missingBytes };
    if (box.type === 'mdat') hasData = true;
    if (box.type === 'moov') index ??= await readIndex(reader, box);
    offset = box.end;
  }
}

async function readIndex(reader: BoxReader, moov: Box): Promise<MovieIndex> {
  let durationSeconds: number | undefined;
  const tracks: Track[] = [];
  for await (const box of reader.childrenOf(moov)) {
    if (box.type === 'mvhd') durationSeconds = readDuration(await reader.bytesAt(box.body, 32));
    if (box.type === 'trak' && tracks.length < TRACKS_MAX) tracks.push(await readTrack(reader, box));
  }
  return {
    durationSeconds,
    videoTrack: tracks.find((track) => track.handler === 'vide'),
    hasSound: tracks.some((track) => track.handler === 'soun'),
  };
}

async function readTrack(reader: BoxReader, trak: Box): Promise<Track> {
  let size = { width: 0, height: 0 };
  let handler = '';
  for await (const box of reader.childrenOf(trak)) {
    if (box.type === 'tkhd') {
      const tkhd = await reader.bytesAt(box.body, 96);
      const at = tkhd[0] === 1 ? 88 : 76;
      // Fixed-point numbers: the upper 16 bits are whole pixels.
      if (tkhd.length >= at + 8) size = { width: tkhd.readUInt16BE(at), height: tkhd.readUInt16BE(at + 4) };
    }
    if (box.type === 'mdia') handler = await readHandler(reader, box);
  }
  return { handler, ...size };
}

async function readHandler(reader: BoxReader, mdia: Box): Promise<string> {
  for await (const box of reader.childrenOf(mdia)) {
    if (box.type === 'hdlr') return (await reader.bytesAt(box.body, 12)).toString('latin1', 8, 12);
  }
  return '';
}

/** Version 0 of the header has times of 32 bits, version 1 of 64 bits. All bits set means unknown. */
function readDuration(mvhd: Buffer): number | undefined {
  const isLong = mvhd[0] === 1;
  if (mvhd.length < (isLong ? 32 : 20)) return undefined;
  const unitsPerSecond = mvhd.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? mvhd.readBigUInt64BE(24) : BigInt(mvhd.readUInt32BE(16));
  const unknown = isLong ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn;
  if (unitsPerSecond === 0 || units === 0n || units === unknown) return undefined;
  return Number(units) / unitsPerSecond;
}

interface Box {
  readonly type: string;
  /** Offset of its content in the file. */
  readonly body: number;
  /** Offset of the first byte after the box. */
  readonly end: number;
}

/** Why there is no box: the parent ends, the box is smaller than its own header, or BOXES_MAX is reached. */
type NoBox = 'end' | 'damaged' | 'too-many';

// A two-hour recording in fragments of half a second has 30,000 boxes.
export const BOXES_MAX = 50_000;
// Top-level boxes are far apart and boxes of the index are close together. One small window suits both.
const WINDOW_BYTES = 4096;
const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

class BoxReader {
  readonly #source: ByteSource;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowBytes = 0;
  #boxesLeft = BOXES_MAX;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The box at `offset` of a parent that ends at `end`. The box may claim to end later: callers check that. */
  async boxAt(offset: number, end: number): Promise<Box | NoBox> {
    if (end - offset < HEADER_BYTES) return 'end';
    if (this.#boxesLeft === 0) return 'too-many';
    this.#boxesLeft -= 1;
    const header = await this.bytesAt(offset, LONG_HEADER_BYTES);
    if (header.length < HEADER_BYTES) return 'end';
    const type = header.toString('latin1', 4, 8);
    const shortSize = header.readUInt32BE(0);
    if (shortSize === 0) return { type, body: offset + HEADER_BYTES, end };
    const isLong = shortSize === 1;
    if (isLong && header.length < LONG_HEADER_BYTES) return 'damaged';
    const headerBytes = isLong ? LONG_HEADER_BYTES : HEADER_BYTES;
    const sizeBytes = isLong ? Number(header.readBigUInt64BE(8)) : shortSize;
    if (sizeBytes < headerBytes) return 'damaged';
    return { type, body: offset + headerBytes, end: offset + sizeBytes };
  }

  /** The boxes inside `parent`, up to the first one that does not fit. */
  async *childrenOf(parent: Box): AsyncGenerator<Box> {
    for (let offset = parent.body; ; ) {
      const box = await this.boxAt(offset, parent.end);
      if (typeof box === 'string' || box.end > parent.end) return;
      yield box;
      offset = box.end;
    }
  }

  /** Up to `length` bytes (4096 at most), fewer at the end of the file. The buffer is valid until the next call. */
  async bytesAt(offset: number, length: number): Promise<Buffer> {
    const isInWindow =
      offset >= this.#windowStart && offset + length <= this.#windowStart + this.#windowBytes;
    if (!isInWindow) {
      this.#windowStart = offset;
      this.#windowBytes = await this.#source.read(this.#window, offset);
    }
    const from = offset - this.#windowStart;
    return this.#window.subarray(from, Math.min(from + length, this.#windowBytes));
  }
}
