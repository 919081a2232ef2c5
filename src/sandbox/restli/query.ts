// Parses query parameters by protocol 2.0.0: each at most once, and only those that the call supports. Parses keys:
// percent-encoded URNs, alone in a path or as `List(…)` in a query.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/protocol-version (read 2026-11-25)

import { pathOnly, type SandboxRequest } from '../messages.ts';
import { codedError, type ErrorResponse } from './error-responses.ts';

/** Raw values by name. Empty parameters are skipped, because LinkedIn's own client sends `?&fields=…`. */
export type Parameters = ReadonlyMap<string, string>;

export function parseQuery(request: SandboxRequest, known: readonly string[]): Parameters {
  const query = request.path.slice(pathOnly(request).length + 1);
  const parameters = new Map<string, string>();
  for (const parameter of query.split('&').filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
    if (!known.includes(name))
      throw invalidQuery(`Supported query parameters: ${known.join(', ') || 'none'}`);
    if (parameters.has(name)) throw invalidQuery(`The query parameter ${name} occurs twice`);
    parameters.set(name, value);
  }
  return parameters;
}

export function invalidQuery(message: string): ErrorResponse {
  return codedError(400, 'ILLEGAL_ARGUMENT', message);
}

/** The value of a parameter that counts. */
export function numberIn(parameters: Parameters, name: string, byDefault: number, most: number): number {
  const value = parameters.get(name) ?? String(byDefault);
  if (!/^\d+$/.test(value) || Number(value) > most)
    throw invalidQuery(`${name} must be a number up to ${most}`);
  return Number(value);
}

export type UrnType = 'image' | 'video' | 'document';

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
  return codedError(400, `INVALID_${type.toUpperCase()}_ID`, message);
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
