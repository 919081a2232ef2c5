// The Assets API: register, complete and status, under /rest and the older /v2.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import * as z from '../schema.ts';
import {
  type Asset,
  downloadUrl,
  fakeSignature,
  type Mechanism,
  type MediaKind,
  makePartSlots,
  type Slot,
} from './asset.ts';
import { byteCount, owner, readJson } from './body.ts';
import { apiError, illegalArgument, invalidField, missingField } from './errors.ts';
import type { Call } from './gateway.ts';
import { emptyResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import { checkScope } from './permissions.ts';
import { UPLOAD_RULES } from './uploads.ts';

const ROOT = '/registerUploadRequest';

const REGISTER = z.strictObject({
  registerUploadRequest: z.strictObject({
    owner,
    recipes: z
      .array(z.string().regex(/^urn:li:digitalmediaRecipe:[\w-]+$/))
      .min(1, 'MISSING_FIELD'),
    serviceRelationships: z
      .array(
        z.strictObject({
          identifier: z.literal('urn:li:userGeneratedContent'),
          relationshipType: z.enum(['OWNER', 'CREATOR', 'GENERIC']),
        }),
      )
      .min(1, 'MISSING_FIELD')
      .max(5, 'ILLEGAL_ARGUMENT'),
    supportedUploadMechanism: z
      .tuple([z.enum(['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD', 'MULTIPART_UPLOAD'])])
      .default(['SINGLE_REQUEST_UPLOAD']),
    fileSize: byteCount.optional(),
  }),
});

export async function registerAsset(call: Call): Promise<SandboxResponse> {
  const { model, settings, request } = call;
  const { registerUploadRequest: sent } = await readJson(request, REGISTER);
  const [mechanism] = sent.supportedUploadMechanism;
  const kind = kindOf(sent.recipes);
  if (mechanism === 'SYNCHRONOUS_UPLOAD' && kind === 'video')
    throw illegalArgument('SYNCHRONOUS_UPLOAD is for images only');
  if (mechanism === 'MULTIPART_UPLOAD' && kind === 'image')
    throw illegalArgument('MULTIPART_UPLOAD is for videos only');
  if (mechanism === 'MULTIPART_UPLOAD' && sent.fileSize === undefined)
    throw missingField(`${ROOT}/fileSize`);
  const permission = {
    access: 'w',
    api: 'assets',
    method: 'ACTION-registerUpload',
    role: 'owner',
  } as const;
  checkScope(call, permission, sent.owner);
  const id = model.nextId(kind === 'video' ? 'C5605AQ' : 'C5622AQ');
  const slots = planSlots(call, id, { kind, mechanism, fileSize: sent.fileSize ?? 0 });
  const asset = model.addAsset({
    id,
    urn: `urn:li:digitalmediaAsset:${id}`,
    api: 'assets',
    kind,
    mechanism,
    slots,
    owner: sent.owner,
    recipes: sent.recipes,
    relationships: sent.serviceRelationships,
    completionToken: mechanism === 'MULTIPART_UPLOAD' ? metadataOf(id, slots.length) : null,
    processingMs: mechanism === 'SYNCHRONOUS_UPLOAD' ? 0 : settings.processingMs,
  });
  return jsonResponse(200, { value: toRegistered(asset, request.origin) });
}

/**
 * The recipes of the page above, and `event-background-image`, which LinkedIn's event covers use. The sandbox refuses others, so
 * that a trial finds a typing error.
 */
const RECIPE_KINDS: ReadonlyMap<string, MediaKind> = new Map([
  ['urn:li:digitalmediaRecipe:feedshare-image', 'image'],
  ['urn:li:digitalmediaRecipe:companyUpdate-article-image', 'image'],
  ['urn:li:digitalmediaRecipe:ssu-carousel-card-image', 'image'],
  ['urn:li:digitalmediaRecipe:rightRail-logo-image', 'image'],
  ['urn:li:digitalmediaRecipe:ads-image', 'image'],
  ['urn:li:digitalmediaRecipe:ads-messaging-attachment-image', 'image'],
  ['urn:li:digitalmediaRecipe:event-background-image', 'image'],
  ['urn:li:digitalmediaRecipe:feedshare-video', 'video'],
  ['urn:li:digitalmediaRecipe:ads-video', 'video'],
  ['urn:li:digitalmediaRecipe:ads-video_v2', 'video'],
]);

/** The kind of media that all recipes are for. */
function kindOf(recipes: readonly string[]): MediaKind {
  // Observed: the Assets API rejects documents, with this path.
  if (recipes.includes('urn:li:digitalmediaRecipe:feedshare-document'))
    throw invalidField(`${ROOT}/recipes/relationshipType`);
  const kinds = recipes.map((recipe) => RECIPE_KINDS.get(recipe));
  const [kind] = kinds;
  if (kind === undefined || kinds.some((other) => other !== kind))
    throw invalidField(`${ROOT}/recipes`);
  return kind;
}

/** One URL for the whole file, or one for each byte range. */
function planSlots(
  { settings }: Call,
  id: string,
  { kind, mechanism, fileSize }: { kind: MediaKind; mechanism: Mechanism; fileSize: number },
): Slot[] {
  const { clock, urlLifeMs, partSizeBytes } = settings;
  const expiresAt = clock.now() + urlLifeMs;
  if (mechanism === 'MULTIPART_UPLOAD')
    return makePartSlots({
      id,
      rules: UPLOAD_RULES.assetPart,
      fileSizeBytes: fileSize,
      partSizeBytes,
      expiresAt,
    });
  const sync = mechanism === 'SYNCHRONOUS_UPLOAD' ? 1 : 0;
  const [rules, name, service] =
    kind === 'video'
      ? [UPLOAD_RULES.assetVideo, 'uploadedVideo', 'uploads_secure&ccn=ambry-video']
      : [UPLOAD_RULES.assetImage, 'feedshare-uploadedImage', 'uploads'];
  const query = `ca=vector_feedshare&cn=${service}&sync=${sync}&v=beta&ut=${fakeSignature(id, 0)}`;
  const address = `/dms-uploads/${id}/${name}/0?${query}`;
  return [{ purpose: 'media', rules, address, range: null, expiresAt, stored: null }];
}

/** Opaque to clients. Plain base64 of JSON, so that a client that trims or decodes it fails. */
function metadataOf(id: string, parts: number): string {
  const metadata = {
    bucketName: 'sandbox-video-uploads',
    keyName: id,
    uploadId: `${id}?>~`,
    parts,
  };
  return Buffer.from(JSON.stringify(metadata)).toString('base64');
}

function toRegistered(asset: Asset, origin: string) {
  const { urn, completionToken: metadata, registration } = asset;
  const mediaArtifact = mediaArtifactOf(asset);
  if (metadata !== null) {
    const partUploadRequests = registration.slots.map(({ rules, range, address, expiresAt }) => ({
      headers: rules.headers,
      byteRange: range,
      url: origin + address,
      urlExpiresAt: expiresAt,
    }));
    const multipart = { partUploadRequests, metadata };
    const uploadMechanism = { 'com.linkedin.digitalmedia.uploading.MultipartUpload': multipart };
    return { uploadMechanism, asset: urn, mediaArtifact };
  }
  const [whole] = registration.slots;
  const single = { uploadUrl: `${origin}${whole?.address}`, headers: whole?.rules.headers };
  const uploadMechanism = { 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': single };
  const assetRealTimeTopic = `urn:li-realtime:digitalmediaAssetUpdatesTopic:${urn}`;
  return { mediaArtifact, uploadMechanism, asset: urn, assetRealTimeTopic };
}

/** The URN that identifies a multi-part upload in the complete call. */
function mediaArtifactOf({ urn, registration }: Asset): string {
  const artifactClass = registration.kind === 'video' ? 'uploadedVideo' : 'feedshare-uploadedImage';
  return `urn:li:digitalmediaMediaArtifact:(${urn},urn:li:digitalmediaMediaArtifactClass:${artifactClass})`;
}

// LinkedIn spells it MultiPart in the action and Multipart in the body.
const COMPLETE = z.strictObject({
  completeMultipartUploadRequest: z.strictObject({
    mediaArtifact: z.string(),
    metadata: z.string(),
    partUploadResponses: z.array(
      z.strictObject({ headers: z.strictObject({ ETag: z.string() }), httpStatusCode: z.number() }),
    ),
  }),
});

/** Needs the receipt of every part, in order, as in the response to its upload. */
export async function completeAsset({ model, request }: Call): Promise<SandboxResponse> {
  const { completeMultipartUploadRequest: sent } = await readJson(request, COMPLETE);
  const { mediaArtifact, metadata, partUploadResponses: receipts } = sent;
  const [, id = ''] = /:digitalmediaAsset:([^,]+),/.exec(mediaArtifact) ?? [];
  const asset = model.assetById(id);
  if (asset === undefined || mediaArtifactOf(asset) !== mediaArtifact)
    throw apiError(404, 'No such mediaArtifact');
  if (asset.uploadedAt !== null) throw illegalArgument('The upload is already complete');
  if (metadata !== asset.completionToken)
    throw illegalArgument('metadata differs from the value of the register call');
  const { slots } = asset.registration;
  if (receipts.length !== slots.length)
    throw illegalArgument(
      `partUploadResponses has ${receipts.length} entries for ${slots.length} parts`,
    );
  for (const [index, { stored }] of slots.entries()) {
    const { headers, httpStatusCode } = receipts[index] ?? {};
    if (stored === null) throw illegalArgument(`Part ${index + 1} was not uploaded`);
    if (headers?.ETag !== stored.etag)
      throw illegalArgument(`The ETag of part ${index + 1} differs from its upload response`);
    if (httpStatusCode !== stored.status)
      throw illegalArgument(
        `The httpStatusCode of part ${index + 1} differs from its upload response`,
      );
  }
  asset.uploadedAt = model.now();
  return emptyResponse(200);
}

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

export function readAsset({ model, settings, parameters, key }: Call): SandboxResponse {
  // The key is the bare id. A URN with plain colons is a syntax error; with encoded colons it is an unknown id.
  if (/[:(),]/.test(key)) throw illegalArgument('Syntax exception in path variables');
  const fields = parameters.get('fields')?.split(',') ?? FIELDS;
  if (fields.some((name) => ![...FIELDS, ARTIFACTS].includes(name)))
    throw illegalArgument('fields has an unknown name');
  const asset = model.assetById(key);
  // Only assets of this API: LinkedIn does not document that it can read those of the Images and Videos APIs.
  if (asset?.registration.api !== 'assets') throw apiError(404, 'No such asset');
  const shown = Object.entries(toJson(asset, model.now(), settings.urlLifeMs));
  return jsonResponse(200, Object.fromEntries(shown.filter(([name]) => fields.includes(name))));
}

function toJson(asset: Asset, now: number, urlLifeMs: number) {
  const { id, uploadedAt, assetStatus, registration } = asset;
  const { recipes = [], relationships, kind, createdAt, processingMs } = registration;
  const status = asset.statusAt(now);
  // During reprocessing (MUTATING), the earlier artifacts stay available.
  const isServed = status === 'AVAILABLE' || status === 'MUTATING';
  return {
    created: createdAt,
    id,
    lastModified: uploadedAt === null ? createdAt : Math.min(now, uploadedAt + processingMs),
    mediaTypeFamily: kind === 'video' ? 'VIDEO' : 'STILLIMAGE',
    recipes: recipes.map((recipe) => ({ recipe, status })),
    serviceRelationships: relationships,
    status: assetStatus,
    [ARTIFACTS]: isServed ? [artifactOf(asset, Math.floor((now + urlLifeMs) / 1000))] : undefined,
  };
}

const ASPECT = { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' };

const PLAYLIST = {
  protocol: 'HLS',
  playlistFileIndex: 0,
  playlistType: 'VOD',
  representations: [
    {
      bitrate: { average: 156_810, maximum: 156_810, type: 'UNKNOWN', minimum: 156_810 },
      codecs: [{ name: 'h264', longName: 'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10' }],
      artifactClass: 'urn:li:digitalmediaArtifactClass:hls-360p-30fp-crf28',
    },
  ],
  durationInMicroseconds: 2_056_556,
  displayAspectRatio: ASPECT,
};

// The page has no sample of an image. These fields are a guess, modelled on the video.
const STILL_IMAGE = { storageSize: { width: 1200, height: 800 }, displayAspectRatio: ASPECT };

/** Its field `identifierExpiresInSeconds` is a moment in epoch seconds, although its name suggests a duration. */
function artifactOf({ id, registration }: Asset, expiresAtSeconds: number) {
  const [data, what, mediaType] =
    registration.kind === 'video'
      ? [
          { adaptiveStreamVideoWithAudioMasterPlaylist: PLAYLIST },
          'playlist/vid/dynamic',
          'application/vnd.apple.mpegURL',
        ]
      : [{ stillImage: STILL_IMAGE }, 'image', 'image/jpeg'];
  const identifier = downloadUrl(what, id, expiresAtSeconds);
  return {
    data,
    identifiers: [{ identifier, mediaType, identifierExpiresInSeconds: expiresAtSeconds, size: 0 }],
  };
}
