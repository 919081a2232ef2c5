// What the Videos API tells of a video beyond its status: why it failed, or where to fetch it and what came beside.

import type { Asset } from '../asset.ts';
import type { SandboxModel } from '../model.ts';
import type { MediaResource } from '../status-reads.ts';
import { downloadUrl } from '../uploads/download-url.ts';

export const videoResource: MediaResource = {
  api: 'videos',
  type: 'video',
  family: 'VIDEO',
  fields: [
    'aspectRatioHeight',
    'aspectRatioWidth',
    'captions',
    'downloadUrl',
    'downloadUrlExpiresAt',
    'duration',
    'mediaLibraryMetadata',
    'processingFailureReason',
    'thumbnail',
    'transcript',
  ],
  extraFields: describe,
};

// Of no real video: bytes are not kept. The aspect ratio is not always told in whole numbers.
const PLAYED = { duration: 2056, aspectRatioWidth: 1.75, aspectRatioHeight: 1 };

function describe(asset: Asset, model: SandboxModel): Record<string, unknown> {
  const now = model.now();
  const status = asset.statusAt(now);
  if (status === 'PROCESSING_FAILED' && asset.failureReason !== null) {
    return { processingFailureReason: asset.failureReason };
  }
  if (status !== 'AVAILABLE') return {};
  const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
  const address = (what: string) => downloadUrl(what, asset.id, Math.floor(downloadUrlExpiresAt / 1000));
  const { captions, thumbnail } = asset.sidecars;
  return {
    ...PLAYED,
    downloadUrl: address('video'),
    downloadUrlExpiresAt,
    ...(captions === null ? {} : { captions: address('captions') }),
    ...(thumbnail === null ? {} : { thumbnail: address('thumbnail') }),
  };
}
