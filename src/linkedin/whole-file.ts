// The Images and Documents APIs: initialize, then one PUT of the whole file. They have no recipes and no synchronous upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)

import * as z from '../schema.ts';
import { optionalNumber, parseReply } from './replies.ts';
import type { RestClient } from './rest-client.ts';
import { type SessionRequest, sessionOf, type UploadSession } from './session.ts';
import { MEDIA_URNS } from './urn.ts';

const upload = { uploadUrl: z.string(), uploadUrlExpiresAt: optionalNumber };

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
export function openWholeFile(
  api: RestClient,
  request: SessionRequest,
  kind: WholeFileKind,
): Promise<UploadSession> {
  const { path, value } = RESOURCES[kind];
  const body = { initializeUploadRequest: { owner: request.owner } };
  return api.register(kind, { path, body }, (response) => {
    const {
      urn,
      uploadUrl,
      uploadUrlExpiresAt = null,
    } = parseReply(response, z.looseObject({ value })).value;
    const part = api.openPart({
      url: uploadUrl,
      bearer: true,
      ...(kind === 'image' && { contentType: request.mediaType }),
      firstByte: 0,
      sizeBytes: request.sizeBytes,
      expiresAtMs: uploadUrlExpiresAt,
    });
    return sessionOf(request, urn, { parts: [part] });
  });
}
