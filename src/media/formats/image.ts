// Inspects an image in one pass over all of its bytes: size, frames, end marker and digest.

import { FileError } from '../../errors.ts';
import { checkSize } from '../limits.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';
import { parseGif } from './gif.ts';
import { ImageReader, type ParseImage } from './image-reader.ts';
import { parseJpeg } from './jpeg.ts';
import { parsePng } from './png.ts';

interface ImageInput {
  readonly source: ByteSource;
  readonly path: string;
  /** The first bytes of the file. Its memory is reused for the rest. */
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
