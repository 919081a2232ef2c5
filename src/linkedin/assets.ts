// The Assets API: register, upload, complete, status, as its page says.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { z } from 'zod';
import { ActionError, type Code, ReplyShapeError, UploadError } from '../errors.ts';
import { type Api, etagOf, parseReply } from './api.ts';
import { assetArtifacts, readAssetArtifacts } from './artifacts.ts';
import { keepingUrn } from './kept-urn.ts';
import {
  type Artifact,
  type InLane,
  identify,
  type Mechanism,
  type Part,
  type Receipt,
  type SessionRequest,
  type StatusQuery,
  type StatusReading,
  type UploadSession,
} from './session.ts';
import { assetId, isAssetUrn } from './urn.ts';

const MECHANISMS: Record<Mechanism, string> = {
  synchronous: 'SYNCHRONOUS_UPLOAD',
  single: 'SINGLE_REQUEST_UPLOAD',
  multipart: 'MULTIPART_UPLOAD',
};

const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';

const headers = z.record(z.string(), z.unknown()).default({});
const byteNumber = z.number().int().nonnegative();

// Artifact class names and id prefixes differ between LinkedIn's samples and its answers: only the URN is checked.
const registered = z.looseObject({
  value: z.looseObject({
    asset: z.string().refine(isAssetUrn),
    mediaArtifact: z.string(),
    uploadMechanism: z.looseObject({
      [SINGLE]: z.looseObject({ uploadUrl: z.string(), headers }).optional(),
      [MULTIPART]: z
        .looseObject({
          partUploadRequests: z
            .array(
              z.looseObject({
                url: z.string(),
                headers,
                byteRange: z.looseObject({ firstByte: byteNumber, lastByte: byteNumber }),
                urlExpiresAt: z.number().optional(),
              }),
            )
            .min(1),
          metadata: z.string(),
        })
        .optional(),
    }),
  }),
});

type Registered = z.infer<typeof registered>['value'];

/** The body of `registerUpload`, field for field as the page shows it; the mechanism is always named. */
export function registerBody(request: SessionRequest): unknown {
  return {
    registerUploadRequest: {
      owner: request.owner,
      recipes: [request.recipe],
      serviceRelationships: [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }],
      supportedUploadMechanism: [MECHANISMS[request.mechanism]],
      ...(request.mechanism === 'multipart' ? { fileSize: request.sizeBytes } : {}),
    },
  };
}

/**
 * Registers a file.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` when the answer held one
 */
export async function openAsset(api: Api, request: SessionRequest): Promise<UploadSession> {
  const reply = await api.post(
    // Each registration makes another asset, and LinkedIn takes no key that would make two of them one.
    { phase: 'register', repeat: 'sparingly', path: 'assets?action=registerUpload' },
    registerBody(request),
  );
  return keepingUrn(reply, 'asset', () =>
    sessionOf(api, request, parseReply(reply, registered, 'register').value),
  );
}

function sessionOf(api: Api, request: SessionRequest, value: Registered): UploadSession {
  const identity = identify(value.asset, request.kind);
  const query = { api: request.api, urn: value.asset, kind: request.kind, recipe: request.recipe };
  const common = { identity, query, extras: [], processedOnUpload: request.mechanism === 'synchronous' };
  const { [SINGLE]: single, [MULTIPART]: multipart } = value.uploadMechanism;
  if (request.mechanism === 'multipart') {
    if (multipart === undefined) throw missing(`value.uploadMechanism.${MULTIPART}`);
    const parts = multipart.partUploadRequests.map((part) => rangePart(api, part));
    const { mediaArtifact } = value;
    const complete = (receipts: readonly Receipt[]) =>
      completeParts(api, { mediaArtifact, metadata: multipart.metadata }, receipts);
    return { ...common, parts, complete };
  }
  if (single === undefined) throw missing(`value.uploadMechanism.${SINGLE}`);
  return { ...common, parts: [wholePart(api, request, single)], complete: async () => {} };
}

/** Pictures need the token and their real type; a video's address is its own key, and must come without the token. */
function wholePart(
  api: Api,
  request: SessionRequest,
  given: { uploadUrl: string; headers: Record<string, unknown> },
): Part {
  const isImage = request.kind === 'image';
  const target = api.target(
    { url: given.uploadUrl, headers: given.headers },
    { bearer: isImage, contentType: isImage ? request.mediaType : null },
  );
  return {
    firstByte: 0,
    sizeBytes: request.sizeBytes,
    expiresAtMs: null,
    put: (body) => api.put(target, body),
  };
}

interface PartRequest {
  readonly url: string;
  readonly headers: Record<string, unknown>;
  /** Both ends included. */
  readonly byteRange: { readonly firstByte: number; readonly lastByte: number };
  readonly urlExpiresAt?: number | undefined;
}

function rangePart(api: Api, part: PartRequest): Part {
  const target = api.target(part, { bearer: false, contentType: null });
  const { firstByte, lastByte } = part.byteRange;
  return {
    firstByte,
    sizeBytes: lastByte - firstByte + 1,
    expiresAtMs: part.urlExpiresAt ?? null,
    put: (body) => api.put(target, body),
  };
}

// The spelling of the action and of its body differ on purpose: that is how LinkedIn spells them.
async function completeParts(
  api: Api,
  artifact: { mediaArtifact: string; metadata: string },
  receipts: readonly Receipt[],
): Promise<void> {
  const partUploadResponses = receipts.map((receipt, index) => ({
    headers: { ETag: etagOf(receipt, index) },
    httpStatusCode: receipt.status,
  }));
  await api.post(
    // A completion whose answer was lost may have been heard: only the status tells.
    { phase: 'complete', repeat: 'after-probe', path: 'assets?action=completeMultiPartUpload' },
    { completeMultipartUploadRequest: { ...artifact, partUploadResponses } },
  );
}

function missing(field: string): ReplyShapeError {
  return new ReplyShapeError('REPLY_SHAPE', `LinkedIn's answer to the registration lacks ${field}`);
}

const assetStatus = z.looseObject({
  recipes: z.array(z.looseObject({ recipe: z.string(), status: z.string() })),
  status: z.string().optional(),
});

/** The API has no batch read: one call a file. */
export function readAssets(
  api: Api,
  queries: readonly StatusQuery[],
  inLane: InLane,
): Promise<readonly (StatusReading | ActionError)[]> {
  return Promise.all(queries.map((query) => inLane(() => readAsset(api, query))));
}

async function readAsset(api: Api, query: StatusQuery): Promise<StatusReading | ActionError> {
  try {
    const path = `assets/${assetId(query.urn)}`;
    const reply = await api.get({ phase: 'status', repeat: 'freely', path });
    return judgeAsset(parseReply(reply, assetStatus, 'status'), query);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
  }
}

const WITHDRAWN = new Set(['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION']);
const READY = new Set(['AVAILABLE', 'MUTATING']);
const DEAD: Record<string, { code: Code; text: string }> = {
  CLIENT_ERROR: { code: 'MEDIA_REJECTED', text: 'LinkedIn could not use the file (CLIENT_ERROR)' },
  SERVER_ERROR: { code: 'PROCESSING_FAILED', text: 'LinkedIn failed to process the file (SERVER_ERROR)' },
  INCOMPLETE: { code: 'PROCESSING_FAILED', text: 'LinkedIn gave up processing the file (INCOMPLETE)' },
};

/**
 * Our recipe's status tells how far processing is; the asset's own status only whether it may be served. It is
 * `ALLOWED` from the start, so it never means ready. A word that is not known yet is waited for.
 */
export function judgeAsset(asset: z.infer<typeof assetStatus>, { recipe, urn }: StatusQuery): StatusReading {
  const serving = asset.status ?? '';
  if (WITHDRAWN.has(serving)) {
    const text = `LinkedIn withdrew the asset (${serving})`;
    return { state: 'failed', status: serving, error: new UploadError('ASSET_WITHDRAWN', text, { urn }) };
  }
  const status = asset.recipes.find((entry) => entry.recipe === recipe)?.status ?? 'NEW';
  const dead = Object.hasOwn(DEAD, status) ? DEAD[status] : undefined;
  if (dead !== undefined)
    return { state: 'failed', status, error: new UploadError(dead.code, dead.text, { urn }) };
  return { state: READY.has(status) ? 'available' : 'waiting', status };
}

/** Media artifacts come only when they are asked for by name. */
export async function readArtifactsOfAsset(api: Api, query: StatusQuery): Promise<readonly Artifact[]> {
  const path = `assets/${assetId(query.urn)}?fields=mediaArtifacts,recipes,id`;
  const reply = await api.get({ phase: 'status', repeat: 'freely', path });
  return readAssetArtifacts(parseReply(reply, assetArtifacts, 'status'));
}
