// Initializing an image: judges the body, makes the image, answers with the one address of its one PUT. There is no
// choice of mechanism: images are always processed later.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { Asset } from '../asset.ts';
import type { CheckedCall } from '../call.ts';
import { jsonReply, type SandboxExchange, type SandboxReply } from '../exchange.ts';
import { fieldsOf, ownerOf } from '../fields.ts';
import { readJson } from '../gateway.ts';
import { checkMediaLibrary } from '../media-library.ts';
import type { SandboxModel } from '../model.ts';
import { checkScope, type Permission } from '../scopes.ts';
import { IMAGE_RULES, makeSlot, ticket } from '../slot.ts';

const ROOT = '/initializeUploadRequest';
const INITIALIZE: Permission = {
  access: 'w',
  api: 'images',
  method: 'ACTION-initializeUpload',
  role: 'owner',
};

export async function checkInitialize(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  const body = fieldsOf(await readJson(exchange), '', { required: ['initializeUploadRequest'] });
  const fields = fieldsOf(body.initializeUploadRequest, ROOT, {
    required: ['owner'],
    optional: ['mediaLibraryMetadata'],
  });
  const owner = ownerOf(fields.owner, `${ROOT}/owner`);
  checkScope(model, exchange, INITIALIZE, owner);
  checkMediaLibrary(fields.mediaLibraryMetadata, `${ROOT}/mediaLibraryMetadata`);
  return {
    kind: 'register',
    api: 'images',
    assets: [],
    carryOut: async () => {
      const asset = initialize(model, owner);
      return { assets: [asset], reply: initialized(asset, exchange.origin) };
    },
  };
}

function initialize(model: SandboxModel, owner: string): Asset {
  const { processingMs, lagMs, urlLifeMs } = model.settings;
  const createdAt = model.now();
  const id = model.nextId('C4E10AQ');
  const address = `/dms-uploads/sp/v2/${id}/uploaded-image/B4EZ${ticket(id, 'media')}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${ticket(id, 0)}`;
  const asset = new Asset({
    id,
    urn: `urn:li:image:${id}`,
    registration: model.asBefore({
      api: 'images',
      owner,
      family: 'STILLIMAGE',
      recipes: [],
      mechanism: null,
      relationships: [],
    }),
    slots: [makeSlot({ rules: IMAGE_RULES, address, expiresAt: createdAt + urlLifeMs })],
    echo: null,
    createdAt,
    lagMs,
    processingMs,
  });
  model.keep(asset);
  return asset;
}

function initialized({ urn, slots: [slot] }: Asset, origin: string): SandboxReply {
  const uploadUrl = `${origin}${slot?.address}`;
  return jsonReply(200, { value: { uploadUrlExpiresAt: slot?.expiresAt, uploadUrl, image: urn } });
}
