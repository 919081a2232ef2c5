// The register call of the Assets API: validates the body against the schema of LinkedIn's page, creates the asset and
// returns its upload URLs. https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api
// (read 2026-11-25)

import {
  Asset,
  type Mechanism,
  type MediaFamily,
  type Registration,
  type ServiceRelationship,
} from '../asset.ts';
import { checkScope, type Permission } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest, type SandboxResponse } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import type { SandboxSettings } from '../options.ts';
import { codedError, invalidField, missingField } from '../restli/error-responses.ts';
import { byteCountOf, fieldsOf, listOf, oneOf, ownerOf, textMatching } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import {
  fakeSignature,
  IMAGE_RULES,
  makePartSlots,
  makeSlot,
  partRules,
  type Slot,
  type SlotRules,
} from '../uploads/slot.ts';

const ROOT = '/registerUploadRequest';
const RECIPE = /^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/;
const IDENTIFIER = /^urn:li:userGeneratedContent$/;
const RELATIONSHIPS = ['OWNER', 'CREATOR', 'GENERIC'] as const;
const MECHANISMS = ['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD', 'MULTIPART_UPLOAD'] as const;
const MAX_RELATIONSHIPS = 5;
const REGISTER: Permission = {
  access: 'w',
  api: 'assets',
  method: 'ACTION-registerUpload',
  role: 'owner',
};

// The limit in "Registering Multi-Part Upload": a video above 200 MB needs a multi-part upload.
const MAX_SINGLE_VIDEO = { sizeBytes: 200_000_000, reason: 'A video of this size must be uploaded in parts' };
const VIDEO_TYPE = /^(application\/octet-stream|video\/[a-z0-9.+-]+)$/;
// One object for all images: there may be ten thousand.
const IMAGE_SLOT_RULES: SlotRules = { ...IMAGE_RULES, headers: { 'media-type-family': 'STILLIMAGE' } };

interface RegisterRequest extends Registration {
  readonly mechanism: Mechanism;
  /** The declared size. Required for a multi-part upload; 0 if absent. */
  readonly fileSizeBytes: number;
}

const DOCUMENT_RECIPE = 'urn:li:digitalmediaRecipe:feedshare-document';

export async function checkRegister(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const body = fieldsOf(await readJson(request), '', { required: ['registerUploadRequest'] });
  const registerRequest = requestIn(body.registerUploadRequest);
  checkScope(model.settings, request, REGISTER, registerRequest.owner);
  return {
    kind: 'register',
    api: 'assets',
    assets: [],
    recipes: registerRequest.recipes,
    execute: async () => {
      const asset = register(model, registerRequest);
      return { assets: [asset], response: registerResponse(asset, request.origin) };
    },
  };
}

function register(model: SandboxModel, registerRequest: RegisterRequest): Asset {
  const { settings } = model;
  const { fileSizeBytes: _, ...registration } = registerRequest;
  const { family, mechanism } = registration;
  const id = model.nextId(family === 'VIDEO' ? 'C5605AQ' : 'C5622AQ');
  const slots = planSlots(settings, id, registerRequest);
  const asset = new Asset({
    id,
    urn: `urn:li:digitalmediaAsset:${id}`,
    registration: model.intern(registration),
    slots,
    completionToken: mechanism === 'MULTIPART_UPLOAD' ? metadataOf(id, slots.length) : null,
    createdAt: model.now(),
    processingMs: mechanism === 'SYNCHRONOUS_UPLOAD' ? 0 : settings.processingMs,
  });
  model.add(asset);
  return asset;
}

/** One URL for the whole file, or one for each byte range. */
function planSlots(settings: SandboxSettings, id: string, request: RegisterRequest): Slot[] {
  const { family, mechanism, fileSizeBytes } = request;
  const expiresAt = settings.clock.now() + settings.urlLifeMs;
  const etag = { form: 'hex', quoted: true } as const;
  if (mechanism === 'MULTIPART_UPLOAD') {
    const rules = partRules(etag, { 'Content-Type': 'application/octet-stream' });
    const partSizeBytes = settings.partSizeBytes(fileSizeBytes);
    return makePartSlots({ id, rules, fileSizeBytes, partSizeBytes, expiresAt });
  }
  const end = `v=beta&ut=${fakeSignature(id, 0)}`;
  if (family === 'VIDEO') {
    const address = `/dms-uploads/${id}/uploadedVideo/0?ca=vector_feedshare&cn=uploads_secure&ccn=ambry-video&sync=0&${end}`;
    const rules = partRules(etag, { 'media-type-family': 'VIDEO' });
    const limits = { headersOptional: true, contentType: VIDEO_TYPE, maxBody: MAX_SINGLE_VIDEO };
    return [makeSlot({ rules: { ...rules, ...limits }, address, expiresAt })];
  }
  const sync = mechanism === 'SYNCHRONOUS_UPLOAD' ? 1 : 0;
  const address = `/dms-uploads/${id}/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=${sync}&${end}`;
  return [makeSlot({ rules: IMAGE_SLOT_RULES, address, expiresAt })];
}

/** Opaque to clients. Plain base64 of JSON, so that a client that trims or decodes it fails. */
function metadataOf(id: string, parts: number): string {
  const metadata = {
    bucketName: 'sandbox-video-uploads',
    keyName: `${id}/userUploadedVideo`,
    uploadId: `${id}?>~`,
    parts,
  };
  return Buffer.from(JSON.stringify(metadata)).toString('base64');
}

function requestIn(value: unknown): RegisterRequest {
  const fields = fieldsOf(value, ROOT, {
    required: ['owner', 'recipes', 'serviceRelationships'],
    optional: ['supportedUploadMechanism', 'fileSize'],
  });
  const recipes = recipesOf(fields.recipes);
  const mechanism = mechanismOf(fields.supportedUploadMechanism);
  const family = familyOf(recipes, mechanism);
  if (mechanism === 'SYNCHRONOUS_UPLOAD' && family === 'VIDEO')
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'SYNCHRONOUS_UPLOAD is for images only');
  if (mechanism === 'MULTIPART_UPLOAD' && family === 'STILLIMAGE')
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'MULTIPART_UPLOAD is for videos only');
  const { fileSize } = fields;
  if (fileSize === undefined && mechanism === 'MULTIPART_UPLOAD') throw missingField(`${ROOT}/fileSize`);
  return {
    api: 'assets',
    owner: ownerOf(fields.owner, `${ROOT}/owner`),
    recipes,
    family,
    mechanism,
    relationships: relationshipsOf(fields.serviceRelationships),
    fileSizeBytes: fileSize === undefined ? 0 : byteCountOf(fileSize, `${ROOT}/fileSize`),
  };
}

function recipesOf(value: unknown): string[] {
  const recipes = listOf(value, `${ROOT}/recipes`).map((recipe) =>
    textMatching(recipe, `${ROOT}/recipes`, RECIPE),
  );
  if (recipes.length === 0) throw missingField(`${ROOT}/recipes`);
  // Observed: the Assets API rejects documents, with this path.
  if (recipes.includes(DOCUMENT_RECIPE)) throw invalidField(`${ROOT}/recipes/relationshipType`);
  return recipes;
}

/** The page's list of recipes is open-ended: the suffix of a name determines the family, or else the mechanism. */
function familyOf(recipes: readonly string[], mechanism: Mechanism): MediaFamily {
  const families = new Set(
    recipes.map((recipe) => {
      if (/image$/i.test(recipe)) return 'STILLIMAGE';
      return /video(_v\d+)?$/i.test(recipe) ? 'VIDEO' : FAMILIES[mechanism];
    }),
  );
  const [family = 'STILLIMAGE', another] = families;
  if (another !== undefined) throw invalidField(`${ROOT}/recipes`);
  return family;
}

// SINGLE_REQUEST_UPLOAD accepts images and videos. LinkedIn recommends SYNCHRONOUS_UPLOAD for images.
const FAMILIES: Record<Mechanism, MediaFamily> = {
  SYNCHRONOUS_UPLOAD: 'STILLIMAGE',
  SINGLE_REQUEST_UPLOAD: 'VIDEO',
  MULTIPART_UPLOAD: 'VIDEO',
};

function mechanismOf(value: unknown): Mechanism {
  const path = `${ROOT}/supportedUploadMechanism`;
  if (value === undefined) return 'SINGLE_REQUEST_UPLOAD';
  const [first, ...others] = listOf(value, path).map((mechanism) => oneOf(mechanism, path, MECHANISMS));
  if (first === undefined || others.length > 0) throw invalidField(path);
  return first;
}

function relationshipsOf(value: unknown): ServiceRelationship[] {
  const path = `${ROOT}/serviceRelationships`;
  const list = listOf(value, path);
  if (list.length === 0) throw missingField(path);
  if (list.length > MAX_RELATIONSHIPS) {
    throw codedError(
      400,
      'ILLEGAL_ARGUMENT',
      `serviceRelationships has more than ${MAX_RELATIONSHIPS} entries`,
    );
  }
  return list.map((entry) => {
    const fields = fieldsOf(entry, path, { required: ['identifier', 'relationshipType'] });
    return {
      identifier: textMatching(fields.identifier, `${path}/identifier`, IDENTIFIER),
      relationshipType: oneOf(fields.relationshipType, `${path}/relationshipType`, RELATIONSHIPS),
    };
  });
}

function registerResponse(asset: Asset, origin: string): SandboxResponse {
  const { urn, mediaArtifact, slots, completionToken: metadata } = asset;
  const [whole] = slots;
  if (metadata !== null || whole === undefined) {
    const partUploadRequests = slots.map(({ rules, range, address, expiresAt }) => ({
      headers: rules.headers,
      byteRange: range,
      url: origin + address,
      urlExpiresAt: expiresAt,
    }));
    const uploadMechanism = {
      'com.linkedin.digitalmedia.uploading.MultipartUpload': { partUploadRequests, metadata },
    };
    return jsonResponse(200, { value: { uploadMechanism, asset: urn, mediaArtifact } });
  }
  const uploadMechanism = {
    'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
      uploadUrl: origin + whole.address,
      headers: whole.rules.headers,
    },
  };
  const assetRealTimeTopic = `urn:li-realtime:digitalmediaAssetUpdatesTopic:${urn}`;
  return jsonResponse(200, { value: { mediaArtifact, uploadMechanism, asset: urn, assetRealTimeTopic } });
}
