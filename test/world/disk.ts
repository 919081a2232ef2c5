// The disk of one run. The n-th file of `media/` that is opened cannot be read, or changes while it is read.

import { appendFileSync, readFileSync } from 'node:fs';
import { openAsSystem } from '../../src/media/bytes.ts';
import type { Open } from '../../src/run.ts';

export interface DiskFault {
  readonly kind: 'fails' | 'changes';
  /** Files are counted from 1 as they are opened. */
  readonly nth: number;
}

export class Disk {
  /** The path of the file that was struck; null if none was. */
  struck: string | null = null;
  /** The bytes of a file that has changed. */
  changed: Uint8Array | null = null;
  readonly #fault: DiskFault | null;
  #opened = 0;

  constructor(fault: DiskFault | null) {
    this.#fault = fault;
  }

  readonly open: Open = async (path, flags) => {
    const handle = await openAsSystem(path, flags);
    if (!path.includes('/media/')) return handle;
    this.#opened += 1;
    if (this.#fault?.nth !== this.#opened) return handle;
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    const strike = async (...args: unknown[]) => {
      this.struck = path;
      if (this.#fault?.kind === 'fails') throw Object.assign(new Error('EIO'), { code: 'EIO' });
      // Another size, because the time of a change may be too coarse to show it.
      if (this.changed === null) appendFileSync(path, ' ');
      this.changed ??= readFileSync(path);
      return await read(...args);
    };
    return Object.assign(handle, { read: strike });
  };
}
