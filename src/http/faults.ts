// Reads what went wrong below HTTP out of an error and its causes.

import { errors } from 'undici';
import type { Code } from '../errors.ts';

const TLS_CODE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH)/;
const TIMEOUT_CODE = /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;
// The connection was never made, so not a byte of the request has left.
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const MAX_DEPTH = 10;

export interface NetworkFault {
  readonly code: Code;
  /** Names the system's own code, such as `ECONNRESET`, or undici's words. */
  readonly text: string;
  /** Whether it failed before a byte of the request could leave. */
  readonly isBeforeSending: boolean;
}

export function networkFault(error: unknown): NetworkFault {
  const fault = systemFault(error);
  if (fault === null) {
    const text = error instanceof Error ? error.message : String(error);
    return { code: 'NETWORK_FAILED', text, isBeforeSending: false };
  }
  const { code, message } = fault;
  // undici's codes are broad: only its words tell that a proxy refused the tunnel.
  const said = code.startsWith('UND_ERR_') ? `${code}: ${message}` : code;
  const isBeforeSending = isConnecting(error) || TLS_CODE.test(code);
  if (TLS_CODE.test(code)) {
    return { code: 'TLS_FAILED', text: `the TLS certificate was not accepted (${said})`, isBeforeSending };
  }
  if (TIMEOUT_CODE.test(code)) {
    return { code: 'NETWORK_TIMEOUT', text: `the connection timed out (${said})`, isBeforeSending };
  }
  return { code: 'NETWORK_FAILED', text: `the connection broke (${said})`, isBeforeSending };
}

/** The error, fit to be a cause: undici leaves the bytes in it that it could not read, and they may echo ours. */
export function withoutBytes(error: unknown): unknown {
  if (error instanceof errors.HTTPParserError) delete (error as { data?: unknown }).data;
  return error;
}

// The proxy refused the tunnel, so nothing has gone through it.
const NO_TUNNEL = /^Proxy response /;

/** Whether every fault met was one of connecting: of an aggregate (IPv4 and IPv6 tried together) each counts. */
function isConnecting(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth >= MAX_DEPTH) return false;
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.every((one) => isConnecting(one, depth + 1));
  const { code = '', syscall = '' } = error as { code?: unknown; syscall?: unknown };
  if (BEFORE_SENDING.test(String(code)) || syscall === 'connect') return true;
  return NO_TUNNEL.test(error.message) || isConnecting(error.cause, depth + 1);
}

/** The innermost error with a `code`: along the causes, and the first of an aggregate (IPv4 and IPv6 tried together). */
function systemFault(error: unknown): { code: string; message: string } | null {
  let found: { code: string; message: string } | null = null;
  let current: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string')
      found = { code: current.code, message: current.message };
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return found;
}
