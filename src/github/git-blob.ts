// The names that git gives to contents, its blobs: of a text, and of a file in the workspace. Needs no git and no .git folder.

import { createHash, type Hash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileError } from '../errors/action-error.ts';
import { type OpenBytes, openForInspection } from '../media/bytes.ts';

export function blobSha(content: string | Uint8Array): string {
  return startBlobHash(Buffer.byteLength(content)).update(content).digest('hex');
}

function startBlobHash(sizeBytes: number): Hash {
  return createHash('sha1').update(`blob ${sizeBytes}\0`);
}

/** Git searches this many bytes for a zero byte, which makes a file binary. */
const TEXT_PROBE_BYTES = 8000;

/**
 * The blobs that git may make of a file, to compare it with a commit: of the file as it is, of its Git LFS pointer, and, with
 * `isText`, of a short text with LF line ends, into which git converts those of a checkout on Windows. Empty if there is no file.
 * @throws FileError when the file cannot be read, or is behind a link
 */
export async function possibleBlobs(
  workspace: string,
  path: string,
  { isText }: { readonly isText: boolean },
): Promise<ReadonlySet<string>> {
  const absolutePath = join(await realpath(workspace), path);
  const bytes = await openForInspection(absolutePath, path).catch((error: FileError) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return new Set();
  try {
    return await blobsOf(bytes, isText);
  } finally {
    await bytes.close();
  }
}

async function blobsOf(bytes: OpenBytes, isText: boolean): Promise<Set<string>> {
  const { sizeBytes } = bytes;
  const blob = startBlobHash(sizeBytes);
  const content = createHash('sha256');
  const blobs = new Set<string>();
  for await (const chunk of bytes.chunks()) {
    blob.update(chunk);
    content.update(chunk);
    // A short file is one chunk.
    if (isText && chunk.length === sizeBytes && !chunk.subarray(0, TEXT_PROBE_BYTES).includes(0)) {
      const withLineFeeds = chunk.toString('latin1').replaceAll('\r\n', '\n');
      blobs.add(blobSha(Buffer.from(withLineFeeds, 'latin1')));
    }
  }
  const sha256 = content.digest('hex');
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${sizeBytes}\n`;
  return blobs.add(blob.digest('hex')).add(blobSha(pointer));
}
