// One upload address: what has to come to it, what it answers, and what it holds so far. Each API says what its
// addresses take; `upload.ts` holds every client to it. Knows no API and no call.

import { createHash } from 'node:crypto';

/** Of what an address takes the bytes. */
export type Purpose = 'media' | 'captions' | 'thumbnail';

export interface EtagForm {
  /** Digits of a digest, or the path of a blob that LinkedIn's store gives today. */
  readonly form: 'hex' | 'path';
  readonly quoted: boolean;
}

export interface SlotRules {
  readonly method: 'PUT' | 'POST';
  /** Whether the access token has to come along; where it has not, it must not. */
  readonly needsToken: boolean;
  /** Handed out with the address. Each has to come back with this value. Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `headers` may be left out: LinkedIn's own curl samples for a whole file send none of them. */
  readonly headersOptional: boolean;
  /** Tested against the empty text where none is sent. */
  readonly contentType: RegExp;
  /** The longest body, and what is said of a longer one. */
  readonly maxBody: { readonly sizeBytes: number; readonly reason: string } | null;
  readonly successStatus: 200 | 201;
  readonly etag: EtagForm | null;
  /** Takes the file out of a body that is a form; null where the body is the file. Throws a Refusal. */
  readonly extractFile: ((body: Buffer, contentType: string) => Buffer) | null;
}

/** What one upload brought. */
export interface Stored {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Without quotes; null where none is told. */
  readonly etag: string | null;
  /** The status the upload was answered with: the complete call of the Assets API must repeat it. */
  readonly status: number;
}

/** Inclusive, as on the wire. */
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
  /** Whether the bytes came before the complete call; null while there are none. */
  receivedBeforeComplete: boolean | null;
  /** How many uploads were carried out here; makes each one's ETag its own. */
  writes: number;
}

// Of an image: https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read
// 2026-11-25). Its curl sample sends no type, and application/octet-stream is recorded with 201; a type that is
// neither an image's nor this was seen to get 400 and an HTML page.
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

/** Of one range of a video: the same page. */
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
    throw new RangeError(`A part of ${partSizeBytes} bytes covers nothing`);
  }
  return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
    firstByte: index * partSizeBytes,
    lastByte: Math.min((index + 1) * partSizeBytes, sizeBytes) - 1,
  }));
}

/** One address for each range of a video, in order. */
export function makePartSlots(video: {
  id: string;
  rules: SlotRules;
  fileSizeBytes: number;
  partSizeBytes: number;
  expiresAt: number;
}): Slot[] {
  const { id, rules, fileSizeBytes, partSizeBytes, expiresAt } = video;
  return cutRanges(fileSizeBytes, partSizeBytes).map((range, index) =>
    makeSlot({ rules, address: partAddress(id, index), expiresAt, index, range }),
  );
}

/** The address of one range of a video, like those of LinkedIn's upload host. */
function partAddress(id: string, index: number): string {
  const signed = Buffer.from(`sandbox:${id}`).toString('base64url');
  return `/dms-uploads/${id}/uploadedVideo?sau=${signed}&pn=${index + 1}&sync=0&v=beta&ut=${fakeSignature(id, index)}`;
}

/** Stands for the signature of an address: fixed for a slot, so that runs can be compared. */
export function fakeSignature(id: string, of: number | Purpose): string {
  return createHash('sha256').update(`${id}/${of}`).digest('base64url').slice(0, 14);
}
