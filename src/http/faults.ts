// Reads what went wrong below HTTP out of an error and its causes. Pure.

import type { Code } from '../errors.ts';

const TLS_CODE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH)/;
const TIMEOUT_CODE = /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;
const MAX_DEPTH = 10;

/** A code for the failure and a text that names the system's own code, such as `ECONNRESET`. */
export function networkFault(error: unknown): { code: Code; text: string } {
  const code = systemCode(error);
  if (code === null)
    return { code: 'NETWORK_FAILED', text: error instanceof Error ? error.message : String(error) };
  if (TLS_CODE.test(code))
    return { code: 'TLS_FAILED', text: `the TLS certificate was not accepted (${code})` };
  if (TIMEOUT_CODE.test(code)) return { code: 'NETWORK_TIMEOUT', text: `the connection timed out (${code})` };
  return { code: 'NETWORK_FAILED', text: `the connection broke (${code})` };
}

/** The innermost `code` along the causes and the first error of an aggregate (IPv4 and IPv6 tried together). */
function systemCode(error: unknown): string | null {
  let found: string | null = null;
  let current: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') found = current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return found;
}
