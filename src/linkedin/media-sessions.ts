// Uploads with the Images, Documents and Videos APIs. Of an image or a document: initialize, then one PUT of the whole file. Of a
// video: initialize, parts as instructed, captions and thumbnail, finalize.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)

import * as z from '../schema.ts';
import {
  byteNumber,
  list,
  missingFieldError,
  optionalNumber,
  optionalText,
  parseReply,
} from './replies.ts';
import type { RestClient } from './rest-client.ts';
import {
  PART_LIMITS,
  type Receipt,
  type SessionRequest,
  type SidecarUpload,
  sessionOf,
  type UploadSession,
} from './session.ts';
import { MEDIA_URNS } from './urn.ts';

/** The Images and Documents APIs differ only in their names. @throws CallError, with `urn` if the response contains one */
export function openWholeFile(
  api: RestClient,
  request: SessionRequest,
  kind: 'image' | 'document',
): Promise<UploadSession> {
  const registration = {
    path: `${kind}s?action=initializeUpload`,
    body: { initializeUploadRequest: { owner: request.owner } },
  };
  const urnField = { [kind]: z.string().regex(MEDIA_URNS[kind]) } as Record<
    typeof kind,
    z.ZodString
  >;
  const value = { uploadUrl: z.string(), uploadUrlExpiresAt: optionalNumber, ...urnField };
  const initialized = z.looseObject({ value: z.looseObject(value) });
  return api.register(kind, registration, (response) => {
    const {
      uploadUrl,
      uploadUrlExpiresAt = null,
      [kind]: urn,
    } = parseReply(response, initialized).value;
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

const instruction = z.looseObject({
  uploadUrl: z.string(),
  firstByte: byteNumber,
  lastByte: byteNumber,
});

const initialized = z.looseObject({
  value: z.looseObject({
    video: z.string().regex(MEDIA_URNS.video),
    uploadInstructions: list(instruction, PART_LIMITS),
    // Usually empty. LinkedIn omitted it in responses of May and August 2026 (versions 202503 and 202606).
    uploadToken: z
      .string()
      .nullish()
      .transform((token) => token ?? ''),
    uploadUrlsExpireAt: optionalNumber,
    captionsUploadUrl: optionalText,
    thumbnailUploadUrl: optionalText,
  }),
});

type Initialized = z.infer<typeof initialized>['value'];

/** The body of `initializeUpload`. It asks for captions and thumbnail only if they will be sent. */
export function initializeVideoBody({ owner, sizeBytes, sidecars }: SessionRequest): unknown {
  return {
    initializeUploadRequest: {
      owner,
      fileSizeBytes: sizeBytes,
      uploadCaptions: sidecars?.captions !== undefined,
      uploadThumbnail: sidecars?.thumbnail !== undefined,
    },
  };
}

/** @throws CallError, with `urn` if the response contains one */
export function openVideo(api: RestClient, request: SessionRequest): Promise<UploadSession> {
  const path = 'videos?action=initializeUpload';
  return api.register('video', { path, body: initializeVideoBody(request) }, (response) => {
    const value = parseReply(response, initialized).value;
    const { captions, thumbnail } = request.sidecars ?? {};
    const urlOf = (name: 'captionsUploadUrl' | 'thumbnailUploadUrl') => {
      const url = value[name];
      if (url === undefined) throw missingFieldError(response, ['value', name]);
      return url;
    };
    api.onSecret(value.uploadToken);
    return sessionOf(request, value.video, {
      parts: value.uploadInstructions.map(({ uploadUrl, firstByte, lastByte }) => {
        // Both ends are inclusive. The last range may extend past the end of the file, as in LinkedIn's example.
        const sizeBytes = Math.min(lastByte + 1, request.sizeBytes) - firstByte;
        const range = { firstByte, sizeBytes, expiresAtMs: value.uploadUrlsExpireAt ?? null };
        return api.openPart({ url: uploadUrl, bearer: false, ...range });
      }),
      sidecarUploads: [
        captions && captionsUpload(api, captions, urlOf('captionsUploadUrl')),
        thumbnail && thumbnailUpload(api, thumbnail, urlOf('thumbnailUploadUrl')),
      ].filter((sidecar) => sidecar !== undefined),
      complete: (receipts) => finalize(api, value, receipts),
    });
  });
}

// LinkedIn accepts captions only in this language.
const CAPTIONS_METADATA = JSON.stringify({
  format: 'SRT',
  formattedForEasyReader: true,
  largeText: true,
  source: 'USER_PROVIDED',
  locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
  transcriptType: 'CLOSED_CAPTION',
});

/** The only upload that is a form, and the only upload of a video that sends the token. */
function captionsUpload(
  api: RestClient,
  sidecar: { sizeBytes: number },
  uploadUrl: string,
): SidecarUpload {
  const url = api.parseUploadUrl(uploadUrl);
  return {
    kind: 'captions',
    firstByte: 0,
    sizeBytes: sidecar.sizeBytes,
    expiresAtMs: null,
    put: async ({ chunks, signal }) => {
      const bytes = Buffer.concat(await Array.fromAsync(chunks, (chunk) => Uint8Array.from(chunk)));
      const form = new FormData();
      form.set('metadata', CAPTIONS_METADATA);
      // A checkout on Windows may have CR LF. In UTF-8, no other character has these bytes.
      const text = Buffer.from(bytes.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1');
      form.set('file', new File([text], 'captions.srt', { type: 'application/x-subrip' }));
      return await api.postForm(url, form, signal);
    },
  };
}

function thumbnailUpload(
  api: RestClient,
  sidecar: { sizeBytes: number },
  url: string,
): SidecarUpload {
  const headers = { 'media-type-family': 'STILLIMAGE' };
  const whole = { firstByte: 0, sizeBytes: sidecar.sizeBytes, expiresAtMs: null };
  return { kind: 'thumbnail', ...api.openPart({ url, headers, bearer: false, ...whole }) };
}

/** LinkedIn joins the parts in the order of their ids, and expects the upload token even if it is empty. */
async function finalize(
  api: RestClient,
  { video, uploadToken }: Initialized,
  receipts: readonly Receipt[],
): Promise<void> {
  await api.complete('videos?action=finalizeUpload', uploadToken, {
    finalizeUploadRequest: {
      video,
      uploadToken,
      uploadedPartIds: receipts.map(({ etag }) => etag),
    },
  });
}
