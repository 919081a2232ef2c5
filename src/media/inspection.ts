// The whole look at the found files: what each one is, what goes along with it, and its digest where that is asked for.

import { FileError } from '../errors.ts';
import { digestFile } from './digest.ts';
import { type FindOptions, inspectFiles } from './files.ts';
import { mapInOrder } from './in-order.ts';
import type { MediaFile } from './media-file.ts';
import { attachSidecars } from './sidecars.ts';
import type { FoundFile } from './workspace.ts';

export interface InspectionOptions {
  readonly find: FindOptions;
  /** Whether to look for captions and thumbnails beside videos. */
  readonly sidecars: boolean;
  /** What does not lie in the workspace: the files of a release, matched or not. */
  readonly released: readonly FoundFile[];
  /** Whether videos need a digest too, which costs a read of the whole file. */
  readonly digests: boolean;
}

const DIGESTS_AT_ONCE = 2;

/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
export async function inspectMedia(
  found: readonly FoundFile[],
  { find, sidecars, released, digests }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await inspectFiles(found);
  const files = sidecars ? await attachSidecars(inspected, { ...find, released }) : inspected;
  return digests ? await mapInOrder(files, DIGESTS_AT_ONCE, withDigest) : files;
}

async function withDigest(file: MediaFile): Promise<MediaFile> {
  const { media, fault } = file;
  if (media === null || fault !== null || media.sha256 !== undefined) return file;
  try {
    return { ...file, media: { ...media, sha256: await digestFile(file) } };
  } catch (error) {
    if (error instanceof FileError) return { ...file, fault: error };
    throw error;
  }
}
