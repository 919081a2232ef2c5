// The Assets API: register, upload, complete.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { type HttpResponse, MAX_PART_PLAN_BYTES } from '../http/messages.ts';
import * as z from '../schema.ts';
import { list, missingFieldError, optionalNumber, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import {
  type Mechanism,
  PART_LIMITS,
  type Receipt,
  type SessionRequest,
  sessionOf,
  type UploadSession,
} from './session.ts';
import { ASSET_URN } from './urn.ts';

const MECHANISMS: Record<Mechanism, string> = {
  synchronous: 'SYNCHRONOUS_UPLOAD',
  single: 'SINGLE_REQUEST_UPLOAD',
  multipart: 'MULTIPART_UPLOAD',
};

const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';

const headers = z.record(z.string(), z.unknown()).default({});
const byteNumber = z.number().int().nonnegative();

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
      serviceRelationships: [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }],
      supportedUploadMechanism: [MECHANISMS[request.mechanism]],
      ...(request.mechanism === 'multipart' ? { fileSize: request.sizeBytes } : {}),
    },
  };
}

/** @throws CallError, with `urn` if the response contains one */
export function openAsset(api: RestClient, request: SessionRequest): Promise<UploadSession> {
  const maxResponseBytes = request.mechanism === 'multipart' ? MAX_PART_PLAN_BYTES : undefined;
  const registration = {
    path: 'assets?action=registerUpload',
    body: registerBody(request),
    maxResponseBytes,
  };
  return api.register('asset', registration, (response) => toSession(api, request, response));
}

function toSession(api: RestClient, request: SessionRequest, response: HttpResponse): UploadSession {
  const { value } = parseReply(response, registered);
  const { [SINGLE]: single, [MULTIPART]: multipart } = value.uploadMechanism;
  if (request.mechanism === 'multipart') {
    if (multipart === undefined) throw missingFieldError(response, ['value', 'uploadMechanism', MULTIPART]);
    api.onSecret(multipart.metadata);
    const parts = multipart.partUploadRequests.map(({ url, headers, byteRange, urlExpiresAt = null }) => {
      // Both ends of the range are inclusive.
      const sizeBytes = byteRange.lastByte - byteRange.firstByte + 1;
      const range = { firstByte: byteRange.firstByte, sizeBytes, expiresAtMs: urlExpiresAt };
      return api.openPart({ url, headers, bearer: false, ...range });
    });
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
