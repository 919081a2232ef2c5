// Reads what went wrong below HTTP out of an error and its causes.

import { errors } from 'undici';
import type { Code } from '../errors.ts';

// Node's names for what OpenSSL finds wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE_CODE =
  /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
// No TLS came about: what answers speaks another protocol, or versions of it that are not taken.
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_(?!.*BAD_RECORD_MAC$))/;
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

/** The proxy opened no tunnel, so nothing has gone through it. `status` is its answer, null when there was none. */
export class TunnelFault extends Error {
  readonly proxy: string;
  readonly status: number | null;

  constructor(proxy: string, status: number | null, options?: ErrorOptions) {
    super(`the proxy ${proxy} opened no tunnel`, options);
    this.proxy = proxy;
    this.status = status;
  }
}

export function networkFault(error: unknown): NetworkFault {
  const tunnel = chain(error).find((one) => one instanceof TunnelFault);
  if (tunnel === undefined) return faultOn(error);
  const { proxy, status, cause } = tunnel;
  if (status === null) return { ...faultOn(cause, `the proxy ${proxy}`), isBeforeSending: true };
  // Its own refusal stays; what it met on its way may pass.
  const [code, did] =
    status < 500
      ? (['PROXY_REFUSED', 'refused the way'] as const)
      : (['NETWORK_FAILED', 'found no way'] as const);
  return { code, text: `the proxy ${proxy} ${did} to LinkedIn (${status})`, isBeforeSending: true };
}

/** `peer`: who was spoken to, when that is not LinkedIn. */
function faultOn(error: unknown, peer?: string): NetworkFault {
  const line = peer === undefined ? 'the connection' : `the connection to ${peer}`;
  const fault = systemFault(error);
  if (fault === null) {
    const text = error instanceof Error ? error.message : String(error);
    return { code: 'NETWORK_FAILED', text, isBeforeSending: false };
  }
  const { code, message } = fault;
  // undici's codes are broad: its words tell more.
  const said = code.startsWith('UND_ERR_') ? `${code}: ${message}` : code;
  if (CERTIFICATE_CODE.test(code)) {
    return {
      code: 'TLS_FAILED',
      text: `the TLS certificate${peer === undefined ? '' : ` of ${peer}`} was not accepted (${said})`,
      isBeforeSending: true,
    };
  }
  const isBeforeSending = isConnecting(error);
  if (TLS_CODE.test(code)) {
    return { code: 'TLS_FAILED', text: `${line} found no TLS to agree on (${said})`, isBeforeSending };
  }
  if (TIMEOUT_CODE.test(code))
    return { code: 'NETWORK_TIMEOUT', text: `${line} timed out (${said})`, isBeforeSending };
  return { code: 'NETWORK_FAILED', text: `${line} broke (${said})`, isBeforeSending };
}

/** The error, fit to be a cause: undici leaves the bytes in it that it could not read, and they may echo ours. */
export function withoutBytes(error: unknown): unknown {
  for (const one of chain(error)) {
    if (one instanceof errors.HTTPParserError) delete (one as { data?: unknown }).data;
  }
  return error;
}

/** Whether every fault met was one of connecting: of an aggregate (IPv4 and IPv6 tried together) each counts. */
function isConnecting(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth >= MAX_DEPTH) return false;
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.every((one) => isConnecting(one, depth + 1));
  const { code = '', syscall = '' } = error as { code?: unknown; syscall?: unknown };
  if (BEFORE_SENDING.test(String(code)) || syscall === 'connect') return true;
  return isConnecting(error.cause, depth + 1);
}

/** The innermost error with a `code`. */
function systemFault(error: unknown): { code: string; message: string } | null {
  let found: { code: string; message: string } | null = null;
  for (const one of chain(error)) {
    if ('code' in one && typeof one.code === 'string') found = { code: one.code, message: one.message };
  }
  return found;
}

/** The error and its causes, outermost first, and the first of an aggregate (IPv4 and IPv6 tried together). */
function chain(error: unknown): Error[] {
  const errors: Error[] = [];
  let current = error;
  while (current instanceof Error && errors.length < MAX_DEPTH) {
    errors.push(current);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return errors;
}
