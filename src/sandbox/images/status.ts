// The fields of an image beyond its status: its download URL, once the image is available.

import type { Asset } from '../asset.ts';
import type { SandboxModel } from '../model.ts';
import type { MediaResource } from '../status-reads.ts';
import { downloadUrl } from '../uploads/download-url.ts';

export const imageResource: MediaResource = {
  api: 'images',
  type: 'image',
  family: 'STILLIMAGE',
  fields: [
    'altText',
    'aspectRatioHeight',
    'aspectRatioWidth',
    'downloadUrl',
    'downloadUrlExpiresAt',
    'mediaLibraryMetadata',
  ],
  extraFields: describe,
};

function describe(asset: Asset, model: SandboxModel): Record<string, unknown> {
  const now = model.now();
  if (asset.statusAt(now) !== 'AVAILABLE') return {};
  const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
  return {
    downloadUrl: downloadUrl('image', asset.id, Math.floor(downloadUrlExpiresAt / 1000)),
    downloadUrlExpiresAt,
    // Invented: the sandbox does not keep the image.
    aspectRatioWidth: 3,
    aspectRatioHeight: 2,
  };
}
