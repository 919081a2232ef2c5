// The disk of a schedule: files in memory, so that reads take no turn of the event loop and the order of events depends
// only on the schedule. It also injects disk faults.

import type { FileHandle } from 'node:fs/promises';
import type { Open } from '../../src/media/bytes.ts';
import { identityOf } from '../../src/media/bytes.ts';
import type { FileIdentity } from '../../src/media/media-file.ts';

export type DiskFault = 'disk-unreadable' | 'disk-shrunk' | 'disk-changed';

interface Stored {
  readonly bytes: Uint8Array;
  readonly inode: bigint;
  /** Strikes at its `nth` read. */
  fault: { readonly kind: DiskFault; readonly nth: number; readonly onStrike: () => void } | null;
  reads: number;
}

const FOLDER = '/memory-disk/';
const FIXED_NS = 1_000_000_000n;

/** Paths are `/memory-disk/…`. */
export class MemoryDisk {
  readonly #files = new Map<string, Stored>();
  #openFiles = 0;

  /** Number of open files. */
  get openFiles(): number {
    return this.#openFiles;
  }

  add(name: string, bytes: Uint8Array): { absolutePath: string; identity: FileIdentity; sizeBytes: number } {
    const stored: Stored = { bytes, inode: BigInt(this.#files.size + 1), fault: null, reads: 0 };
    const absolutePath = FOLDER + name;
    this.#files.set(absolutePath, stored);
    return { absolutePath, identity: identityOf(statsOf(stored)), sizeBytes: bytes.length };
  }

  /** Injects a fault at the `nth` read of a file. */
  injectFault(name: string, fault: NonNullable<Stored['fault']>): void {
    const stored = this.#files.get(FOLDER + name);
    if (stored !== undefined) stored.fault = fault;
  }

  readonly open: Open = async (path) => {
    const stored = this.#files.get(path);
    if (stored === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    this.#openFiles += 1;
    let isOpen = true;
    return {
      stat: async () => statsOf(stored),
      read: async (into: Uint8Array, ...[at, length, position]: [number, number, number]) => {
        if (!isOpen) throw Object.assign(new Error('read after close'), { code: 'EBADF' });
        return { bytesRead: read(stored, into.subarray(at, at + length), position), buffer: into };
      },
      close: async () => {
        if (isOpen) this.#openFiles -= 1;
        isOpen = false;
      },
    } as unknown as FileHandle;
  };
}

function read(stored: Stored, into: Uint8Array, position: number): number {
  stored.reads += 1;
  const { fault, reads, bytes } = stored;
  const isStruck = fault !== null && reads >= fault.nth;
  if (isStruck && reads === fault.nth) fault.onStrike();
  if (isStruck && fault.kind === 'disk-unreadable') throw Object.assign(new Error('io'), { code: 'EIO' });
  const endByte = isStruck && fault.kind === 'disk-shrunk' ? position : bytes.length;
  const piece = bytes.subarray(position, Math.min(endByte, position + into.length));
  into.set(piece);
  return piece.length;
}

function statsOf({ bytes, inode, fault, reads }: Stored) {
  const isChanged = fault?.kind === 'disk-changed' && reads >= fault.nth;
  const ctimeNs = isChanged ? FIXED_NS + 1n : FIXED_NS;
  const size = BigInt(bytes.length);
  return { dev: 1n, ino: inode, size, mtimeNs: FIXED_NS, ctimeNs, isFile: () => true };
}
