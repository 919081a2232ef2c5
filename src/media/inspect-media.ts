// Inspects all matched files: the type of each one, its sidecars, and its digest where a manifest needs it.

import { FileError, toActionError } from '../errors.ts';
import { mapConcurrent } from '../limiter.ts';
import { attachAltTexts } from './alt-text.ts';
import type { Open } from './bytes.ts';
import { digestFile } from './digest.ts';
import type { FoundFile, WorkspaceOptions } from './find/workspace.ts';
import { inspectFile } from './inspect-file.ts';
import { type MediaFile, type Sidecar, uninspectedFile } from './media-file.ts';
import { attachSidecars, withoutSidecars } from './sidecars.ts';

interface InspectionOptions {
  /** Where to search for the captions and thumbnails of videos. Null: they are files like all others. */
  readonly sidecars: WorkspaceOptions | null;
  /** Files of a release, matched or not. They are outside the workspace. */
  readonly released: readonly FoundFile[];
  /** Whether videos and sidecars need a digest, which costs a read of the whole file. */
  readonly digests: boolean;
  /** How to open files. The default is the open of the system. */
  readonly open?: Open;
  /** Aborts inspection. Its reason becomes the `error` of the remaining files. */
  readonly signal: AbortSignal;
}

const FILES_AT_ONCE = 8;
const DIGESTS_AT_ONCE = 2;

/** Returns one MediaFile per file in the same order, without sidecars. Never throws for a file. */
export async function inspectMedia(
  found: readonly FoundFile[],
  { sidecars, released, digests, open, signal }: InspectionOptions,
): Promise<MediaFile[]> {
  const inspected = await inspectFiles(found, { open, signal });
  if (signal.aborted) return [...(sidecars ? withoutSidecars(inspected) : inspected)];
  const described = await attachAltTexts(inspected, { open, released });
  const files = sidecars ? await attachSidecars(described, { ...sidecars, released, open }) : described;
  if (!digests) return files;
  return await mapConcurrent(files, DIGESTS_AT_ONCE, (file) => withDigest(file, { open, signal }));
}

/**
 * Inspects eight files at a time. Returns one MediaFile per file in the same order. Never throws for a file. After
 * `signal` aborts, no further file is opened: its reason becomes their `error`.
 */
export function inspectFiles(
  files: readonly FoundFile[],
  { open, signal }: Partial<ReadOptions> = {},
): Promise<MediaFile[]> {
  return mapConcurrent(files, FILES_AT_ONCE, async ({ absolutePath, path, error }) => {
    if (error !== undefined) return uninspectedFile(path, error);
    if (signal?.aborted) return uninspectedFile(path, toActionError(signal.reason));
    return await inspectFile(absolutePath, path, open);
  });
}

interface ReadOptions {
  readonly open: Open | undefined;
  readonly signal: AbortSignal;
}

/** An aborted run uploads nothing, so it needs no digest. */
async function withDigest(file: MediaFile, options: ReadOptions): Promise<MediaFile> {
  const { media, error, sidecars } = file;
  const { signal } = options;
  if (media === null || error !== null || media.sha256 !== undefined || signal.aborted) return file;
  try {
    const digested = { ...file, media: { ...media, sha256: await digestFile(file, options) } };
    if (sidecars === undefined) return digested;
    const entries: [string, Sidecar][] = [];
    for (const [kind, sidecar] of Object.entries(sidecars)) {
      entries.push([kind, { ...sidecar, sha256: await digestFile(sidecar, options) }]);
    }
    return { ...digested, sidecars: Object.fromEntries(entries) };
  } catch (error) {
    if (error instanceof FileError) return { ...file, error };
    if (signal.aborted) return file;
    throw error;
  }
}
