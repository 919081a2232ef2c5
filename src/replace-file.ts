// Replaces a file as a whole: a reader sees the old or the new text. Synchronous, because a cancelled run on a disk that hangs
// has no thread left for its results.

import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

/** The names of the temporary files, which no search finds. */
export const TEMP_NAME = /^\.manifest-.+\.tmp$/;

export function tempName(): string {
  return `.manifest-${randomUUID()}.tmp`;
}

export type Rename = (from: string, to: string) => void;

/** Writes `target` and its folder. An existing file keeps its mode. An error leaves the old file, and no temporary one. */
export function replaceFile(target: string, text: string, rename: Rename = fs.renameSync): void {
  const folder = dirname(target);
  fs.mkdirSync(folder, { recursive: true });
  const temp = join(folder, tempName());
  try {
    fs.writeFileSync(temp, text, { flag: 'wx', mode: 0o600 });
    const previous = fs.statSync(target, { throwIfNoEntry: false });
    if (previous !== undefined) keepMode(temp, previous.mode & 0o777);
    rename(temp, target);
  } catch (error) {
    fs.rmSync(temp, { force: true });
    throw error;
  }
}

function keepMode(file: string, mode: number): void {
  try {
    fs.chmodSync(file, mode);
  } catch {
    // A file system without modes may reject this, and all its files have the same mode.
  }
}

/** Whether another program, such as a virus scanner, has the file open: Windows does not replace it then. */
export function isLocked(error: unknown): boolean {
  return ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
}
