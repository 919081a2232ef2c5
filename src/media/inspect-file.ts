// Inspects one file: its type and properties come from its bytes, except that only the name distinguishes DOC and PPT. Of a video,
// little is read. Pictures and documents are limited in size, and read as a whole.

import { posix } from 'node:path';
import { type FileTypeResult, fileTypeFromBuffer } from 'file-type';
import { FileError } from '../errors/action-error.ts';
import { WeightLimiter } from '../limiter.ts';
import type { Open } from '../run.ts';
import { type OpenBytes, openForInspection, rejectLfsPointer } from './bytes.ts';
import { DOCUMENT_TYPES, examineDocument, examineZip } from './formats/document.ts';
import { examineImage } from './formats/image.ts';
import { examineVideo } from './formats/video.ts';
import { checkLimits, checkSize, MEGABYTES_MAX } from './limits.ts';
import type { ByteSource, Examined, MediaFile } from './media-file.ts';

/** Shows the type of nearly every file. */
const HEAD_BYTES = 64 * 1024;
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
export async function inspectFile(
  absolutePath: string,
  path: string,
  open?: Open,
): Promise<MediaFile> {
  let bytes: OpenBytes | null = null;
  let findings: Pick<MediaFile, 'media' | 'error' | 'warnings'>;
  try {
    bytes = await openForInspection(absolutePath, path, open);
    const examined = await examine(bytes, path);
    findings = { ...examined, error: checkLimits(path, examined.media) };
    await bytes.verify();
  } catch (cause) {
    const text = 'could not be inspected';
    const error =
      cause instanceof FileError ? cause : new FileError('INTERNAL', path, text, { cause });
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
  const head = await readStart(source, HEAD_BYTES);
  rejectLfsPointer(head, path);
  const type = await typeOf(head);
  const whole = (kind: keyof typeof MEGABYTES_MAX, use: Examine) => {
    checkSize(path, kind, source.sizeBytes);
    return lendWhole(source, use);
  };
  const found = type?.mime ?? (head.indexOf(PNG_SIGNATURE) === 0 ? 'image/png' : undefined);
  switch (found) {
    case 'image/jpeg':
    case 'image/gif':
    case 'image/png':
      return await whole('image', (bytes) => examineImage(bytes, path, found));
    case 'image/apng':
      return await whole('image', (bytes) => examineImage(bytes, path, 'image/png'));
    case 'video/mp4':
    case 'video/quicktime':
    case 'video/x-m4v':
      return examineVideo(source, path, found);
    case DOCUMENT_TYPES.pdf:
    case DOCUMENT_TYPES.ole:
      return await whole('document', (bytes) => examineDocument(bytes, path, found));
    case DOCUMENT_TYPES.docx:
    case DOCUMENT_TYPES.pptx:
    case DOCUMENT_TYPES.zip: {
      const isLarge = source.sizeBytes > MEGABYTES_MAX.document * 1_000_000;
      if (found === DOCUMENT_TYPES.zip && isLarge) throw unknownType(head, path, type);
      return await whole('document', async (bytes) => {
        // The list of types of an Office file may be at its end.
        const exact = await typeOf(bytes);
        const examined = examineZip(bytes, path, exact?.mime);
        if (examined !== null) return examined;
        const isGuess = exact?.mime === DOCUMENT_TYPES.docx || exact?.mime === DOCUMENT_TYPES.pptx;
        throw unknownType(head, path, isGuess ? { ext: 'zip', mime: DOCUMENT_TYPES.zip } : exact);
      });
    }
    default:
      throw unknownType(head, path, type);
  }
}

function typeOf(bytes: Buffer): Promise<FileTypeResult | undefined> {
  return fileTypeFromBuffer(bytes).catch(() => undefined);
}

type Examine = (bytes: Buffer) => Examined | Promise<Examined>;

/** The most bytes in memory at a time, of all files that are read as a whole. */
const HELD_BYTES_MAX = 256_000_000;
const heldFiles = new WeightLimiter(HELD_BYTES_MAX);

/** Most pictures fit into one. */
const BUFFER_BYTES = 8 * 1024 * 1024;
/** Used again, because new buffers bring garbage collections: one second for each GB of pictures. */
const idleBuffers: Buffer[] = [];

/** Lends the bytes of a file to `use`, which must not keep them. Waits until there is room for them. */
async function lendWhole(source: ByteSource, use: Examine): Promise<Examined> {
  const lend = source.sizeBytes > BUFFER_BYTES ? lendLarge : lendSmall;
  return await heldFiles.run(source.sizeBytes, () => lend(source, use));
}

async function lendLarge(source: ByteSource, use: Examine): Promise<Examined> {
  const bytes = await readStart(source, source.sizeBytes);
  try {
    return await use(bytes);
  } finally {
    // Frees the memory before the next file takes its own. A garbage collection may come later.
    bytes.buffer.transfer(0);
  }
}

async function lendSmall(source: ByteSource, use: Examine): Promise<Examined> {
  const buffer = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  try {
    return await use(buffer.subarray(0, await source.read(buffer, 0)));
  } finally {
    idleBuffers.push(buffer);
  }
}

async function readStart(source: ByteSource, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.allocUnsafeSlow(Math.min(maxBytes, source.sizeBytes));
  await source.read(bytes, 0);
  return bytes;
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
