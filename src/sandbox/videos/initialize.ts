// Initializes a video: validates the body, creates the video and returns an upload URL for each byte range, and one
// for each requested sidecar.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import { Asset } from '../asset.ts';
import { checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest, type SandboxResponse } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { byteCountOf, checkMediaLibrary, fieldsOf, flagOf, ownerOf, textMatching } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
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

export async function checkInitializeVideo(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['initializeUploadRequest'] });
  const initializeRequest = requestIn(body.initializeUploadRequest);
  checkScope(model.settings, request, INITIALIZE, initializeRequest.owner);
  return {
    kind: 'register',
    api: 'videos',
    assets: [],
    execute: async () => {
      const id = model.nextId('C5F10AQ');
      const slots = planSlots(model.settings, { id, ...initializeRequest });
      const asset = initialize(model, { id, owner: initializeRequest.owner, slots });
      const toldPartBytes = model.settings.overlongLastRange ? slots.partBytes : null;
      return { assets: [asset], response: initializeResponse(asset, request.origin, toldPartBytes) };
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
    fileSizeBytes: byteCountOf(fields.fileSizeBytes, `${ROOT}/fileSizeBytes`),
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
    registration: model.intern({
      api: 'videos',
      owner,
      family: 'VIDEO',
      recipes: [],
      mechanism: null,
      relationships: [],
    }),
    slots: slots.parts,
    sidecars: { captions: slots.captions, thumbnail: slots.thumbnail },
    completionToken: uploadToken,
    createdAt: model.now(),
    processingMs,
  });
  model.add(asset);
  return asset;
}

/** `shownPartBytes` is the length of every range in the response. With null, the last range ends with the file. */
function initializeResponse(asset: Asset, origin: string, shownPartBytes: number | null): SandboxResponse {
  const { urn, slots, sidecars, completionToken } = asset;
  const uploadInstructions = slots.map(({ address, range }) => {
    const { firstByte, lastByte } = range ?? { firstByte: 0, lastByte: 0 };
    return {
      uploadUrl: origin + address,
      lastByte: shownPartBytes === null ? lastByte : firstByte + shownPartBytes - 1,
      firstByte,
    };
  });
  const { captions, thumbnail } = sidecars;
  return jsonResponse(200, {
    value: {
      uploadUrlsExpireAt: slots[0]?.expiresAt,
      video: urn,
      uploadInstructions,
      uploadToken: completionToken,
      ...(captions === null ? {} : { captionsUploadUrl: origin + captions.address }),
      ...(thumbnail === null ? {} : { thumbnailUploadUrl: origin + thumbnail.address }),
    },
  });
}
