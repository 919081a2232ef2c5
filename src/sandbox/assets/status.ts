// The status call: how far LinkedIn would be with an asset, in the fields of its page.
// Reads and changes nothing.

import type { Asset } from '../asset.ts';
import { jsonResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import { unsupportedMethod } from '../restli/gateway.ts';
import { applyMask, PROJECTION_PARAMETERS, parseProjection } from '../restli/projection.ts';
import { parseQuery } from '../restli/query.ts';
import { checkReadAccess } from '../status-reads.ts';
import type { ValidCall } from '../valid-call.ts';
import { mediaArtifactsOf } from './artifacts.ts';

const FIELDS = [
  'created',
  'id',
  'lastModified',
  'mediaTypeFamily',
  'recipes',
  'serviceRelationships',
  'status',
];
const BY_DEFAULT = new Map(FIELDS.map((name) => [name, null]));
/** Only told when asked for by name. */
const ARTIFACTS = 'mediaArtifacts';

export function checkStatus(model: SandboxModel, request: SandboxRequest, key: string): ValidCall {
  if (request.method !== 'GET') throw unsupportedMethod(request);
  checkKey(key);
  const parameters = parseQuery(request, PROJECTION_PARAMETERS);
  const { entity } = parseProjection(parameters, [...FIELDS, ARTIFACTS]);
  checkReadAccess(model, request, 'assets');
  const asset = assetOf(model, key);
  return {
    kind: 'status',
    api: 'assets',
    assets: [asset],
    execute: async () => ({
      assets: [asset],
      response: jsonResponse(200, applyMask(toJson(model, asset), entity ?? BY_DEFAULT)),
    }),
  };
}

/** The key is the bare id: a URN is a syntax error with its colons, and a stranger when they are encoded. */
function checkKey(key: string): void {
  if (/[:(),]/.test(key)) throw codedError(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path variables');
}

/** What the Images and Videos APIs made is theirs: nothing says that it can be read here. */
function assetOf(model: SandboxModel, id: string): Asset {
  const asset = model.assetById(id);
  if (asset?.registration.api !== 'assets') throw plainError(404, 'No such asset');
  return asset;
}

function toJson(model: SandboxModel, asset: Asset): Record<string, unknown> {
  const now = model.now();
  const { recipes, relationships, family } = asset.registration;
  const status = asset.statusAt(now);
  return {
    created: asset.createdAt,
    id: model.settings.assetIdInResponse(asset.id),
    lastModified: asset.lastModifiedAt(now),
    mediaTypeFamily: family,
    recipes: recipes.map((recipe) => ({ recipe, status })),
    serviceRelationships: relationships,
    status: asset.assetStatus,
    ...(isServed(status) ? { [ARTIFACTS]: mediaArtifactsOf(asset, now + model.settings.urlLifeMs) } : {}),
  };
}

/** While it is processed again, what was made before is still there. */
function isServed(status: string): boolean {
  return status === 'AVAILABLE' || status === 'MUTATING';
}
