// Where sidecars were not asked for: which videos have captions beside them all the same, so that somebody can be told.

import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { mapInOrder } from './in-order.ts';
import type { MediaFile } from './media-file.ts';
import { pathsBeside } from './sidecar-names.ts';

const VIDEOS_AT_ONCE = 8;

/** Sets `unaskedCaptions`, by name alone. What was matched itself has a row that tells of it. Never fails a run. */
export async function noteUnaskedCaptions(
  files: readonly MediaFile[],
  { workspace }: { readonly workspace: string },
): Promise<MediaFile[]> {
  const matched = new Set(files.map(({ path }) => path));
  const folders = new Map<string, Promise<ReadonlySet<string>>>();
  const isThere = async (path: string) => {
    const folder = posix.dirname(path);
    const names = folders.get(folder) ?? captionsIn(join(workspace, folder));
    folders.set(folder, names);
    return (await names).has(posix.basename(path));
  };
  return mapInOrder(files, VIDEOS_AT_ONCE, async (file) => {
    if (file.media?.kind !== 'video' || file.fault !== null) return file;
    const [captions] = pathsBeside(file.path, ['captions']);
    const isUnasked = captions !== undefined && !matched.has(captions) && (await isThere(captions));
    return isUnasked ? { ...file, unaskedCaptions: captions } : file;
  });
}

/** Only what may be captions: a folder may hold a million other files. */
async function captionsIn(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(folder).catch(() => []);
  return new Set(names.filter((name) => name.endsWith('.srt')));
}
