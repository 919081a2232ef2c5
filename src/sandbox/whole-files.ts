// Initializes an image or a document: validates the body, creates the asset and returns the URL of its single PUT.
// There is no choice of mechanism: both are always processed asynchronously.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)

import { Asset } from './asset.ts';
import { checkScope, type Permission } from './auth/scopes.ts';
import type { ValidCall } from './calls.ts';
import { jsonResponse, type SandboxRequest, type SandboxResponse } from './messages.ts';
import type { SandboxModel } from './model.ts';
import { checkMediaLibrary, fieldsOf, ownerOf } from './restli/fields.ts';
import { readJson } from './restli/gateway.ts';
import { DOCUMENT_RULES, fakeSignature, IMAGE_RULES, makeSlot } from './uploads/slot.ts';

const ROOT = '/initializeUploadRequest';

const RESOURCES = {
  images: {
    type: 'image',
    family: 'STILLIMAGE',
    idLetters: 'C4E10AQ',
    rules: IMAGE_RULES,
    path: (id: string) => `v2/${id}/uploaded-image/B4EZ${fakeSignature(id, 'media')}`,
  },
  documents: {
    type: 'document',
    family: 'DOCUMENT',
    idLetters: 'D5610AQ',
    rules: DOCUMENT_RULES,
    path: (id: string) => `${id}/ads-uploadedDocument`,
  },
} as const;

type WholeFileApi = keyof typeof RESOURCES;

export async function checkInitialize(
  api: WholeFileApi,
  model: SandboxModel,
  request: SandboxRequest,
): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['initializeUploadRequest'] });
  const fields = fieldsOf(body.initializeUploadRequest, ROOT, {
    required: ['owner'],
    optional: ['mediaLibraryMetadata'],
  });
  const owner = ownerOf(fields.owner, `${ROOT}/owner`);
  const permission: Permission = { access: 'w', api, method: 'ACTION-initializeUpload', role: 'owner' };
  checkScope(model.settings, request, permission, owner);
  checkMediaLibrary(fields.mediaLibraryMetadata, `${ROOT}/mediaLibraryMetadata`);
  return {
    kind: 'register',
    api,
    assets: [],
    execute: async () => {
      const asset = initialize(api, model, owner);
      return { assets: [asset], response: initializeResponse(api, asset, request.origin) };
    },
  };
}

function initialize(api: WholeFileApi, model: SandboxModel, owner: string): Asset {
  const { type, family, idLetters, rules, path } = RESOURCES[api];
  const { processingMs, lagMs, urlLifeMs } = model.settings;
  const createdAt = model.now();
  const id = model.nextId(idLetters);
  const address = `/dms-uploads/sp/${path(id)}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${fakeSignature(id, 0)}`;
  const asset = new Asset({
    id,
    urn: `urn:li:${type}:${id}`,
    registration: model.intern({
      api,
      owner,
      family,
      recipes: [],
      mechanism: null,
      relationships: [],
    }),
    slots: [makeSlot({ rules, address, expiresAt: createdAt + urlLifeMs })],
    completionToken: null,
    createdAt,
    lagMs,
    processingMs,
  });
  model.add(asset);
  return asset;
}

function initializeResponse(
  api: WholeFileApi,
  { urn, slots: [slot] }: Asset,
  origin: string,
): SandboxResponse {
  const uploadUrl = `${origin}${slot?.address}`;
  return jsonResponse(200, {
    value: { uploadUrlExpiresAt: slot?.expiresAt, uploadUrl, [RESOURCES[api].type]: urn },
  });
}
