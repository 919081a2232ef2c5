// The Images and Documents APIs: initialize, then one PUT of the whole file. They have no recipes and no synchronous upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)

import * as z from '../schema.ts';
import { attachUrn, lenient, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import type { SessionRequest, UploadSession } from './session.ts';
import { MEDIA_URNS, toMediaIdentity } from './urn.ts';

const upload = { uploadUrl: z.string(), uploadUrlExpiresAt: lenient(z.number()) };

/** The differences between the two APIs. */
const RESOURCES = {
  image: {
    path: 'images?action=initializeUpload',
    value: z
      .looseObject({ ...upload, image: z.string().regex(MEDIA_URNS.image) })
      .transform(({ image, ...rest }) => ({ ...rest, urn: image })),
  },
  document: {
    path: 'documents?action=initializeUpload',
    value: z
      .looseObject({ ...upload, document: z.string().regex(MEDIA_URNS.document) })
      .transform(({ document, ...rest }) => ({ ...rest, urn: document })),
  },
} as const;

type WholeFileKind = 'image' | 'document';

/** @throws CallError, with `urn` if the response contains one */
export async function openWholeFile(
  api: RestClient,
  request: SessionRequest,
  kind: WholeFileKind,
): Promise<UploadSession> {
  const { path, value } = RESOURCES[kind];
  const response = await api.post(
    // Each initialization creates another image or document, and LinkedIn supports no idempotency key.
    { phase: 'register', idempotency: 'non-idempotent', path },
    { initializeUploadRequest: { owner: request.owner } },
  );
  return attachUrn(response, kind, () => {
    const parsed = parseReply(response, z.looseObject({ value }));
    const { urn, uploadUrl, uploadUrlExpiresAt } = parsed.value;
    api.reportSecrets([uploadUrl]);
    const contentType = kind === 'image' ? request.mediaType : 'application/octet-stream';
    const part = api.openPart({
      url: uploadUrl,
      bearer: true,
      contentType,
      firstByte: 0,
      sizeBytes: request.sizeBytes,
      expiresAtMs: uploadUrlExpiresAt ?? null,
    });
    return {
      identity: toMediaIdentity(urn, kind),
      query: { api: request.api, urn, kind, recipe: null },
      processedOnUpload: false,
      needsEtags: false,
      parts: [part],
      sidecarUploads: [],
      complete: null,
    };
  });
}
