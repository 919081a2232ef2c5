// A release, open for as long as a run reads it: its list and its bytes.

import type { FoundFile } from '../../media/workspace.ts';
import type { World } from '../world.ts';
import { listAssets, type ReleaseAsset, type ReleaseSettings } from './assets.ts';
import { type BringOptions, bringAssets } from './download.ts';
import { GitHub } from './github.ts';

export interface Release {
  readonly settings: ReleaseSettings;
  /** @throws as listAssets */
  readonly list: () => Promise<ReleaseAsset[]>;
  /** @throws as bringAssets */
  readonly bring: (
    assets: readonly ReleaseAsset[],
    options: Pick<BringOptions, 'folder' | 'onBrought'>,
  ) => Promise<FoundFile[]>;
}

/** Resolves as `work` does, its connections to GitHub closed. */
export async function withRelease<T>(
  settings: ReleaseSettings,
  world: World,
  work: (release: Release) => Promise<T>,
): Promise<T> {
  const dispatcher = world.openDispatcher(settings.route);
  const github = new GitHub({ ...world, ...settings, dispatcher });
  try {
    return await work({
      settings,
      list: () => listAssets(settings, github),
      bring: (assets, options) => bringAssets(assets, { ...options, settings, github }),
    });
  } finally {
    await dispatcher.destroy();
  }
}
