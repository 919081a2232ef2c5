// Initializes an image: validates the body, creates the image and returns the URL of its single PUT. There is no
// choice of mechanism: images are always processed asynchronously.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { Asset } from './asset.ts';
import { checkScope, type Permission } from './auth/scopes.ts';
import type { ValidCall } from './calls.ts';
import { jsonResponse, type SandboxRequest, type SandboxResponse } from './messages.ts';
import type { SandboxModel } from './model.ts';
import { checkMediaLibrary, fieldsOf, ownerOf } from './restli/fields.ts';
import { readJson } from './restli/gateway.ts';
import { fakeSignature, IMAGE_RULES, makeSlot } from './uploads/slot.ts';

const ROOT = '/initializeUploadRequest';
const INITIALIZE: Permission = {
  access: 'w',
  api: 'images',
  method: 'ACTION-initializeUpload',
  role: 'owner',
};

export async function checkInitializeImage(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['initializeUploadRequest'] });
  const fields = fieldsOf(body.initializeUploadRequest, ROOT, {
    required: ['owner'],
    optional: ['mediaLibraryMetadata'],
  });
  const owner = ownerOf(fields.owner, `${ROOT}/owner`);
  checkScope(model.settings, request, INITIALIZE, owner);
  checkMediaLibrary(fields.mediaLibraryMetadata, `${ROOT}/mediaLibraryMetadata`);
  return {
    kind: 'register',
    api: 'images',
    assets: [],
    execute: async () => {
      const asset = initialize(model, owner);
      return { assets: [asset], response: initializeResponse(asset, request.origin) };
    },
  };
}

function initialize(model: SandboxModel, owner: string): Asset {
  const { processingMs, lagMs, urlLifeMs } = model.settings;
  const createdAt = model.now();
  const id = model.nextId('C4E10AQ');
  const address = `/dms-uploads/sp/v2/${id}/uploaded-image/B4EZ${fakeSignature(id, 'media')}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${fakeSignature(id, 0)}`;
  const asset = new Asset({
    id,
    urn: `urn:li:image:${id}`,
    registration: model.intern({
      api: 'images',
      owner,
      family: 'STILLIMAGE',
      recipes: [],
      mechanism: null,
      relationships: [],
    }),
    slots: [makeSlot({ rules: IMAGE_RULES, address, expiresAt: createdAt + urlLifeMs })],
    completionToken: null,
    createdAt,
    lagMs,
    processingMs,
  });
  model.add(asset);
  return asset;
}

function initializeResponse({ urn, slots: [slot] }: Asset, origin: string): SandboxResponse {
  const uploadUrl = `${origin}${slot?.address}`;
  return jsonResponse(200, { value: { uploadUrlExpiresAt: slot?.expiresAt, uploadUrl, image: urn } });
}
