// Parses the keys of the Images and Videos APIs: percent-encoded URNs, alone in a path or as `List(…)` in a query.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/protocol-version (read 2026-11-25)

import { codedError, type ErrorResponse } from './error-responses.ts';

export type UrnType = 'image' | 'video';

// Protocol 2.0.0 reserves these characters, so a key must encode them.
const RESERVED = /[:(),']/;

export function keyInPath(raw: string): string {
  return decode(raw) ?? fail('Syntax exception in path variables');
}

/** Decodes a key that is the whole value of a parameter. */
export function keyInQuery(raw: string): string {
  return decode(raw) ?? fail('Syntax exception in query parameters');
}

/** The keys of `ids=List(…)`. The parentheses and commas of the list are not encoded. */
export function keysInList(ids: string): string[] {
  const [, list] = /^List\(([^=]+)\)$/.exec(ids) ?? [];
  const keys = (list ?? fail('Syntax exception in query parameters')).split(',');
  return keys.map(keyInQuery);
}

/** The bare id of a URN of this type. */
export function idIn(urn: string, type: UrnType): string {
  const [, given, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/.exec(urn) ?? [];
  if (given === undefined) throw invalidId(type, `The id is not a URN of type ${type}`);
  if (given !== type) throw codedError(400, 'INVALID_URN_TYPE', `The URN is not of type ${type}`);
  if (!/^[A-Za-z0-9_-]+$/.test(id))
    throw codedError(400, 'INVALID_URN_ID', 'The id of the URN is not well-formed');
  return id;
}

export function invalidId(type: UrnType, message: string): ErrorResponse {
  return codedError(400, type === 'image' ? 'INVALID_IMAGE_ID' : 'INVALID_VIDEO_ID', message);
}

function decode(raw: string): string | null {
  if (raw === '' || RESERVED.test(raw)) return null;
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function fail(message: string): never {
  throw codedError(400, 'ILLEGAL_ARGUMENT', message);
}
