// Checks the media of a post: they must exist, belong to the author and be processed.

import type { Asset } from '../asset.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import { idIn, invalidId } from '../restli/keys.ts';
import type { Media } from './content.ts';

/** A post refers to an asset of the Assets API by the image or video URN with the same id. */
export function postableAsset(model: SandboxModel, { urn, type }: Media, author: string): Asset {
  const asset = model.assetById(idIn(urn, type));
  const family = type === 'image' ? 'STILLIMAGE' : 'VIDEO';
  if (asset === undefined || asset.registration.family !== family)
    throw invalidId(type, `There is no ${type} of this id`);
  if (asset.registration.owner !== author)
    throw plainError(403, 'The media is not owned by the author of the post');
  const status = asset.statusAt(model.now());
  if (status === 'WAITING_UPLOAD' || status === 'PROCESSING')
    throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', `The ${type} is not processed yet`);
  if (status !== 'AVAILABLE')
    throw codedError(400, 'MEDIA_ASSET_PROCESSING_FAILED', `The ${type} could not be processed`);
  return asset;
}
