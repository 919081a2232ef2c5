// Reads an Office Open XML file, the zip container of DOCX and PPTX: its type, its slides, and the number
// of pages that its properties state. Reads the list of its entries and two small entries, whatever its size.

import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { ByteSource } from '../media-file.ts';

export interface OoxmlFile {
  /** Null for another zip file: a workbook, a template, a file with macros, or not an Office file. */
  readonly type: 'docx' | 'pptx' | null;
  /** Slides, or the pages of the last layout that the file states; null when it states none. */
  readonly pages: number | null;
}

// A presentation of 300 slides has some 2,000 entries.
const ENTRIES_MAX = 50_000;
const XML_BYTES_MAX = 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;
const WORD = 'wordprocessingml.document';
const POWERPOINT = 'presentationml.presentation';
const SLIDE = 'presentationml.slide';

/**
 * Null when the file is cut off or damaged: its list of entries, at its end, is missing or does not fit.
 * @throws errors of `source`
 */
export async function readOoxml(source: ByteSource): Promise<OoxmlFile | null> {
  // Errors of the zip library mean a damaged file. An error of the disk must not.
  const diskErrors: unknown[] = [];
  const watched: ByteSource = {
    sizeBytes: source.sizeBytes,
    read: (into, offset) =>
      source.read(into, offset).catch((error) => {
        diskErrors.push(error);
        throw error;
      }),
  };
  try {
    const zip = await fromRandomAccessReaderPromise(new SourceReader(watched), source.sizeBytes, {
      lazyEntries: true,
      autoClose: false,
    });
    const entries = await findEntries(zip, ['[Content_Types].xml', 'docProps/app.xml']);
    const types = await readXml(zip, watched, entries.get('[Content_Types].xml'));
    if (countParts(types, POWERPOINT) > 0) return { type: 'pptx', pages: countParts(types, SLIDE) };
    if (countParts(types, WORD) === 0) return { type: null, pages: null };
    const properties = await readXml(zip, watched, entries.get('docProps/app.xml'));
    const pages = /<Pages>\s*(\d{1,9})\s*<\/Pages>/.exec(properties)?.[1];
    return { type: 'docx', pages: pages === undefined ? null : Number(pages) };
  } catch {
    if (diskErrors.length > 0) throw diskErrors[0];
    return null;
  }
}

/** Lets yauzl read a file through `source`. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#source
      .read(buffer.subarray(offset, offset + length), position)
      .then(
        (readBytes) => callback(readBytes === length ? null : new Error('the file ends early')),
        callback,
      );
  }
}

async function findEntries(zip: ZipFile, names: readonly string[]): Promise<Map<string, Entry>> {
  if (zip.entryCount > ENTRIES_MAX) throw new Error('too many entries');
  const found = new Map<string, Entry>();
  for await (const entry of zip.eachEntry())
    if (names.includes(entry.fileName)) found.set(entry.fileName, entry);
  return found;
}

/** How many parts of a type the list of content types has. Slides are counted here: their stated number may be old. */
function countParts(types: string, type: string): number {
  const contentType = `application/vnd.openxmlformats-officedocument.${type}${type === SLIDE ? '' : '.main'}+xml`;
  return types.split(`ContentType="${contentType}"`).length - 1;
}

/** The text of an entry; empty when it is missing or too large. */
async function readXml(zip: ZipFile, source: ByteSource, entry: Entry | undefined): Promise<string> {
  if (entry === undefined || Math.max(entry.compressedSize, entry.uncompressedSize) > XML_BYTES_MAX)
    return '';
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const data = Buffer.alloc(entry.compressedSize);
  await source.read(data, fileDataStart);
  if (entry.compressionMethod === STORED) return data.toString('utf8');
  if (entry.compressionMethod !== DEFLATED) return '';
  return (await promisify(inflateRaw)(data, { maxOutputLength: XML_BYTES_MAX })).toString('utf8');
}
