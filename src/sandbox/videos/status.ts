// The fields of a video beyond its status: why its processing failed, or the download URLs of it and its sidecars.

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

// Invented: the sandbox does not keep the video. LinkedIn's aspect ratios are not always whole numbers.
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
