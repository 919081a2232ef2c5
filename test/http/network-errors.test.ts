// Network errors, classified by their codes and causes.

import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import { classifyNetworkError, ProxyTunnelError, toAbortError } from '../../src/http/network-errors.ts';

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`failed with ${code}`, { cause }), { code });
}

function looped(): Error {
  const error = coded('ECONNRESET');
  error.cause = error;
  return error;
}

describe('classifyNetworkError', () => {
  const socket = new errors.SocketError('other side closed', undefined);
  it.each<[error: unknown, code: string, text: string]>([
    [
      coded('ECONNREFUSED'),
      'NETWORK_FAILED',
      'the connection was refused, because no server listens there (ECONNREFUSED)',
    ],
    [coded('UND_ERR_SOCKET', coded('EPIPE')), 'NETWORK_FAILED', 'the connection broke (EPIPE)'],
    [
      coded('UND_ERR_SOCKET', new Error('x', { cause: coded('ENOTFOUND') })),
      'NETWORK_FAILED',
      'the connection could not be opened, because the host name does not exist (ENOTFOUND)',
    ],
    [socket, 'NETWORK_FAILED', 'the connection broke (UND_ERR_SOCKET: other side closed)'],
    [
      new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]),
      'NETWORK_FAILED',
      'the connection could not be opened, because the host is unreachable (EHOSTUNREACH)',
    ],
    [new AggregateError([]), 'NETWORK_FAILED', ''],
    [looped(), 'NETWORK_FAILED', 'the connection broke (ECONNRESET)'],
    [coded('ETIMEDOUT'), 'NETWORK_TIMEOUT', 'the connection timed out (ETIMEDOUT)'],
    [
      new errors.ConnectTimeoutError('slow'),
      'NETWORK_TIMEOUT',
      'the connection timed out (UND_ERR_CONNECT_TIMEOUT: slow)',
    ],
    [
      new errors.BodyTimeoutError(),
      'NETWORK_TIMEOUT',
      'the connection timed out (UND_ERR_BODY_TIMEOUT: Body Timeout Error)',
    ],
    [coded('CERT_HAS_EXPIRED'), 'TLS_FAILED', 'the TLS certificate was not accepted (CERT_HAS_EXPIRED)'],
    [
      coded('SELF_SIGNED_CERT_IN_CHAIN'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (SELF_SIGNED_CERT_IN_CHAIN)',
    ],
    [
      coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [Object.assign(new Error('odd'), { code: 7 }), 'NETWORK_FAILED', 'odd'],
    [new Error('plain'), 'NETWORK_FAILED', 'plain'],
    ['text', 'NETWORK_FAILED', 'text'],
    [undefined, 'NETWORK_FAILED', 'undefined'],
  ])('a network error is classified by its innermost code: %o is %s, %j', (error, code, text) => {
    expect(classifyNetworkError(error)).toMatchObject({ code, text });
  });
});

describe('TLS errors', () => {
  it.each([
    ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_UNTRUSTED'],
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    ...['CERT_REVOKED', 'CERT_REJECTED', 'CERT_CHAIN_TOO_LONG', 'CERT_SIGNATURE_FAILURE', 'CRL_HAS_EXPIRED'],
    ...['ERROR_IN_CERT_NOT_AFTER_FIELD', 'INVALID_CA', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
    ...['HOSTNAME_MISMATCH', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
  ])('%s means a rejected certificate', (code) => {
    expect(classifyNetworkError(coded('UND_ERR_SOCKET', coded(code)))).toEqual({
      code: 'TLS_FAILED',
      text: `the TLS certificate was not accepted (${code})`,
    });
  });

  it('UNSPECIFIED means a rejected certificate without a reason from Node', () => {
    expect(classifyNetworkError(coded('UNSPECIFIED'))).toEqual({
      code: 'TLS_FAILED',
      text: 'the TLS certificate was not accepted, possibly because of a weak key (UNSPECIFIED)',
    });
  });

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not use TLS'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not use TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'the connection could not be secured with TLS'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'the connection could not be secured with TLS'],
  ])('%s is a TLS error that is not about a certificate: %s', (code, reason) => {
    const text = `${reason} (${code})`;
    expect(classifyNetworkError(coded(code))).toEqual({ code: 'TLS_FAILED', text });
  });

  it.each(['ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'])(
    '%s means a broken connection',
    (code) => expect(classifyNetworkError(coded(code)).code).toBe('NETWORK_FAILED'),
  );
});

describe('proxy tunnel errors', () => {
  const unreached = (cause: unknown) => new ProxyTunnelError('proxy.test:3128', null, { cause });
  it.each<[error: unknown, code: string, text: string]>([
    ...[301, 400, 403, 407].map((status): [unknown, string, string] => [
      new ProxyTunnelError('proxy.test:3128', status),
      'PROXY_REFUSED',
      `the proxy proxy.test:3128 refused to connect (${status})`,
    ]),
    ...[429, 500, 502, 503, 504].map((status): [unknown, string, string] => [
      new ProxyTunnelError('proxy.test:3128', status),
      'NETWORK_FAILED',
      `the proxy proxy.test:3128 could not connect (${status})`,
    ]),
    [
      unreached(coded('ECONNREFUSED')),
      'NETWORK_FAILED',
      'the proxy proxy.test:3128 could not be reached: the connection was refused, because no server listens there (ECONNREFUSED)',
    ],
    [
      unreached(new errors.ConnectTimeoutError('slow')),
      'NETWORK_TIMEOUT',
      'the proxy proxy.test:3128 could not be reached: the connection timed out (UND_ERR_CONNECT_TIMEOUT: slow)',
    ],
    [
      unreached(coded('ERR_SSL_WRONG_VERSION_NUMBER')),
      'TLS_FAILED',
      'the proxy proxy.test:3128 could not be reached: the server does not use TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    [
      new Error('wrapped', { cause: unreached(coded('UND_ERR_SOCKET', coded('CERT_HAS_EXPIRED'))) }),
      'TLS_FAILED',
      'the proxy proxy.test:3128 could not be reached: the TLS certificate was not accepted (CERT_HAS_EXPIRED)',
    ],
  ])('a proxy tunnel error names the proxy: %o', (error, code, text) => {
    expect(classifyNetworkError(error)).toEqual({ code, text });
  });
});

describe('toAbortError', () => {
  it('an aborted request fails with the abort reason when that is an ActionError', () => {
    const stopped = new RunError('RUN_STOPPED', 'too many files are refused');
    expect(toAbortError('GET api.linkedin.com/x', stopped)).toBe(stopped);
  });

  it.each([undefined, 'SIGTERM', new TypeError('a bug')])(
    'an aborted request with another abort reason (%o) fails with RUN_CANCELLED',
    (reason) => {
      const error = toAbortError('GET api.linkedin.com/x', reason);
      expect(error).toBeInstanceOf(RunError);
      expect(error).toMatchObject({
        code: 'RUN_CANCELLED',
        message: 'GET api.linkedin.com/x was cancelled',
      });
      expect(error.cause).toBe(reason);
    },
  );
});
