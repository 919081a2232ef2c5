// Where sidecars were not asked for: which videos have captions beside them all the same, so that somebody can be told.

import { posix } from 'node:path';
import { mapInOrder } from './in-order.ts';
import type { MediaFile } from './media-file.ts';
import { namesBeside } from './names-beside.ts';
import { pathsBeside } from './sidecar-names.ts';

const VIDEOS_AT_ONCE = 8;

/** Sets `unaskedCaptions`, by name alone. What was matched itself has a row that tells of it. Never fails a run. */
export async function noteUnaskedCaptions(
  files: readonly MediaFile[],
  { workspace }: { readonly workspace: string },
): Promise<MediaFile[]> {
  const matched = new Set(files.map(({ path }) => path));
  const namesIn = namesBeside(workspace);
  const isThere = (path: string) =>
    namesIn(posix.dirname(path)).then(
      (names) => names.has(posix.basename(path)),
      () => false,
    );
  return mapInOrder(files, VIDEOS_AT_ONCE, async (file) => {
    if (file.media?.kind !== 'video' || file.fault !== null) return file;
    const [captions] = pathsBeside(file.path, ['captions']);
    const isUnasked = captions !== undefined && !matched.has(captions) && (await isThere(captions));
    return isUnasked ? { ...file, unaskedCaptions: captions } : file;
  });
}
