// ETags: LinkedIn's opaque word that it holds a part, and what completing an upload needs of each.

import { UploadError } from '../errors.ts';
import type { Receipt } from './session.ts';

/**
 * An ETag is LinkedIn's opaque receipt: one pair of surrounding quotes goes, nothing else. Two headers that agree
 * count as one.
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
