// Reads the ends of a PDF: whether it is complete and encrypted, and how many pages it has where the file says so in
// plain text. Follows the cross-reference tables to the page tree; reads kilobytes, whatever the size of the file.
// The format: ISO 32000-1, sections 7.5.4 (tables), 7.5.5 (trailer) and 7.7.3 (page tree).

import type { ByteSource } from '../media-file.ts';

export interface Pdf {
  /** Whether the end marker is there. */
  readonly isComplete: boolean;
  readonly isEncrypted: boolean;
  /** Null when the page tree is compressed, or is not where the tables say. */
  readonly pages: number | null;
}

// Readers look for the header and the end marker in the first and the last kilobyte.
const MARKER_BYTES = 1024;
const TRAILER_BYTES = 16 * 1024;
// A flat page tree lists its pages before their number. 300 pages take 3 KB.
const OBJECT_BYTES = 64 * 1024;
const TABLE_ENTRY_BYTES = 20;
// Each saved change adds a section, and each gap in its numbers a subsection.
const SECTIONS_MAX = 100;
const SUBSECTIONS_MAX = 1000;

/** `head` has the first bytes of a file. */
export function hasPdfHeader(head: Buffer): boolean {
  return head.subarray(0, MARKER_BYTES).includes('%PDF-');
}

/** Reads a file with a PDF header. @throws errors of `source` */
export async function readPdf(source: ByteSource): Promise<Pdf> {
  const tail = await readText(source, Math.max(0, source.sizeBytes - MARKER_BYTES), MARKER_BYTES);
  const end = tail.lastIndexOf('%%EOF');
  if (end < 0) return { isComplete: false, isEncrypted: false, pages: null };
  const start = tail.slice(0, end).match(/startxref\s+(\d{1,12})\s*$/)?.[1];
  const trailers = start === undefined ? [] : await readTrailers(source, Number(start));
  return {
    isComplete: true,
    isEncrypted: trailers.some(({ dictionary }) => /\/Encrypt\b/.test(dictionary)),
    pages: await readPageCount(source, trailers),
  };
}

/** A run of consecutive object numbers in a cross-reference table. */
interface Subsection {
  readonly firstNumber: number;
  readonly count: number;
  /** Where its first entry is in the file. */
  readonly offset: number;
}

interface Trailer {
  readonly dictionary: string;
  /** Empty for a cross-reference stream, whose entries are compressed. */
  readonly subsections: readonly Subsection[];
}

/** The newest first. Ends early where a table is damaged. */
async function readTrailers(source: ByteSource, startOffset: number): Promise<Trailer[]> {
  const trailers: Trailer[] = [];
  let offset: number | undefined = startOffset;
  while (offset !== undefined && trailers.length < SECTIONS_MAX) {
    const trailer: Trailer | null = await readTrailer(source, offset);
    if (trailer === null) break;
    trailers.push(trailer);
    const previous = /\/Prev\s+(\d{1,12})\b/.exec(trailer.dictionary)?.[1];
    offset = previous === undefined ? undefined : Number(previous);
  }
  return trailers;
}

async function readTrailer(source: ByteSource, offset: number): Promise<Trailer | null> {
  const start = await readText(source, offset, TRAILER_BYTES);
  const keyword = /^\s*xref\s+/.exec(start)?.[0];
  if (keyword === undefined) {
    // A cross-reference stream: an object whose dictionary is also the trailer.
    const dictionary = /^\s*\d+\s+\d+\s+obj\s*(<<.*?)\bstream\b/s.exec(start)?.[1];
    return dictionary === undefined ? null : { dictionary, subsections: [] };
  }
  const subsections: Subsection[] = [];
  let position = offset + keyword.length;
  while (subsections.length < SUBSECTIONS_MAX) {
    const [header, firstNumber, count] =
      /^(\d{1,10}) (\d{1,10})\s*?\r?[\n\r]/.exec(await readText(source, position, 64)) ?? [];
    if (header === undefined) break;
    position += header.length;
    subsections.push({ firstNumber: Number(firstNumber), count: Number(count), offset: position });
    position += Number(count) * TABLE_ENTRY_BYTES;
  }
  const dictionary = /^\s*trailer\s*(<<.*?)\bstartxref\b/s.exec(
    await readText(source, position, TRAILER_BYTES),
  )?.[1];
  return dictionary === undefined ? null : { dictionary, subsections };
}

async function readPageCount(source: ByteSource, trailers: readonly Trailer[]): Promise<number | null> {
  const root = reference(trailers[0]?.dictionary, 'Root');
  const catalog = root === null ? null : await readObject(source, trailers, root);
  const pages = reference(catalog, 'Pages');
  const tree = pages === null ? null : await readObject(source, trailers, pages);
  if (tree === null || !/\/Type\s*\/Pages\b/.test(tree)) return null;
  const counts = [...tree.matchAll(/\/Count\s+(\d{1,9})\b(?!\s+\d+\s+R)/g)].map(([, count]) => Number(count));
  return counts.length === 1 ? (counts[0] ?? null) : null;
}

/** The number of the object that `/name` refers to; null when there is not exactly one. */
function reference(dictionary: string | null | undefined, name: string): number | null {
  const found = [
    ...(dictionary ?? '').matchAll(new RegExp(`/${name}\\s+(\\d{1,10})\\s+\\d{1,5}\\s+R\\b`, 'g')),
  ];
  return found.length === 1 ? Number(found[0]?.[1]) : null;
}

/** The text of an object without its streams; null when the tables do not lead to it. */
async function readObject(
  source: ByteSource,
  trailers: readonly Trailer[],
  number: number,
): Promise<string | null> {
  for (const { subsections } of trailers) {
    const section = subsections.find(
      ({ firstNumber, count }) => number >= firstNumber && number < firstNumber + count,
    );
    if (section === undefined) continue;
    const entryOffset = section.offset + (number - section.firstNumber) * TABLE_ENTRY_BYTES;
    const offset = /^(\d{10}) \d{5} n/.exec(await readText(source, entryOffset, TABLE_ENTRY_BYTES))?.[1];
    if (offset === undefined) return null;
    const text = await readText(source, Number(offset), OBJECT_BYTES);
    return new RegExp(`^\\s*${number}\\s+\\d+\\s+obj\\b(.*?)\\bendobj\\b`, 's').exec(text)?.[1] ?? null;
  }
  return null;
}

async function readText(source: ByteSource, offset: number, maxBytes: number): Promise<string> {
  if (offset >= source.sizeBytes) return '';
  const buffer = Buffer.alloc(Math.min(maxBytes, source.sizeBytes - offset));
  return buffer.toString('latin1', 0, await source.read(buffer, offset));
}
