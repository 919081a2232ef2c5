// Reads a PDF once for what it says in plain text: whether it is encrypted, and its number of pages.
// The format: ISO 32000-1, sections 7.3.10 (objects), 7.5.5 (trailer) and 7.7.3 (page tree).

import type { ByteSource } from '../media-file.ts';

export interface Pdf {
  readonly isEncrypted: boolean;
  /** Undefined when the page tree is compressed, or when there are several: old versions, or attached files. */
  readonly pages: number | undefined;
}

const CHUNK_BYTES = 1024 * 1024;
const END = 'endobj';

/** @throws errors of `source` */
export async function readPdf(source: ByteSource): Promise<Pdf> {
  let isEncrypted = false;
  const counts: (number | undefined)[] = [];
  for await (const objects of objectsIn(source)) {
    for (const dictionary of objects.map(dictionaryOf)) {
      isEncrypted ||= /\/Encrypt\b/.test(dictionary);
      // Only the root of a page tree has no parent. Its number may also be a reference to another object.
      if (!/\/Type\s*\/Pages\b/.test(dictionary) || /\/Parent\b/.test(dictionary)) continue;
      const count = /\/Count\s+(\d{1,9})\b(?!\s+\d+\s+R)/.exec(dictionary)?.[1];
      counts.push(count === undefined ? undefined : Number(count));
    }
  }
  return { isEncrypted, pages: counts.length === 1 ? counts[0] : undefined };
}

/** The objects and trailers of the file, in groups. */
async function* objectsIn(source: ByteSource): AsyncGenerator<string[]> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, source.sizeBytes));
  let rest = '';
  for (let offset = 0; offset < source.sizeBytes; offset += chunk.length) {
    const readBytes = await source.read(chunk, offset);
    const objects = (rest + chunk.toString('latin1', 0, readBytes)).split(END);
    rest = shorten(objects.pop() ?? '');
    yield objects;
  }
  yield [rest];
}

/** Removes the data of a stream. */
function dictionaryOf(object: string): string {
  return object.split('stream', 1)[0] ?? '';
}

/** Bounds the memory for an object that does not end in this chunk. The next chunk may start inside of its end. */
function shorten(object: string): string {
  const dictionary = dictionaryOf(object);
  if (dictionary.length === object.length) return object.slice(-CHUNK_BYTES);
  return `${dictionary}stream${object.slice(dictionary.length + 'stream'.length).slice(1 - END.length)}`;
}
