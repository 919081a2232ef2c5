// Inspects the found files. It waits for a slow disk, but not for a hanging one once the run is aborted.

import type { FoundFile } from '../media/find/workspace.ts';
import { type InspectionOptions, inspectMedia } from '../media/inspection.ts';
import { type MediaFile, uninspectedFile } from '../media/media-file.ts';
import { withGracePeriod } from '../publish/grace-period.ts';
import { openWithRetry } from '../publish/lazy-file.ts';
import type { Runtime } from './runtime.ts';

/**
 * Resolves with one MediaFile for each file except sidecars, in the given order. If the run is aborted while the disk
 * hangs, only the names are known, and each file without an error gets the abort reason as its error.
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
