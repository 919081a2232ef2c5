// The way to the look at the found files. What knows pictures and videos loads only where there are files to look at.

import type { InspectionOptions } from './inspection.ts';
import type { MediaFile } from './media-file.ts';
import type { FoundFile } from './workspace.ts';

/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
export async function lookAt(
  found: readonly FoundFile[],
  options: InspectionOptions,
): Promise<readonly MediaFile[]> {
  if (found.length === 0) return [];
  const { inspectMedia } = await import(/* webpackChunkName: "inspection" */ './inspection.ts');
  return await inspectMedia(found, options);
}
