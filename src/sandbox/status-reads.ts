// Reading how far images and videos are, one by its URN or several at once: the same for both APIs but for the
// fields. Also who may read at all, the Assets API included. Reads and changes nothing.

import type { ApiName, Asset, MediaFamily } from './asset.ts';
import { jsonResponse, type SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import { plainError } from './restli/error-responses.ts';
import { accessDenied, unsupportedMethod } from './restli/gateway.ts';
import { idIn, keyInPath, keysInList, type UrnType } from './restli/keys.ts';
import { applyMask, PROJECTION_PARAMETERS, parseProjection } from './restli/projection.ts';
import { parseQuery } from './restli/query.ts';
import type { ValidCall } from './valid-call.ts';

/** What the reads of one API are about. */
export interface MediaResource {
  readonly api: ApiName;
  readonly type: UrnType;
  readonly family: MediaFamily;
  /** Beyond id, owner and status; not every answer has all of them. */
  readonly fields: readonly string[];
  /** What is told beyond id, owner and status. */
  extraFields(asset: Asset, model: SandboxModel): Record<string, unknown>;
}

/** Of the answer to a read of several. */
export const BATCH_FIELDS = ['results', 'statuses', 'errors'] as const;

export function checkReadAccess(model: SandboxModel, request: SandboxRequest, api: ApiName): void {
  if (model.settings.statusReads === 'forbidden') throw accessDenied(request, api, 'GET');
}

export function checkUrnRead(
  resource: MediaResource,
  model: SandboxModel,
  request: SandboxRequest,
  key: string,
): ValidCall {
  if (request.method !== 'GET') throw unsupportedMethod(request);
  const urn = keyInPath(key);
  const id = idIn(urn, resource.type);
  const { entity } = parseProjection(parseQuery(request, PROJECTION_PARAMETERS), fieldsOf(resource));
  checkReadAccess(model, request, resource.api);
  const asset = find(resource, model, id);
  if (asset === undefined) throw plainError(404, `No such ${resource.type}`);
  return {
    kind: 'status',
    api: resource.api,
    assets: [asset],
    execute: async () => ({
      assets: [asset],
      response: jsonResponse(200, applyMask(toJson(resource, model, asset), entity)),
    }),
  };
}

/** One that is not found is an error of its own in a reply that is a success. */
export function checkBatchUrnRead(
  resource: MediaResource,
  model: SandboxModel,
  request: SandboxRequest,
): ValidCall {
  const parameters = parseQuery(request, ['ids', ...PROJECTION_PARAMETERS]);
  const ids = keysInList(parameters.get('ids') ?? '').map((urn) => idIn(urn, resource.type));
  const { entity, response } = parseProjection(parameters, fieldsOf(resource), BATCH_FIELDS);
  checkBatchReadAccess(resource, model, request);
  const found = ids.flatMap((id) => find(resource, model, id) ?? []);
  return {
    kind: 'status',
    api: resource.api,
    assets: found,
    execute: async () => {
      const results = found.map(
        (asset) => [urnOf(resource, asset.id), applyMask(toJson(resource, model, asset), entity)] as const,
      );
      const missing = ids.filter((id) => !found.some((asset) => asset.id === id));
      const errors = missing.map((id) => [
        urnOf(resource, id),
        { status: 404, message: `No such ${resource.type}` },
      ]);
      const body = {
        results: Object.fromEntries(results),
        statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
        errors: Object.fromEntries(errors),
      };
      return { assets: found, response: jsonResponse(200, applyMask(body, response)) };
    },
  };
}

// LinkedIn's Development tier forbids BATCH_GET; both answers are known, neither is documented.
function checkBatchReadAccess(resource: MediaResource, model: SandboxModel, request: SandboxRequest): void {
  const { statusReads, batchReads } = model.settings;
  if (statusReads === 'forbidden' || batchReads === 'forbidden-403') {
    throw accessDenied(request, resource.api, 'BATCH_GET');
  }
  if (batchReads === 'forbidden-400')
    throw plainError(400, 'BATCH_GET is not allowed in the Development tier');
}

/** An asset of the Assets API can be read by its URN as an image or a video: its page says that the id is shared. */
function find(resource: MediaResource, model: SandboxModel, id: string): Asset | undefined {
  const asset = model.assetById(id);
  return asset?.registration.family === resource.family ? asset : undefined;
}

function fieldsOf({ fields }: MediaResource): string[] {
  return ['id', 'owner', 'status', ...fields];
}

function urnOf(resource: MediaResource, id: string): string {
  return `urn:li:${resource.type}:${id}`;
}

function toJson(resource: MediaResource, model: SandboxModel, asset: Asset): Record<string, unknown> {
  return {
    id: urnOf(resource, asset.id),
    owner: asset.registration.owner,
    status: asset.statusAt(model.now()),
    ...resource.extraFields(asset, model),
  };
}
