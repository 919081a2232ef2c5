// Network errors, classified by their codes and causes.

import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import {
  classifyNetworkError,
  ProxyTunnelError,
  toAbortError,
} from '../../src/http/network-errors.ts';

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`failed with ${code}`, { cause }), { code });
}

function looped(): Error {
  const error = coded('ECONNRESET');
  error.cause = error;
  return error;
}

const REFUSED = 'the connection was refused, because no server listens there';
const UNOPENED = 'the connection could not be opened, because the host';
const TIMED_OUT = 'the connection timed out';
const socket = new errors.SocketError('other side closed', undefined);
const plainCause = new Error('x', { cause: coded('ENOTFOUND') });
const addresses = new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]);

describe('classifyNetworkError', () => {
  it.each<[error: unknown, code: string, text: string]>([
    [coded('ECONNREFUSED'), 'NETWORK_FAILED', `${REFUSED} (ECONNREFUSED)`],
    [coded('UND_ERR_SOCKET', coded('EPIPE')), 'NETWORK_FAILED', 'the connection broke (EPIPE)'],
    [
      coded('UND_ERR_SOCKET', plainCause),
      'NETWORK_FAILED',
      `${UNOPENED} name does not exist (ENOTFOUND)`,
    ],
    [socket, 'NETWORK_FAILED', 'the connection broke (UND_ERR_SOCKET: other side closed)'],
    [addresses, 'NETWORK_FAILED', `${UNOPENED} is unreachable (EHOSTUNREACH)`],
    [new AggregateError([]), 'NETWORK_FAILED', ''],
    [looped(), 'NETWORK_FAILED', 'the connection broke (ECONNRESET)'],
    [coded('ETIMEDOUT'), 'NETWORK_TIMEOUT', `${TIMED_OUT} (ETIMEDOUT)`],
    [
      new errors.ConnectTimeoutError('x'),
      'NETWORK_TIMEOUT',
      `${TIMED_OUT} (UND_ERR_CONNECT_TIMEOUT: x)`,
    ],
    [new errors.BodyTimeoutError('x'), 'NETWORK_TIMEOUT', `${TIMED_OUT} (UND_ERR_BODY_TIMEOUT: x)`],
    [Object.assign(new Error('odd'), { code: 7 }), 'NETWORK_FAILED', 'odd'],
    [new Error('plain'), 'NETWORK_FAILED', 'plain'],
    ['text', 'NETWORK_FAILED', 'text'],
    [undefined, 'NETWORK_FAILED', 'undefined'],
  ])('a network error is classified by its innermost code: %o is %s, %j', (error, code, text) => {
    expect(classifyNetworkError(error)).toMatchObject({ code, text });
  });

  it.each([
    ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_UNTRUSTED'],
    ...[
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
    ],
    ...[
      'CERT_REVOKED',
      'CERT_REJECTED',
      'CERT_CHAIN_TOO_LONG',
      'CERT_SIGNATURE_FAILURE',
      'CRL_HAS_EXPIRED',
    ],
    ...['ERROR_IN_CERT_NOT_AFTER_FIELD', 'INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
    ...['HOSTNAME_MISMATCH', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
  ])('%s means a rejected certificate', (code) => {
    const text = `the TLS certificate was not accepted (${code})`;
    expect(classifyNetworkError(coded('UND_ERR_SOCKET', coded(code)))).toEqual({
      code: 'TLS_FAILED',
      text,
    });
  });

  const UNSECURED = 'the connection could not be secured with TLS';
  it.each([
    // A rejected certificate without a reason from Node.
    [
      'UNSPECIFIED',
      'TLS_FAILED',
      'the TLS certificate was not accepted, possibly because of a weak key',
    ],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_FAILED', 'the server does not use TLS'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'TLS_FAILED', 'the server does not use TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS_FAILED', UNSECURED],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS_FAILED', UNSECURED],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'NETWORK_FAILED', 'the connection broke'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'NETWORK_FAILED', 'the connection broke'],
  ])('%s is %s: %s', (code, expected, reason) => {
    expect(classifyNetworkError(coded(code))).toMatchObject({
      code: expected,
      text: `${reason} (${code})`,
    });
  });
});

const answered = (status: number) => new ProxyTunnelError('proxy.test:3128', status);
const unreached = (cause: unknown) => new ProxyTunnelError('proxy.test:3128', null, { cause });
const expired = unreached(coded('UND_ERR_SOCKET', coded('CERT_HAS_EXPIRED')));
const UNREACHED = 'could not be reached';

const named = (text: string) => `the proxy proxy.test:3128 ${text}`;

it.each([301, 400, 403, 407])('a proxy that answers %i refuses to connect', (status) => {
  const text = named(`refused to connect (${status})`);
  expect(classifyNetworkError(answered(status))).toEqual({ code: 'PROXY_REFUSED', text });
});

it.each([429, 500, 502, 503, 504])('a proxy that answers %i could not connect', (status) => {
  const text = named(`could not connect (${status})`);
  expect(classifyNetworkError(answered(status))).toEqual({ code: 'NETWORK_FAILED', text });
});

it.each<[why: string, error: unknown, code: string, text: string]>([
  [
    'refuses the connection',
    unreached(coded('ECONNREFUSED')),
    'NETWORK_FAILED',
    `${UNREACHED}: ${REFUSED} (ECONNREFUSED)`,
  ],
  [
    'does not answer in time',
    unreached(coded('ETIMEDOUT')),
    'NETWORK_TIMEOUT',
    `${UNREACHED}: ${TIMED_OUT} (ETIMEDOUT)`,
  ],
  [
    'does not use TLS',
    unreached(coded('ERR_SSL_WRONG_VERSION_NUMBER')),
    'TLS_FAILED',
    `${UNREACHED}: the server does not use TLS (ERR_SSL_WRONG_VERSION_NUMBER)`,
  ],
  [
    'has an expired certificate',
    new Error('wrapped', { cause: expired }),
    'TLS_FAILED',
    `${UNREACHED}: the TLS certificate was not accepted (CERT_HAS_EXPIRED)`,
  ],
])('the error of a proxy that %s names the proxy', (_, error, code, text) => {
  expect(classifyNetworkError(error)).toEqual({ code, text: named(text) });
});

it('an aborted request fails with the abort reason when that is an ActionError', () => {
  const stopped = new RunError('RUN_STOPPED', 'too many files are refused');
  expect(toAbortError('GET api.linkedin.com/x', stopped)).toBe(stopped);
});

it.each([undefined, 'SIGTERM', new TypeError('a bug')])(
  'an aborted request with another abort reason (%o) fails with RUN_CANCELLED',
  (reason) => {
    const error = toAbortError('GET api.linkedin.com/x', reason);
    expect(error).toBeInstanceOf(RunError);
    const message = 'GET api.linkedin.com/x was cancelled';
    expect(error).toMatchObject({ code: 'RUN_CANCELLED', message });
    expect(error.cause).toBe(reason);
  },
);
