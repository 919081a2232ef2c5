// Reads the directory of an OLE file, the container of DOC and PPT: the names at its top level, and whether the file
// is complete. Reads kilobytes per megabyte.
// The format: [MS-CFB], https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb (read 2026-11-26)

import type { ByteSource } from '../media-file.ts';

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER_BYTES = 512;
const DIRECTORY_ENTRY_BYTES = 128;
const FREE_SECTOR = 0xffffffff;
// Sector numbers from here on are markers, such as the end of a chain.
const SECTORS_MAX = 0xfffffffa;
const NO_ENTRY = 0xffffffff;
const DIRECTORY_ENTRIES_MAX = 20_000;

/** `head` has the first bytes of a file. */
export function hasOleSignature(head: Buffer): boolean {
  return head.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * The names of the streams and storages at the top level of a file with the signature. Null when the file is cut off
 * or damaged.
 * @throws errors of `source`
 */
export async function readOleNames(source: ByteSource): Promise<ReadonlySet<string> | null> {
  const header = await readAt(source, 0, HEADER_BYTES);
  const sectorShift = header.length < HEADER_BYTES ? 0 : header.readUInt16LE(30);
  if (sectorShift !== 9 && sectorShift !== 12) return null;
  const sectors = new Sectors(source, 2 ** sectorShift);
  const table = await readTable(sectors, header);
  if (table === null || !isComplete(sectors, table)) return null;
  const entries = await readDirectory(sectors, table, header.readUInt32LE(48));
  return entries === null ? null : topLevelNames(entries);
}

class Sectors {
  readonly sizeBytes: number;
  readonly #source: ByteSource;

  constructor(source: ByteSource, sizeBytes: number) {
    this.#source = source;
    this.sizeBytes = sizeBytes;
  }

  /** How many sectors the file has. Some programs leave out the padding of the last one. */
  get count(): number {
    return Math.ceil(this.#source.sizeBytes / this.sizeBytes) - 1;
  }

  /** Null outside the file. */
  async read(index: number): Promise<Buffer | null> {
    const bytes = await readAt(this.#source, (index + 1) * this.sizeBytes, this.sizeBytes);
    return bytes.length === this.sizeBytes ? bytes : null;
  }
}

/** The allocation table: for each sector, the next one of its chain. */
async function readTable(sectors: Sectors, header: Buffer): Promise<Uint32Array | null> {
  const perSector = sectors.sizeBytes / 4;
  const places = words(header.subarray(76));
  // The header has room for 109 places. Further places are in a chain of sectors, whose last word is the next one.
  const seen = new Set<number>();
  for (let next = header.readUInt32LE(68); next < SECTORS_MAX; ) {
    const sector = seen.has(next) ? null : await sectors.read(next);
    if (sector === null) return null;
    seen.add(next);
    places.push(...words(sector).slice(0, perSector - 1));
    next = sector.readUInt32LE(sectors.sizeBytes - 4);
  }
  const used = places.filter((place) => place < SECTORS_MAX);
  // A valid table is no larger than what the file can hold.
  if (used.length > sectors.count) return null;
  const table = new Uint32Array(used.length * perSector);
  for (const [index, place] of used.entries()) {
    const sector = await sectors.read(place);
    if (sector === null) return null;
    table.set(words(sector), index * perSector);
  }
  return table;
}

function isComplete(sectors: Sectors, table: Uint32Array): boolean {
  const last = table.findLastIndex((next) => next !== FREE_SECTOR);
  return last < sectors.count;
}

async function readDirectory(sectors: Sectors, table: Uint32Array, start: number): Promise<Buffer[] | null> {
  const entries: Buffer[] = [];
  for (let index = start; index < SECTORS_MAX; index = table[index] ?? FREE_SECTOR) {
    const sector = await sectors.read(index);
    // A chain that is too long may be a loop.
    if (sector === null || entries.length > DIRECTORY_ENTRIES_MAX) return null;
    for (let offset = 0; offset < sector.length; offset += DIRECTORY_ENTRY_BYTES) {
      entries.push(sector.subarray(offset, offset + DIRECTORY_ENTRY_BYTES));
    }
  }
  return entries;
}

/** The children of the first entry, the root. Children are a binary tree: embedded files have their own. */
function topLevelNames(entries: readonly Buffer[]): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<number>([NO_ENTRY]);
  const queue = [entries[0]?.readUInt32LE(76) ?? NO_ENTRY];
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const entry = entries[index];
    if (entry === undefined || seen.has(index)) continue;
    seen.add(index);
    const nameBytes = Math.max(0, Math.min(64, entry.readUInt16LE(64)) - 2);
    names.add(entry.toString('utf16le', 0, nameBytes));
    queue.push(entry.readUInt32LE(68), entry.readUInt32LE(72));
  }
  return names;
}

function words(bytes: Buffer): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readUInt32LE(index * 4));
}

async function readAt(source: ByteSource, offset: number, sizeBytes: number): Promise<Buffer> {
  if (offset >= source.sizeBytes) return Buffer.alloc(0);
  const buffer = Buffer.alloc(sizeBytes);
  return buffer.subarray(0, await source.read(buffer, offset));
}
