// The parameters of a query as protocol 2.0.0 writes them: each once, and only those that a call knows. Knows no call.

import { pathOnly, type SandboxExchange } from './exchange.ts';
import { coded, type Refusal } from './refusal.ts';

/** Values by name, as they stand in the address. Empty parameters are skipped: LinkedIn's own client sends `?&fields=…`. */
export type Parameters = ReadonlyMap<string, string>;

export function parametersOf(exchange: SandboxExchange, known: readonly string[]): Parameters {
  const query = exchange.path.slice(pathOnly(exchange).length + 1);
  const parameters = new Map<string, string>();
  for (const parameter of query.split('&').filter((text) => text !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
    if (!known.includes(name)) throw illegalQuery(`Query parameters here: ${known.join(', ') || 'none'}`);
    if (parameters.has(name)) throw illegalQuery(`The query parameter ${name} is there twice`);
    parameters.set(name, value);
  }
  return parameters;
}

export function illegalQuery(message: string): Refusal {
  return coded(400, 'ILLEGAL_ARGUMENT', message);
}
