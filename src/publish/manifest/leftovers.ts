// Temporary files of the manifest that killed runs left behind: which of them nobody writes any more, and their removal.

import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isUnfinished, unfinishedName } from '../../media/manifest-temp.ts';

/** A process id means one process on one machine, and inside of one container. */
const MACHINE = createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 12);

// A write takes seconds.
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** A new name for the temporary file of a process: this one, where no other is given. */
export function temporaryName(pid = process.pid): string {
  return unfinishedName(`${MACHINE}.${pid}`);
}

/**
 * Removes temporary files whose process is dead. A process of another machine cannot be asked for: its files go when
 * nobody has touched them for a day. Never throws: what stays does no harm.
 */
export async function removeLeftovers(folder: string, todayMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isUnfinished)) {
    const path = join(folder, name);
    if (await isLeftover(name, path, todayMs)) await rm(path, { force: true }).catch(() => {});
  }
}

async function isLeftover(name: string, path: string, todayMs: number): Promise<boolean> {
  const [, machine, pid] = /^\.manifest-([0-9a-f]{12})\.(\d+)-/.exec(name) ?? [];
  if (machine === MACHINE) return !isAlive(Number(pid));
  const stats = await lstat(path).catch(() => null);
  return stats !== null && todayMs - stats.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Only Linux has any. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
