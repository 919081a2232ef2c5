// Parses query parameters by protocol 2.0.0: each at most once, and only those that the call supports.

import { pathOnly, type SandboxRequest } from '../messages.ts';
import { codedError, type ErrorResponse } from './error-responses.ts';

/** Raw values by name. Empty parameters are skipped, because LinkedIn's own client sends `?&fields=…`. */
export type Parameters = ReadonlyMap<string, string>;

export function parseQuery(request: SandboxRequest, known: readonly string[]): Parameters {
  const query = request.path.slice(pathOnly(request).length + 1);
  const parameters = new Map<string, string>();
  for (const parameter of query.split('&').filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
    if (!known.includes(name)) throw invalidQuery(`Query parameters here: ${known.join(', ') || 'none'}`);
    if (parameters.has(name)) throw invalidQuery(`The query parameter ${name} is there twice`);
    parameters.set(name, value);
  }
  return parameters;
}

export function invalidQuery(message: string): ErrorResponse {
  return codedError(400, 'ILLEGAL_ARGUMENT', message);
}
