// The Images, Videos and Documents APIs: initialize, the finalize of a video, and status reads.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)

import * as z from '../schema.ts';
import {
  type Asset,
  downloadUrl,
  fakeSignature,
  type MediaKind,
  makePartSlots,
  type Slot,
  type SlotRules,
} from './asset.ts';
import { byteCount, mediaLibrary, owner, readJson } from './body.ts';
import { apiError, illegalArgument } from './errors.ts';
import type { Call } from './gateway.ts';
import { emptyResponse, jsonResponse, type SandboxResponse } from './messages.ts';
import type { Purpose } from './options.ts';
import { checkScope } from './permissions.ts';
import { idIn, invalidId, keyInPath, keysIn } from './query.ts';
import { UPLOAD_RULES } from './uploads.ts';

const OWNED = { owner, mediaLibraryMetadata: mediaLibrary.optional() };
const INITIALIZE = z.strictObject({ initializeUploadRequest: z.strictObject(OWNED) });
const INITIALIZE_VIDEO = z.strictObject({
  initializeUploadRequest: z.strictObject({
    ...OWNED,
    fileSizeBytes: byteCount,
    uploadCaptions: z.boolean().default(false),
    uploadThumbnail: z.boolean().default(false),
    templateName: z.string().min(1).optional(),
    linkbackContext: z.unknown().optional(),
  }),
});

/** One PUT completes an upload. Images and documents are always processed asynchronously. */
export async function initializeImage(call: Call): Promise<SandboxResponse> {
  const path = (id: string) => `sp/v2/${id}/uploaded-image/B4EZ${fakeSignature(id, 'path')}`;
  return await initializeFile(call, { kind: 'image', idLetters: 'C4E10AQ', path });
}

export async function initializeDocument(call: Call): Promise<SandboxResponse> {
  const path = (id: string) => `sp/${id}/ads-uploadedDocument`;
  return await initializeFile(call, { kind: 'document', idLetters: 'D5610AQ', path });
}

async function initializeFile(
  call: Call,
  {
    kind,
    idLetters,
    path,
  }: { kind: 'image' | 'document'; idLetters: string; path: (id: string) => string },
): Promise<SandboxResponse> {
  const { model, request, settings } = call;
  const { initializeUploadRequest: sent } = await readJson(request, INITIALIZE);
  checkInitialize(call, sent.owner);
  const { processingMs, lagMs } = settings;
  const id = model.nextId(idLetters);
  const slot = wholeSlot(call, { path: path(id), rules: UPLOAD_RULES[kind], purpose: 'media', id });
  const { urn } = model.addAsset({
    id,
    urn: `urn:li:${kind}:${id}`,
    api: `${kind}s`,
    kind,
    owner: sent.owner,
    slots: [slot],
    completionToken: null,
    processingMs,
    lagMs: lagMs ?? Math.floor(processingMs / 3),
  });
  const uploadUrl = request.origin + slot.address;
  return jsonResponse(200, {
    value: { uploadUrlExpiresAt: slot.expiresAt, uploadUrl, [kind]: urn },
  });
}

function checkInitialize(call: Call, ownerUrn: string): void {
  const method = 'ACTION-initializeUpload';
  checkScope(call, { access: 'w', api: call.resource, method, role: 'owner' }, ownerUrn);
}

function wholeSlot(
  { settings: { clock, urlLifeMs } }: Call,
  { path, rules, purpose, id }: { path: string; rules: SlotRules; purpose: Purpose; id: string },
): Slot {
  const query = `ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${fakeSignature(id, purpose)}`;
  const expiresAt = clock.now() + urlLifeMs;
  return {
    purpose,
    rules,
    address: `/dms-uploads/${path}/0?${query}`,
    range: null,
    expiresAt,
    stored: null,
  };
}

/** Clients send parts, captions and the thumbnail to the upload URLs of the response. */
export async function initializeVideo(call: Call): Promise<SandboxResponse> {
  const { model, request, settings } = call;
  const { initializeUploadRequest: sent } = await readJson(request, INITIALIZE_VIDEO);
  checkInitialize(call, sent.owner);
  const id = model.nextId('C5F10AQ');
  const asset = model.addAsset({
    id,
    urn: `urn:li:video:${id}`,
    api: 'videos',
    kind: 'video',
    owner: sent.owner,
    slots: videoSlots(call, id, sent),
    // LinkedIn's tokens are often empty.
    completionToken: '',
    processingMs: settings.processingMs,
  });
  const parts = asset.slotsOf('media');
  const urlOf = (slot: Slot | undefined) => slot && request.origin + slot.address;
  return jsonResponse(200, {
    value: {
      uploadUrlsExpireAt: parts[0]?.expiresAt,
      video: asset.urn,
      uploadInstructions: parts.map((slot) => ({ uploadUrl: urlOf(slot), ...slot.range })),
      uploadToken: asset.completionToken,
      captionsUploadUrl: urlOf(asset.slotsOf('captions')[0]),
      thumbnailUploadUrl: urlOf(asset.slotsOf('thumbnail')[0]),
    },
  });
}

function videoSlots(
  call: Call,
  id: string,
  sent: z.infer<typeof INITIALIZE_VIDEO>['initializeUploadRequest'],
): Slot[] {
  const { clock, urlLifeMs, partSizeBytes } = call.settings;
  const { fileSizeBytes, uploadCaptions, uploadThumbnail } = sent;
  const expiresAt = clock.now() + urlLifeMs;
  const parts = makePartSlots({
    id,
    rules: UPLOAD_RULES.part,
    fileSizeBytes,
    partSizeBytes,
    expiresAt,
  });
  const sidecar = (purpose: 'captions' | 'thumbnail', name: string) =>
    wholeSlot(call, { path: `${id}/${name}`, rules: UPLOAD_RULES[purpose], purpose, id });
  return [
    ...parts,
    ...(uploadCaptions ? [sidecar('captions', 'uploadedCaptions')] : []),
    ...(uploadThumbnail ? [sidecar('thumbnail', 'uploadedThumbnail')] : []),
  ];
}

const FINALIZE = z.strictObject({
  finalizeUploadRequest: z.strictObject({
    video: z.string(),
    uploadToken: z.string(),
    uploadedPartIds: z.array(z.string()),
  }),
});

export async function finalizeVideo({ model, request }: Call): Promise<SandboxResponse> {
  const { finalizeUploadRequest: sent } = await readJson(request, FINALIZE);
  const asset = model.assetById(idIn(sent.video, 'video'));
  if (asset?.registration.api !== 'videos') throw invalidId('video', 'No such video');
  if (asset.uploadedAt !== null)
    throw apiError(400, 'This video is already finalized', 'UPDATING_ASSET_FAILED');
  if (sent.uploadToken !== asset.completionToken)
    throw illegalArgument('uploadToken differs from the token of the initialize call');
  // LinkedIn waits for every sidecar that the initialize call requested.
  const missing = asset.registration.slots.find(({ stored }) => stored === null);
  if (missing !== undefined)
    throw apiError(400, `Not uploaded: ${missing.purpose}`, 'MEDIA_ASSET_WAITING_UPLOAD');
  checkPartIds(asset, sent.uploadedPartIds);
  asset.uploadedAt = model.now();
  return emptyResponse(200);
}

/**
 * LinkedIn identifies a part only by its signed id. It has the same message for ids that are missing, shortened or in
 * quotes. It would join parts in any given order, into a video that cannot be played. The sandbox rejects a wrong
 * order.
 */
function checkPartIds(asset: Asset, ids: readonly string[]): void {
  const given = asset.slotsOf('media').map(({ stored }) => stored?.etag);
  if (ids.length !== given.length || ids.some((id) => !given.includes(id)))
    throw apiError(400, 'All chunks IDs must be signed');
  if (ids.some((id, index) => id !== given[index]))
    throw apiError(400, 'The part ids are not in the order of the upload instructions');
}

export function readMedia(call: Call): SandboxResponse {
  const kind = kindRead(call);
  const asset = find(call, kind, idIn(keyInPath(call.key), kind));
  if (asset === undefined) throw apiError(404, `No such ${kind}`);
  return jsonResponse(200, toJson(call, asset));
}

/** A missing asset is an entry under `errors` in a successful response. */
export function readSeveralMedia(call: Call): SandboxResponse {
  const kind = kindRead(call);
  const ids = keysIn(call.parameters).map((urn) => idIn(urn, kind));
  const found = ids.flatMap((id) => find(call, kind, id) ?? []);
  const missing = ids.filter((id) => !found.some((asset) => asset.id === id));
  const byUrn = (entries: readonly (readonly [id: string, value: unknown])[]) =>
    Object.fromEntries(entries.map(([id, value]) => [`urn:li:${kind}:${id}`, value]));
  return jsonResponse(200, {
    results: byUrn(found.map((asset) => [asset.id, toJson(call, asset)])),
    statuses: byUrn(found.map(({ id }) => [id, 200])),
    errors: byUrn(missing.map((id) => [id, { status: 404, message: `No such ${kind}` }])),
  });
}

function kindRead({ resource }: Call): MediaKind {
  return resource.slice(0, -1) as MediaKind;
}

/** An asset of the Assets API can be read as an image or a video: LinkedIn documents that the APIs share the id. */
function find({ model }: Call, kind: MediaKind, id: string): Asset | undefined {
  const asset = model.assetById(id);
  return asset?.registration.kind === kind ? asset : undefined;
}

// Invented: the sandbox does not keep the media. LinkedIn's aspect ratios are not always whole numbers.
const SHOWN = {
  image: { aspectRatioWidth: 3, aspectRatioHeight: 2 },
  video: { duration: 2056, aspectRatioWidth: 1.75, aspectRatioHeight: 1 },
  document: {},
};

function toJson({ model, settings }: Call, asset: Asset): unknown {
  const { id, failureReason, registration } = asset;
  const { kind, owner: ownerUrn } = registration;
  const now = model.now();
  const status = asset.statusAt(now);
  const base = { id: `urn:li:${kind}:${id}`, owner: ownerUrn, status };
  if (status === 'PROCESSING_FAILED')
    return { ...base, processingFailureReason: failureReason ?? undefined };
  if (status !== 'AVAILABLE') return base;
  const downloadUrlExpiresAt = now + settings.urlLifeMs;
  const address = (what: string) => downloadUrl(what, id, Math.floor(downloadUrlExpiresAt / 1000));
  const [captions, thumbnail] = (['captions', 'thumbnail'] as const).map((purpose) =>
    asset.slotsOf(purpose).length > 0 ? address(purpose) : undefined,
  );
  return {
    ...base,
    ...SHOWN[kind],
    downloadUrl: address(kind),
    downloadUrlExpiresAt,
    captions,
    thumbnail,
  };
}
