// Inspects an image in one pass over all of its bytes: size, frames, end marker and digest. Memory does not grow with
// the file.

import { createHash } from 'node:crypto';
import { FileError } from '../../errors.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';
import { GifParser } from './gif.ts';
import type { ImageParser } from './image-parser.ts';
import { JpegParser } from './jpeg.ts';
import { PngParser } from './png.ts';

interface ImageInput {
  readonly source: ByteSource;
  readonly path: string;
  /** The first bytes of the file. Its buffer is reused for the rest. */
  readonly head: Buffer;
  readonly mediaType: 'image/jpeg' | 'image/gif' | 'image/png';
}

const PARSERS = {
  'image/jpeg': () => new JpegParser(),
  'image/gif': () => new GifParser(),
  'image/png': () => new PngParser(),
} as const satisfies Record<string, () => ImageParser>;

/** @throws FileError FILE_TRUNCATED when the image is truncated or damaged; errors of `source` */
export async function examineImage({ source, path, head, mediaType }: ImageInput): Promise<Examined> {
  const parser: ImageParser = PARSERS[mediaType]();
  const hash = createHash('sha256');
  for (let chunk = head, offset = 0; chunk.length > 0; ) {
    hash.update(chunk);
    parser.write(chunk);
    offset += chunk.length;
    chunk = head.subarray(0, await source.read(head, offset));
  }
  const { invalidReason, warnings, frames, size } = parser.result();
  if (invalidReason !== null) throw new FileError('FILE_TRUNCATED', `${path} ${invalidReason}`);
  const media: Media = {
    kind: 'image',
    mediaType,
    sha256: hash.digest('hex'),
    ...(size !== undefined && size.width > 0 && size.height > 0 ? size : {}),
    ...(frames === undefined ? {} : { frames }),
  };
  return { media, warnings };
}
