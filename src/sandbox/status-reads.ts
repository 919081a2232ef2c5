// Status reads of images, videos and documents, by URN or as a batch. The three APIs share this code and differ only in the
// fields. It also checks read access, for the Assets API too. It changes no state.

import type { Asset, MediaFamily } from './asset.ts';
import { checkReadAccess } from './auth/scopes.ts';
import type { ValidCall } from './calls.ts';
import { jsonResponse, type SandboxRequest } from './messages.ts';
import type { SandboxModel } from './model.ts';
import type { ApiName } from './options.ts';
import { plainError } from './restli/error-responses.ts';
import { parseFields, selectFields } from './restli/fields-parameter.ts';
import { accessDenied, unsupportedMethod } from './restli/gateway.ts';
import { idIn, keyInPath, keysInList, parseQuery, type UrnType } from './restli/query.ts';
import { downloadUrl } from './uploads/slot.ts';

/** The resource that one API reads. */
export interface MediaResource {
  readonly api: ApiName;
  readonly type: UrnType;
  readonly family: MediaFamily;
  /** Fields besides id, owner and status. A response may lack some of them. */
  readonly fields: readonly string[];
  /** The values of the fields besides id, owner and status. */
  extraFields(asset: Asset, model: SandboxModel): Record<string, unknown>;
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
  const fields = parseFields(parseQuery(request, ['fields']), resourceFields(resource));
  checkReadAccess(model.settings, request, resource.api);
  const asset = find(resource, model, id);
  if (asset === undefined) throw plainError(404, `No such ${resource.type}`);
  return {
    kind: 'status',
    api: resource.api,
    assets: [asset],
    execute: async () => ({
      assets: [asset],
      response: jsonResponse(200, selectFields(toJson(resource, model, asset), fields)),
    }),
  };
}

/** A missing asset is an entry under `errors` in a successful response. */
export function checkBatchUrnRead(
  resource: MediaResource,
  model: SandboxModel,
  request: SandboxRequest,
): ValidCall {
  const parameters = parseQuery(request, ['ids', 'fields']);
  const ids = keysInList(parameters.get('ids') ?? '').map((urn) => idIn(urn, resource.type));
  const fields = parseFields(parameters, resourceFields(resource));
  checkBatchReadAccess(resource, model, request);
  const found = ids.flatMap((id) => find(resource, model, id) ?? []);
  return {
    kind: 'status',
    api: resource.api,
    assets: found,
    execute: async () => {
      const results = found.map(
        (asset) => [urnOf(resource, asset.id), selectFields(toJson(resource, model, asset), fields)] as const,
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
      return { assets: found, response: jsonResponse(200, body) };
    },
  };
}

// LinkedIn's Development tier forbids BATCH_GET. Both responses have been observed, neither is documented.
function checkBatchReadAccess(resource: MediaResource, model: SandboxModel, request: SandboxRequest): void {
  const { statusReads, batchReads } = model.settings;
  if (statusReads === 'forbidden' || batchReads === 'forbidden-403') {
    throw accessDenied(request, resource.api, 'BATCH_GET');
  }
  if (batchReads === 'forbidden-400')
    throw plainError(400, 'BATCH_GET is not allowed in the Development tier');
}

/** An asset of the Assets API can be read as an image or a video: LinkedIn documents that the APIs share the id. */
function find(resource: MediaResource, model: SandboxModel, id: string): Asset | undefined {
  const asset = model.assetById(id);
  return asset?.registration.family === resource.family ? asset : undefined;
}

function resourceFields({ fields }: MediaResource): string[] {
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

export const imageResource: MediaResource = {
  api: 'images',
  type: 'image',
  family: 'STILLIMAGE',
  fields: [
    'altText',
    'aspectRatioHeight',
    'aspectRatioWidth',
    'downloadUrl',
    'downloadUrlExpiresAt',
    'mediaLibraryMetadata',
  ],
  extraFields: imageFields,
};

function imageFields(asset: Asset, model: SandboxModel): Record<string, unknown> {
  const now = model.now();
  if (asset.statusAt(now) !== 'AVAILABLE') return {};
  const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
  return {
    downloadUrl: downloadUrl('image', asset.id, Math.floor(downloadUrlExpiresAt / 1000)),
    downloadUrlExpiresAt,
    // Invented: the sandbox does not keep the image.
    aspectRatioWidth: 3,
    aspectRatioHeight: 2,
  };
}

export const documentResource: MediaResource = {
  api: 'documents',
  type: 'document',
  family: 'DOCUMENT',
  fields: ['downloadUrl', 'downloadUrlExpiresAt', 'mediaLibraryMetadata'],
  extraFields: (asset, model) => {
    const now = model.now();
    if (asset.statusAt(now) !== 'AVAILABLE') return {};
    const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
    const seconds = Math.floor(downloadUrlExpiresAt / 1000);
    return { downloadUrl: downloadUrl('document', asset.id, seconds), downloadUrlExpiresAt };
  },
};

export const videoResource: MediaResource = {
  api: 'videos',
  type: 'video',
  family: 'VIDEO',
  fields: [
    'aspectRatioHeight',
    'aspectRatioWidth',
    'captions',
    'downloadUrl',
    'downloadUrlExpiresAt',
    'duration',
    'mediaLibraryMetadata',
    'processingFailureReason',
    'thumbnail',
    'transcript',
  ],
  extraFields: videoFields,
};

// Invented: the sandbox does not keep the video. LinkedIn's aspect ratios are not always whole numbers.
const PLAYED = { duration: 2056, aspectRatioWidth: 1.75, aspectRatioHeight: 1 };

function videoFields(asset: Asset, model: SandboxModel): Record<string, unknown> {
  const now = model.now();
  const status = asset.statusAt(now);
  if (status === 'PROCESSING_FAILED' && asset.failureReason !== null) {
    return { processingFailureReason: asset.failureReason };
  }
  if (status !== 'AVAILABLE') return {};
  const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
  const address = (what: string) => downloadUrl(what, asset.id, Math.floor(downloadUrlExpiresAt / 1000));
  const { captions, thumbnail } = asset.sidecars;
  return {
    ...PLAYED,
    downloadUrl: address('video'),
    downloadUrlExpiresAt,
    ...(captions === null ? {} : { captions: address('captions') }),
    ...(thumbnail === null ? {} : { thumbnail: address('thumbnail') }),
  };
}
