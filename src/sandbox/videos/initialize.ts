// Initializing a video: judges the body, makes the video, answers with an address for every range of it, and for
// what comes beside it where that was asked for.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import { Asset } from '../asset.ts';
import type { CheckedCall } from '../call.ts';
import { jsonReply, type SandboxExchange, type SandboxReply } from '../exchange.ts';
import { fieldsOf, flagOf, ownerOf, sizeOf, textMatching } from '../fields.ts';
import { readJson } from '../gateway.ts';
import { checkMediaLibrary } from '../media-library.ts';
import type { SandboxModel } from '../model.ts';
import { checkScope, type Permission } from '../scopes.ts';
import { planSlots, type VideoSlots } from './slots.ts';

const ROOT = '/initializeUploadRequest';
const INITIALIZE: Permission = {
  access: 'w',
  api: 'videos',
  method: 'ACTION-initializeUpload',
  role: 'owner',
};

interface InitializeRequest {
  readonly owner: string;
  readonly fileSizeBytes: number;
  readonly wantsCaptions: boolean;
  readonly wantsThumbnail: boolean;
}

export async function checkInitialize(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  const body = fieldsOf(await readJson(exchange), '', { required: ['initializeUploadRequest'] });
  const request = requestIn(body.initializeUploadRequest);
  checkScope(model, exchange, INITIALIZE, request.owner);
  return {
    kind: 'register',
    api: 'videos',
    assets: [],
    carryOut: async () => {
      const id = model.nextId('C5F10AQ');
      const slots = planSlots(model, { id, ...request });
      const asset = initialize(model, { id, owner: request.owner, slots });
      const toldPartBytes = model.settings.overlongLastRange ? slots.partBytes : null;
      return { assets: [asset], reply: initialized(asset, exchange.origin, toldPartBytes) };
    },
  };
}

function requestIn(value: unknown): InitializeRequest {
  const fields = fieldsOf(value, ROOT, {
    required: ['owner', 'fileSizeBytes'],
    optional: [
      'uploadCaptions',
      'uploadThumbnail',
      'mediaLibraryMetadata',
      'templateName',
      'linkbackContext',
    ],
  });
  checkMediaLibrary(fields.mediaLibraryMetadata, `${ROOT}/mediaLibraryMetadata`);
  if (fields.templateName !== undefined) textMatching(fields.templateName, `${ROOT}/templateName`, /./);
  return {
    owner: ownerOf(fields.owner, `${ROOT}/owner`),
    fileSizeBytes: sizeOf(fields.fileSizeBytes, `${ROOT}/fileSizeBytes`),
    wantsCaptions: flagOf(fields.uploadCaptions ?? false, `${ROOT}/uploadCaptions`),
    wantsThumbnail: flagOf(fields.uploadThumbnail ?? false, `${ROOT}/uploadThumbnail`),
  };
}

function initialize(model: SandboxModel, video: { id: string; owner: string; slots: VideoSlots }): Asset {
  const { processingMs, uploadToken } = model.settings;
  const { id, owner, slots } = video;
  const asset = new Asset({
    id,
    urn: `urn:li:video:${id}`,
    registration: model.asBefore({
      api: 'videos',
      owner,
      family: 'VIDEO',
      recipes: [],
      mechanism: null,
      relationships: [],
    }),
    slots: slots.parts,
    sidecars: { captions: slots.captions, thumbnail: slots.thumbnail },
    echo: uploadToken,
    createdAt: model.now(),
    processingMs,
  });
  model.keep(asset);
  return asset;
}

/** `toldPartBytes` is how long every range is said to be; null where the last one ends with the file. */
function initialized(asset: Asset, origin: string, toldPartBytes: number | null): SandboxReply {
  const { urn, slots, sidecars, echo } = asset;
  const uploadInstructions = slots.map(({ address, range }) => {
    const { firstByte, lastByte } = range ?? { firstByte: 0, lastByte: 0 };
    return {
      uploadUrl: origin + address,
      lastByte: toldPartBytes === null ? lastByte : firstByte + toldPartBytes - 1,
      firstByte,
    };
  });
  const { captions, thumbnail } = sidecars;
  return jsonReply(200, {
    value: {
      uploadUrlsExpireAt: slots[0]?.expiresAt,
      video: urn,
      uploadInstructions,
      uploadToken: echo,
      ...(captions === null ? {} : { captionsUploadUrl: origin + captions.address }),
      ...(thumbnail === null ? {} : { thumbnailUploadUrl: origin + thumbnail.address }),
    },
  });
}
