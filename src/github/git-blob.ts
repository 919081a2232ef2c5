// The names that git gives to the contents of files.

import { createHash, type Hash } from 'node:crypto';

export function blobSha(content: string | Uint8Array): string {
  return startBlobHash(Buffer.byteLength(content)).update(content).digest('hex');
}

/** Hashes a content in pieces. */
export function startBlobHash(sizeBytes: number): Hash {
  return createHash('sha1').update(`blob ${sizeBytes}\0`);
}
