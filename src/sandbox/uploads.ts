// Uploads to issued upload URLs: a whole file, one part of a video, or a sidecar. Hashes the bytes as they arrive and answers like
// LinkedIn's upload host, with HTML for rejections.

import { createHash, type Hash } from 'node:crypto';
import * as z from '../schema.ts';
import type { Asset, Slot, SlotRules } from './asset.ts';
import { parseFields } from './body.ts';
import { ErrorResponse, htmlError } from './errors.ts';
import { type Call, hasValidToken } from './gateway.ts';
import { emptyResponse, headerOf, type SandboxRequest, type SandboxResponse } from './messages.ts';

const OCTET_STREAM = /^application\/octet-stream$/;
const STILL_IMAGE = { 'media-type-family': 'STILLIMAGE' };

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
// Its curl sample for an image sends no Content-Type. Observed: application/octet-stream gets 201, and any other type
// that is not an image's gets 400 and an HTML page.
const IMAGE: SlotRules = {
  method: 'PUT',
  needsToken: true,
  headers: {},
  headersOptional: true,
  contentType: /^(image\/(jpeg|png|gif)|application\/octet-stream)?$/,
  maxBody: null,
  successStatus: 201,
  etag: null,
};

/** One range of a video, from the same page. */
const PART: SlotRules = {
  ...IMAGE,
  needsToken: false,
  headersOptional: false,
  contentType: OCTET_STREAM,
  successStatus: 200,
  etag: (digits) => `"${digits}"`,
};

export const UPLOAD_RULES = {
  image: IMAGE,
  assetImage: { ...IMAGE, headers: STILL_IMAGE },
  /** Its sample is `curl --upload-file`, without a Content-Type. */
  document: {
    ...IMAGE,
    contentType: /^(application\/octet-stream)?$/,
    maxBody: { sizeBytes: 100_000_000, reason: 'A document has at most 100 MB' },
  },
  /** The form of the ETag that LinkedIn returns today. */
  part: { ...PART, etag: (digits) => `/ambry-video/signedId/SIMULATED_${digits}.bin` },
  assetPart: { ...PART, headers: { 'Content-Type': 'application/octet-stream' } },
  /** "Registering Multi-Part Upload": a larger video is uploaded in parts. */
  assetVideo: {
    ...PART,
    headers: { 'media-type-family': 'VIDEO' },
    headersOptional: true,
    contentType: /^(application\/octet-stream|video\/[a-z0-9.+-]+)$/,
    maxBody: { sizeBytes: 200_000_000, reason: 'A video of this size must be uploaded in parts' },
  },
  /** The limit is ours, because the form is parsed in memory. Half an hour of speech is a tenth of it. */
  captions: {
    ...IMAGE,
    method: 'POST',
    contentType: /^multipart\/form-data;/i,
    maxBody: { sizeBytes: 1024 * 1024, reason: 'Captions can have at most 1 MiB' },
  },
  thumbnail: {
    ...IMAGE,
    needsToken: false,
    headers: STILL_IMAGE,
    headersOptional: false,
    contentType: /^(application\/octet-stream|image\/(jpeg|png))$/,
    maxBody: { sizeBytes: 10_000_000, reason: 'A thumbnail can have at most 10 MB' },
  },
} satisfies Record<string, SlotRules>;

export async function upload(call: Call): Promise<SandboxResponse> {
  const { model, request } = call;
  const { asset, slot } = model.slotAt(request.path) ?? {};
  if (asset === undefined || slot === undefined) throw htmlError(404, 'No such upload URL');
  const { rules } = slot;
  if (request.method !== rules.method)
    throw htmlError(405, `This upload URL accepts only ${rules.method}`);
  if (model.now() >= slot.expiresAt) throw htmlError(403, 'This upload URL has expired');
  checkAuthorization(call, rules);
  const sizeBytes = declaredLength(request, slot);
  checkHeaders(request, rules);
  checkNotUsed(asset, slot);
  const joined = asset.digestBefore(slot);
  const received = await (slot.purpose === 'captions'
    ? readCaptions(request, sizeBytes)
    : digest(request, sizeBytes, joined));
  // A concurrent upload to the same URL may have finished in the meantime.
  checkNotUsed(asset, slot);
  // Each upload of a part has another ETag.
  const unique = `${slot.address} ${slot.stored?.etag} ${received.sha256}`;
  const etag = rules.etag?.(createHash('sha256').update(unique).digest('hex').slice(0, 32)) ?? null;
  const stored = {
    ...received,
    etag: etag?.replaceAll('"', '') ?? null,
    status: rules.successStatus,
  };
  asset.store(slot, stored, joined);
  if (asset.completionToken === null) asset.uploadedAt = model.now();
  return emptyResponse(rules.successStatus, etag === null ? {} : { etag });
}

function checkAuthorization({ request, settings }: Call, { needsToken }: SlotRules): void {
  if (needsToken && !hasValidToken(request, settings))
    throw htmlError(401, 'This upload URL requires a valid access token');
  if (!needsToken && headerOf(request, 'authorization') !== undefined)
    throw htmlError(400, 'This upload URL does not accept an Authorization header');
}

function declaredLength(request: SandboxRequest, { rules, range }: Slot): number {
  const declared = headerOf(request, 'content-length');
  // HTTP allows either a length or chunks, never both.
  if (declared === undefined) throw htmlError(411, 'Content-Length is required');
  if (!/^\d+$/.test(declared)) throw htmlError(400, 'Content-Length is not a number');
  const sizeBytes = Number(declared);
  if (sizeBytes === 0) throw htmlError(400, 'The body is empty');
  if (range !== null && sizeBytes !== range.lastByte - range.firstByte + 1)
    throw htmlError(400, 'Content-Length differs from the length of the byte range');
  if (rules.maxBody !== null && sizeBytes > rules.maxBody.sizeBytes)
    throw htmlError(413, rules.maxBody.reason);
  return sizeBytes;
}

function checkHeaders(
  request: SandboxRequest,
  { headers, headersOptional, contentType }: SlotRules,
): void {
  for (const [name, value] of Object.entries(headers)) {
    const sent = headerOf(request, name.toLowerCase());
    if (sent !== value && !(headersOptional && sent === undefined))
      throw htmlError(400, `The header ${name} must be ${value}`);
  }
  if (!contentType.test(headerOf(request, 'content-type') ?? ''))
    throw htmlError(400, 'This upload URL does not accept the Content-Type');
}

/** A part may be sent again until the upload is complete, and the last one counts. A whole file is sent only once. */
function checkNotUsed({ uploadedAt }: Asset, { range, stored }: Slot): void {
  if (uploadedAt !== null) throw htmlError(409, 'The upload is already complete');
  if (range === null && stored !== null) throw htmlError(409, 'This upload URL was already used');
}

interface Received {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Updates `joined` with the bytes, too. */
async function digest(
  request: SandboxRequest,
  sizeBytes: number,
  joined: Hash | null,
): Promise<Received> {
  const hash = createHash('sha256');
  let head = '';
  for await (const chunk of exactLength(request.body, sizeBytes)) {
    if (head.length < MAX_SIGNATURE_DIGITS)
      head += Buffer.from(chunk.subarray(0, 4)).toString('hex');
    hash.update(chunk);
    joined?.update(chunk);
  }
  // An image's Content-Type must match its real type. Bytes without a signature of an image are not checked.
  const contentType = headerOf(request, 'content-type') ?? '';
  const [realType = contentType] = SIGNATURES.find(([, digits]) => head.startsWith(digits)) ?? [];
  if (contentType.startsWith('image/') && contentType !== realType)
    throw htmlError(400, 'Content-Type does not match the image');
  return { sizeBytes, sha256: hash.digest('hex') };
}

const SIGNATURES = [
  ['image/jpeg', 'ffd8ff'],
  ['image/png', '89504e47'],
  ['image/gif', '47494638'],
] as const;
const MAX_SIGNATURE_DIGITS = 8;

/** Yields the body. @throws {ErrorResponse} unless it is exactly as long as declared. */
async function* exactLength(
  body: AsyncIterable<Uint8Array>,
  lengthBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > lengthBytes) break;
    yield new Uint8Array(chunk);
  }
  if (sizeBytes !== lengthBytes)
    throw htmlError(400, 'The length of the body differs from Content-Length');
}

const CAPTIONS_METADATA = z.strictObject({
  format: z.literal('SRT'),
  formattedForEasyReader: z.boolean(),
  largeText: z.boolean(),
  source: z.literal('USER_PROVIDED'),
  locale: z.strictObject({
    variant: z.string(),
    country: z.string().regex(/^[A-Z]{2}$/),
    // LinkedIn accepts only English. The code was seen in upper and in lower case.
    language: z.string().regex(/^en$/i),
  }),
  transcriptType: z.literal('CLOSED_CAPTION'),
});

/** Digests the file inside the form, not the form. */
async function readCaptions(request: SandboxRequest, sizeBytes: number): Promise<Received> {
  const body = Buffer.concat(await Array.fromAsync(exactLength(request.body, sizeBytes)));
  const headers = { 'content-type': headerOf(request, 'content-type') ?? '' };
  const form = await new Response(body, { headers }).formData().catch((error: Error) => {
    throw htmlError(400, `The form is invalid: ${error.cause ?? error.message}`);
  });
  if ([...form.keys()].toSorted().join() !== 'file,metadata')
    throw htmlError(400, 'The form must have one field metadata and one field file');
  const [metadata, file] = [form.get('metadata'), form.get('file')];
  if (typeof metadata !== 'string') throw htmlError(400, 'The field metadata must not be a file');
  checkMetadata(metadata);
  if (file === null || typeof file === 'string')
    throw htmlError(400, 'The field file is not a file');
  const captions = Buffer.from(await file.arrayBuffer());
  if (captions.length === 0) throw htmlError(400, 'The captions are empty');
  return {
    sizeBytes: captions.length,
    sha256: createHash('sha256').update(captions).digest('hex'),
  };
}

function checkMetadata(text: string): void {
  try {
    parseFields(JSON.parse(text), CAPTIONS_METADATA, '/metadata');
  } catch (error) {
    const reason =
      error instanceof ErrorResponse ? error.message : 'The field metadata is not JSON';
    throw htmlError(400, reason);
  }
}
