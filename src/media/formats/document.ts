// Inspects the bytes of a document: whether it is whole, whether a PDF is encrypted, its digest.

import { FileError } from '../../errors/action-error.ts';
import { type Examined, sha256Of } from '../media-file.ts';

/** The MIME types of `file-type` for documents and their containers. */
export const DOCUMENT_TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ole: 'application/x-cfb',
  zip: 'application/zip',
} as const;

const END_RECORD = 'PK\x05\x06';
const END_BYTES = 22;
/** The end record of a zip file, and a comment of up to 64 KiB. */
const MAX_END_BYTES = END_BYTES + 65_535;

/** A PDF or an old Office file. @throws FileError FILE_TRUNCATED when its end is missing; FILE_TYPE for another content */
export function examineDocument(bytes: Buffer, path: string, type: string): Examined {
  const warnings: string[] = [];
  if (type === DOCUMENT_TYPES.pdf) {
    // Readers look for the end marker in the last kilobyte.
    if (!bytes.subarray(-1024).includes('%%EOF'))
      throw new FileError('FILE_TRUNCATED', path, 'is cut off: its end marker (%%EOF) is missing');
    // The trailer is at the end, and in a file for the web at the start too.
    const parts = [bytes.subarray(0, MAX_END_BYTES), bytes.subarray(-MAX_END_BYTES)];
    if (parts.some((part) => /\/Encrypt\b/.test(part.toString('latin1'))))
      warnings.push(
        'is encrypted, and LinkedIn may be unable to open it: save it without a password',
      );
  }
  const mediaType = type === DOCUMENT_TYPES.ole ? oleTypeOf(path) : type;
  return { media: { kind: 'document', mediaType, sha256: sha256Of(bytes) }, warnings };
}

const ZIP_TYPES: readonly unknown[] = [
  DOCUMENT_TYPES.docx,
  DOCUMENT_TYPES.pptx,
  DOCUMENT_TYPES.zip,
];
/** The main part of a document. Word on the web names it `document2.xml`. Some programs write `\`, or a `/` at the start. */
const MAIN_PARTS = [
  [/^[/\\]?word[/\\]document\d*\.xml$/i, DOCUMENT_TYPES.docx],
  [/^[/\\]?ppt[/\\]presentation\d*\.xml$/i, DOCUMENT_TYPES.pptx],
] as const;
const MACROS = /^[/\\]?(?:word|ppt)[/\\]vbaProject\.bin$/i;

/**
 * Null for another zip file than a Word or PowerPoint document, and for one with macros. `type` is what `file-type` found: in a long
 * file it may guess from folders, or not see the list of types. So the directory of the zip file decides.
 * @throws FileError FILE_TRUNCATED when the end of a document is missing
 */
export function examineZip(bytes: Buffer, path: string, type: string | undefined): Examined | null {
  if (!ZIP_TYPES.includes(type)) return null;
  if (
    type !== DOCUMENT_TYPES.zip &&
    !bytes.subarray(-MAX_END_BYTES).includes(END_RECORD, 0, 'latin1')
  )
    throw new FileError(
      'FILE_TRUNCATED',
      path,
      'is cut off: the index of its zip container is missing',
    );
  const names = readZipNames(bytes);
  if (!names.includes('[Content_Types].xml') || names.some((name) => MACROS.test(name)))
    return null;
  const mediaType = MAIN_PARTS.find(([main]) => names.some((name) => main.test(name)))?.[1];
  return mediaType === undefined
    ? null
    : { media: { kind: 'document', mediaType, sha256: sha256Of(bytes) }, warnings: [] };
}

const ENTRY = 'PK\x01\x02';
const ENTRY_BYTES = 46;
/** More than the names of all slides and pictures of a document. */
const MAX_INDEX_BYTES = 4 * 1024 * 1024;

/** The names in the directory of a zip file. Empty if it cannot be read. The format: APPNOTE.TXT, section 4.3. */
function readZipNames(bytes: Buffer): string[] {
  const tail = bytes.subarray(-MAX_END_BYTES);
  const isEntry = (at: number) =>
    at + ENTRY_BYTES <= bytes.length && bytes.toString('latin1', at, at + 4) === ENTRY;
  const names: string[] = [];
  // The comment may have the signature of the end record.
  for (let end = tail.length - END_BYTES; end >= 0 && names.length === 0; end -= 1) {
    end = tail.lastIndexOf(END_RECORD, end, 'latin1');
    if (end < 0) break;
    const start = tail.readUInt32LE(end + 16);
    const indexEnd = start + Math.min(tail.readUInt32LE(end + 12), MAX_INDEX_BYTES);
    for (let at = start; at < indexEnd && isEntry(at); ) {
      const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28);
      names.push(bytes.toString('utf8', at + ENTRY_BYTES, nameEnd));
      // Extra fields and a comment follow.
      at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  }
  return names;
}

/** All old Office files have the same container. Without parsing, only the name shows which one it is. */
function oleTypeOf(path: string): string {
  const extension = /\.([^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (extension === 'doc') return 'application/msword';
  if (extension === 'ppt') return 'application/vnd.ms-powerpoint';
  if (!/^(?:doc|ppt)x$/.test(extension))
    throw new FileError(
      'FILE_TYPE',
      path,
      'is an OLE file, and its name ends neither in .doc nor in .ppt',
    );
  const problem = `has a password, or is an old Office file that must be named .${extension.slice(0, -1)}`;
  throw new FileError('FILE_TYPE', path, problem, {
    hint: 'Remove the password, or rename the file.',
  });
}
