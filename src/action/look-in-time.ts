// The look at the found files, with patience for a disk that is busy, and an end for one that hangs.

import { type InspectionOptions, inspectMedia } from '../media/inspection.ts';
import { type MediaFile, uninspectedFile } from '../media/media-file.ts';
import type { FoundFile } from '../media/workspace.ts';
import { unlessHanging } from '../publish/cut-off.ts';
import { openPatiently } from '../publish/opening.ts';
import type { World } from './world.ts';

/**
 * One MediaFile for each file, sidecars aside, in the order given. When the run is to end and the disk hangs, nothing of
 * the files is known but their names; why it ends is their fault then.
 */
export function lookInTime(
  found: readonly FoundFile[],
  options: Omit<InspectionOptions, 'open' | 'signal'>,
  world: World,
): Promise<readonly MediaFile[]> {
  const looking = inspectMedia(found, { ...options, open: openPatiently(world), signal: world.signal });
  return unlessHanging(looking, world, (end) =>
    found.map(({ path, fault }) => uninspectedFile(path, fault ?? end)),
  );
}
