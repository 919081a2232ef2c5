// The status read of an asset, with the fields of LinkedIn's page. Changes nothing.

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
/** Returned only when a projection names it. */
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

/** The key is the bare id. A URN with plain colons is a syntax error; with encoded colons it is an unknown id. */
function checkKey(key: string): void {
  if (/[:(),]/.test(key)) throw codedError(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path variables');
}

/** Finds only assets of this API: nothing documents that it can read those of the Images and Videos APIs. */
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

/** During reprocessing (MUTATING), the earlier artifacts stay available. */
function isServed(status: string): boolean {
  return status === 'AVAILABLE' || status === 'MUTATING';
}
