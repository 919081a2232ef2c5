// The name of a manifest's temporary file: `memory/` writes it, and the search for media leaves it out. Pure.

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

/** Hidden, so that few patterns of `files` match what a killed run may leave. */
export function manifestTempName(): string {
  return `.manifest-${randomUUID()}.tmp`;
}

export function isManifestTemp(path: string): boolean {
  return /^\.manifest-.+\.tmp$/.test(basename(path));
}
