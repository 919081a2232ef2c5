// The media of a post: it has to be there, to belong to the author and to be processed.

import type { Asset } from '../asset.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import { idIn, invalidId } from '../restli/keys.ts';
import type { Media } from './content.ts';

/** An asset of the Assets API goes by the image or video URN that shares its id. */
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
