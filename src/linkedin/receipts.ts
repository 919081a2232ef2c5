// ETags: LinkedIn's opaque receipts for stored parts, which completing an upload needs.

import { UploadError } from '../errors.ts';
import type { Receipt } from './session.ts';

/**
 * Removes one pair of surrounding quotes and changes nothing else, because an ETag is opaque. Identical headers count
 * as one.
 */
export function parseEtag(header: string | string[] | undefined): string | null {
  const values = [...new Set([header ?? []].flat())];
  const [value] = values;
  if (value === undefined || values.length > 1) return null;
  const etag = /^"(.*)"$/.exec(value)?.[1] ?? value;
  return /^[\x20-\x7e]+$/.test(etag) ? etag : null;
}

/**
 * The receipt that completing an upload needs.
 * @throws UploadError ETAG_MISSING: a missing one is never guessed
 */
export function requireEtag({ etag }: Receipt, index: number): string {
  if (etag !== null) return etag;
  throw new UploadError('ETAG_MISSING', `part ${index + 1} came back without a usable ETag`);
}
