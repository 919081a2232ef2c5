// Inspects a document: its completeness, the encryption of a PDF, its digest. Memory does not grow with the file.

import { FileError } from '../../errors/action-error.ts';
import { digestBytes } from '../digest.ts';
import { checkSize } from '../limits.ts';
import type { ByteSource, Examined } from '../media-file.ts';

/** The MIME types of `file-type` for documents and for containers of documents. */
export const DOCUMENT_TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ole: 'application/x-cfb',
} as const;

interface DocumentInput {
  readonly source: ByteSource;
  readonly path: string;
  /** The first bytes of the file. */
  readonly head: Buffer;
  /** The type that `file-type` found in the first bytes. */
  readonly type: (typeof DOCUMENT_TYPES)[keyof typeof DOCUMENT_TYPES];
}

/** @throws FileError FILE_TRUNCATED when its end is missing; FILE_TYPE for another content; FILE_SIZE; errors of `source` */
export async function examineDocument({ source, path, head, type }: DocumentInput): Promise<Examined> {
  checkSize(path, 'document', source.sizeBytes);
  let isEncrypted = false;
  let mediaType: string = type;
  if (type === DOCUMENT_TYPES.ole) mediaType = oleTypeOf(path);
  else if (type === DOCUMENT_TYPES.pdf) {
    // Readers look for the end marker in the last kilobyte.
    const tail = await readTail(source, MAX_TAIL_BYTES);
    if (!tail.subarray(-1024).includes('%%EOF'))
      throw new FileError('FILE_TRUNCATED', path, 'is cut off: its end marker (%%EOF) is missing');
    // The trailer is at the end, and in a file for the web at the start too.
    isEncrypted = [head, tail].some((part) => /\/Encrypt\b/.test(part.toString('latin1')));
  } else await checkOfficeZip(source, path, head);
  const warnings = isEncrypted
    ? ['is encrypted, and LinkedIn may be unable to open it: save it without a password']
    : [];
  return { media: { kind: 'document', mediaType, sha256: await digestBytes(source) }, warnings };
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

const LIST_OF_TYPES = '[Content_Types].xml';
/** More than the names of all slides and pictures of a document. */
const MAX_INDEX_BYTES = 4 * 1024 * 1024;
/** The end record, and a comment of up to 64 KiB. */
const END_BYTES = 22;
const MAX_TAIL_BYTES = END_BYTES + 65_535;
const END_SIGNATURE = 'PK\x05\x06';

/** The type of a zip file whose first bytes do not show it to `file-type`. Undefined if it is no document, or has macros. */
export async function officeTypeOf(source: ByteSource): Promise<string | undefined> {
  const names = await readZipNames(source, await readTail(source, MAX_TAIL_BYTES));
  if (!names.has(LIST_OF_TYPES)) return undefined;
  const hasMain = (folder: string, main: string) =>
    names.has(`${folder}/${main}`) && !names.has(`${folder}/vbaProject.bin`);
  if (hasMain('word', 'document.xml')) return DOCUMENT_TYPES.docx;
  return hasMain('ppt', 'presentation.xml') ? DOCUMENT_TYPES.pptx : undefined;
}

/** Without the list of types in the first bytes, `file-type` goes by the names of folders. */
async function checkOfficeZip(source: ByteSource, path: string, head: Buffer): Promise<void> {
  const tail = await readTail(source, MAX_TAIL_BYTES);
  if (!tail.includes(END_SIGNATURE, 0, 'latin1'))
    throw new FileError('FILE_TRUNCATED', path, 'is cut off: the index of its zip container is missing');
  if (head.includes(LIST_OF_TYPES) || tail.includes(LIST_OF_TYPES)) return;
  if (!(await readZipNames(source, tail)).has(LIST_OF_TYPES))
    throw new FileError('FILE_TYPE', path, 'is a zip file, but not a Word or PowerPoint document');
}

/** The names in the central directory, which ends in `tail`. Empty if it cannot be read. The format: APPNOTE.TXT, section 4.3. */
async function readZipNames(source: ByteSource, tail: Buffer): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const last = tail.length - END_BYTES;
  const end = last < 0 ? -1 : tail.lastIndexOf(END_SIGNATURE, last, 'latin1');
  if (end < 0) return names;
  const index = Buffer.alloc(Math.min(tail.readUInt32LE(end + 12), MAX_INDEX_BYTES));
  await source.read(index, tail.readUInt32LE(end + 16));
  const entryBytes = 46;
  for (
    let at = 0;
    at + entryBytes <= index.length && index.toString('latin1', at, at + 4) === 'PK\x01\x02';
  ) {
    const name = at + entryBytes;
    const nameEnd = name + index.readUInt16LE(at + 28);
    names.add(index.toString('utf8', name, nameEnd));
    // Extra fields and a comment follow.
    at = nameEnd + index.readUInt16LE(at + 30) + index.readUInt16LE(at + 32);
  }
  return names;
}

async function readTail(source: ByteSource, maxBytes: number): Promise<Buffer> {
  const tail = Buffer.alloc(Math.min(maxBytes, source.sizeBytes));
  await source.read(tail, source.sizeBytes - tail.length);
  return tail;
}
