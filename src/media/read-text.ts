// Reads a small text file: a post, or the alternative text of a picture.

import { isUtf8 } from 'node:buffer';
import { FileError } from '../errors.ts';
import { formatBytes } from '../format.ts';
import { type Open, openForInspection } from './bytes.ts';
import type { FoundFile } from './find/workspace.ts';
import { rejectLfsPointer } from './inspect.ts';

/** The longest text of a post has 3,000 characters. */
const TEXT_BYTES_MAX = 1_000_000;

/**
 * Returns the text without a byte order mark.
 * @throws FileError FILE_UNREADABLE, FILE_CHANGED, FILE_LFS_POINTER
 */
export async function readTextFile({ absolutePath, path }: FoundFile, open?: Open): Promise<string> {
  const bytes = await openForInspection(absolutePath, path, open);
  try {
    const { sizeBytes } = bytes;
    if (sizeBytes > TEXT_BYTES_MAX)
      throw new FileError(
        'FILE_UNREADABLE',
        path,
        `has ${formatBytes(sizeBytes)}, which is too large for a text`,
        {
          hint: 'Check that the path is that of the text.',
        },
      );
    const content = Buffer.allocUnsafe(sizeBytes);
    await bytes.read(content, 0);
    rejectLfsPointer(content, path);
    if (!isUtf8(content))
      throw new FileError('FILE_UNREADABLE', path, 'is not UTF-8 text', {
        hint: 'Save the file with the encoding UTF-8.',
      });
    return new TextDecoder().decode(content);
  } finally {
    await bytes.close().catch(() => {});
  }
}
