// Classifies why a call failed below HTTP, from an error and its causes, or from the reason of an abort.

import { type ActionError, CallError, messageOf, toAbortReason } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { type CallContext, NO_RETRY } from '../errors/retry-policy.ts';

// Node's codes for certificate errors: https://nodejs.org/api/tls.html#x509-certificate-error-codes
// Node has no code for a key or a signature that is too weak.
const CERTIFICATE_CODE =
  /^(UNSPECIFIED$|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
// The peer does not use TLS: its first bytes are not a TLS record.
const NOT_TLS_CODE = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/;
// The handshake failed for another reason, such as an unsupported TLS version.
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_(?!.*BAD_RECORD_MAC$))/;
const TIMEOUT_CODE =
  /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;
// The connection was never established.
const CONNECT_FAILURES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'was refused, because no server listens there'],
  ['ENOTFOUND', 'could not be opened, because the host name does not exist'],
  ['EAI_AGAIN', 'could not be opened, because the host name could not be resolved'],
  ['EHOSTUNREACH', 'could not be opened, because the host is unreachable'],
  ['ENETUNREACH', 'could not be opened, because the network is unreachable'],
]);
const UNKNOWN_HOST_CODE = /^(ENOTFOUND|EAI_AGAIN)$/;
const UNKNOWN_HOST_HINT =
  'If `api-url` is set, check its host. Check the network and proxy of the runner, then run the job again.';
const MAX_DEPTH = 10;

export interface NetworkErrorClass {
  readonly code: ErrorCode;
  /** Includes the system's code, such as `ECONNRESET`, or undici's message. */
  readonly text: string;
  /** Replaces the hint of the code where that is too general. */
  readonly hint?: string | undefined;
}

/** The proxy opened no tunnel, so nothing was sent through it. `status` is null when it did not respond. */
export class ProxyTunnelError extends Error {
  readonly proxy: string;
  readonly status: number | null;

  constructor(proxy: string, status: number | null, options?: ErrorOptions) {
    super(`the proxy ${proxy} opened no tunnel`, options);
    this.proxy = proxy;
    this.status = status;
  }
}

/**
 * The error of an aborted call: the reason if it is an ActionError, else RUN_CANCELLED, which names `what`. If `call` may have had
 * its effect, the error is a CallError that says so.
 */
export function toAbortError(what: string, reason: unknown, call?: CallContext): ActionError {
  const error = toAbortReason(reason, `${what} was cancelled`);
  if (call === undefined) return error;
  const { code, problem, hint } = error;
  const ofCall = new CallError(code, problem, { hint, call, retry: NO_RETRY, cause: error });
  return ofCall.effect === 'maybe' ? ofCall : error;
}

export function classifyNetworkError(error: unknown): NetworkErrorClass {
  const tunnel = errorChain(error).find((one) => one instanceof ProxyTunnelError);
  if (tunnel === undefined) return classifyDirect(error);
  const { proxy, status, cause } = tunnel;
  if (status === null) {
    const direct = classifyDirect(cause);
    return { code: direct.code, text: `the proxy ${proxy} could not be reached: ${direct.text}` };
  }
  // A rejection by the proxy is permanent. A rate limit and an error behind the proxy (5xx) may be transient.
  const [code, did] =
    status < 500 && status !== 429
      ? (['PROXY_REFUSED', 'refused to connect'] as const)
      : (['NETWORK_FAILED', 'could not connect'] as const);
  return { code, text: `the proxy ${proxy} ${did} (${status})` };
}

function classifyDirect(error: unknown): NetworkErrorClass {
  const systemError = errorChain(error).findLast(hasCode);
  if (systemError === undefined) {
    return { code: 'NETWORK_FAILED', text: messageOf(error) };
  }
  const { code, message } = systemError;
  // undici's codes are broad, so its message is added.
  const detail = code.startsWith('UND_ERR_') ? `${code}: ${message}` : code;
  const [ours, text] = describeCode(code);
  const hint = UNKNOWN_HOST_CODE.test(code) ? UNKNOWN_HOST_HINT : undefined;
  return { code: ours, text: `${text} (${detail})`, hint };
}

function describeCode(code: string): [code: ErrorCode, text: string] {
  const why = code === 'UNSPECIFIED' ? ', possibly because of a weak key' : '';
  if (CERTIFICATE_CODE.test(code))
    return ['TLS_FAILED', `the TLS certificate was not accepted${why}`];
  if (NOT_TLS_CODE.test(code)) return ['TLS_FAILED', 'the server does not use TLS'];
  if (TLS_CODE.test(code)) return ['TLS_FAILED', 'the connection could not be secured with TLS'];
  if (TIMEOUT_CODE.test(code)) return ['NETWORK_TIMEOUT', 'the connection timed out'];
  return ['NETWORK_FAILED', `the connection ${CONNECT_FAILURES.get(code) ?? 'broke'}`];
}

function hasCode(error: Error): error is Error & { code: string } {
  return 'code' in error && typeof error.code === 'string';
}

/** The error and its causes, outermost first; of an aggregate (IPv4 and IPv6 tried together) only its first error. */
function errorChain(error: unknown): Error[] {
  const errors: Error[] = [];
  let current = error;
  while (current instanceof Error && errors.length < MAX_DEPTH) {
    errors.push(current);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return errors;
}
