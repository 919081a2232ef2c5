// An upload cache for the plan, without a disk.

import type { ManifestEntry } from '../../src/memory/manifest.ts';
import type { CacheLookup } from '../../src/upload/plan.ts';

/** Finds `upload` for every key, or nothing when it is null. */
export function cacheOf(
  upload: Omit<ManifestEntry, keyof ReturnType<CacheLookup['keyOf']>> | null,
): CacheLookup {
  return {
    keyOf: ({ owner, api, recipe, sizeBytes }, digests) => ({
      ...digests,
      ...{ owner, api, recipe, sizeBytes, apiUrl: 'https://api.linkedin.com' },
    }),
    hasFile: () => false,
    find: (key) => (upload === null ? null : { ...key, ...upload }),
  };
}
