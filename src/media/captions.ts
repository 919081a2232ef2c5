// Examines the captions beside a video: are they SubRip text, as their name says? Knows nothing of the video.

import { isUtf8 } from 'node:buffer';
import { FileError } from '../errors.ts';
import { type Open, openForInspection } from './bytes.ts';
import { rejectLfsPointer } from './inspect.ts';
import type { Sidecar } from './media-file.ts';
import type { FoundFile } from './workspace.ts';

/** Ours, not LinkedIn's: a film of three hours has some 200 KB of captions. Larger ones are not read. */
const CAPTIONS_BYTES_MAX = 10_000_000;

const CLOCK = String.raw`\d{2}:[0-5]\d:[0-5]\d,\d{3}`;
/** The line of a cue that tells its times; positions may stand behind them. */
const CUE = new RegExp(String.raw`^${CLOCK}[ \t]+-->[ \t]+${CLOCK}(?:\s|$)`, 'm');

/**
 * Inspects captions; they are closed again afterwards, and read as a whole only up to 10 MB. What changes them from
 * here on, even while they are read, is told when they are opened for sending.
 * Throws FileError, whose text begins with the path: FILE_SIDECAR when they are no SubRip text; FILE_EMPTY;
 * FILE_LFS_POINTER; FILE_UNREADABLE; FILE_CHANGED when their end went missing meanwhile.
 */
export async function inspectCaptions({ absolutePath, path }: FoundFile, open?: Open): Promise<Sidecar> {
  const bytes = await openForInspection(absolutePath, path, open);
  try {
    const { identity, sizeBytes, isRegularFile } = bytes;
    if (!isRegularFile) throw new FileError('FILE_UNREADABLE', `${path} is no regular file`);
    if (sizeBytes === 0) throw new FileError('FILE_EMPTY', `${path} is empty`);
    if (sizeBytes > CAPTIONS_BYTES_MAX) {
      throw new FileError('FILE_SIDECAR', `${path} has more than 10 MB, too much for captions`);
    }
    const content = Buffer.allocUnsafe(sizeBytes);
    await bytes.read(content, 0);
    rejectLfsPointer(content, path);
    if (!isUtf8(content)) throw new FileError('FILE_SIDECAR', `${path} is not UTF-8 text`);
    // A decoder, because it drops a byte order mark.
    if (!CUE.test(new TextDecoder().decode(content))) {
      const text = `${path} is no SubRip text: it has no line like 00:00:01,000 --> 00:00:04,000`;
      throw new FileError('FILE_SIDECAR', text);
    }
    return { path, absolutePath, sizeBytes, identity, mediaType: 'application/x-subrip' };
  } finally {
    await bytes.close().catch(() => {});
  }
}
