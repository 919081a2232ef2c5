// Parses query parameters by protocol 2.0.0: each at most once, and only those that the call supports. Parses keys:
// percent-encoded URNs, alone in a path or as `List(…)` in a query.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/protocol-version (read 2026-11-25)

import type { MediaKind } from './asset.ts';
import { apiError, type ErrorResponse, illegalArgument } from './errors.ts';
import { pathOnly, type SandboxRequest } from './messages.ts';

/** Raw values by name. Empty parameters are skipped, because LinkedIn's own client sends `?&fields=…`. */
export type Parameters = ReadonlyMap<string, string>;

export function parseQuery(request: SandboxRequest, known: readonly string[]): Parameters {
  const query = request.path.slice(pathOnly(request).length + 1);
  const parameters = new Map<string, string>();
  for (const parameter of query.split('&').filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
    if (!known.includes(name))
      throw illegalArgument(`Supported query parameters: ${known.join(', ') || 'none'}`);
    if (parameters.has(name)) throw illegalArgument(`The query parameter ${name} occurs twice`);
    parameters.set(name, value);
  }
  return parameters;
}

/** `start` and `count` of a page. */
export function pageIn(parameters: Parameters): { start: number; count: number } {
  const numberIn = (name: string, byDefault: string, most: number) => {
    const value = parameters.get(name) ?? byDefault;
    if (!/^\d+$/.test(value) || Number(value) > most)
      throw illegalArgument(`${name} must be a number up to ${most}`);
    return Number(value);
  };
  return {
    start: numberIn('start', '0', Number.MAX_SAFE_INTEGER),
    count: numberIn('count', '10', 100),
  };
}

/** The value of a parameter. The first allowed value is the default. */
export function choiceIn<const T extends readonly string[]>(
  parameters: Parameters,
  name: string,
  ...allowed: T
): T[number] | undefined {
  const value = parameters.get(name) ?? allowed[0];
  const found = allowed.find((other) => other === value);
  if (found === undefined) throw illegalArgument(`${name} must be one of ${allowed.join(', ')}`);
  return found;
}

export function keyInPath(raw: string): string {
  return decode(raw, 'path variables');
}

/** Decodes a key that is the whole value of a parameter. */
export function keyInQuery(raw: string): string {
  return decode(raw, 'query parameters');
}

/** The keys of `ids=List(…)`. The parentheses and commas of the list are not encoded. */
export function keysIn(parameters: Parameters): string[] {
  const [, list = ''] = /^List\(([^=]+)\)$/.exec(parameters.get('ids') ?? '') ?? [];
  return list.split(',').map(keyInQuery);
}

/** Protocol 2.0.0 reserves some characters, so a key must encode them. */
function decode(raw: string, where: string): string {
  try {
    if (raw !== '' && !/[:(),']/.test(raw)) return decodeURIComponent(raw);
  } catch {
    // A percent sign that encodes nothing.
  }
  throw illegalArgument(`Syntax exception in ${where}`);
}

/** The bare id of a URN of this type. */
export function idIn(urn: string, type: MediaKind): string {
  const [, given, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
  if (given === undefined) throw invalidId(type, `The id is not a URN of type ${type}`);
  if (given !== type) throw apiError(400, `The URN is not of type ${type}`, 'INVALID_URN_TYPE');
  if (!/^[\w-]+$/.test(id))
    throw apiError(400, 'The id of the URN is not well-formed', 'INVALID_URN_ID');
  return id;
}

export function invalidId(type: MediaKind, message: string): ErrorResponse {
  return apiError(400, message, `INVALID_${type.toUpperCase()}_ID`);
}
