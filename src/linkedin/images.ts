// The Images API: initialize, one PUT, status. It has no recipes, and no answer that waits for processing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import * as z from '../schema.ts';
import type { Api } from './api.ts';
import { keepingUrn } from './kept-urn.ts';
import { ifReadable, parseReply } from './replies.ts';
import { identify, type SessionRequest, type UploadSession } from './session.ts';
import { isMediaUrn } from './urn.ts';

const initialized = z.looseObject({
  value: z.looseObject({
    image: z.string().refine((urn) => isMediaUrn('image', urn)),
    uploadUrl: z.string(),
    uploadUrlExpiresAt: ifReadable(z.number()),
  }),
});

/**
 * Opens an upload of one picture.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` when the answer held one
 */
export async function openImage(api: Api, request: SessionRequest): Promise<UploadSession> {
  const reply = await api.post(
    // Each initialization makes another image; LinkedIn takes no key that would make two of them one.
    { phase: 'register', repeat: 'sparingly', path: 'images?action=initializeUpload' },
    { initializeUploadRequest: { owner: request.owner } },
  );
  return keepingUrn(reply, 'image', () => {
    const { image, uploadUrl, uploadUrlExpiresAt } = parseReply(reply, initialized, 'register').value;
    api.reportSecrets([uploadUrl]);
    const target = api.target(
      { url: uploadUrl, headers: {} },
      { bearer: true, contentType: request.mediaType },
    );
    return {
      identity: identify(image, request.kind),
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
      extras: [],
      complete: null,
    };
  });
}
