// Inspects the captions of a video: a .srt file must hold SubRip text.

import { isUtf8 } from 'node:buffer';
import { FileError } from '../../errors/action-error.ts';
import { type Open, openForInspection, rejectLfsPointer } from '../bytes.ts';
import type { FoundFile } from '../find/workspace.ts';
import type { Sidecar } from '../media-file.ts';

/** Our limit, not LinkedIn's. A film of three hours has about 200 KB of captions. */
const CAPTIONS_BYTES_MAX = 10_000_000;

const CLOCK = String.raw`\d{2}:[0-5]\d:[0-5]\d,\d{3}`;
/** The timing line of a cue. Positions may follow the times. */
const CUE = new RegExp(String.raw`^${CLOCK}[ \t]+-->[ \t]+${CLOCK}(?:\s|$)`, 'm');

/**
 * Opens, reads and closes captions. A later change of the file is detected when it is opened for its upload.
 * @throws FileError FILE_SIDECAR when the file is not SubRip text or larger than 10 MB; FILE_EMPTY; FILE_LFS_POINTER;
 * FILE_UNREADABLE; FILE_CHANGED when the file was truncated during the read
 */
export async function inspectCaptions({ absolutePath, path }: FoundFile, open?: Open): Promise<Sidecar> {
  const bytes = await openForInspection(absolutePath, path, open);
  try {
    const { identity, sizeBytes } = bytes;
    if (sizeBytes === 0) throw new FileError('FILE_EMPTY', path, 'is empty');
    if (sizeBytes > CAPTIONS_BYTES_MAX) {
      throw new FileError('FILE_SIDECAR', path, 'is larger than 10 MB, the limit for captions');
    }
    const content = Buffer.allocUnsafe(sizeBytes);
    await bytes.read(content, 0);
    rejectLfsPointer(content, path);
    if (!isUtf8(content)) throw new FileError('FILE_SIDECAR', path, 'is not UTF-8 text');
    // TextDecoder, because it removes a byte order mark.
    if (!CUE.test(new TextDecoder().decode(content))) {
      const text = 'is not SubRip text: it has no line like 00:00:01,000 --> 00:00:04,000';
      throw new FileError('FILE_SIDECAR', path, text);
    }
    return { path, absolutePath, sizeBytes, identity, mediaType: 'application/x-subrip' };
  } finally {
    await bytes.close().catch(() => {});
  }
}
