// Parses an MP4 or QuickTime file: all top-level boxes, and the boxes of the index (moov) that hold duration and
// tracks. Does not validate them: video.ts does.

import type { ByteSource } from '../media-file.ts';
import { type Box, BoxReader, type NoBox } from './boxes.ts';

export interface Movie {
  /** Absent when there is no moov box. */
  readonly index: MovieIndex | undefined;
  /** Whether there is a box of picture or sound data (mdat). */
  readonly hasData: boolean;
  /** How the top level ends. `past-end`: the last box ends after the end of the file. */
  readonly ending: NoBox | 'past-end';
  /** With `past-end`, the bytes missing from the last box. Otherwise the bytes after it, too few for another box. */
  readonly oddBytes: number;
}

export interface MovieIndex {
  /** Undefined when the index does not state it, as in live and fragmented recordings. */
  readonly durationSeconds: number | undefined;
  /** The first video track. Its width and height are 0 when the index does not state them. */
  readonly picture: Track | undefined;
  readonly hasSound: boolean;
}

export interface Track {
  /** `vide`, `soun`, … */
  readonly handler: string;
  readonly width: number;
  readonly height: number;
}

const TRACKS_MAX = 100;

/** @throws errors of `source` */
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
    picture: tracks.find((track) => track.handler === 'vide'),
    hasSound: tracks.some((track) => track.handler === 'soun'),
  };
}

async function readTrack(reader: BoxReader, trak: Box): Promise<Track> {
  let size = { width: 0, height: 0 };
  let handler = '';
  for await (const box of reader.childrenOf(trak)) {
    if (box.type === 'tkhd') size = readSize(await reader.bytesAt(box.body, 96));
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

/** Width and height are fixed-point numbers. The upper 16 bits are whole pixels. */
function readSize(tkhd: Buffer): { width: number; height: number } {
  const at = tkhd[0] === 1 ? 88 : 76;
  if (tkhd.length < at + 8) return { width: 0, height: 0 };
  return { width: tkhd.readUInt16BE(at), height: tkhd.readUInt16BE(at + 4) };
}
