// Inspects the bytes of a document: whether it is whole, whether a PDF is encrypted, its digest.

import { FileError } from '../../errors/action-error.ts';
import { type Examined, sha256Of } from '../media-file.ts';

/** The MIME types of `file-type` for documents. */
export const DOCUMENT_TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ole: 'application/x-cfb',
} as const;

/** The end record of a zip file, and a comment of up to 64 KiB. */
const MAX_END_BYTES = 22 + 65_535;

/** `type` is what `file-type` found. @throws FileError FILE_TRUNCATED when its end is missing; FILE_TYPE for another content */
export function examineDocument(bytes: Buffer, path: string, type: string): Examined {
  const warnings: string[] = [];
  const end = bytes.subarray(-MAX_END_BYTES);
  if (type === DOCUMENT_TYPES.pdf) {
    // Readers look for the end marker in the last kilobyte.
    if (!bytes.subarray(-1024).includes('%%EOF'))
      throw new FileError('FILE_TRUNCATED', path, 'is cut off: its end marker (%%EOF) is missing');
    // The trailer is at the end, and in a file for the web at the start too.
    if ([bytes.subarray(0, MAX_END_BYTES), end].some((part) => /\/Encrypt\b/.test(part.toString('latin1'))))
      warnings.push('is encrypted, and LinkedIn may be unable to open it: save it without a password');
  } else if (type !== DOCUMENT_TYPES.ole && !end.includes('PK\x05\x06', 0, 'latin1'))
    throw new FileError('FILE_TRUNCATED', path, 'is cut off: the index of its zip container is missing');
  const mediaType = type === DOCUMENT_TYPES.ole ? oleTypeOf(path) : type;
  return { media: { kind: 'document', mediaType, sha256: sha256Of(bytes) }, warnings };
}

/** All old Office files have the same container. Without parsing, only the name shows which one it is. */
function oleTypeOf(path: string): string {
  const extension = /\.([^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (extension === 'doc') return 'application/msword';
  if (extension === 'ppt') return 'application/vnd.ms-powerpoint';
  if (!/^(?:doc|ppt)x$/.test(extension))
    throw new FileError('FILE_TYPE', path, 'is an OLE file, and its name ends neither in .doc nor in .ppt');
  const problem = `has a password, or is an old Office file that must be named .${extension.slice(0, -1)}`;
  throw new FileError('FILE_TYPE', path, problem, { hint: 'Remove the password, or rename the file.' });
}
