// The register call: validates the body against the schema of LinkedIn's page, creates the asset and returns its
// upload URLs. https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api
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
import { codedError, invalidField, missingField } from '../restli/error-responses.ts';
import { byteCountOf, fieldsOf, listOf, oneOf, ownerOf, textMatching } from '../restli/fields.ts';
import { readJson } from '../restli/gateway.ts';
import type { Slot } from '../uploads/slot.ts';
import { mediaArtifactOf, planSlots } from './slots.ts';

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

interface RegisterRequest extends Registration {
  readonly mechanism: Mechanism;
  /** As declared. Never null for a multi-part upload. */
  readonly fileSizeBytes: number | null;
}

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
  const { partSizeBytes, quotedEtags, processingMs, urlLifeMs } = model.settings;
  const { fileSizeBytes, ...registration } = registerRequest;
  const { family, mechanism } = registration;
  const createdAt = model.now();
  const id = model.nextId(family === 'VIDEO' ? 'C5605AQ' : 'C5622AQ');
  const slots = planSlots({
    id,
    family,
    mechanism,
    fileSizeBytes: fileSizeBytes ?? 0,
    partSizeBytes,
    quotedEtags,
    expiresAt: createdAt + urlLifeMs,
  });
  const asset = new Asset({
    id,
    urn: `urn:li:digitalmediaAsset:${id}`,
    registration: model.intern(registration),
    slots,
    completionToken: mechanism === 'MULTIPART_UPLOAD' ? metadataOf(id, slots.length) : null,
    createdAt,
    processingMs: mechanism === 'SYNCHRONOUS_UPLOAD' ? 0 : processingMs,
  });
  model.add(asset);
  return asset;
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
  assertMechanismFitsMedia(mechanism, family);
  return {
    api: 'assets',
    owner: ownerOf(fields.owner, `${ROOT}/owner`),
    recipes,
    family,
    mechanism,
    relationships: relationshipsOf(fields.serviceRelationships),
    fileSizeBytes: fileSizeOf(fields.fileSize, mechanism),
  };
}

function recipesOf(value: unknown): string[] {
  const recipes = listOf(value, `${ROOT}/recipes`).map((recipe) =>
    textMatching(recipe, `${ROOT}/recipes`, RECIPE),
  );
  if (recipes.length === 0) throw missingField(`${ROOT}/recipes`);
  return recipes;
}

/** The page's list of recipes is open-ended: the suffix of a name determines the family, or else the mechanism. */
function familyOf(recipes: readonly string[], mechanism: Mechanism): MediaFamily {
  const families = new Set(recipes.map((recipe) => familyNamed(recipe) ?? FAMILIES[mechanism]));
  const [family = 'STILLIMAGE', another] = families;
  if (another !== undefined) throw invalidField(`${ROOT}/recipes`);
  return family;
}

function familyNamed(recipe: string): MediaFamily | null {
  if (/image$/i.test(recipe)) return 'STILLIMAGE';
  return /video(_v\d+)?$/i.test(recipe) ? 'VIDEO' : null;
}

// SINGLE_REQUEST_UPLOAD accepts pictures and videos. LinkedIn recommends SYNCHRONOUS_UPLOAD for pictures.
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

function assertMechanismFitsMedia(mechanism: Mechanism, family: MediaFamily): void {
  if (mechanism === 'SYNCHRONOUS_UPLOAD' && family === 'VIDEO') {
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'SYNCHRONOUS_UPLOAD is for images only');
  }
  if (mechanism === 'MULTIPART_UPLOAD' && family === 'STILLIMAGE') {
    throw codedError(400, 'ILLEGAL_ARGUMENT', 'MULTIPART_UPLOAD is for videos only');
  }
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

function fileSizeOf(value: unknown, mechanism: Mechanism): number | null {
  const path = `${ROOT}/fileSize`;
  if (value === undefined && mechanism === 'MULTIPART_UPLOAD') throw missingField(path);
  return value === undefined ? null : byteCountOf(value, path);
}

function registerResponse(asset: Asset, origin: string): SandboxResponse {
  const { urn, slots, completionToken: metadata } = asset;
  const mediaArtifact = mediaArtifactOf({ urn, family: asset.registration.family });
  const [whole] = slots;
  if (metadata !== null || whole === undefined) {
    const partUploadRequests = slots.map((slot) => partOf(slot, origin));
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

function partOf({ rules, range, address, expiresAt }: Slot, origin: string): unknown {
  return { headers: rules.headers, byteRange: range, url: origin + address, urlExpiresAt: expiresAt };
}
