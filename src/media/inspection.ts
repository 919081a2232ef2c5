// The whole look at the found files: what each one is, what goes along with it, and its digest where that is asked for.

import { FileError } from '../errors.ts';
import type { Open } from './bytes.ts';
import { digestFile } from './digest.ts';
import type { FindOptions } from './files.ts';
import { mapInOrder } from './in-order.ts';
import { inspectFile, unseen } from './inspect.ts';
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
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open;
}

const FILES_AT_ONCE = 8;
const DIGESTS_AT_ONCE = 2;

/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
export async function inspectMedia(
  found: readonly FoundFile[],
  { find, sidecars, released, digests, open }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await inspectFiles(found, open);
  const files = sidecars ? await attachSidecars(inspected, { ...find, released, open }) : inspected;
  return digests ? await mapInOrder(files, DIGESTS_AT_ONCE, (file) => withDigest(file, open)) : files;
}

/** Inspects every file, eight at a time; one MediaFile each, in the order given. Never throws for a file. */
export function inspectFiles(files: readonly FoundFile[], open?: Open): Promise<MediaFile[]> {
  return mapInOrder(files, FILES_AT_ONCE, async ({ absolutePath, path, fault }) =>
    fault === undefined ? inspectFile(absolutePath, path, open) : unseen(path, fault),
  );
}

async function withDigest(file: MediaFile, open?: Open): Promise<MediaFile> {
  const { media, fault } = file;
  if (media === null || fault !== null || media.sha256 !== undefined) return file;
  try {
    return { ...file, media: { ...media, sha256: await digestFile(file, { open }) } };
  } catch (error) {
    if (error instanceof FileError) return { ...file, fault: error };
    throw error;
  }
}
