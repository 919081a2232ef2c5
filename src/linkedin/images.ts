// The Images API: initialize, one PUT, status. It has no recipes and no synchronous upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import * as z from '../schema.ts';
import { attachUrn, lenient, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import { type SessionRequest, toMediaIdentity, type UploadSession } from './session.ts';
import { isMediaUrn } from './urn.ts';

const initialized = z.looseObject({
  value: z.looseObject({
    image: z.string().refine((urn) => isMediaUrn('image', urn)),
    uploadUrl: z.string(),
    uploadUrlExpiresAt: lenient(z.number()),
  }),
});

/**
 * Opens an upload of one image.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` if the response contains one
 */
export async function openImage(api: RestClient, request: SessionRequest): Promise<UploadSession> {
  const reply = await api.post(
    // Each initialization creates another image, and LinkedIn supports no idempotency key.
    { phase: 'register', idempotency: 'non-idempotent', path: 'images?action=initializeUpload' },
    { initializeUploadRequest: { owner: request.owner } },
  );
  return attachUrn(reply, 'image', () => {
    const { image, uploadUrl, uploadUrlExpiresAt } = parseReply(reply, initialized, 'register').value;
    api.reportSecrets([uploadUrl]);
    const target = api.buildTarget({ url: uploadUrl, bearer: true, contentType: request.mediaType });
    return {
      identity: toMediaIdentity(image, request.kind),
      query: { api: request.api, urn: image, kind: request.kind, recipe: null },
      processedOnUpload: false,
      needsEtags: false,
      parts: [
        {
          firstByte: 0,
          sizeBytes: request.sizeBytes,
          expiresAtMs: uploadUrlExpiresAt ?? null,
          put: (body) => api.put(target, body),
        },
      ],
      sidecarUploads: [],
      complete: null,
    };
  });
}
