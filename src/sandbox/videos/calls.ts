// The initialize and finalize calls of a video. Initialize returns an upload URL for each byte range and each requested
// sidecar. Finalize checks the id of every part against the response to the PUT of that part.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import { Asset } from '../asset.ts';
import { checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { emptyResponse, jsonResponse, type SandboxRequest, type SandboxResponse } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import {
  byteCountOf,
  checkMediaLibrary,
  fieldsOf,
  flagOf,
  listOf,
  ownerOf,
  textMatching,
  textOf,
} from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import { idIn, invalidId } from '../restli/query.ts';
import { planSlots, type VideoSlots } from './slots.ts';

const INITIALIZE_PATH = '/initializeUploadRequest';
const FINALIZE_PATH = '/finalizeUploadRequest';
const PERMISSION: Permission = {
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
  checkScope(model.settings, request, PERMISSION, initializeRequest.owner);
  return {
    kind: 'register',
    api: 'videos',
    assets: [],
    execute: async () => {
      const id = model.nextId('C5F10AQ');
      const slots = planSlots(model.settings, { id, ...initializeRequest });
      const asset = initialize(model, { id, owner: initializeRequest.owner, slots });
      const shownPartBytes = model.settings.overlongLastRange ? slots.partBytes : null;
      return { assets: [asset], response: initializeResponse(asset, request.origin, shownPartBytes) };
    },
  };
}

function requestIn(value: unknown): InitializeRequest {
  const fields = fieldsOf(value, INITIALIZE_PATH, {
    required: ['owner', 'fileSizeBytes'],
    optional: [
      'uploadCaptions',
      'uploadThumbnail',
      'mediaLibraryMetadata',
      'templateName',
      'linkbackContext',
    ],
  });
  checkMediaLibrary(fields.mediaLibraryMetadata, `${INITIALIZE_PATH}/mediaLibraryMetadata`);
  if (fields.templateName !== undefined)
    textMatching(fields.templateName, `${INITIALIZE_PATH}/templateName`, /./);
  return {
    owner: ownerOf(fields.owner, `${INITIALIZE_PATH}/owner`),
    fileSizeBytes: byteCountOf(fields.fileSizeBytes, `${INITIALIZE_PATH}/fileSizeBytes`),
    wantsCaptions: flagOf(fields.uploadCaptions ?? false, `${INITIALIZE_PATH}/uploadCaptions`),
    wantsThumbnail: flagOf(fields.uploadThumbnail ?? false, `${INITIALIZE_PATH}/uploadThumbnail`),
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

export async function checkFinalize(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['finalizeUploadRequest'] });
  const fields = fieldsOf(body.finalizeUploadRequest, FINALIZE_PATH, {
    required: ['video', 'uploadToken', 'uploadedPartIds'],
  });
  const asset = model.assetById(idIn(textOf(fields.video, `${FINALIZE_PATH}/video`), 'video'));
  if (asset?.registration.api !== 'videos') throw invalidId('video', 'No such video');
  const token = textOf(fields.uploadToken, `${FINALIZE_PATH}/uploadToken`);
  const ids = listOf(fields.uploadedPartIds, `${FINALIZE_PATH}/uploadedPartIds`).map((id) =>
    textOf(id, `${FINALIZE_PATH}/uploadedPartIds`),
  );
  if (asset.uploadedAt !== null)
    throw codedError(400, 'UPDATING_ASSET_FAILED', 'This video is already finalized');
  if (token !== asset.completionToken)
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'uploadToken differs from the token of the initialize call');
  // LinkedIn waits for every sidecar that the initialize call requested.
  for (const [name, slot] of Object.entries(asset.sidecars))
    if (slot !== null && slot.stored === null)
      throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', `Requested but not uploaded: ${name}`);
  checkPartIds(asset, ids);
  return {
    kind: 'complete',
    api: 'videos',
    assets: [asset],
    execute: async () => {
      asset.uploadedAt = model.now();
      return { assets: [asset], response: emptyResponse(200) };
    },
  };
}

/**
 * LinkedIn identifies a part only by its signed id. It has the same message for ids that are missing, shortened or in
 * quotes. It would join parts in any given order, into a video that cannot be played. The sandbox rejects a wrong
 * order.
 */
function checkPartIds({ slots }: Asset, ids: readonly string[]): void {
  const given = slots.map(({ stored }) => stored?.etag ?? null);
  if (given.includes(null)) throw codedError(400, 'MEDIA_ASSET_WAITING_UPLOAD', 'A part was not uploaded');
  if (ids.length !== given.length || ids.some((id) => !given.includes(id))) {
    throw plainError(400, 'All chunks IDs must be signed');
  }
  if (ids.some((id, index) => id !== given[index])) {
    throw plainError(400, 'The part ids are not in the order of the upload instructions');
  }
}
