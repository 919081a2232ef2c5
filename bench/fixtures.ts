// The media that both sides send: a video, its parts, sparse videos of any size, and many small images.

import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pdf } from '../test/support/documents.ts';
import { boxHeader, ftyp, jpeg, jpegSegment, moov, png, pngChunk } from '../test/support/media.ts';

export const MIB = 1024 * 1024;
export const PART_BYTES = 4 * MIB;

/** The first bytes of a video of `sizeBytes`. The content of the rest does not matter. */
function head(sizeBytes: number): Buffer {
  const front = Buffer.concat([ftyp(), moov()]);
  return Buffer.concat([
    front,
    boxHeader('mdat', sizeBytes - front.length, sizeBytes > 0xffff_ffff),
  ]);
}

/** Writes `folder/launch.mp4`, and its parts as `partsFolder/0`, `1`, …, because curl can only send whole files. */
export function writeVideo(folder: string, partsFolder: string, sizeBytes: number): number {
  mkdirSync(folder, { recursive: true });
  mkdirSync(partsFolder, { recursive: true });
  const video = openSync(join(folder, 'launch.mp4'), 'w');
  const block = randomFillSync(Buffer.allocUnsafeSlow(PART_BYTES));
  let parts = 0;
  for (let at = 0; at < sizeBytes; at += PART_BYTES) {
    const part = block.subarray(0, Math.min(PART_BYTES, sizeBytes - at));
    part.writeDoubleBE(at, part.length - 8);
    if (at === 0) part.set(head(sizeBytes));
    writeSync(video, part);
    writeFileSync(join(partsFolder, String(parts)), part);
    parts += 1;
  }
  closeSync(video);
  return parts;
}

/** A sparse file takes no space on the disk, but as long to read as any other. */
export function writeSparseVideo(folder: string, sizeBytes: number): void {
  mkdirSync(folder, { recursive: true });
  const video = openSync(join(folder, 'launch.mp4'), 'w');
  writeSync(video, head(sizeBytes));
  ftruncateSync(video, sizeBytes);
  closeSync(video);
}

/** Writes `count` PDFs that are sparse between their start and their end. */
export function writeSparsePdfs(folder: string, count: number, sizeBytes: number): void {
  const start = pdf();
  const end = Buffer.from('\n%%EOF\n');
  for (let index = 0; index < count; index += 1)
    writeSparseFile(folder, `${index}.pdf`, { start, sizeBytes: sizeBytes + index, end });
}

/** Writes `count` PNGs whose image data are sparse. */
export function writeSparsePngs(folder: string, count: number, sizeBytes: number): void {
  const end = pngChunk('IEND');
  for (let index = 0; index < count; index += 1) {
    const whole = png({ width: 800, height: 418 });
    const dataAt = whole.indexOf('IDAT');
    const start = Buffer.from(whole.subarray(0, dataAt + 4));
    const checksumBytes = 4;
    const dataBytes = sizeBytes + index - start.length - checksumBytes - end.length;
    start.writeUInt32BE(dataBytes, dataAt - 4);
    writeSparseFile(folder, `${index}.png`, { start, sizeBytes: sizeBytes + index, end });
  }
}

interface SparseFile {
  readonly start: Buffer;
  readonly sizeBytes: number;
  readonly end: Buffer;
}

function writeSparseFile(
  folder: string,
  name: string,
  { start, sizeBytes, end }: SparseFile,
): void {
  mkdirSync(folder, { recursive: true });
  const file = openSync(join(folder, name), 'w');
  writeSync(file, start);
  writeSync(file, end, 0, end.length, sizeBytes - end.length);
  closeSync(file);
}

/** Writes different photos of about `sizeBytes` each. Returns their total size. */
export function writeImages(folder: string, count: number, sizeBytes: number): number {
  mkdirSync(folder, { recursive: true });
  const data = compressedData(sizeBytes);
  for (let index = 0; index < count; index += 1) {
    const name = String(index).padStart(6, '0');
    const start = jpeg({
      size: { width: 800, height: 418 },
      extra: [jpegSegment(0xe4, Buffer.from(name))],
      hasEnd: false,
    });
    const image = Buffer.concat([start, data, Buffer.from([0xff, 0xd9])]);
    writeFileSync(join(folder, `${name}.jpg`), image);
    if (index === count - 1) return count * image.length;
  }
  return 0;
}

/** Random bytes as in a photo: a zero follows each 0xff, which would begin a marker. */
function compressedData(sizeBytes: number): Buffer {
  const data = randomFillSync(Buffer.alloc(sizeBytes));
  for (let at = data.indexOf(0xff); at >= 0 && at < sizeBytes - 1; at = data.indexOf(0xff, at + 2))
    data[at + 1] = 0;
  return data;
}
