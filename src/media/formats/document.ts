// Inspects a document: its type by content, whether it is complete, its pages where the number is certain, and its
// digest. Memory does not grow with the file.

import { FileError } from '../../errors.ts';
import { formatNumber } from '../../format.ts';
import { digestBytes } from '../digest.ts';
import type { ByteSource, Examined, Media } from '../media-file.ts';
import { hasOleSignature, readOleNames } from './ole.ts';
import { readOoxml } from './ooxml.ts';
import { hasPdfHeader, readPdf } from './pdf.ts';

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)
const DOCUMENT_BYTES_MAX = 100_000_000;

const MEDIA_TYPES = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  ppt: 'application/vnd.ms-powerpoint',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
} as const;

const ZIP_SIGNATURE = Buffer.from('504b0304', 'hex');

/** What a container holds, before the digest. */
interface Content {
  readonly type: keyof typeof MEDIA_TYPES;
  readonly pages: number | null;
  readonly warnings: readonly string[];
}

/** Whether the first bytes may be those of a document. */
export function isDocumentContainer(head: Buffer): boolean {
  const isZip = head.subarray(0, ZIP_SIGNATURE.length).equals(ZIP_SIGNATURE);
  return isZip || hasOleSignature(head) || hasPdfHeader(head);
}

/**
 * Inspects a file for which `isDocumentContainer` holds. `head` has its first bytes.
 * @throws FileError FILE_TRUNCATED when the end of the file is missing or damaged; FILE_TYPE for another content;
 * FILE_SIZE; errors of `source`
 */
export async function examineDocument(source: ByteSource, path: string, head: Buffer): Promise<Examined> {
  const { type, pages, warnings } = await readContent(source, path, head);
  if (source.sizeBytes > DOCUMENT_BYTES_MAX) {
    const text = `${path} has ${formatNumber(source.sizeBytes)} bytes: LinkedIn accepts documents of at most 100 MB`;
    throw new FileError('FILE_SIZE', text);
  }
  const media: Media = {
    kind: 'document',
    mediaType: MEDIA_TYPES[type],
    sha256: await digestBytes(source),
    ...(pages === null ? {} : { pages }),
  };
  return { media, warnings };
}

async function readContent(source: ByteSource, path: string, head: Buffer): Promise<Content> {
  if (hasOleSignature(head)) return await readOle(source, path);
  if (hasPdfHeader(head)) return await readPdfContent(source, path);
  const file = await readOoxml(source);
  if (file === null)
    throw new FileError(
      'FILE_TRUNCATED',
      `${path} is cut off or damaged: its zip index is missing or invalid`,
    );
  if (file.type === null)
    throw new FileError('FILE_TYPE', `${path} is a zip file, but not a Word or PowerPoint document`);
  return { type: file.type, pages: file.pages, warnings: [] };
}

async function readPdfContent(source: ByteSource, path: string): Promise<Content> {
  const { isComplete, isEncrypted, pages } = await readPdf(source);
  if (!isComplete)
    throw new FileError('FILE_TRUNCATED', `${path} is cut off: its end marker (%%EOF) is missing`);
  const warnings = isEncrypted ? ['is encrypted, and LinkedIn may be unable to open it'] : [];
  return { type: 'pdf', pages, warnings };
}

async function readOle(source: ByteSource, path: string): Promise<Content> {
  const names = await readOleNames(source);
  if (names === null)
    throw new FileError(
      'FILE_TRUNCATED',
      `${path} is cut off or damaged: sectors of its OLE container are missing`,
    );
  if (names.has('EncryptedPackage')) {
    throw new FileError(
      'FILE_TYPE',
      `${path} is a password-protected Office file, which LinkedIn cannot open`,
    );
  }
  if (names.has('WordDocument')) return { type: 'doc', pages: null, warnings: [] };
  if (names.has('PowerPoint Document')) return { type: 'ppt', pages: null, warnings: [] };
  throw new FileError('FILE_TYPE', `${path} is an OLE file, but not a Word or PowerPoint document`);
}
