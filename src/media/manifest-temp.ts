// What a manifest is called while it is written, in the folder where it will be. Pure.

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

/** Hidden, so that few patterns of `files` meet what a killed run may leave behind. `writer`: whose file it is. */
export function unfinishedName(writer: string): string {
  return `.manifest-${writer}-${randomUUID()}.tmp`;
}

export function isUnfinished(path: string): boolean {
  return /^\.manifest-.+\.tmp$/.test(basename(path));
}
