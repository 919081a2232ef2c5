// The whole look at the found files: what each one is, what goes along with it, and its digest where that is asked for.

import { asActionError, FileError } from '../errors.ts';
import type { Open } from './bytes.ts';
import { digestFile } from './digest.ts';
import type { FindOptions } from './files.ts';
import { inspectFile } from './inspect.ts';
import { mapConcurrent } from './map-concurrent.ts';
import { type MediaFile, type Sidecar, type Sidecars, uninspectedFile } from './media-file.ts';
import { noteUnusedCaptions } from './sidecar-index.ts';
import { attachSidecars } from './sidecars.ts';
import type { FoundFile } from './workspace.ts';

export interface InspectionOptions {
  readonly find: FindOptions;
  /** Whether to look for captions and thumbnails beside videos. */
  readonly sidecars: boolean;
  /** What does not lie in the workspace: the files of a release, matched or not. */
  readonly released: readonly FoundFile[];
  /** Whether videos, and what goes along with them, need a digest too, which costs a read of the whole file. */
  readonly digests: boolean;
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open;
  /** Ends the look at the files; its reason is the fault of those that had no turn. */
  readonly signal: AbortSignal;
}

const FILES_AT_ONCE = 8;
const DIGESTS_AT_ONCE = 2;

/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
export async function inspectMedia(
  found: readonly FoundFile[],
  { find, sidecars, released, digests, open, signal }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await inspectFiles(found, { open, signal });
  if (signal.aborted) return inspected;
  const files = sidecars
    ? await attachSidecars(inspected, { ...find, released, open })
    : await noteUnusedCaptions(inspected, find);
  if (!digests) return files;
  return await mapConcurrent(files, DIGESTS_AT_ONCE, (file) => withDigest(file, { open, signal }));
}

/**
 * Inspects every file, eight at a time; one MediaFile each, in the order given. Never throws for a file. Once `signal`
 * has aborted none is opened any more: its reason is their fault.
 */
export function inspectFiles(
  files: readonly FoundFile[],
  { open, signal }: Partial<ReadOptions> = {},
): Promise<MediaFile[]> {
  return mapConcurrent(files, FILES_AT_ONCE, async ({ absolutePath, path, fault }) => {
    if (fault !== undefined) return uninspectedFile(path, fault);
    if (signal?.aborted) return uninspectedFile(path, asActionError(signal.reason));
    return await inspectFile(absolutePath, path, open);
  });
}

interface ReadOptions {
  readonly open: Open | undefined;
  readonly signal: AbortSignal;
}

/** Of a run that has ended no file is sent, and a digest is for nothing. */
async function withDigest(file: MediaFile, options: ReadOptions): Promise<MediaFile> {
  const { media, fault, sidecars } = file;
  const { signal } = options;
  if (media === null || fault !== null || media.sha256 !== undefined || signal.aborted) return file;
  try {
    const digested = { ...file, media: { ...media, sha256: await digestFile(file, options) } };
    return sidecars === undefined
      ? digested
      : { ...digested, sidecars: await withDigests(sidecars, options) };
  } catch (error) {
    if (error instanceof FileError) return { ...file, fault: error };
    if (signal.aborted) return file;
    throw error;
  }
}

/** @throws as digestFile */
async function withDigests({ captions, thumbnail }: Sidecars, options: ReadOptions): Promise<Sidecars> {
  const digested = async (one: Sidecar): Promise<Sidecar> => ({
    ...one,
    sha256: await digestFile(one, options),
  });
  return {
    ...(captions === undefined ? {} : { captions: await digested(captions) }),
    ...(thumbnail === undefined ? {} : { thumbnail: await digested(thumbnail) }),
  };
}
