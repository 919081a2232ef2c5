// The status read of an asset, with the fields of LinkedIn's page. Changes nothing.

import type { Asset } from '../asset.ts';
import { checkReadAccess } from '../auth/scopes.ts';
import type { ValidCall } from '../calls.ts';
import { jsonResponse, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import { codedError, plainError } from '../restli/error-responses.ts';
import { parseFields, selectFields } from '../restli/fields-parameter.ts';
import { unsupportedMethod } from '../restli/gateway.ts';
import { parseQuery } from '../restli/query.ts';
import { downloadUrl } from '../uploads/slot.ts';

const FIELDS = [
  'created',
  'id',
  'lastModified',
  'mediaTypeFamily',
  'recipes',
  'serviceRelationships',
  'status',
];
/** Returned only when `fields` names it. */
const ARTIFACTS = 'mediaArtifacts';

export function checkStatus(model: SandboxModel, request: SandboxRequest, key: string): ValidCall {
  if (request.method !== 'GET') throw unsupportedMethod(request);
  // The key is the bare id. A URN with plain colons is a syntax error; with encoded colons it is an unknown id.
  if (/[:(),]/.test(key)) throw codedError(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path variables');
  const fields = parseFields(parseQuery(request, ['fields']), [...FIELDS, ARTIFACTS]) ?? FIELDS;
  checkReadAccess(model.settings, request, 'assets');
  const asset = model.assetById(key);
  // Only assets of this API: LinkedIn does not document that it can read those of the Images and Videos APIs.
  if (asset?.registration.api !== 'assets') throw plainError(404, 'No such asset');
  return {
    kind: 'status',
    api: 'assets',
    assets: [asset],
    execute: async () => ({
      assets: [asset],
      response: jsonResponse(200, selectFields(toJson(model, asset), fields)),
    }),
  };
}

function toJson(model: SandboxModel, asset: Asset): Record<string, unknown> {
  const now = model.now();
  const { recipes, relationships, family } = asset.registration;
  const status = asset.statusAt(now);
  // During reprocessing (MUTATING), the earlier artifacts stay available.
  const hasArtifacts = status === 'AVAILABLE' || status === 'MUTATING';
  return {
    created: asset.createdAt,
    id: asset.id,
    lastModified: asset.lastModifiedAt(now),
    mediaTypeFamily: family,
    recipes: recipes.map((recipe) => ({ recipe, status })),
    serviceRelationships: relationships,
    status: asset.assetStatus,
    ...(hasArtifacts ? { [ARTIFACTS]: mediaArtifactsOf(asset, now + model.settings.urlLifeMs) } : {}),
  };
}

const CODECS = [
  { name: 'aac', longName: 'AAC (Advanced Audio Coding)' },
  { name: 'h264', longName: 'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10' },
];

const PLAYLIST = {
  protocol: 'HLS',
  playlistFileIndex: 0,
  playlistType: 'VOD',
  representations: [
    representation('hls-360p-30fp-crf28', 156_810),
    representation('hls-720p-30fp-crf28', 512_044),
  ],
  durationInMicroseconds: 2_056_556,
  displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
};

// The page has no sample of an image. These fields are a guess, modelled on the video.
const STILL_IMAGE = {
  storageSize: { width: 1200, height: 800 },
  displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
};

/**
 * `expiresAt` is in epoch milliseconds. The response has it in epoch seconds, although the name of the field suggests
 * a duration.
 */
function mediaArtifactsOf({ id, registration }: Asset, expiresAt: number): unknown[] {
  const seconds = Math.floor(expiresAt / 1000);
  if (registration.family === 'VIDEO') {
    const identifiers = [identifier('playlist/vid/dynamic', id, 'application/vnd.apple.mpegURL', seconds)];
    return [{ data: { adaptiveStreamVideoWithAudioMasterPlaylist: PLAYLIST }, identifiers }];
  }
  return [
    { data: { stillImage: STILL_IMAGE }, identifiers: [identifier('image', id, 'image/jpeg', seconds)] },
  ];
}

function representation(name: string, bitrate: number) {
  return {
    bitrate: { average: bitrate, maximum: bitrate, type: 'UNKNOWN', minimum: bitrate },
    codecs: CODECS,
    artifactClass: `urn:li:digitalmediaArtifactClass:${name}`,
  };
}

function identifier(what: string, id: string, mediaType: string, expiresAtSeconds: number) {
  return {
    identifier: downloadUrl(what, id, expiresAtSeconds),
    mediaType,
    identifierExpiresInSeconds: expiresAtSeconds,
    size: 0,
  };
}
