// Inspects the found files: waits for a busy disk, and leaves one that hangs when the run is to end.

import type { FoundFile } from '../media/find/workspace.ts';
import { type InspectionOptions, inspectMedia } from '../media/inspection.ts';
import { type MediaFile, uninspectedFile } from '../media/media-file.ts';
import { withGracePeriod } from '../publish/grace-period.ts';
import { openWithRetry } from '../publish/lazy-file.ts';
import type { Runtime } from './runtime.ts';

/**
 * One MediaFile for each file, sidecars aside, in the order given. When the run is to end and the disk hangs, only the
 * names are known, and every file has the reason of the end as its fault.
 */
export function lookInTime(
  found: readonly FoundFile[],
  options: Omit<InspectionOptions, 'open' | 'signal'>,
  runtime: Runtime,
): Promise<readonly MediaFile[]> {
  const looking = inspectMedia(found, { ...options, open: openWithRetry(runtime), signal: runtime.signal });
  return withGracePeriod(looking, runtime, (end) =>
    found.map(({ path, error }) => uninspectedFile(path, error ?? end)),
  );
}
