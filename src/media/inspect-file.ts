// Inspects one file: its type and properties come from its bytes, except that only the name distinguishes DOC and PPT. The file
// is opened, read as little as its type allows, and closed.

import { posix } from 'node:path';
import { type FileTypeResult, fileTypeFromBuffer } from 'file-type';
import { FileError } from '../errors/action-error.ts';
import { type Open, type OpenBytes, openForInspection, rejectLfsPointer } from './bytes.ts';
import { DOCUMENT_TYPES, examineDocument, officeTypeOf } from './formats/document.ts';
import { examineImage } from './formats/image.ts';
import { examineVideo } from './formats/video.ts';
import type { ByteSource, Examined, MediaFile } from './media-file.ts';

// Holds the header and the metadata of nearly every image, and small images completely.
const HEAD_BYTES = 256 * 1024;
const CAPTIONS_HINT =
  'To upload captions with the video of their name, set `api: media` and `sidecars: true`. Or leave them out.';
// An XML declaration, a document type and comments may come first.
const SVG = /^(?:\xef\xbb\xbf)?\s*(?:<(?:\?[^>]*|![^>]*)>\s*)*<svg[\s/>]/;
const TIFF = /^(?:II\*\0|MM\0\*)/;
const CONVERSIONS: readonly (readonly [pattern: RegExp, target: string])[] = [
  [/^image\//, 'PNG or JPG'],
  [/^video\//, 'MP4'],
  [/^application\/(?:rtf|vnd\.)/, 'PDF'],
];
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Inspects one file. `absolutePath` must be a real path: a link as its last part is rejected. `path` is the name that
 * users see. Never throws: an error becomes the `error` of the file.
 */
export async function inspectFile(absolutePath: string, path: string, open?: Open): Promise<MediaFile> {
  let bytes: OpenBytes | null = null;
  let findings: Pick<MediaFile, 'media' | 'error' | 'warnings'>;
  try {
    bytes = await openForInspection(absolutePath, path, open);
    findings = { ...(await examine(bytes, path)), error: null };
    await bytes.verify();
  } catch (cause) {
    const text = 'could not be inspected';
    const error = cause instanceof FileError ? cause : new FileError('INTERNAL', path, text, { cause });
    findings = { media: null, error, warnings: [] };
  } finally {
    await bytes?.close().catch(() => {});
  }
  const { sizeBytes, identity } = bytes ?? { sizeBytes: 0, identity: null };
  return { path, absolutePath, sizeBytes, identity, ...findings };
}

/** @throws FileError with the reason why the bytes cannot be uploaded */
export async function examine(source: ByteSource, path: string): Promise<Examined> {
  if (source.sizeBytes === 0) throw new FileError('FILE_EMPTY', path, 'is empty');
  const head = Buffer.allocUnsafe(Math.min(HEAD_BYTES, source.sizeBytes));
  await source.read(head, 0);
  rejectLfsPointer(head, path);
  const type = await fileTypeFromBuffer(head).catch(() => undefined);
  const found = type?.mime ?? (head.indexOf(PNG_SIGNATURE) === 0 ? 'image/png' : undefined);
  const mediaType = found === 'application/zip' ? await officeTypeOf(source) : found;
  switch (mediaType) {
    case 'image/jpeg':
    case 'image/gif':
    case 'image/png':
      return examineImage({ source, path, head, mediaType });
    case 'image/apng':
      return examineImage({ source, path, head, mediaType: 'image/png' });
    case 'video/mp4':
    case 'video/quicktime':
    case 'video/x-m4v':
      return examineVideo(source, path, mediaType);
    case DOCUMENT_TYPES.pdf:
    case DOCUMENT_TYPES.docx:
    case DOCUMENT_TYPES.pptx:
    case DOCUMENT_TYPES.ole:
      return examineDocument({ source, path, head, type: mediaType });
    default:
      throw unknownType(head, path, type);
  }
}

function unknownType(head: Buffer, path: string, type: FileTypeResult | undefined): FileError {
  const text = head.toString('latin1');
  // `file-type` does not detect these two in the first bytes.
  const svg = SVG.test(text) ? { ext: 'svg', mime: 'image/svg+xml' } : null;
  const tiff = TIFF.test(text) ? { ext: 'tiff', mime: 'image/tiff' } : null;
  const { ext, mime } = svg ?? tiff ?? type ?? { ext: '', mime: '' };
  const target = CONVERSIONS.find(([pattern]) => pattern.test(mime))?.[1];
  const conversion = target === undefined ? undefined : `Convert it to ${target}, or leave it out.`;
  return new FileError(
    'FILE_TYPE',
    path,
    ext === ''
      ? 'is not an image, video or document'
      : `is of type ${ext.toUpperCase()} (${mime}), which LinkedIn does not accept`,
    { hint: hintByName(posix.basename(path)) ?? conversion },
  );
}

/** The advice for a file that is named like the captions of a video or the alternative text of a picture. */
function hintByName(name: string): string | undefined {
  if (/\.srt$/i.test(name)) return CAPTIONS_HINT;
  const [, stem, extension] = /^(.+)(\.(?:png|jpe?g|gif))\.alt\.txt$/i.exec(name) ?? [];
  if (stem === undefined) return undefined;
  return `If it is the alternative text of ${stem}${extension}, rename it to ${stem}.alt.txt. Or leave it out.`;
}
