// Access to a release: lists and downloads its assets over connections that live as long as the work needs them.

import type { FoundFile } from '../../media/find/workspace.ts';
import { GitHubClient } from '../github/github-client.ts';
import type { Runtime } from '../runtime.ts';
import { type DownloadOptions, downloadAssets } from './download.ts';
import { listAssets, type ReleaseAsset, type ReleaseSettings } from './release-assets.ts';

export interface Release {
  readonly settings: ReleaseSettings;
  /** @throws like `listAssets` */
  readonly list: () => Promise<ReleaseAsset[]>;
  /** @throws like `downloadAssets` */
  readonly download: (
    assets: readonly ReleaseAsset[],
    options: Pick<DownloadOptions, 'folder' | 'onDownloaded'>,
  ) => Promise<FoundFile[]>;
}

/** Resolves with the result of `work`, after closing the connections to GitHub. */
export async function withRelease<T>(
  settings: ReleaseSettings,
  runtime: Runtime,
  work: (release: Release) => Promise<T>,
): Promise<T> {
  const dispatcher = runtime.openDispatcher(settings.proxy);
  const github = new GitHubClient({ ...runtime, ...settings, dispatcher });
  try {
    return await work({
      settings,
      list: () => listAssets(settings, github),
      download: (assets, options) => downloadAssets(assets, { ...options, settings, github }),
    });
  } finally {
    await dispatcher.destroy();
  }
}
