// One upload URL: the request it expects, its response, and the bytes received so far. Each API defines the rules of
// its upload URLs, and `upload.ts` enforces them.

import { createHash } from 'node:crypto';
import type { Purpose } from '../options.ts';

export interface EtagForm {
  /** Hex digits of a digest, or a blob path, which is the form that LinkedIn returns today. */
  readonly form: 'hex' | 'path';
  readonly quoted: boolean;
}

export interface SlotRules {
  readonly method: 'PUT' | 'POST';
  /** Whether the request must carry the access token. If not, the request must not carry it. */
  readonly needsToken: boolean;
  /** Headers issued with the upload URL. The upload must send each with this value. Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `headers` may be omitted. LinkedIn's own curl samples for a whole file send none of them. */
  readonly headersOptional: boolean;
  /** Tested against an empty string when the header is absent. */
  readonly contentType: RegExp;
  /** The maximum body size, and the error message for a larger body. */
  readonly maxBody: { readonly sizeBytes: number; readonly reason: string } | null;
  readonly successStatus: 200 | 201;
  readonly etag: EtagForm | null;
  /** Extracts the file from a form. Null when the body is the file. @throws {ErrorResponse} on an invalid form. */
  readonly extractFile: ((body: Buffer, contentType: string) => Buffer) | null;
}

/** The result of one upload. */
export interface Stored {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The ETag without quotes. Null when the response has no ETag. */
  readonly etag: string | null;
  /** The status of the upload response. The complete call of the Assets API must repeat it. */
  readonly status: number;
}

/** Both ends are inclusive, as on the wire. */
export interface ByteRange {
  readonly firstByte: number;
  readonly lastByte: number;
}

export interface Slot {
  readonly purpose: Purpose;
  readonly rules: SlotRules;
  readonly index: number;
  /** Path and query, without the origin. */
  readonly address: string;
  /** Null for a whole file. */
  readonly range: ByteRange | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  stored: Stored | null;
  /** Whether the bytes arrived before the complete call. Null before the first upload. */
  receivedBeforeComplete: boolean | null;
  /** The number of successful uploads to this slot. It makes each ETag unique. */
  writes: number;
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
// Its curl sample for an image sends no Content-Type. Observed: application/octet-stream gets 201, and any other type
// that is not an image's gets 400 and an HTML page.
export const IMAGE_RULES: SlotRules = {
  method: 'PUT',
  needsToken: true,
  headers: {},
  headersOptional: true,
  contentType: /^(image\/(jpeg|png|gif)|application\/octet-stream)?$/,
  maxBody: null,
  successStatus: 201,
  etag: null,
  extractFile: null,
};

// LinkedIn's page of the Documents API: 100 MB at most. Its sample is `curl --upload-file`, without a Content-Type.
export const DOCUMENT_RULES: SlotRules = {
  ...IMAGE_RULES,
  contentType: /^(application\/octet-stream)?$/,
  maxBody: { sizeBytes: 100_000_000, reason: 'A document has at most 100 MB' },
};

/** The rules for one range of a video, from the same page. */
export function partRules(etag: EtagForm, headers: Readonly<Record<string, string>>): SlotRules {
  return {
    method: 'PUT',
    needsToken: false,
    headers,
    headersOptional: false,
    contentType: /^application\/octet-stream$/,
    maxBody: null,
    successStatus: 200,
    etag,
    extractFile: null,
  };
}

export function makeSlot(slot: {
  rules: SlotRules;
  address: string;
  expiresAt: number;
  purpose?: Purpose;
  index?: number;
  range?: ByteRange;
}): Slot {
  const { rules, address, expiresAt, purpose = 'media', index = 0, range = null } = slot;
  return {
    purpose,
    rules,
    index,
    address,
    range,
    expiresAt,
    stored: null,
    receivedBeforeComplete: null,
    writes: 0,
  };
}

/** Inclusive ranges that cover the file exactly, in order. */
export function cutRanges(sizeBytes: number, partSizeBytes: number): ByteRange[] {
  if (!Number.isSafeInteger(partSizeBytes) || partSizeBytes < 1) {
    throw new RangeError(`The part size must be a positive integer, but is ${partSizeBytes}`);
  }
  return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
    firstByte: index * partSizeBytes,
    lastByte: Math.min((index + 1) * partSizeBytes, sizeBytes) - 1,
  }));
}

/** One slot per range of a video, in order. */
export function makePartSlots(video: {
  id: string;
  rules: SlotRules;
  fileSizeBytes: number;
  partSizeBytes: number;
  expiresAt: number;
}): Slot[] {
  const { id, rules, fileSizeBytes, partSizeBytes, expiresAt } = video;
  const signed = Buffer.from(`sandbox:${id}`).toString('base64url');
  return cutRanges(fileSizeBytes, partSizeBytes).map((range, index) => {
    // The form of LinkedIn's upload host.
    const address = `/dms-uploads/${id}/uploadedVideo?sau=${signed}&pn=${index + 1}&sync=0&v=beta&ut=${fakeSignature(id, index)}`;
    return makeSlot({ rules, address, expiresAt, index, range });
  });
}

/** A placeholder for the signature of an upload URL. It is deterministic, so that runs can be compared. */
export function fakeSignature(id: string, of: number | Purpose): string {
  return createHash('sha256').update(`${id}/${of}`).digest('base64url').slice(0, 14);
}

const HOST = 'https://media.simulated.invalid';

/** `what` is a path like `image` or `playlist/vid`. The expiry, in epoch seconds, is part of the URL. */
export function downloadUrl(what: string, id: string, expiresAtSeconds: number): string {
  return `${HOST}/${what}/${id}?e=${expiresAtSeconds}&v=beta&t=SIMULATED${fakeSignature(id, 'media')}`;
}
