// The Assets API: register, upload, complete; the status of an asset, and the artifacts that LinkedIn made of it.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { ActionError } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { MAX_STATUS_LENGTH, moment, toStatusResult } from './media-status.ts';
import {
  byteNumber,
  lenient,
  lenientList,
  list,
  missingFieldError,
  optionalNumber,
  optionalText,
  parseReply,
} from './replies.ts';
import type { RestClient } from './rest-client.ts';
import {
  type Artifact,
  type ArtifactAddress,
  type Mechanism,
  type MediaStatus,
  PART_LIMITS,
  type Receipt,
  type SessionRequest,
  type StatusQuery,
  type StatusResult,
  sessionOf,
  type UploadSession,
  type WithReadSlot,
} from './session.ts';
import { ASSET_URN, idOf } from './urn.ts';

const MECHANISMS: Record<Mechanism, string> = {
  synchronous: 'SYNCHRONOUS_UPLOAD',
  single: 'SINGLE_REQUEST_UPLOAD',
  multipart: 'MULTIPART_UPLOAD',
};

const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';

const headers = z.record(z.string(), z.unknown()).default({});

const partRequest = z.looseObject({
  url: z.string(),
  headers,
  byteRange: z.looseObject({ firstByte: byteNumber, lastByte: byteNumber }),
  urlExpiresAt: optionalNumber,
});

// Only the URN is checked: artifact class names and id prefixes differ between LinkedIn's samples and responses.
const registered = z.looseObject({
  value: z.looseObject({
    asset: z.string().regex(ASSET_URN),
    mediaArtifact: z.string(),
    uploadMechanism: z.looseObject({
      [SINGLE]: z.looseObject({ uploadUrl: z.string(), headers }).optional(),
      [MULTIPART]: z
        .looseObject({
          partUploadRequests: list(partRequest, PART_LIMITS),
          metadata: z.string(),
        })
        .optional(),
    }),
  }),
});

/** The body of `registerUpload`, as LinkedIn documents it. The mechanism is always included. */
export function registerBody(request: SessionRequest): unknown {
  return {
    registerUploadRequest: {
      owner: request.owner,
      recipes: [request.recipe],
      serviceRelationships: [
        { identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' },
      ],
      supportedUploadMechanism: [MECHANISMS[request.mechanism]],
      ...(request.mechanism === 'multipart' && { fileSize: request.sizeBytes }),
    },
  };
}

/** @throws CallError, with `urn` if the response contains one */
export function openAsset(api: RestClient, request: SessionRequest): Promise<UploadSession> {
  const registration = { path: 'assets?action=registerUpload', body: registerBody(request) };
  return api.register('asset', registration, (response) => toSession(api, request, response));
}

function toSession(
  api: RestClient,
  request: SessionRequest,
  response: HttpResponse,
): UploadSession {
  const { value } = parseReply(response, registered);
  const { [SINGLE]: single, [MULTIPART]: multipart } = value.uploadMechanism;
  if (request.mechanism === 'multipart') {
    if (multipart === undefined)
      throw missingFieldError(response, ['value', 'uploadMechanism', MULTIPART]);
    api.onSecret(multipart.metadata);
    const parts = multipart.partUploadRequests.map(
      ({ url, headers, byteRange, urlExpiresAt = null }) => {
        // Both ends of the range are inclusive.
        const sizeBytes = byteRange.lastByte - byteRange.firstByte + 1;
        const range = { firstByte: byteRange.firstByte, sizeBytes, expiresAtMs: urlExpiresAt };
        return api.openPart({ url, headers, bearer: false, ...range });
      },
    );
    const artifact = { mediaArtifact: value.mediaArtifact, metadata: multipart.metadata };
    const complete = (receipts: readonly Receipt[]) => completeParts(api, artifact, receipts);
    return sessionOf(request, value.asset, { parts, complete });
  }
  if (single === undefined) throw missingFieldError(response, ['value', 'uploadMechanism', SINGLE]);
  const isImage = request.kind === 'image';
  const part = api.openPart({
    url: single.uploadUrl,
    headers: single.headers,
    // An image needs the token and its real type. A video's upload URL is a credential, used without the token.
    bearer: isImage,
    ...(isImage && { contentType: request.mediaType }),
    firstByte: 0,
    sizeBytes: request.sizeBytes,
    expiresAtMs: null,
  });
  const processedOnUpload = request.mechanism === 'synchronous';
  return sessionOf(request, value.asset, { parts: [part], processedOnUpload });
}

// LinkedIn spells the action (`MultiPart`) and its body (`Multipart`) differently.
async function completeParts(
  api: RestClient,
  artifact: { mediaArtifact: string; metadata: string },
  receipts: readonly Receipt[],
): Promise<void> {
  const partUploadResponses = receipts.map(({ status, etag }) => ({
    headers: { ETag: etag },
    httpStatusCode: status,
  }));
  await api.complete('assets?action=completeMultiPartUpload', artifact.metadata, {
    completeMultipartUploadRequest: { ...artifact, partUploadResponses },
  });
}

const assetStatus = z.looseObject({
  recipes: list(z.looseObject({ recipe: z.string(), status: z.string() }), { most: 100 }),
  status: z.string().optional(),
});

/** The API has no batch read, so each file takes one call. */
export function readAssetStatuses(
  api: RestClient,
  queries: readonly StatusQuery[],
  withReadSlot: WithReadSlot,
): readonly Promise<StatusResult>[] {
  const read = async (query: StatusQuery) => {
    const path = `assets/${idOf(query.urn)}`;
    return interpretAsset(await api.get({ phase: 'status', path }, assetStatus), query);
  };
  return queries.map((query) => withReadSlot(() => toStatusResult(() => read(query))));
}

const READY_STATUSES = new Set(['AVAILABLE', 'MUTATING']);
const WITHDRAWN = { code: 'ASSET_WITHDRAWN', text: 'LinkedIn withdrew the asset' } as const;
const FAILURES = new Map<string, { readonly code: ErrorCode; readonly text: string }>([
  ['BLOCKED', WITHDRAWN],
  ['ABANDONED', WITHDRAWN],
  ['DELETED', WITHDRAWN],
  ['SCHEDULED_DELETION', WITHDRAWN],
  ['CLIENT_ERROR', { code: 'MEDIA_REJECTED', text: 'LinkedIn could not use the file' }],
  ['SERVER_ERROR', { code: 'PROCESSING_FAILED', text: 'LinkedIn failed to process the file' }],
  [
    'INCOMPLETE',
    { code: 'PROCESSING_FAILED', text: 'LinkedIn did not finish processing the file' },
  ],
]);

/**
 * The status of our recipe shows the progress of processing. The asset's own status only shows whether it may be
 * served: it is `ALLOWED` from the start, so it never means ready. An unknown status counts as waiting.
 */
export function interpretAsset(
  asset: z.infer<typeof assetStatus>,
  { recipe, urn }: StatusQuery,
): MediaStatus {
  const ofRecipe = asset.recipes
    .find((entry) => entry.recipe === recipe)
    ?.status.slice(0, MAX_STATUS_LENGTH);
  for (const status of [asset.status ?? '', ofRecipe ?? '']) {
    const failure = FAILURES.get(status);
    if (failure === undefined) continue;
    const error = new ActionError(failure.code, `${failure.text} (${status})`, { urn });
    return { state: 'failed', status, error, mayRetry: status === 'SERVER_ERROR' };
  }
  if (ofRecipe === undefined) return { state: 'waiting', status: null };
  return { state: READY_STATUSES.has(ofRecipe) ? 'available' : 'waiting', status: ofRecipe };
}

/** The limit of each list in an artifact. LinkedIn lists some dozens. */
const LIST_LIMIT = { most: 1000 };

const address = z
  .looseObject({
    identifier: z.string().min(1),
    mediaType: optionalText,
    // A point in time in epoch seconds, despite its name.
    identifierExpiresInSeconds: lenient(
      z
        .number()
        .transform((seconds) => seconds * 1000)
        .pipe(moment),
    ),
  })
  .transform(
    ({ identifier: url, mediaType, identifierExpiresInSeconds: expiresAt }): ArtifactAddress => ({
      url,
      mediaType,
      expiresAt,
    }),
  );

const artifact = z
  .looseObject({
    data: lenient(z.record(z.string(), z.unknown())),
    identifiers: lenientList(address, LIST_LIMIT).catch([]),
  })
  .transform(({ data = {}, identifiers: addresses }): Artifact => {
    // LinkedIn names the kind by the one key that `data` has.
    const [[kind, value] = ['unknown', data]] = Object.entries(data);
    return { kind, addresses, ...(isPassable(value) ? { data: value } : {}) };
  });

const assetArtifacts = z.looseObject({
  mediaArtifacts: lenientList(artifact, LIST_LIMIT).nullish(),
});

/** LinkedIn returns media artifacts only if the request names the field. */
export async function readArtifactsOfAsset(
  api: RestClient,
  query: StatusQuery,
): Promise<readonly Artifact[]> {
  const path = `assets/${idOf(query.urn)}?fields=mediaArtifacts,recipes,id`;
  return (await api.get({ phase: 'status', path }, assetArtifacts)).mediaArtifacts ?? [];
}

const MAX_DATA_CHARACTERS = 50_000;

/** Data that are too deep or too large for JSON are left out. */
function isPassable(data: unknown): boolean {
  try {
    return JSON.stringify(data).length <= MAX_DATA_CHARACTERS;
  } catch {
    return false;
  }
}
