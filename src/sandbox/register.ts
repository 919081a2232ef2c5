// The register call: judges the body by the schema of LinkedIn's page, makes the asset, answers with its
// addresses. https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api
// (read 2026-11-25)

import type { Asset, Mechanism, MediaFamily, Registration, ServiceRelationship, Slot } from './asset.ts';
import type { CheckedCall } from './call.ts';
import { jsonReply, type SandboxExchange, type SandboxReply } from './exchange.ts';
import { fieldsOf, listOf, oneOf, textMatching } from './fields.ts';
import { readJson } from './gateway.ts';
import type { SandboxModel } from './model.ts';
import { coded, missing, unallowed } from './refusal.ts';

const ROOT = '/registerUploadRequest';
const OWNER = /^urn:li:(person:[A-Za-z0-9_-]+|(organization|sponsoredAccount|sponsoredAdAccount):\d+)$/;
const RECIPE = /^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/;
const IDENTIFIER = /^urn:li:userGeneratedContent$/;
const RELATIONSHIPS = ['OWNER', 'CREATOR', 'GENERIC'] as const;
const MECHANISMS = ['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD', 'MULTIPART_UPLOAD'] as const;
const MOST_RELATIONSHIPS = 5;

export async function checkRegister(model: SandboxModel, exchange: SandboxExchange): Promise<CheckedCall> {
  const body = fieldsOf(await readJson(exchange), '', { required: ['registerUploadRequest'] });
  const registration = registrationOf(body.registerUploadRequest);
  return {
    kind: 'register',
    asset: null,
    recipes: registration.recipes,
    carryOut: async () => {
      const asset = model.register(registration);
      return { asset, reply: registered(asset, exchange.origin) };
    },
  };
}

function registrationOf(value: unknown): Registration {
  const fields = fieldsOf(value, ROOT, {
    required: ['owner', 'recipes', 'serviceRelationships'],
    optional: ['supportedUploadMechanism', 'fileSize'],
  });
  const recipes = recipesOf(fields.recipes);
  const family = familyOf(recipes);
  const mechanism = mechanismOf(fields.supportedUploadMechanism, family);
  return {
    owner: textMatching(fields.owner, `${ROOT}/owner`, OWNER),
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
  if (recipes.length === 0) throw missing(`${ROOT}/recipes`);
  return recipes;
}

/** The page's list of recipes is open-ended, but all names for videos say so. */
function familyOf(recipes: readonly string[]): MediaFamily {
  const families = new Set(
    recipes.map((recipe): MediaFamily => (/video/i.test(recipe) ? 'VIDEO' : 'STILLIMAGE')),
  );
  const [family = 'STILLIMAGE', another] = families;
  if (another !== undefined) throw unallowed(`${ROOT}/recipes`);
  return family;
}

function mechanismOf(value: unknown, family: MediaFamily): Mechanism {
  const path = `${ROOT}/supportedUploadMechanism`;
  if (value === undefined) return 'SINGLE_REQUEST_UPLOAD';
  const [first, ...others] = listOf(value, path).map((mechanism) => oneOf(mechanism, path, MECHANISMS));
  if (first === undefined || others.length > 0) throw unallowed(path);
  if (first === 'SYNCHRONOUS_UPLOAD' && family === 'VIDEO') {
    throw coded(400, 'ILLEGAL_ARGUMENT', 'SYNCHRONOUS_UPLOAD is for images only');
  }
  if (first === 'MULTIPART_UPLOAD' && family === 'STILLIMAGE') {
    throw coded(400, 'ILLEGAL_ARGUMENT', 'MULTIPART_UPLOAD is for videos only');
  }
  return first;
}

function relationshipsOf(value: unknown): ServiceRelationship[] {
  const path = `${ROOT}/serviceRelationships`;
  const list = listOf(value, path);
  if (list.length === 0) throw missing(path);
  if (list.length > MOST_RELATIONSHIPS) {
    throw coded(400, 'ILLEGAL_ARGUMENT', `serviceRelationships has more than ${MOST_RELATIONSHIPS} entries`);
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
  if (value === undefined && mechanism === 'MULTIPART_UPLOAD') throw missing(path);
  if (value === undefined) return null;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw unallowed(path);
  return value;
}

function registered(asset: Asset, origin: string): SandboxReply {
  const { urn, mediaArtifact, slots, metadata } = asset;
  const [whole] = slots;
  if (metadata !== null || whole === undefined) {
    const partUploadRequests = slots.map((slot) => partOf(slot, origin));
    const uploadMechanism = {
      'com.linkedin.digitalmedia.uploading.MultipartUpload': { partUploadRequests, metadata },
    };
    return jsonReply(200, { value: { uploadMechanism, asset: urn, mediaArtifact } });
  }
  const uploadMechanism = {
    'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
      uploadUrl: origin + whole.address,
      headers: whole.headers,
    },
  };
  const assetRealTimeTopic = `urn:li-realtime:digitalmediaAssetUpdatesTopic:${urn}`;
  return jsonReply(200, { value: { mediaArtifact, uploadMechanism, asset: urn, assetRealTimeTopic } });
}

function partOf({ headers, range, address, expiresAt }: Slot, origin: string): unknown {
  return { headers, byteRange: range, url: origin + address, urlExpiresAt: expiresAt };
}
